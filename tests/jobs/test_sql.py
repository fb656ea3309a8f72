"""A query in its process: limits that hold, cancelling, exports, and a kernel that refuses what DuckDB would do."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from musicrec_tui.dataset.sql.errors import SqlError
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import exporter_client, sql, sql_export
from musicrec_tui.jobs.json_lines import ExportOrder
from tests.dataset.logs import HOSTILE, MARKUP
from tests.dataset.sql.conftest import SECRET, Field, field
from tests.waiting import until

__all__ = ["field"]  # the fixture

ENDLESS = "SELECT count(*) FROM range(1_000_000_000_000)"


def soon() -> Callable[[], bool]:
    """Says after a moment that somebody cancels."""
    since = time.monotonic()
    return lambda: time.monotonic() - since > 0.5


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], set[int]]:
    """Tells the processes that run a query of this very test, whoever started them."""
    monkeypatch.setenv("MUSICREC_TEST", str(tmp_path))
    mark = f"MUSICREC_TEST={tmp_path}".encode()

    def look() -> set[int]:
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if b"sql_worker" in (entry / "cmdline").read_bytes() and mark in (entry / "environ").read_bytes():
                    found.add(int(entry.name))
        return found

    return look


def test_a_query_is_answered_with_raw_names(field: Field) -> None:
    told = sql.ask(field.index, "SELECT name FROM artist ORDER BY name")
    assert {row[0] for row in told.rows} == {HOSTILE, MARKUP, "Air"}


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_text('«SECRET»')",
        "SELECT content FROM read_blob('«INDEX»')",
        "WITH x AS (COPY (SELECT 1) TO '«INDEX».wal' (FORMAT csv, USE_TMP_FILE false)) FROM x",
        "EXPLAIN ANALYZE COPY artist TO '«INDEX».wal'",
        "SELECT 1; COPY artist TO '«FOLDER»/out.csv'",
    ],
)
def test_attacks_do_nothing(query: str, field: Field) -> None:
    before = field.state()
    with pytest.raises(SqlError) as refused:
        sql.ask(field.index, field.of(query))
    assert SECRET not in str(refused.value)
    with pytest.raises(SqlError):
        sql_export.export(field.index, field.of(query), field.folder / "result.csv", sql.Limits(None))
    assert field.state() == before


_KERNEL = """
import sys, duckdb
from musicrec_tui.jobs.sql_worker import confine
index, secret, query = sys.argv[1:]
connection = duckdb.connect(index, read_only=True)
confine(500)
try:
    print(connection.execute(query).fetchall(), flush=True)
except duckdb.Error as error:
    print("refused", flush=True)
try:
    open(secret)
except OSError:
    print("refused", flush=True)
