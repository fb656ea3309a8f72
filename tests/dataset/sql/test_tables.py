"""The tables are listed as they are, and each has an export."""

from collections.abc import Iterator

import pytest

from musicrec_tui.dataset.export_tables import NAMES, name_of
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.sql.tables import tables
from tests.dataset.sql.conftest import Field


@pytest.fixture
def dataset(field: Field) -> Iterator[Dataset]:
    """The index, open as the screens open it."""
    made = Dataset(field.index)
    yield made
    made.close()


def test_every_table_is_listed_with_its_columns_and_what_a_row_is(dataset: Dataset) -> None:
    found = tables(dataset)
    names = {row[0] for row in dataset.query("SELECT table_name FROM duckdb_tables()")}
    assert {table.name for table in found} == names
    for table in found:
        assert table.row
        assert dataset.query(f'SELECT count(*) FROM "{table.name}"') == [(table.rows,)]  # noqa: S608
        described = dataset.query(f'DESCRIBE "{table.name}"')
        assert [(one.name, one.type) for one in table.columns] == [row[:2] for row in described]


def test_every_table_but_the_label_can_be_exported(dataset: Dataset) -> None:
    exports = {table.name: name_of(table.name) for table in tables(dataset)}
    assert exports.pop("meta") is None
    assert set(exports.values()) == set(NAMES)
