"""What the words after the program's name ask for: the screen, or a command. Light: no Typer."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from musicrec_tui.cli.names import COMMANDS
from musicrec_tui.errors import UserError

_OPTIONS = {"--data": "a path", "--home": "a path", "--format": "a name"}


class Screen(NamedTuple):
    """What the screen is to open; empty and None: the defaults. `fresh`: as if for the first time."""

    data: list[Path]
    home: Path | None
    layout: str = ""
    fresh: bool = False


def read(argv: Sequence[str]) -> Screen | list[str]:
    """Tell a command from paths.

    The first word that is no option decides: a command's name is the command (a folder of that name is opened as
    `./users`), anything else a path. `--data`, `--format` and `--home` may stand before a command too.

    Returns:
        What the screen opens, or the words for the command line, beginning with the command.

    Raises:
        UserError: an option that is unknown or lacks its value.
    """
    before: list[str] = []
    data: list[Path] = []
    fresh = False
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if option in _OPTIONS:
            if not equals and not rest:
                raise UserError(f"{option} needs {_OPTIONS[option]} after it.")
            value = value if equals else rest.pop(0)
            before += [option, value]
            data += [Path(value)] * (option == "--data")
        elif word in ("--help", "-h"):
            return ["--help"]
        elif word == "--fresh":
            fresh = True
        elif word == "--":
            data += map(Path, rest)
            break
        elif word.startswith("-"):
            raise UserError(f"There is no option {word} before a command; see `musicrec-tui --help`.")
        elif word in COMMANDS and len(data) == before.count("--data"):
            return _command([word, *before, *rest], fresh=fresh)
        else:
            data.append(Path(word))
    home = _last(before, "--home")
    return Screen(data, Path(home) if home is not None else None, _last(before, "--format") or "", fresh)


def _command(argv: list[str], *, fresh: bool) -> list[str]:
    """A command with its words."""
    if fresh:
        raise UserError("--fresh is for the screen; a command begins anew each time.")
    return argv


def _last(before: list[str], option: str) -> str | None:
    """The value of an option that was given last; None where it was not given."""
    values = [value for name, value in zip(before[::2], before[1::2], strict=True) if name == option]
    return values[-1] if values else None
