"""The tables are listed as they are, and each has an export."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset import export_tables
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


@pytest.mark.parametrize("stretch", [1, 2, 1_000_000])
def test_an_export_has_every_row_of_its_table_in_the_order_of_the_index(
    stretch: int, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_tables, "_STRETCH", stretch)
    rows = {}
    told: list[tuple[int, int]] = []
    for table in tables(dataset):
        if name := name_of(table.name):
            target = tmp_path / f"{name}.parquet"
            told.clear()
            rows[name] = export_tables.write_index_table(
                dataset, name, target, lambda done, of: told.append((done, of))
            )
            assert rows[name] == table.rows
            assert told[-1:] == ([(table.rows, table.rows)] if table.rows else [])
    assert set(rows) == set(NAMES)
    written = pq.read_table(tmp_path / "interactions.parquet").to_pylist()
    wanted = dataset.query(
        'SELECT user_id, name, plays FROM play JOIN "user" u ON u.code = user_code '
        "JOIN artist a ON a.code = artist_code ORDER BY user_code, artist_code"
    )
    assert [(row["user_id"], row["artist_name"], row["plays"]) for row in written] == wanted
