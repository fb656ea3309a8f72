"""Exports say what the index holds, raw, whole or not at all."""

import csv
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset import export_tables
from musicrec_tui.dataset.table_files import write_table
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, listen, opened, write_listens

NAMES = [HOSTILE, 'quote " and, comma', "two\nlines", "=1+1", "Air"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_interactions_keep_names_raw(ending: str, tmp_path: Path, home: Home) -> None:
    dataset = opened(home, write_listens(tmp_path / "x.parquet", [listen(1, name, None, 0) for name in NAMES]))
    target = tmp_path / f"out.{ending}"
    told: list[tuple[int, int]] = []

    assert export_tables.write_index_table(
        dataset, "interactions", target, lambda done, of: told.append((done, of))
    ) == len(NAMES)

    if ending == "csv":
        with target.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert rows[0]["first_at"] == "2007-01-01 12:00:00.000000Z"
    elif ending == "json":
        rows = json.loads(target.read_text(encoding="utf-8"))
        assert rows[0]["first_at"] == "2007-01-01T12:00:00Z"
    else:
        rows = pq.read_table(target).to_pylist()
        assert rows[0]["first_at"].isoformat() == "2007-01-01T12:00:00+00:00"
    assert {row["artist_name"] for row in rows} == set(NAMES)
    assert {(row["user_id"], int(row["plays"])) for row in rows} == {("1", 1)}
    assert told[-1] == (len(NAMES), len(NAMES))


def test_a_file_is_replaced_only_when_the_new_one_is_whole(tmp_path: Path, home: Home) -> None:
    dataset = opened(home, write_listens(tmp_path / "x.parquet", [listen(1, "Air")]))
    target = tmp_path / "out.csv"
    target.write_text("before")

    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        export_tables.write_index_table(dataset, "interactions", target, stop)
    assert target.read_text() == "before"
    assert {file.name for file in tmp_path.iterdir()} == {"x.parquet", "out.csv"}


@pytest.mark.parametrize(("name", "words"), [("out.xlsx", "Unknown format"), ("folder.csv", "is a folder")])
def test_a_target_that_cannot_be_is_one_sentence(name: str, words: str, tmp_path: Path, home: Home) -> None:
    (tmp_path / "folder.csv").mkdir()
    dataset = opened(home, write_listens(tmp_path / "x.parquet", [listen(1, "Air")]))
    with pytest.raises(UserError, match=words):
        export_tables.write_index_table(dataset, "interactions", tmp_path / name)


def test_a_target_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot write"):
        write_table([pa.RecordBatch.from_pydict({"a": [1]})], tmp_path / "file" / "out.csv")


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_many_batches_and_none(ending: str, tmp_path: Path) -> None:
    batches = [pa.RecordBatch.from_pydict({"user": [f"u{number}", None], "plays": [number, 2]}) for number in range(3)]
    target = tmp_path / f"out.{ending}"
    assert write_table(iter(batches), target) == 6
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW written AS FROM '{target}'")
        assert connection.execute('SELECT sum(plays), count("user") FROM written').fetchall() == [(9, 3)]
    assert write_table([], target, batches[0].schema) == 0
    assert target.stat().st_size > 0
    with pytest.raises(UserError, match="nothing to export"):
        write_table([], target)
