"""The table of commands, and what a command line asks for: the screen, or one of them. Light: no Typer."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

# Each command's name, with the module of this folder that has a function of that name.
COMMANDS = {
    "info": "data",
    "columns": "data",
    "rows": "data",
    "codes": "data",
    "matrix": "shape",
    "activity": "shape",
    "users": "lookup",
    "artists": "lookup",
    "user": "lookup",
    "artist": "lookup",
    "import": "importing",
    "profiles": "profiles",
    "playlists": "playlists",
    "taste": "taste",
    "review": "review",
    "links": "links",
    "personal": "personal",
    "train": "training",
    "tune": "tuning",
    "tunings": "tuning",
    "runs": "runs",
    "compare": "comparing",
    "takeaways": "glossary",
    "metrics": "glossary",
    "recommend": "answers",
    "similar": "answers",
    "explain": "answers",
    "export": "exporting",
    "sql": "sql",
    "serve": "serve",
    "models": "models",
    "formats": "models",
    "bookmarks": "bookmarks",
    "keys": "screen",
    "themes": "screen",
    "doctor": "doctor",
}
_OPTIONS = {"--data": "a path", "--home": "a path", "--format": "a name"}
VERSION = "--version"
_AT_ONCE = {
    "--help": "--help", "-h": "--help", VERSION: VERSION, "-V": VERSION,
    "--install-completion": "--install-completion", "--show-completion": "--show-completion",
}  # fmt: skip
"""Options that are answered before anything is opened; the last two are Typer's own."""
_FLAGS = {"--fresh", "--restricted", "--no-tour"}


class ScreenRequest(NamedTuple):
    """What the screen opens; empty and None are the defaults.

    Attributes:
        data, home, layout: as every command has them.
        flags: those of `--fresh`, `--restricted` and `--no-tour` that were given.
    """

    data: list[str]
    home: Path | None
    layout: str = ""
    flags: frozenset[str] = frozenset()


def read(argv: Sequence[str]) -> ScreenRequest | list[str]:
    """Distinguish a command from paths.

    The first argument that is no option decides: a command's name is that command (a folder of that name is opened as
    `./users`), anything else is a path. `--data`, `--format` and `--home` may stand before a command too.

    Returns:
        What the screen opens, or the arguments of a command, beginning with its name.

    Raises:
        UserError: an option that is unknown, lacks its value, or is not a command's.
    """
    before: list[str] = []
    data: list[str] = []
    home: Path | None = None
    layout = ""
    flags: set[str] = set()
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if option in _OPTIONS:
            value = value if equals else _following(option, rest)
            before += [option, value]
            if option == "--data":
                data.append(value)
            elif option == "--home":
                home = Path(value)
            else:
                layout = value
        elif word in _FLAGS:
            flags.add(word)
        elif option in _AT_ONCE:
            return [_AT_ONCE[option] + word[len(option) :], *rest]
        elif word == "--":
            data += rest
            break
        elif word.startswith("-"):
            raise UserError(_no_option(word, data[before.count("--data") :]))
        elif word in COMMANDS and len(data) == before.count("--data"):
            return _command(word, flags, [*before, *rest])
        else:
            data.append(word)
    return ScreenRequest(data, home, layout, frozenset(flags))


def _following(option: str, rest: list[str]) -> str:
    """Take the value that stands after an option."""
    if not rest:
        raise UserError(f"{option} needs {_OPTIONS[option]} after it.")
    return rest.pop(0)


def _no_option(option: str, paths: list[str]) -> str:
    """The error for an option that is not the screen's: a word before it may be a misspelled command."""
    if paths:
        wrong = f"{printable(str(paths[0]))} is not a command, and the screen has no option {printable(option)}"
    else:
        wrong = f"Unknown option {printable(option)}"
    return f"{wrong}; see `musicrec-tui --help`."


def _command(name: str, flags: set[str], rest: list[str]) -> list[str]:
    """The words of a command; the screen's flags are not for commands."""
    if flags:
        raise UserError(f"{min(flags)} is for the screen; the command {name} has no such option.")
    return [name, *rest]
