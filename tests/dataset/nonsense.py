"""Generated nonsense in the shape of every layout, for `test_sources_nonsense`."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from musicrec_tui.dataset.sources.base import TableLayout

STRANGE = (
    "", " ", "0", "-1", "1.5", "nan", "NaN", "inf", "-infinity", "1e308", "1e-320", "99999999999999999999",
    "1714564800", "2007-01-02", "03:04:05", "1970-01-01T00:00:00Z", "2262-04-12 00:00:00", "9999-12-31 23:59:59+14",
    "290309-12-22 (BC)", "31 Dec 2023 00:00", "Pixies", "x" * 10_000, '"', '""', "a,b", "a\tb", "a\nb", "\r", "\0",
    "\x1b[31m", "\u202e", "#", "\\", "\ufeff", "\U0010ffff", "�", "NULL", "[]", "{}", "'); DROP TABLE listen; --",
)  # fmt: skip

words = st.one_of(
    st.sampled_from(STRANGE), st.text(max_size=10).filter(lambda text: text.isprintable() or len(text) < 4)
)
whole = st.integers(-(2**63), 2**63 - 1)
_MICROSECONDS = st.one_of(whole, st.integers(0, 4_000_000_000_000_000))

_COLUMNS: dict[str, tuple[Callable[[], Any], st.SearchStrategy[Any]]] = {
    "text": (pa.string, words.filter(lambda text: text.isprintable())),
    "whole": (pa.int64, whole),
    "small": (pa.int8, st.integers(-128, 127)),
    "floating": (pa.float64, st.floats()),
    "us": (lambda: pa.timestamp("us"), _MICROSECONDS),
    "zoned": (lambda: pa.timestamp("us", tz="UTC"), _MICROSECONDS),
    "ns": (lambda: pa.timestamp("ns"), whole),
    "ms": (lambda: pa.timestamp("ms"), whole),
    "day": (pa.date32, st.integers(-(2**31), 2**31 - 1)),
    "clock": (lambda: pa.time64("us"), st.integers(0, 86_399_999_999)),
    "texts": (lambda: pa.list_(pa.string()), st.lists(words.filter(lambda text: text.isprintable()), max_size=2)),
    "bytes": (pa.binary, st.binary(max_size=3)),
    "yes": (pa.bool_, st.booleans()),
}
_FITTING = {
    "id": ("whole", "text", "floating", "small"),
    "text": ("text",),
    "time": ("us", "zoned", "ns", "ms", "day", "clock", "text", "whole", "floating"),
    "number": ("whole", "floating", "small", "text"),
    "ids": ("texts", "text"),
}


@st.composite
def table(draw: st.DrawFn, layout: TableLayout) -> pa.Table:
    """A table with a layout's columns, most of them of a type that fits, and any values of these types."""
    wanted = {**layout.required, **{name: kind for name, kind in layout.optional.items() if draw(st.booleans())}}
    rows = draw(st.integers(0, 6))
    columns = {}
    for name, kind in wanted.items():
        fitting = draw(st.integers(0, 19)) > 0
        type_, values = _COLUMNS[draw(st.sampled_from(_FITTING[kind] if fitting else tuple(_COLUMNS)))]
        several = draw(st.lists(st.one_of(st.none(), values), min_size=rows, max_size=rows))
        columns[name] = (
            pa.array(several, type_()) if type_ != pa.date32 else pa.array(several, pa.int32()).cast(type_())
        )
    return pa.table(columns)


@st.composite
def lines(draw: st.DrawFn, layout: TableLayout) -> str:
    """Lines of text with a layout's columns, or nearly so; some have a few fields too many, or too few."""
    names = [*layout.required, *(name for name in layout.optional if draw(st.booleans()))]
    delimiter = "\t" if not layout.quotes else draw(st.sampled_from(",\t;|"))
    rows = draw(st.lists(st.lists(words, min_size=len(names), max_size=len(names)), max_size=6))
    for row in rows:
        if draw(st.integers(0, 9)) == 0:
            row.extend(draw(st.lists(words, max_size=2))) if draw(st.booleans()) else row.pop()
    end = draw(st.sampled_from(("\n", "\r\n", "\r")))
    header = [] if layout.headless else [names]
    return end.join(delimiter.join(row) for row in [*header, *rows]) + draw(st.sampled_from(("", end)))


def write_parquet(made: pa.Table, file: Path) -> Path:
    """A table as a file."""
    pq.write_table(made, file)
    return file


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), whole, st.floats(allow_nan=False, allow_infinity=False), words),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(words, inner, max_size=2)),
    max_leaves=4,
)


def replaced(value: Any, dice: random.Random, with_: list[Any]) -> Any:
    """A JSON value in which some leaves and branches became other values."""
    if with_ and dice.random() < 0.15:
        return with_.pop()
    if isinstance(value, dict):
        return {key: replaced(inner, dice, with_) for key, inner in value.items() if dice.random() > 0.05}
    return [replaced(inner, dice, with_) for inner in value] if isinstance(value, list) else value


def edited(content: bytes, dice: random.Random, pieces: list[bytes]) -> bytes:
    """A file of which a few places were overwritten, cut out, doubled, or cut off."""
    for piece in pieces:
        start = dice.randrange(len(content) + 1)
        end = min(len(content), start + dice.randrange(40))
        how = dice.randrange(5)
        middle = (piece, b"", content[start:end] * 2, piece + content[start:end], b"\0" * (end - start))[how]
        content = content[:start] + middle + content[end:]
    return content[: dice.randrange(len(content) + 1)] if dice.random() < 0.3 else content


def rewritten(content: bytes, dice: random.Random, values: list[Any]) -> bytes:
    """JSON, or JSON Lines, with some values that are others."""
    try:
        return msgspec.json.encode(replaced(msgspec.json.decode(content), dice, values))
    except msgspec.DecodeError:
        made = []
        for line in content.splitlines():
            try:
                made.append(msgspec.json.encode(replaced(msgspec.json.decode(line), dice, values)))
            except msgspec.DecodeError:
                made.append(line)
        return b"\n".join(made)
