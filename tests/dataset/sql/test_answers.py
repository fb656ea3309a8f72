"""Rows come back as DuckDB writes them, cut where they must be, and say so."""

import duckdb
import pytest

from musicrec_tui.dataset.records import QueryRows
from musicrec_tui.dataset.sql import answers
from musicrec_tui.dataset.sql.errors import SqlError
from tests.dataset.logs import HOSTILE, MARKUP


def shown(connection: duckdb.DuckDBPyConnection, query: str, limit: int = 10) -> QueryRows:
    """The first rows of a query."""
    return answers.shown(answers.selected(connection, query), limit)


def test_values_are_text_names_are_raw_and_nothing_is_lost(connection: duckdb.DuckDBPyConnection) -> None:
    told = shown(connection, "SELECT name, listeners, NULL AS none FROM artist ORDER BY name")
    assert told.columns == ("name", "listeners", "none")
    assert told.types == ("VARCHAR", "INTEGER", "NULL")
    assert sorted(told.rows) == sorted((name, "3", None) for name in (HOSTILE, MARKUP, "Air"))
    assert not told.more


def test_every_type_is_shown(connection: duckdb.DuckDBPyConnection) -> None:
    told = shown(
        connection,
        "SELECT TIMESTAMPTZ '2007-01-01 12:00:00+02', [1, NULL], {'a': 'x'}, MAP {'k': 1}, '\\x00'::BLOB, "
        "INTERVAL 1 DAY, 'nan'::DOUBLE, 170141183460469231731687303715884105727::HUGEINT, true, 1.50::DECIMAL(5, 2)",
    )
    assert told.rows == (
        ("2007-01-01 10:00:00+00", "[1,null]", '{"a":"x"}', '{"k":1}', "\\x00", "1 day", "nan",
         "170141183460469231731687303715884105727", "true", "1.50"),
    )  # fmt: skip


@pytest.mark.parametrize(("limit", "rows", "more"), [(2, 2, True), (3, 3, False), (4, 3, False)])
def test_more_means_more(limit: int, rows: int, more: bool, connection: duckdb.DuckDBPyConnection) -> None:
    told = shown(connection, "SELECT name FROM artist", limit)
    assert (len(told.rows), told.more) == (rows, more)


def test_the_order_of_the_query_is_kept(connection: duckdb.DuckDBPyConnection) -> None:
    told = shown(connection, "SELECT i FROM range(100_000) t(i) ORDER BY i DESC", 100)
    assert [int(row[0] or "") for row in told.rows] == list(range(99_999, 99_899, -1))


def test_long_values_and_large_answers_are_cut(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(cell,)] = shown(connection, "SELECT repeat('é', 1_000_000)").rows
    assert cell == "é" * (answers.LONGEST_CELL - 1) + "…"
    monkeypatch.setattr(answers, "LARGEST", 100)
    told = shown(connection, "SELECT repeat('x', 30) FROM range(10)")
    assert (len(told.rows), told.more) == (3, True)


def test_a_result_can_be_too_wide(connection: duckdb.DuckDBPyConnection) -> None:
    assert len(shown(connection, "SELECT " + ", ".join("1" * answers.MOST_COLUMNS)).columns) == answers.MOST_COLUMNS
    with pytest.raises(SqlError, match="201 columns"):
        shown(connection, "SELECT " + ", ".join("1" * 201))


def test_a_result_without_end_is_no_work(connection: duckdb.DuckDBPyConnection) -> None:
    told = shown(connection, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) FROM n", 3)
    assert told.rows == (("1",), ("2",), ("3",))
    assert shown(connection, "FROM range(1_000_000_000_000)", 2).more


@pytest.mark.parametrize(("nested", "kind"), [(True, "list<l: int32>"), (False, "string")])
def test_a_stream_keeps_types_and_tells_columns_apart(
    nested: bool, kind: str, connection: duckdb.DuckDBPyConnection
) -> None:
    query = "SELECT 1 AS n, 2 AS N, [1] AS l, INTERVAL 1 DAY AS i, sum(plays) AS s, min(first_at) AS at FROM play"
    schema = answers.streamed(answers.selected(connection, query), None, nested=nested).schema
    assert schema.names == ["n", "N_1", "l", "i", "s", "at"]
    assert [str(schema.field(name).type).replace(" not null", "") for name in ("n", "i", "at")] == [
        "int32", "string", "timestamp[us]",
    ]  # fmt: skip
    assert str(schema.field("l").type).startswith(kind[:4])
