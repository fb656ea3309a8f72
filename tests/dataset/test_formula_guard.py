"""CSV files for spreadsheets: no text is a formula, and what our reader makes of them is what was written."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.cli.app import run as command
from musicrec_tui.dataset import formula_guard
from musicrec_tui.dataset.export_tables import write_index_table
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.table_files import Column, write_rows, write_table
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NAMES = ["=cmd|'/c calc'!A0", "+44", "-", "@home", "'=quoted", "''-twice", "'plain", "Sigur Rós", "a=b", "'"]
text = st.text(st.sampled_from("'=+-@\t＝ab"), max_size=6)


@given(told=st.lists(text, min_size=1, max_size=5))
def test_no_guarded_text_is_a_formula_and_each_comes_back(told: list[str]) -> None:
    batch = pa.record_batch({"name": pa.array(told), "number": pa.array(range(len(told)))})
    guarded = formula_guard.guard(batch)
    assert guarded.schema == formula_guard.guarded(batch.schema)
    assert guarded.column("number") == batch.column("number")
    for name, safe in zip(told, guarded.column("name").to_pylist(), strict=True):
        assert not safe.startswith(FORMULAS)
        assert safe in (name, f"'{name}")
        assert duckdb.execute(f"SELECT {formula_guard.unguard('?')}", [safe]).fetchall() == [(name,)]


def _log(path: Path, names: list[str]) -> Log:
    write_rows(
        [Column("user_id"), Column("artist_name"), Column("play_count", "whole")],
        [[(name, other, 3) for name in names for other in names]],
        path,
    )
    return Log([path])


def _plays(log: Log, home: Home) -> list[tuple[str, str, int]]:
    dataset = Dataset(build.ensure(log, home))
    try:
        users = dict(dataset.query('SELECT code, user_id FROM "user"'))
        artists = dict(dataset.query("SELECT code, name FROM artist"))
        plays = dataset.query("SELECT user_code, artist_code, plays FROM play")
        return sorted((users[user], artists[artist], count) for user, artist, count in plays)
    finally:
        dataset.close()


def test_a_log_goes_out_safe_and_comes_back_as_it_was(home: Home, tmp_path: Path) -> None:
    raw = _log(tmp_path / "raw.csv", NAMES)
    before = _plays(raw, home)
    assert {name for name, _, _ in before} == set(NAMES)
    dataset = Dataset(build.ensure(raw, home))
    target = tmp_path / "out.csv"
    write_index_table(dataset, "interactions", target, safe=True)
    dataset.close()
    table = pa.csv.read_csv(target)
    assert formula_guard.MARK in table.column_names
    for column in table.columns:
        assert not any(str(value).startswith(FORMULAS) for value in column.to_pylist() if isinstance(value, str))
    assert _plays(Log([target]), home) == before


def test_a_file_of_others_keeps_its_apostrophes(home: Home, tmp_path: Path) -> None:
    plays = _plays(_log(tmp_path / "raw.csv", ["'=a", "b"]), home)
    assert {name for _, name, _ in plays} == {"'=a", "b"}


def test_the_ending_asks_for_it_too_and_headings_are_guarded(tmp_path: Path) -> None:
    target = tmp_path / "x.safe.csv"
    write_rows([Column("=cmd()"), Column("n", "number")], [[("=1+1", -2.5)]], target)
    assert target.read_text() == '"\'=cmd()","n","musicrec_safe"\n"\'=1+1",-2.5,\n'
    plain = tmp_path / "x.csv"
    write_rows([Column("=cmd()")], [[("=1+1",)]], plain)
    assert plain.read_text() == '"=cmd()"\n"=1+1"\n'


def test_it_is_for_csv_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch = pa.record_batch({"name": pa.array(["a"])})
    with pytest.raises(UserError, match="--safe is for CSV files"):
        write_table([batch], tmp_path / "x.parquet", safe=True)
    assert command(["export", "artists", "--safe", "--to", str(tmp_path / "x.json"), "--home", str(tmp_path)]) == 2
    assert "--safe is for CSV files" in capsys.readouterr().err
