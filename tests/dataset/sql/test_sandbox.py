"""The connection holds without the guard: what gets past that reads no file and writes none."""

import contextlib
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from musicrec_tui.dataset.sql import guard
from tests.dataset.sql.attacks import HARMLESS, READ, SEVERAL, WRITE
from tests.dataset.sql.conftest import SECRET, Field


@pytest.fixture
def connection(field: Field) -> Iterator[duckdb.DuckDBPyConnection]:
    """One for each test: who gets past the guard may leave it in any state."""
    made = guard.open_locked(field.index, 256)
    yield made
    made.close()


@pytest.mark.parametrize("query", [*READ, *WRITE, *SEVERAL])
def test_no_file_is_read_or_written(query: str, field: Field, connection: duckdb.DuckDBPyConnection) -> None:
    before = field.state()
    rows: list[tuple[Any, ...]] = []
    with contextlib.suppress(duckdb.Error, UnicodeEncodeError):
        rows = connection.execute(field.of(query)).fetchall()
    assert SECRET not in str(rows)
    assert "DUCK" not in str(rows)  # the first bytes of the index, and of its write-ahead log
    assert str(field.folder) not in str(rows) or "database_list" in query
    assert field.state() == before


def test_the_locks_cannot_be_opened(connection: duckdb.DuckDBPyConnection) -> None:
    for unlock in (
        "SET enable_external_access = true", "SET disabled_filesystems = ''", "SET lock_configuration = false",
        "SET memory_limit = '100GB'", "RESET disabled_filesystems",
    ):  # fmt: skip
        with pytest.raises(duckdb.Error, match="locked"):
            connection.execute(unlock)


def test_variables_of_this_program_are_no_tables(connection: duckdb.DuckDBPyConnection) -> None:
    private = [1, 2, 3]  # DuckDB would find a data frame of this name in its caller's frames
    with pytest.raises(duckdb.CatalogException):
        connection.execute("FROM private")
    assert private


@pytest.mark.parametrize("query", HARMLESS)
def test_what_the_line_is_for_works(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute(query).description
