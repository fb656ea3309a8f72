"""The man page, generated from the commands: `make pages` writes docs/musicrec-tui.1."""

import typer

from musicrec_tui import __version__
from musicrec_tui.cli.app import HELP, assembled
from musicrec_tui.cli.argv import COMMANDS

_WIDTH = 78


def page() -> str:
    """The whole page in roff's man macros."""
    group = typer.main.get_command(assembled())
    parts = [
        f'.TH MUSICREC-TUI 1 "" "musicrec-tui {__version__}" "User commands"',
        ".SH NAME", r"musicrec\-tui \- a terminal workbench for music recommendation",
        ".SH SYNOPSIS", ".B musicrec\\-tui", r"[\fIPATH\fR] [\fIOPTION\fR]...", ".br",
        ".B musicrec\\-tui", r"\fICOMMAND\fR [\fIARGUMENT\fR]...",
        ".SH DESCRIPTION", _text(HELP), ".SH COMMANDS",
    ]  # fmt: skip
    with group.make_context("musicrec-tui", [], terminal_width=_WIDTH, resilient_parsing=True) as context:
        for name in COMMANDS:
            command = group.commands[name]  # type: ignore[attr-defined]  # Typer says Command where it makes a group
            with command.make_context(name, [], parent=context, resilient_parsing=True) as below:
                parts += [f".SS {name}", ".nf", _text(command.get_help(below)), ".fi"]
    parts += [
        ".SH EXIT STATUS",
        _text("0 fine, 1 failed, 2 wrong usage or bad input, 130 cancelled."),
        ".SH ENVIRONMENT",
        _text("MUSICREC_DATA and MUSICREC_HOME stand for --data and --home."),
    ]
    return "\n".join(parts) + "\n"


def _text(text: str) -> str:
    """Lines of text for roff: no escapes, and no line that looks like a request."""
    lines = (line.rstrip().replace("\\", "\\e").replace("-", "\\-") for line in text.splitlines())
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)
