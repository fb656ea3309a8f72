"""What Python's TOML lacks: a writer, and the line in which a key stands."""

import re
import tomllib
from collections.abc import Mapping, Sequence

import msgspec

Scalar = str | int | float | bool
Value = Scalar | Sequence[Scalar] | Mapping[str, "Value"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_AT_LINE = re.compile(r"at line (\d+)")


def dumps(document: Mapping[str, Value]) -> str:
    """A document as TOML: values first, tables under their headers after them; `tomllib.loads` gives it back."""
    return "".join(f"{line}\n" for line in _lines(document, ()))


def _lines(table: Mapping[str, Value], path: tuple[str, ...]) -> list[str]:
    """The lines of a table and of those in it."""
    lines: list[str] = []
    for key, value in table.items():
        if not isinstance(value, Mapping):
            lines.append(f"{key_text((key,))} = {_value(value)}")
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += [*([""] if lines or path else []), f"[{key_text((*path, key))}]", *_lines(value, (*path, key))]
    return lines


def key_text(path: Sequence[str]) -> str:
    """A key as TOML writes it: `keys."explore.search"`."""
    return ".".join(part if _BARE.fullmatch(part) else _string(part) for part in path)


def _value(value: Scalar | Sequence[Scalar]) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return f"[{', '.join(_value(one) for one in value)}]"


def _string(text: str) -> str:
    """A string as JSON spells it, which TOML reads alike; DEL is the one character that only JSON takes as it is."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")


def line_of(text: str, path: Sequence[str]) -> int:
    """The line (counted from 1) in which a key, or the header of a table, begins; 0 where the document lacks it.

    It is the first line with which the document, read as far as that, has the key: so it is TOML's own reader that
    distinguishes dotted keys, inline tables and strings of many lines.
    """
    lines = text.split("\n")
    begun = 1
    for number in range(1, len(lines) + 1):
        try:
            document = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a value
        if _has(document, path):
            return begun
        begun = number + 1
    return 0


def _has(document: object, path: Sequence[str]) -> bool:
    """Whether there is a value behind the keys of a path."""
    for part in path:
        if not isinstance(document, dict) or part not in document:
            return False
        document = document[part]
    return True


def line_of_error(text: str, error: tomllib.TOMLDecodeError) -> int:
    """The line that the reader did not understand; the last one where something is missing at the end."""
    told = _AT_LINE.search(str(error))
    return int(told[1]) if told else max(1, len(text.splitlines()))
