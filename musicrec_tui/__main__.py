"""The console script: `--version` at once, a command to the command line, all else to the screen.

It lies above both front ends, which never import each other.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Screen(NamedTuple):
    """What the screen is to open; empty and None: the defaults."""

    data: list[Path]
    home: Path | None


def main() -> int:
    """Run `musicrec-tui`; returns the exit code."""
    argv = sys.argv[1:]
    if argv in (["--version"], ["-V"]):
        from musicrec_tui import __version__

        sys.stdout.write(f"musicrec-tui {__version__}\n")
        return 0
    from musicrec_tui.cli import outcome

    return outcome.guarded(lambda: _run(argv), argv)


def _run(argv: list[str]) -> int:
    """Open the screen or run the command."""
    wanted = read(argv)
    if isinstance(wanted, Screen):
        return _open_screen(wanted)
    from musicrec_tui.cli.app import run

    return run(wanted)


def read(argv: Sequence[str]) -> Screen | list[str]:
    """Tell a command from paths.

    The first word that is no option decides: a command's name is the command (a folder of that name is opened as
    `./users`), anything else a path. `--data` and `--home` may stand before a command too.

    Returns:
        What the screen opens, or the words for the command line, beginning with the command.

    Raises:
        UserError: an option that is unknown or lacks its value.
    """
    from musicrec_tui.cli.names import COMMANDS
    from musicrec_tui.errors import UserError

    before: list[str] = []
    data: list[Path] = []
    home: Path | None = None
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if option in ("--data", "--home"):
            if not equals and not rest:
                raise UserError(f"{option} needs a path after it.")
            value = value if equals else rest.pop(0)
            before += [option, value]
            data, home = ([*data, Path(value)], home) if option == "--data" else (data, Path(value))
        elif word in ("--help", "-h"):
            return ["--help"]
        elif word == "--":
            data += map(Path, rest)
            break
        elif word.startswith("-"):
            raise UserError(f"There is no option {word} before a command; see `musicrec-tui --help`.")
        elif word in COMMANDS and len(data) == before.count("--data"):
            return [word, *before, *rest]
        else:
            data.append(Path(word))
    return Screen(data, home)


def _open_screen(wanted: Screen) -> int:
    """Check what can be checked while a sentence can still be read, then start the TUI."""
    from musicrec_tui import paths, settings
    from musicrec_tui.cli import surroundings

    data = paths.find_data(wanted.data)
    home = paths.find_home(wanted.home)
    surroundings.need_data(data)
    surroundings.need_terminal()
    surroundings.need_writable(home)
    chosen = settings.load(home)
    from musicrec_tui.tui.app import run

    return run(home, data, chosen)


if __name__ == "__main__":
    sys.exit(main())
