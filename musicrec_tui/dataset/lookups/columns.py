"""The columns of a log's files: what they hold, over all rows or, where the log is big, over a sample of them."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice

from musicrec_tui.dataset.lookups.rows import RawLog, Span, record_texts
from musicrec_tui.dataset.portrait import ColumnFacts, PartFacts
from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout
from musicrec_tui.dataset.sources.glimpse import is_plain, text_rows
from musicrec_tui.dataset.sources.recognise import Part
from musicrec_tui.dataset.sources.relations import scan
from musicrec_tui.errors import Cancelled

MOST = 500_000
"""Rows that are looked at for one answer; counting their distinct values exactly takes a second or two."""
_STRETCHES = 8
"""A sample of Parquet is so many stretches of neighbouring rows, spread over the files."""

_FACTS = """
SELECT count(*), count(COLUMNS(*)), count(DISTINCT COLUMNS(*)), CAST(min(COLUMNS(*)) AS VARCHAR),
    CAST(max(COLUMNS(*)) AS VARCHAR), CAST(any_value(COLUMNS(*)) AS VARCHAR) FROM (%s)
"""


def _never() -> bool:
    """Nobody cancels."""
    return False


def column_facts(log: RawLog, most: int = MOST, cancelled: Callable[[], bool] = _never) -> list[PartFacts]:
    """What the columns of each part of a log hold.

    Args:
        log: the log; its `interrupt` stops this too.
        most: rows of a part that are looked at; of a part with more, a sample.
        cancelled: asked while records are read, which nothing interrupts.

    Raises:
        UserError: a file cannot be read.
        Cancelled: the log was interrupted, or `cancelled` said so.
    """
    told = []
    for number, part in enumerate(log.parts):
        own = [span for span in log.spans if span.part_number == number]
        by_rows = part.format in ("records", "json") or (part.format == "csv" and not is_plain(part))
        looked = _of_rows(own, most, cancelled) if by_rows else _of_table(log, part, own, most)
        looked_at, columns = looked
        paths = tuple(str(file) for file in part.files)
        told.append(PartFacts(part.layout.name, paths, sum(span.rows for span in own), looked_at, columns))
    return told


def stretches(rows: Sequence[int], most: int, pieces: int = _STRETCHES) -> list[tuple[int, int, int]]:
    """Which rows to look at: at most `most` of all, in stretches spread evenly over the files.

    Args:
        rows: of each file.
        most: rows in total.
        pieces: how many stretches there are at most where not all rows are looked at.

    Returns:
        (file, first row in it, rows); together all rows where there are no more than `most`.
    """
    total = sum(rows)
    if total <= most:
        return [(file, 0, count) for file, count in enumerate(rows) if count]
    length = max(1, most // pieces)
    found: list[tuple[int, int, int]] = []
    for piece in range(pieces):
        at = piece * (total - length) // max(1, pieces - 1)
        file = 0
        while at >= rows[file]:
            at -= rows[file]
            file += 1
        found.append((file, at, min(length, rows[file] - at)))
    return found


def _of_table(log: RawLog, part: Part, spans: list[Span], most: int) -> tuple[int, tuple[ColumnFacts, ...]]:
    """Rows that were looked at and the columns, by DuckDB."""
    sql, parameters = _looked_at(part, spans, most)
    with log.cursor(part) as cursor:
        [(looked_at, *values)] = cursor.execute(_FACTS % sql, parameters).fetchall()
    names = spans[0].columns
    count = len(names)
    filled, distinct, least, greatest, example = (values[at * count : (at + 1) * count] for at in range(5))
    columns = tuple(
        ColumnFacts(name, type_, looked_at - filled[at], distinct[at], least[at], greatest[at], example[at])
        for at, (name, type_) in enumerate(zip(names, part.columns.values(), strict=True))
    )
    return looked_at, columns


def _looked_at(part: Part, spans: list[Span], most: int) -> tuple[str, dict[str, object]]:
    """The rows of a table to look at, as SQL with its parameters: of text, the first ones of its only file."""
    relation, parameters = scan(part, rejects=True)
    rows = [span.rows for span in spans]
    if part.format in ("csv", "json"):
        return f"SELECT * FROM {relation} LIMIT {most:d}", parameters  # noqa: S608
    if sum(rows) <= most:
        return f"SELECT * FROM {relation}", parameters  # noqa: S608
    parameters = {}
    selects = []
    for number, (file, first, count) in enumerate(stretches(rows, most)):
        one, own = scan(spans[file].part, rejects=True)
        parameters[f"files_{number}"] = own["files"]
        low, high = first, first + count - 1
        one = one.replace("$files", f"$files_{number}")
        selects.append(f"SELECT * FROM {one} WHERE file_row_number BETWEEN {low:d} AND {high:d}")  # noqa: S608
    return " UNION ALL ".join(selects), parameters


def _of_rows(spans: list[Span], most: int, cancelled: Callable[[], bool]) -> tuple[int, tuple[ColumnFacts, ...]]:
    """The same by Python, which alone can read records and text that is not plain."""
    rows = chain.from_iterable(_rows(span) for span in spans)
    part = spans[0].part
    types = CANONICAL if part.format == "records" else part.columns
    values: list[dict[str, None]] = [{} for _ in types]
    nulls = [0] * len(values)
    looked_at = 0
    for row in islice(rows, most):
        if looked_at % 1000 == 0 and cancelled():
            raise Cancelled
        looked_at += 1
        for at, value in enumerate(row):
            if value is None:
                nulls[at] += 1
            else:
                values[at][value] = None
    columns = tuple(
        ColumnFacts(
            name, type_, nulls[at], len(values[at]), min(values[at], default=None), max(values[at], default=None),
            next(iter(values[at]), None),
        )
        for at, (name, type_) in enumerate(types.items())
    )  # fmt: skip
    return looked_at, columns


def _rows(span: Span) -> Iterable[tuple[str | None, ...]]:
    """The rows of a file, as text."""
    layout = span.part.layout
    if isinstance(layout, RecordLayout):
        return map(record_texts, layout.rows(span.part.files[0]))
    return text_rows(span.part)
