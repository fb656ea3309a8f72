"""Rows that only one process has are written by the exporter: raw, typed, whole or not at all."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet
import pytest

from musicrec_tui.dataset.table_files import Cells, Column, distinct_names
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import exporter_client

COLUMNS = (
    Column("artist"), Column("plays", "whole"), Column("score", "number"), Column("heard", "truth"),
    Column("at", "time"),
)  # fmt: skip
AT = datetime(2007, 1, 4, 12, 3, 0, 500, tzinfo=UTC)
ROWS: list[Cells] = [
    ("[/b]\x1b]0;owned\x07", 3, 0.5, True, AT),
    ("\u202egnik\udcff", None, float("nan"), None, None),
    ('a"b,\n', 2**40, 1e-9, False, AT),
]
RAW = [ROWS[0], ("\u202egnik\ufffd", None, None, None, None), ROWS[2]]


def exported(target: Path, pages: list[list[Cells]]) -> tuple[int, list[tuple[int, int]]]:
    """Write pages; gives the rows and what was reported."""
    told: list[tuple[int, int]] = []
    rows = exporter_client.export_rows(
        COLUMNS, pages, sum(map(len, pages)), target, lambda *so_far: told.append(so_far), lambda: False
    )
    return rows, told


def test_parquet_keeps_values_and_their_types(tmp_path: Path) -> None:
    rows, told = exported(tmp_path / "out.parquet", [ROWS[:2], [], ROWS[2:]])
    assert (rows, told[0], told[-1]) == (3, (2, 3), (3, 3))
    read = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert [str(kind) for kind in read.schema.types] == [
        "string", "int64", "double", "bool", "timestamp[us, tz=UTC]",
    ]  # fmt: skip
    assert [tuple(row.values()) for row in read.to_pylist()] == RAW


def test_json_and_csv_keep_names_raw(tmp_path: Path) -> None:
    exported(tmp_path / "out.json", [ROWS])
    assert [row["artist"] for row in json.loads((tmp_path / "out.json").read_bytes())] == [row[0] for row in RAW]
    exported(tmp_path / "out.csv", [ROWS])
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file))
    assert read[0] == [column.name for column in COLUMNS]
    assert [row[0] for row in read[1:]] == [row[0] for row in RAW]


def test_no_rows_are_a_file_too(tmp_path: Path) -> None:
    assert exported(tmp_path / "out.csv", [])[0] == 0
    assert (tmp_path / "out.csv").read_text() == '"artist","plays","score","heard","at"\n'


def test_who_stops_leaves_no_file(tmp_path: Path) -> None:
    sent = 0

    def pages() -> Iterator[list[Cells]]:
        nonlocal sent
        while True:
            sent += 1
            yield ROWS

    with pytest.raises(Cancelled):
        exporter_client.export_rows(COLUMNS, pages(), 0, tmp_path / "out.csv", lambda *_: None, lambda: sent > 3)
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_on_either_side_is_a_sentence_and_no_file(tmp_path: Path) -> None:
    def pages() -> Iterator[list[Cells]]:
        yield ROWS
        raise UserError("The index is damaged.")

    with pytest.raises(UserError, match="The index is damaged"):
        exporter_client.export_rows(COLUMNS, pages(), 0, tmp_path / "out.csv", lambda *_: None, lambda: False)
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot write"):
        exported(tmp_path / "file" / "out.csv", [ROWS] * 2000)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_columns_of_equal_name_are_told_apart() -> None:
    assert distinct_names(["a", "b", "a", "a_2", "a"]) == ["a", "b", "a_2", "a_2_2", "a_3"]
