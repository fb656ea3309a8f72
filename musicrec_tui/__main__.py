"""The console script: `--version` at once, a command to the command line, all else to the screen.

It lies above both front ends, which never import each other. It imports nothing before it knows what is wanted:
`--version` takes as long as Python itself.
"""

import os
import sys

_COMPLETION = "_MUSICREC_TUI_COMPLETE"
"""The variable in which a shell says that it completes a line."""
TYPE_CHECKING = False  # typing's own costs a fifth of Python's start
if TYPE_CHECKING:
    from typing import NoReturn

    from musicrec_tui.cli.argv import ScreenRequest


def main() -> int:
    """Run `musicrec-tui`; returns the exit code."""
    argv = sys.argv[1:]
    if argv in (["--version"], ["-V"]):
        return _print_version()
    try:
        from musicrec_tui.cli import outcome

        return outcome.guarded(lambda: _run(argv), argv)
    except KeyboardInterrupt:  # while `outcome` was imported, or a sentence written
        sys.stderr.write("musicrec-tui: Cancelled.\n")
        return 130


def _print_version() -> int:
    """Print the version; where stdout is closed, nothing."""
    from musicrec_tui import __version__

    if sys.stdout is not None:
        sys.stdout.write(f"musicrec-tui {__version__}\n")
    return 0


def _run(argv: list[str]) -> int:
    """Open the screen or run the command."""
    from musicrec_tui.cli import argv as command_line

    completing = _COMPLETION in os.environ  # the shell asks for words: Typer answers, whatever the line says
    wanted = ["--help"] if completing else command_line.read(argv)
    if isinstance(wanted, list) and wanted[:1] == [command_line.VERSION]:
        return _print_version()
    if isinstance(wanted, command_line.ScreenRequest):
        _open_screen(wanted)
    from musicrec_tui.cli.app import run
    from musicrec_tui.tui.keys.cli_bridge import Front

    return run(wanted, Front())


def _open_screen(wanted: "ScreenRequest") -> "NoReturn":
    """Check what can be checked while a sentence can still be read, then be the TUI until it is over."""
    os.environ.setdefault("TEXTUAL_FPS", "120")  # Textual's 60 let what a key changed wait for up to 17 ms
    from musicrec_tui.tui.shell import background

    background.put_off()
    from musicrec_tui import paths, settings
    from musicrec_tui.cli import preflight
    from musicrec_tui.tui.shell import memory

    home = paths.find_home(wanted.home)
    opening = memory.opening(home, wanted.data, wanted.layout, fresh=bool({"--fresh", "--restricted"} & wanted.flags))
    preflight.need_data(opening.log)
    preflight.need_terminal()
    preflight.need_writable(home)
    chosen = settings.load(home)
    from musicrec_tui.tui.app import run

    restricted = "--restricted" in wanted.flags
    tour = not restricted and "--no-tour" not in wanted.flags
    code = run(home, opening.log, chosen, opening.memory, restricted=restricted, tour=tour)
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed. Python would take 200,000 objects apart first, and keep the prompt waiting for 0.2 s.
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
