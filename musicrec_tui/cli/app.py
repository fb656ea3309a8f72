"""The commands, assembled from the table `argv.COMMANDS`; `run` is the door."""

import importlib
import keyword
import sys
from collections.abc import Iterable, Sequence

import typer
from typer.exceptions import TyperException

from musicrec_tui.cli import options, outcome
from musicrec_tui.cli.argv import COMMANDS
from musicrec_tui.cli.screen import Screen
from musicrec_tui.text import printable

HELP = (
    "A terminal workbench for music recommendation. `musicrec-tui [PATH] [--data PATH]... [--home DIR]` opens the "
    "screen as you left it; the commands below do the same work without it. --fresh ignores the saved state, --no-tour "
    "skips the tour of the first start, --restricted has no files, SQL or deleting (as in `serve`). To open a folder "
    "that is named like a command, write ./users. `musicrec-tui --version` prints the version."
)


def assembled(names: Iterable[str] = tuple(COMMANDS)) -> typer.Typer:
    """These commands as one program; only their modules are imported."""
    app = typer.Typer(
        name="musicrec-tui",
        help=HELP,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=True,
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(lambda: None)  # or Typer makes a single command the whole program
    for name in names:
        module = importlib.import_module(f"musicrec_tui.cli.{COMMANDS[name]}")
        app.command(name)(options.command(getattr(module, name + "_" * keyword.iskeyword(name))))
    return app


def run(argv: Sequence[str], front: Screen | None = None) -> int:
    """Do what the command line says.

    Args:
        argv: the arguments after the program's name; the first is a command.
        front: the screen, for the commands that list its keys and themes.

    Returns:
        The exit code: 0 fine, 1 failed, 2 wrong usage or bad input, 130 cancelled.
    """
    return outcome.guarded(lambda: _dispatch(argv, front), argv)


def _dispatch(argv: Sequence[str], front: Screen | None) -> int:
    """Parse and call with Typer; its errors become one sentence."""
    streams = sys.stdout, sys.stderr
    try:
        app = assembled(argv[:1] if argv and argv[0] in COMMANDS else COMMANDS)
        returned = typer.main.get_command(app).main(
            list(argv), prog_name="musicrec-tui", standalone_mode=False, obj=front
        )
    except TyperException as error:
        message = error.format_message().replace(": Value error, ", ": ")  # Typer passes Pydantic's prefix on
        told = " ".join(printable(message, limit=None).split()).rstrip(".")
        command = f" {argv[0]}" if argv and not argv[0].startswith("-") else ""
        outcome.say(f"{told}. See `musicrec-tui{command} --help`.")
        return outcome.USAGE
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # Typer's answer to `| head` is to fail, ours is not
            raise end.__context__ from None
        raise
    finally:
        sys.stdout, sys.stderr = streams  # it wraps them on that way
    return returned if isinstance(returned, int) else outcome.FINE
