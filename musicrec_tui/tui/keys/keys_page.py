"""docs/keys.md, made from the commands (`make pages`)."""

from collections.abc import Iterator
from itertools import groupby

from musicrec_tui.tui.common.commands import key_text
from musicrec_tui.tui.common.verbs import EVERYWHERE, NO_KEY, VERBS
from musicrec_tui.tui.keys import catalogue

_HEAD = """\
# Keys

This page is drawn from the commands themselves (`make pages`). In the
program `?` shows the keys of the screen that you are in, `Ctrl+P` finds a command by its name, and `musicrec-tui keys`
prints this list with your own keys in it (`--json` for programs). `Tab` and `Shift+Tab` go from pane to pane.

`^` stands for Ctrl. `g g` is one key pressed twice in a row.

## Your own keys

A table in `settings.toml` (in the data folder, or below `--home DIR`) moves commands by their ids, to one key or to
several with commas between:

```toml
[keys]
"explore.search" = "ctrl+f,/"
"app.help" = "f1"
```

It is checked at the start. Your key wins: a command that has the same key by default, where both can be given, loses
it, and the start and `musicrec-tui keys` name it. A command or a key that does not exist, and keys that terminals,
tmux, screen or macOS swallow are refused with a sentence that names the line. The footer, the help and the palette show
your keys.

## One meaning for each key

A key means the same on all screens, and what you can do has the same key everywhere. Where a key's meaning depends on
the kind of widget that has the focus, the table says so: a *list* (also a table or plot), a *form*, a *question*, or a
*text* (an input or editor, which takes letters as text).

"""


def markdown() -> str:
    """The whole page."""
    parts = [_HEAD, *_verb_tables()]
    for place, listed in groupby(catalogue.every().values(), key=lambda one: one.screen):
        parts.append(f"## {place[:1].upper()}{place[1:]}\n\n| key | command | id |\n|---|---|---|\n")
        parts += [f"| {_code(one.key)} | {_cell(one.help)} | `{one.id}` |\n" for one in listed]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _verb_tables() -> Iterator[str]:
    """The key table, by kind."""
    titles = {"action": "key", "movement": "movement; letters as in vim", "zoom": "zoom"}
    for kind, title in titles.items():
        yield f"| {title} | meaning | focus |\n|---|---|---|\n"
        for verb in VERBS.values():
            if verb.kind == kind and verb.key != NO_KEY:
                keys = " ".join(map(key_text, verb.keys.split(",")))
                where = "" if verb.focus == EVERYWHERE else ", ".join(sorted(verb.focus))
                yield f"| {_code(keys)} | {verb.meaning}. | {where} |\n"
        yield "\n"


def _code(keys: str) -> str:
    """Keys as code, in a table's cell."""
    return f"`{_cell(keys)}`" if keys else ""


def _cell(text: str) -> str:
    """A text in a table's cell."""
    return text.replace("|", "\\|")
