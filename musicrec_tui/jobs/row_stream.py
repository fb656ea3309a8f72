"""Rows on their way to the exporter: JSON Lines, a page each, and an empty page when they are all there."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO

import msgspec

from musicrec_tui.dataset.table_files import Cells, Column, Value
from musicrec_tui.errors import Cancelled

_Sent = list[list[str | int | float | bool | None]]


def line(page: Sequence[Cells]) -> bytes:
    """A page as a line. Numbers that JSON has no form for (NaN, infinite) become missing values."""
    return msgspec.json.encode([tuple(map(_storable, cells)) for cells in page]) + b"\n"


def pages(columns: Sequence[Column], lines: IO[bytes]) -> Iterator[list[Cells]]:
    """The pages as they come.

    Raises:
        Cancelled: who sends them is gone before the last one.
    """
    times = [column.kind == "time" for column in columns]
    while raw := lines.readline():
        sent = msgspec.json.decode(raw, type=_Sent)
        if not sent:
            return
        yield [tuple(_received(value, time) for value, time in zip(cells, times, strict=True)) for cells in sent]
    raise Cancelled


def lines_of(sent: Iterable[Sequence[Cells]]) -> Iterator[tuple[bytes, int]]:
    """Pages as lines with their numbers of rows, the empty one last."""
    for page in sent:
        if page:
            yield line(page), len(page)
    yield line(()), 0


def _storable(value: Value) -> Value:
    """Lone surrogates, which no file holds, become U+FFFD."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _received(value: str | float | bool | None, time: bool) -> Value:
    """A value as it was."""
    return datetime.fromisoformat(value) if time and isinstance(value, str) else value
