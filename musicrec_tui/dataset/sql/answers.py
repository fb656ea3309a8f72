"""From a query to its rows: some as text, to be shown, or all of them as Arrow batches."""

from typing import Any

import duckdb

from musicrec_tui.dataset.records import QueryRows
from musicrec_tui.dataset.sql import guard
from musicrec_tui.dataset.sql.errors import SqlError, explained

LONGEST_CELL = 10_000
"""Characters of a value that are shown; a cut one ends with "…"."""

LARGEST = 32 * 2**20
"""Characters of all values that are shown together; what is beyond is left out, as rows beyond the limit are."""

MOST_COLUMNS = 200
"""Columns that are shown; an export may have more."""

BATCH = 50_000

_AS_JSON = {"list", "array", "struct", "map", "union", "variant"}
_AS_IS = {
    "boolean", "tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint", "hugeint",
    "float", "double", "decimal", "varchar", "date", "time", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns",
    "timestamp with time zone",
}  # fmt: skip
_NESTED = {"list", "array", "struct"}


def selected(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """A query that is checked and bound, and not yet run.

    Raises:
        SqlError: it is not one harmless SELECT, or DuckDB does not understand it.
    """
    try:
        statement = guard.check_query(connection, sql)
        try:
            return connection.sql(statement)
        except duckdb.Error:
            connection.execute(statement)  # it fails in the same way, and says where in the query
            raise
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise explained(error, sql) from error


def shown(relation: duckdb.DuckDBPyRelation, limit: int) -> QueryRows:
    """Run a query and keep its first rows, at most `limit` of them.

    Raises:
        SqlError: it has more columns than can be shown.
        duckdb.Error: it fails, or is interrupted.
    """
    if len(relation.columns) > MOST_COLUMNS:
        raise SqlError(f"The result has {len(relation.columns):,} columns; {MOST_COLUMNS} can be shown, name those.")
    kinds = [kind.id for kind in relation.types]
    cells = [f"left({_text(at, kind)}, {LONGEST_CELL + 1}) AS c{at}" for at, kind in enumerate(kinds, 1)]
    found = relation.limit(limit + 1).project(", ".join(cells)).fetchall()
    rows: list[tuple[str | None, ...]] = []
    room = LARGEST
    for row in found[:limit]:
        room -= sum(len(cell) for cell in row if cell is not None)
        if room < 0 and rows:
            break
        rows.append(tuple(_cut(cell) for cell in row))
    types = tuple(str(kind).strip('"') for kind in relation.types)
    return QueryRows(tuple(relation.columns), types, tuple(rows), len(rows) < len(found))


def streamed(relation: duckdb.DuckDBPyRelation, limit: int | None, *, nested: bool) -> Any:
    """Run a query and give all its rows (or the first `limit`) in Arrow batches, as they are asked for.

    Types that files have no form for become text; so do lists and structs unless `nested`.

    Returns:
        A `pyarrow.RecordBatchReader`. Reading from it raises `OSError` where the query fails.

    Raises:
        duckdb.Error: it fails at once.
    """
    cells = [
        f'{_value(at, kind, nested=nested)} AS "{name.replace(chr(34), chr(34) * 2)}"'
        for at, (name, kind) in enumerate(zip(_distinct(relation.columns), relation.types, strict=True), 1)
    ]
    chosen = relation if limit is None else relation.limit(limit)
    return chosen.project(", ".join(cells)).to_arrow_reader(BATCH)


def _text(at: int, kind: str) -> str:
    """A column as text; what is nested as JSON."""
    return f"CAST(to_json(#{at}) AS VARCHAR)" if kind in _AS_JSON else f"CAST(#{at} AS VARCHAR)"


def _value(at: int, kind: Any, *, nested: bool) -> str:
    """A column as it is, or as text."""
    return f"#{at}" if _fits(kind, nested=nested) else _text(at, kind.id)


def _fits(kind: Any, *, nested: bool) -> bool:
    """Whether all formats can hold a type (with `nested`: those that hold lists)."""
    if kind.id in _NESTED and nested:
        return all(_fits(child, nested=True) for name, child in kind.children if name != "size")
    return kind.id in _AS_IS


def _distinct(names: list[str]) -> list[str]:
    """Column names without repetition, as files want them: "n", "n_1"."""
    taken: set[str] = set()
    given = []
    for name in names:
        free, number = name, 0
        while free.lower() in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free.lower())
        given.append(free)
    return given


def _cut(cell: str | None) -> str | None:
    """A cell that can be shown."""
    return cell if cell is None or len(cell) <= LONGEST_CELL else f"{cell[: LONGEST_CELL - 1]}…"
