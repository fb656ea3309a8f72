"""docs/settings.md, drawn from the fields of `settings.Settings` (`make pages`)."""

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import NODEFAULT, Meta

from musicrec_tui import toml
from musicrec_tui.settings import Settings

_HEAD = """\
# Settings

Your choices for the whole program are in `settings.toml`, in the data folder (Linux: `~/.local/share/musicrec-tui`,
macOS: `~/Library/Application Support/musicrec-tui`) or below `--home DIR`; `musicrec-tui doctor` shows where. The file
is yours: the program changes only the line of the theme (`f6`). It is read at the start; where a value cannot be used,
the program names the file, the line and what is allowed. Options of a command, such as `-k`, count for that command.
This page is drawn from the code (`make pages`).

"""
_TAIL = """\
## Environment variables

| variable | meaning |
|---|---|
| `MUSICREC_DATA` | the log that is opened where none is named |
| `MUSICREC_HOME` | the folder of runs, settings, profiles and indexes, as `--home` |
| `LISTENBRAINZ_TOKEN`, `LASTFM_API_KEY` | token and key for these services: see [your history](your-history.md) |
| `NO_COLOR` | not empty: no colours |
| `TZ` | the time zone, where `time_zone` is not set |
"""


def markdown() -> str:
    """The whole page."""
    rows, details = [_HEAD, "| setting | default | unit |\n|---|---|---|\n"], []
    sentences, kinds = _sentences(), get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        about = next(one for one in get_args(kinds[field.name]) if isinstance(one, Meta))
        default, unit = _default(field), str((about.extra or {}).get("unit", ""))
        rows.append(f"| [`{field.name}`](#{field.name}) | {default} | {unit} |\n")
        example = toml.dumps({field.name: _example(about)}).strip()
        allowed = _allowed(get_args(kinds[field.name])[0], about)
        facts = " · ".join(filter(None, [f"Default: {default}", unit and f"unit: {unit}", allowed]))
        details.append(f"## `{field.name}`\n\n{sentences[field.name]}\n\n{facts}\n\n```toml\n{example}\n```\n\n")
    return "".join([*rows, "\n", *details, _TAIL])


def example(name: str) -> dict[str, Any]:
    """The document of a setting's example."""
    about = next(one for one in get_args(get_type_hints(Settings, include_extras=True)[name]) if isinstance(one, Meta))
    return {name: _example(about)}


def _example(about: Meta) -> Any:
    assert about.examples  # noqa: S101  (each setting has one; see `settings._about`)
    return about.examples[0]


def _sentences() -> Mapping[str, str]:
    """What the docstring says of each setting."""
    node = ast.parse(textwrap.dedent(inspect.getsource(Settings))).body[0]
    assert isinstance(node, ast.ClassDef)  # noqa: S101
    attributes = (ast.get_docstring(node) or "").partition("Attributes:\n")[2]
    listed = (" ".join(one.split()).partition(": ") for one in re.split(r"\n(?=    \S)", attributes.rstrip()))
    return {name: sentence for name, _, sentence in listed}


def _default(field: msgspec.structs.FieldInfo) -> str:
    """A setting's default; that of the time zone depends on the machine."""
    if field.default is not NODEFAULT:
        return f"`{toml.dumps({'value': field.default}).partition(' = ')[2].strip()}`"
    return "none" if field.default_factory is dict else "that of the machine"


def _allowed(kind: Any, about: Meta) -> str:
    """The range of a number, or the choices."""
    if about.ge is not None and about.le is not None:
        return f"{about.ge:,} to {about.le:,}"
    choices = get_args(kind) if kind is not None and all(isinstance(one, str) for one in get_args(kind)) else ()
    return f"one of {', '.join(f'`{one}`' for one in choices)}" if choices else ""
