"""Rows as text for the clipboard: plain columns, TSV, CSV, Markdown or JSON. No widgets here.

A terminal pastes any text, escape sequences too, and a line end runs a command. So every copied text passes
`printable()`: control characters and bidi overrides become U+FFFD, line ends and tabs a space. JSON alone keeps raw
values, since it has an escape for each of these characters; files (`jobs.exporter_client`) have raw values as well.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from rich.cells import cell_len

from musicrec_tui.dataset.table_files import Cells, Column, Value, distinct_names
from musicrec_tui.text import printable

Format = Literal["TSV", "CSV", "text", "Markdown", "JSON"]
Extent = Literal["cell", "row", "table"]
FORMATS: tuple[Format, ...] = ("TSV", "CSV", "text", "Markdown", "JSON")
EXTENTS: tuple[Extent, ...] = ("cell", "row", "table")

_MARKS = re.compile(r"([\\`*_\[\]<>|~&#])")


def format_rows(columns: Sequence[Column], rows: Sequence[Cells], wanted: Format, extent: Extent) -> str:
    """Rows as text that is safe for a terminal.

    The names of the columns come first where a table is wanted, and in Markdown, which has no tables without.

    Args:
        columns: of the rows.
        rows: one of them, unless a table is wanted; one with one column, where a cell is.
        wanted: the format.
        extent: cell, row or table.
    """
    if wanted == "JSON":
        return _json(columns, rows, extent)
    if extent == "cell":
        return plain_text(rows[0][0])
    heads = [printable(column.name, None) for column in columns]
    lines = [[plain_text(value) for value in cells] for cells in rows]
    if wanted == "Markdown":
        return _markdown(columns, heads, lines)
    headed = [heads, *lines] if extent == "table" else lines
    return _LINED[wanted](headed)


def plain_text(value: Value) -> str:
    """A value as clean text on one line; a missing one is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(str(value), None)


def _text(lines: list[list[str]]) -> str:
    """Aligned columns, two cells apart."""
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _tsv(lines: list[list[str]]) -> str:
    """Tab-separated values; cells have no tabs, see above."""
    return "\n".join("\t".join(line) for line in lines)


def _csv(lines: list[list[str]]) -> str:
    """Comma-separated values, quoted where needed."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(lines)
    return file.getvalue().removesuffix("\n")


def _markdown(columns: Sequence[Column], heads: list[str], lines: list[list[str]]) -> str:
    """A table in GitHub's Markdown; markup in values is escaped."""
    rule = ["---:" if column.kind in ("whole", "number") else "---" for column in columns]
    escaped = [[_MARKS.sub(r"\\\1", text) for text in line] for line in (heads, *lines)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (escaped[0], rule, *escaped[1:]))


def _json(columns: Sequence[Column], rows: Sequence[Cells], extent: Extent) -> str:
    """A value, an object, or an array of objects, one on each line."""
    if extent == "cell":
        return _encoded(rows[0][0])
    names = distinct_names([column.name for column in columns])
    objects = [_encoded(dict(zip(names, cells, strict=True))) for cells in rows]
    return objects[0] if extent == "row" else "[\n" + ",\n".join(objects) + "\n]"


def _encoded(value: object) -> str:
    """JSON in which every character that `printable` would change is escaped."""
    told = msgspec.json.encode(_parted(value)).decode()
    return "".join(one if one.isprintable() and printable(one) == one else _escape(one) for one in told)


def _parted(value: object) -> object:
    """A value whose lone surrogates, which UTF-8 cannot encode, are replaced by U+FFFD."""
    if isinstance(value, dict):
        return {_parted(name): _parted(one) for name, one in value.items()}
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def _escape(character: str) -> str:
    """A character as an escape of JSON, two of them beyond the first plane."""
    code = character.encode("utf-16-be")
    return "".join(f"\\u{code[at : at + 2].hex()}" for at in range(0, len(code), 2))


_LINED: dict[Format, Callable[[list[list[str]]], str]] = {"text": _text, "TSV": _tsv, "CSV": _csv}
