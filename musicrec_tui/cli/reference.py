"""docs/cli.md, generated from the commands (`make pages`)."""

import typer

from musicrec_tui.cli.app import assembled
from musicrec_tui.cli.argv import COMMANDS

WIDTH = 100

_HEAD = """\
# The command line

Every screen has commands that do the same. This page is generated from the commands
(`make pages`) and equals `musicrec-tui COMMAND --help`. The
[glossary](glossary.md) explains the terms.

- **stdout** has the result: a table for people, or with `--json` one object for programs. JSON is plain ASCII, with
  names unchanged; tables remove control characters. In a pipe nothing is shortened or coloured.
- **stderr** has progress and, after a failure, one sentence.
- **Exit codes:** 0 fine, 1 failed, 2 wrong usage or bad input, 130 cancelled (Ctrl-C or SIGTERM; a training worker is
  stopped first).
- **RUN** is an id or its unique beginning, a name, `latest`, or `best` (by validation NDCG@K). If a run is named and no
  log is, the log of that run is opened.
- `--data` and `--home` may also precede the command; `MUSICREC_DATA` and `MUSICREC_HOME` have the same effect.
"""


def markdown() -> str:
    """The whole page."""
    group = typer.main.get_command(assembled())
    with group.make_context("musicrec-tui", [], terminal_width=WIDTH, resilient_parsing=True) as context:
        parts = [_HEAD, _block(group.get_help(context))]
        for name in COMMANDS:
            command = group.commands[name]  # type: ignore[attr-defined]  # Typer says Command where it makes a group
            with command.make_context(name, [], parent=context, resilient_parsing=True) as below:
                parts += [f"## {name}\n", _block(command.get_help(below))]
    return "\n".join(parts)


def _block(text: str) -> str:
    """Text as it would be in a terminal."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"```text\n{lines}\n```\n"
