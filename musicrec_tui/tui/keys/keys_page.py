"""docs/keys.md, made from the commands: `python -m musicrec_tui.tui.keys.keys_page > docs/keys.md`."""

import sys
from itertools import groupby

from musicrec_tui.tui.keys import catalogue

_HEAD = """\
# Keys

This page is drawn from the commands themselves (`python -m musicrec_tui.tui.keys.keys_page > docs/keys.md`). In the
program `?` shows the keys of the screen that you are in, `Ctrl+P` finds a command by its name, and `musicrec-tui keys`
prints this list with your own keys in it (`--json` for programs). `Tab` and `Shift+Tab` go from pane to pane, `Esc`
goes back.

`^` stands for Ctrl. `g g` is one key pressed twice in a row.

## Your own keys

A table in `settings.toml` (in the data folder, or below `--home DIR`) moves commands by their ids, to one key or to
several with commas between:

```toml
[keys]
"explore.search" = "ctrl+f,/"
"app.help" = "f1"
```

It is checked at the start. A command or a key that there is not, a key that another command has at the same place, and
keys that terminals, tmux, screen or macOS swallow are refused with a sentence that names the line. The footer, the help
and the palette show your keys.
"""


def markdown() -> str:
    """The whole page."""
    parts = [_HEAD, "\n"]
    for place, listed in groupby(catalogue.every().values(), key=lambda one: one.screen):
        parts.append(f"## {place[:1].upper()}{place[1:]}\n\n| key | command | id |\n|---|---|---|\n")
        parts += [f"| {_code(one.key)} | {_cell(one.help)} | `{one.id}` |\n" for one in listed]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _code(keys: str) -> str:
    """Keys as code, in a table's cell."""
    return f"`{_cell(keys)}`"


def _cell(text: str) -> str:
    """A text in a table's cell."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(markdown())
