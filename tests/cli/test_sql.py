"""`sql` answers people and programs, writes files, and says what is wrong in one sentence."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from musicrec_tui.cli import exporting
from musicrec_tui.dataset.export_tables import NAMES
from tests.cli.conftest import ARTISTS, HOSTILE, USERS, Tell, Workshop
from tests.cli.test_exporting import read
from tests.cli.test_process import sentence, start

ENDLESS = "SELECT count(*) FROM range(1_000_000_000_000)"


def test_a_query_is_answered_as_a_table(tell: Tell) -> None:
    told = tell("sql", "SELECT name, listeners AS n FROM artist WHERE name LIKE 'Nirvana%'")
    assert told.splitlines()[0].split() == ["name", "n"]
    assert told.splitlines()[2].startswith("Nirvana [Live]")
    assert told.splitlines()[-1] == "1 row"


def test_a_cut_result_says_so(tell: Tell) -> None:
    told = tell("sql", "SELECT name FROM artist ORDER BY code", "--limit", "3")
    assert told.splitlines()[-1] == "3 rows; --limit allows more"
    assert len(tell("sql", "FROM range(2000)").splitlines()) == 2 + 1000 + 1


def test_programs_get_raw_names_and_real_values(tell: Tell) -> None:
    values = "[1, NULL] AS l, {'a': 'x'} AS s, true AS t, 1.5 AS d, 'nan'::DOUBLE AS f, NULL AS n"
    told = json.loads(tell("sql", f"SELECT name, listeners, {values} FROM artist", "--json"))  # noqa: S608
    assert told["columns"] == ["name", "listeners", "l", "s", "t", "d", "f", "n"]
    assert told["more"] is False
    assert {row[0] for row in told["rows"]} == set(ARTISTS)
    assert all(isinstance(row[1], int) for row in told["rows"])
    assert told["rows"][0][2:] == [[1, None], {"a": "x"}, True, 1.5, "nan", None]


def test_figures_are_not_grouped(tell: Tell) -> None:
    assert "12345678" in tell("sql", "SELECT 12345678 AS year")


def test_a_query_comes_from_a_pipe(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('SELECT count(*) AS users\nFROM "user"\n'))
    assert str(len(USERS)) in tell("sql", "-")


def test_the_tables_are_listed(tell: Tell) -> None:
    told = json.loads(tell("sql", "--tables", "--json"))
    assert {table["name"]: table["rows"] for table in told}["user"] == len(USERS)
    assert {"name": "user_code", "type": "INTEGER"} in next(one for one in told if one["name"] == "play")["columns"]
    assert "user_code" in tell("sql", "--tables")


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_all_rows_are_written(tell: Tell, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"out.{ending}"
    query = "SELECT name AS artist_name, i FROM artist, range(100) t(i)"
    told = json.loads(tell("sql", query, "--to", str(target), "--json"))
    assert told == {"to": str(target), "rows": 100 * len(ARTISTS)}
    rows = read(target)
    assert len(rows) == told["rows"]
    assert HOSTILE in {row["artist_name"] for row in rows}
    assert "Wrote 7 rows" in tell("sql", query, "--to", str(target), "--limit", "7")


@pytest.mark.parametrize(
    ("argv", "words", "code"),
    [
        (["SELEC"], "(column 1)", 2),
        (["SELECT '\udcff'"], "no text can have", 2),
        (["SELECT 1; SELECT 2"], "2 statements", 2),
        (["COPY artist TO 'x'"], "Only a SELECT", 2),
        (["FROM read_text('/etc/hostname')"], "read_text() cannot be used", 2),
        ([ENDLESS, "--seconds", "0.2"], "stopped after 0.2 s", 2),
        ([], "--tables", 2),
        (["SELECT error('[/b]\x1b[31m')"], "[/b]", 2),
        (["SELECT 1", "--to", "out.xlsx"], ".xlsx", 2),
        (["SELECT 1", "--limit", "0"], "--limit", 2),
    ],
)
def test_mistakes_get_sentences(tell: Tell, argv: list[str], words: str, code: int) -> None:
    assert words in tell("sql", *argv, code=code)


@pytest.mark.parametrize("to", [False, True])
def test_ctrl_c_stops_it(workshop: Workshop, tmp_path: Path, to: bool) -> None:
    target = tmp_path / "out.csv"
    argv = ["sql", ENDLESS, "--seconds", "300", *(["--to", str(target)] if to else []), *workshop.place]
    with subprocess.Popen([sys.executable, "-m", "musicrec_tui", *argv], stderr=subprocess.PIPE, text=True) as asking:
        while not Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text():
            time.sleep(0.05)
        asking.send_signal(signal.SIGINT)
        _, told = asking.communicate()
    assert asking.returncode == 130
    assert told.splitlines()[-1] == "musicrec-tui: Cancelled."
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_is_no_failure(workshop: Workshop) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        code, _, err = start("sql", "FROM range(1000)", *workshop.place, stdout=writer)
    finally:
        os.close(writer)
    assert (code, err) == (0, "")


def test_a_place_that_cannot_be_written_to(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, err = start("sql", "SELECT 1", "--to", str(tmp_path / "file" / "x.csv"), *workshop.place)
    assert code == 1
    assert "Cannot write" in sentence(err)


def test_the_settings_limit_it(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("sql_memory_mb = 64\n")
    place = ["--data", str(workshop.data), "--home", str(tmp_path)]
    code, _, err = start("sql", "SELECT list(i) FROM range(100_000_000) t(i)", *place)
    assert code == 2
    assert "(64 MiB)" in err.splitlines()[-1]


def test_every_table_has_an_export(tell: Tell, workshop: Workshop, tmp_path: Path) -> None:
    assert get_args(exporting.Table) == NAMES
    for name in ("artists", "listens", "artist-months", "files"):
        target = tmp_path / f"{name}.parquet"
        told = json.loads(tell("export", name, "--to", str(target), "--json"))
        assert told["rows"] == len(read(target)) > 0
        assert told["run"] is None
    rows = read(tmp_path / "listens.parquet")
    with duckdb.connect() as connection:
        log = connection.execute("SELECT user_id, artist_name, recording_name FROM read_csv($log)",
                                 {"log": str(workshop.data)}).fetchall()  # fmt: skip
    assert sorted((row["user_id"], row["artist_name"], row["recording_name"]) for row in rows) == sorted(log)
    assert [row["user_id"] for row in rows] == sorted(row["user_id"] for row in rows)