"""


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT count(*) FROM artist", "[(3,)]"),
        ("FROM read_text('«SECRET»')", "refused"),
        ("SELECT length(content) FROM read_blob('«INDEX»')", "refused"),
        ("COPY (SELECT 1) TO '«INDEX».wal' (FORMAT csv, USE_TMP_FILE false)", "refused"),
        ("EXPORT DATABASE '«FOLDER»/all'", "refused"),
        ("ATTACH '«FOLDER»/other.duckdb'", "refused"),
    ],
)
def test_the_kernel_refuses_where_no_setting_does(query: str, told: str, field: Field) -> None:
    """DuckDB without any lock, in a process that has given up its files."""
    before = {path: state for path, state in field.state().items() if path != "all"}
    done = subprocess.run(
        [sys.executable, "-c", _KERNEL, str(field.index), str(field.secret), field.of(query)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == [told, "refused"]
    left = field.folder / "all"
    if left.is_dir():
        left.rmdir()  # it is empty: a folder is no file, and only the locks refuse it
    assert field.state() == before


def test_time_is_limited_even_where_duckdb_does_not_listen(field: Field) -> None:
    limits = sql.Limits(seconds=0.3)
    for query in (ENDLESS, "SELECT sleep_ms(60000)", "SELECT repeat('x', 1_000_000_000) FROM range(100)"):
        with pytest.raises(SqlError, match=r"stopped after 0\.3 s"):
            sql.ask(field.index, query, limits)


def test_what_takes_a_while_is_answered(field: Field) -> None:
    """Longer than the worker looks away, and shorter than it may take."""
    assert sql.ask(field.index, "SELECT sleep_ms(400), 7", sql.Limits(seconds=60)).rows[0][1] == "7"


def test_memory_is_limited(field: Field) -> None:
    for query in (
        "FROM range(1_000_000_000_000) a, range(1_000_000_000_000) b",
        "SELECT list(i) FROM range(200_000_000) t(i)",
    ):
        with pytest.raises(SqlError, match=r"more memory than a query may use \(100 MiB\)"):
            sql.ask(field.index, query, sql.Limits(seconds=60, memory_mb=100))


def test_cancelling_ends_the_process(field: Field, running: Callable[[], set[int]]) -> None:
    with pytest.raises(Cancelled):
        sql.ask(field.index, ENDLESS, sql.Limits(seconds=60), soon())
    assert not running()


def test_a_query_dies_with_who_asked(field: Field, running: Callable[[], set[int]]) -> None:
    code = (
        "import sys; from pathlib import Path; from musicrec_tui.jobs import sql; "
        "sql.ask(Path(sys.argv[1]), sys.argv[2], sql.Limits(seconds=300))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(field.index), ENDLESS]) as asking:
        until(running)
        asking.kill()
    until(lambda: not running())


def test_a_process_that_crashes_is_told(field: Field, running: Callable[[], set[int]]) -> None:
    told: list[str] = []

    def ask() -> None:
        try:
            sql.ask(field.index, ENDLESS, sql.Limits(seconds=60))
        except SqlError as error:
            told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    until(running)
    for process in running():
        os.kill(process, signal.SIGSEGV)
    asking.join()
    assert told == ["DuckDB crashed on this query (exit code -11); make it simpler."]


def test_text_that_cannot_be_sent_is_refused(field: Field, tmp_path: Path) -> None:
    for query in ("SELECT '\udcff'", "SELECT '\0'"):
        with pytest.raises(SqlError, match="no text can have"):
            sql.ask(field.index, query)
        with pytest.raises(SqlError, match="no text can have"):
            sql_export.export(field.index, query, tmp_path / "out.csv", sql.Limits(None))


def test_an_index_that_is_gone_is_a_sentence(field: Field) -> None:
    with pytest.raises(SqlError, match="cannot be opened"):
        sql.ask(field.folder / "nothing.duckdb", "SELECT 1")


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_all_rows_of_a_result_become_a_file(ending: str, field: Field, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    target = tmp_path / f"out.{ending}"
    query = "SELECT i, 'é' || i AS text FROM range(120_000) t(i) ORDER BY i"
    rows = sql_export.export(
        field.index, query, target, sql.Limits(None), lambda done, of: told.append((done, of))
    )  # fmt: skip
    assert rows == 120_000
    assert told[-1] == (120_000, 0)
    with duckdb.connect() as connection:
        read = connection.execute(f"SELECT i, text FROM '{target}'").fetchall()  # noqa: S608
    assert read == [(number, f"é{number}") for number in range(120_000)]


def test_numbers_and_lists_in_json_are_what_they_are(field: Field, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    query = "SELECT sum(plays) AS plays, list(DISTINCT 1) AS ones, {'a': 1} AS a, 1.50::DECIMAL(5, 2) AS d FROM play"
    sql_export.export(field.index, query, target, sql.Limits(None))
    assert json.loads(target.read_text()) == [{"plays": 9, "ones": [1], "a": {"a": 1}, "d": 1.5}]


def test_a_result_without_rows_has_its_columns(field: Field, tmp_path: Path) -> None:
    assert sql_export.export(field.index, "FROM artist LIMIT 0", tmp_path / "out.csv", sql.Limits(None)) == 0
    assert (tmp_path / "out.csv").read_text().startswith('"code","key","name"')


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT names FROM artist", r"\(column 8\)"),
        ("SELECT (1_000_000 - i)::UTINYINT FROM range(2_000_000) t(i)", "out of range"),
        ("SELECT i, sleep_ms(if(i = 100_000, 60000, 0)) FROM range(200_000) t(i)", "stopped after 1 s"),
    ],
)
def test_a_query_that_fails_midway_leaves_no_file(query: str, words: str, field: Field, tmp_path: Path) -> None:
    with pytest.raises(SqlError, match=words):
        sql_export.export(field.index, query, tmp_path / "out.csv", sql.Limits(None, 1))
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_export_leaves_no_file(field: Field, tmp_path: Path, running: Callable[[], set[int]]) -> None:
    for query in (ENDLESS, "FROM range(1_000_000_000_000)"):
        with pytest.raises(Cancelled):
            sql_export.export(field.index, query, tmp_path / "out.csv", sql.Limits(None, 60), cancelled=soon())
    assert list(tmp_path.iterdir()) == []
    assert not running()


def test_a_target_is_checked_before_anything_runs(field: Field, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Unknown format"):
        sql_export.export(field.index, ENDLESS, tmp_path / "out.xlsx", sql.Limits(None, 60))
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot write"):
        sql_export.export(field.index, "SELECT 1", tmp_path / "file" / "out.csv", sql.Limits(None, 60))


def test_the_exporter_writes_a_table(field: Field, tmp_path: Path) -> None:
    target = tmp_path / "artists.csv"
    assert (
        exporter_client.export(ExportOrder(str(field.index), str(target), "artists"), lambda done, of: None, sql.never)
        == 3
    )
    assert target.read_text(encoding="utf-8").startswith('"artist_key","artist_name","artist_mbid","listeners"')


def test_the_exporter_writes_results_and_tells_how_far_it_is(field: Field, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    order = ExportOrder(str(field.index), str(tmp_path / "out.json"), sql="FROM artist", seconds=60, memory_mb=500)
    assert exporter_client.export(order, lambda done, of: told.append((done, of)), sql.never) == 3
    assert told == [(3, 0)]
    assert {row["name"] for row in json.loads((tmp_path / "out.json").read_text())} == {HOSTILE, MARKUP, "Air"}


def test_the_exporter_stops_and_tidies_up(field: Field, tmp_path: Path, running: Callable[[], set[int]]) -> None:
    order = ExportOrder(str(field.index), str(tmp_path / "out.csv"), sql="FROM range(1_000_000_000_000)", seconds=60,
                  memory_mb=500)  # fmt: skip
    with pytest.raises(Cancelled):
        exporter_client.export(order, lambda done, of: None, soon())
    assert list(tmp_path.iterdir()) == []
    assert not running()


def test_the_exporter_says_what_is_wrong(field: Field, tmp_path: Path) -> None:
    for order, words in (
        (ExportOrder(str(field.index), str(tmp_path / "out.xlsx"), "artists"), "Unknown format"),
        (ExportOrder(str(field.folder / "nothing"), str(tmp_path / "out.csv"), "artists"), "missing or damaged"),
        (
            ExportOrder(str(field.index), str(tmp_path / "out.csv"), sql="SELEC", seconds=9, memory_mb=500),
            "Syntax error",
        ),
    ):
        with pytest.raises(UserError, match=words):
            exporter_client.export(order, lambda done, of: None, sql.never)
    assert list(tmp_path.iterdir()) == []
