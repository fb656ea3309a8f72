"""Indexes are made once, by one process, are whole or not there, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from musicrec_tui import files
from musicrec_tui.dataset.index import build, cache, filling, pruning
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from tests.clock import Clock
from tests.dataset.logs import listen, opened, played, write_listens, write_query
from tests.waiting import until

COMMAND = [sys.executable, "-m", "musicrec_tui.jobs.indexer"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_listens(tmp_path / "x.parquet", [listen(1, "Air"), listen(2, "Blur", 4)])


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that takes a second or more."""
    return write_query(
        tmp_path_factory.mktemp("big") / "big.parquet",
        "SELECT TIMESTAMP '2020-01-01' + to_seconds(i) AS listened_at, i % 5003 AS user_id, "
        "'artist ' || (hash(i) % 20011) AS artist_name, 'song ' || hash(i) % 100003 AS recording_name "
        "FROM range(100_000) t(i)",
    )


def names(folder: Path) -> set[str]:
    """What is in a folder, locks aside: they stay, because removing a lock file is a race."""
    return {entry.name for entry in folder.iterdir() if entry.suffix != ".lock" and entry.name != ".days_of_use.json"}


def test_an_index_is_built_once_and_found_after(log: Path, home: Home) -> None:
    assert cache.find_index(Log([log]), home) is None
    path = build.ensure(Log([log]), home)
    seen = (path.stat().st_ino, path.stat().st_mtime_ns)
    assert cache.find_index(Log([log]), home) == path
    assert build.ensure(Log([log]), home) == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == seen
    assert names(home.indexes) == {path.name}


def test_a_changed_log_gets_another_index(log: Path, home: Home, clock: Clock) -> None:
    before = build.ensure(Log([log]), home)
    write_listens(log, [listen(3, "Air")])
    assert cache.find_index(Log([log]), home) is None
    after = build.ensure(Log([log]), home)
    assert after != before
    assert before.exists()  # a job in the queue may mean it
    os.utime(before, (0, 0))
    for day in range(-31, 0):  # what nobody opened for long goes
        clock.days = day
        pruning.count_today(home.indexes)
    clock.days = 0
    write_listens(log, [listen(4, "Air")])
    latest = build.ensure(Log([log]), home)
    assert names(home.indexes) == {after.name, latest.name}


def test_a_file_that_joins_a_folder_is_noticed(log: Path, home: Home) -> None:
    build.ensure(Log([log.parent]), home)
    write_listens(log.parent / "y.parquet", [listen(5, "Air")])
    assert cache.find_index(Log([log.parent]), home) is None


def test_progress_is_told_and_grows(big: Path, home: Home) -> None:
    told: list[tuple[str, float | None]] = []
    build.ensure(Log([big]), home, report=lambda phase, fraction: told.append((phase, fraction)))
    fractions = [fraction for _, fraction in told if fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] <= 1
    assert len({phase for phase, _ in told}) >= 5


def test_every_step_is_further_than_the_last(log: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is reported never falls, so a step that were too far would show as a long rest."""
    ends: list[float] = []
    step = Runner.step

    def noted(self: Runner, phase: str, until: float, *more: Any) -> list[tuple[Any, ...]]:
        ends.append(until)
        return step(self, phase, until, *more)

    monkeypatch.setattr(Runner, "step", noted)
    build.ensure(Log([log]), home)
    assert ends == sorted(ends)
    assert ends[0] > 0
    assert ends[-1] <= 1


@pytest.mark.parametrize("after", [0, 3, 6])
def test_a_build_can_be_cancelled_at_any_step_and_leaves_nothing(after: int, big: Path, home: Home) -> None:
    told: list[str] = []
    with pytest.raises(Cancelled):
        build.ensure(Log([big]), home, report=lambda phase, _: told.append(phase), cancelled=lambda: len(told) > after)
    assert names(home.indexes) == set()
    assert not files.is_locked(next(home.indexes.glob("*.lock")))


def test_a_report_that_raises_stops_the_build(big: Path, home: Home) -> None:
    def broken(phase: str, fraction: float | None) -> None:
        if fraction:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.ensure(Log([big]), home, report=broken)
    assert names(home.indexes) == set()


@pytest.mark.parametrize("phase", ["reading names", "summing up"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_build_that_is_killed_or_cancelled_leaves_nothing_that_the_next_does_not_clean(
    number: signal.Signals, phase: str, big: Path, home: Home
) -> None:
    with subprocess.Popen([*COMMAND, "--home", str(home.root), str(big)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(phase in line for line in process.stdout)
        process.send_signal(number)
        process.stdout.read()
    assert (names(home.indexes) != set()) == (number == signal.SIGKILL)
    assert cache.find_index(Log([big]), home) is None
    path = build.ensure(Log([big]), home)
    assert names(home.indexes) == {path.name}
    assert Dataset(path).info.rows == 100_000


def test_what_a_killed_build_of_another_log_left_is_cleaned_too(log: Path, big: Path, home: Home) -> None:
    dead = home.indexes / f".{cache.index_path(Log([big]), home).name}.abc.tmp"
    living = home.indexes / ".0-0.duckdb.abc.spill"
    living.mkdir(parents=True)
    dead.touch()
    lock = files.try_lock(home.indexes / "0-0.duckdb.lock")
    assert lock is not None
    try:
        path = build.ensure(Log([log]), home)
        assert names(home.indexes) == {path.name, living.name}
    finally:
        os.close(lock)


def test_two_programs_that_want_one_index_build_it_once(big: Path, home: Home) -> None:
    with subprocess.Popen([*COMMAND, "--home", str(home.root), str(big)], stdout=subprocess.PIPE) as process:
        until(lambda: list(home.indexes.glob(".*.tmp")))
        told: list[str] = []
        path = build.ensure(Log([big]), home, report=lambda phase, _: told.append(phase))
        assert process.communicate()[0].splitlines()[-1] == f'{{"message":"indexbuilt","index":"{path}"}}'.encode()
    assert set(told) == {build.WAITING}
    assert names(home.indexes) == {path.name}


def test_waiting_can_be_cancelled(log: Path, home: Home) -> None:
    home.indexes.mkdir(parents=True)
    lock = files.try_lock(cache.lock_of(cache.index_path(Log([log]), home)))
    assert lock is not None
    try:
        with pytest.raises(Cancelled):
            build.ensure(Log([log]), home, cancelled=lambda: True)
    finally:
        os.close(lock)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"not an index",
        lambda content: content[:100] + b"\xff" * 4000 + content[4100:],
    ],
    ids=["empty", "cut", "foreign", "scribbled"],
)
def test_a_damaged_index_is_built_again(damage: Callable[[bytes], bytes], log: Path, home: Home) -> None:
    path = build.ensure(Log([log]), home)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.find_index(Log([log]), home) is None
    with pytest.raises(UserError, match="missing or damaged"):
        _ = Dataset(path).info
    assert played(opened(home, log)) == {("1", "name:air", 1), ("2", "id:4", 1)}
    assert names(home.indexes) == {path.name}


def test_damage_that_is_seen_late_is_remembered(big: Path, home: Home) -> None:
    path = build.ensure(Log([big]), home)
    with duckdb.connect(path, read_only=True) as connection:
        [(block, size)] = connection.execute(
            "SELECT max(block_id), any_value(block_size) FROM pragma_storage_info('listen'), pragma_database_size()"
        ).fetchall()
    content = bytearray(path.read_bytes())
    place = 3 * 4096 + block * size  # behind the three headers
    content[place : place + size] = b"\xff" * size
    path.write_bytes(content)
    with pytest.raises(UserError, match="missing or damaged"):
        Dataset(path).query("SELECT sum(hash(t)) FROM listen t")
    assert cache.find_index(Log([big]), home) is None
    assert Dataset(build.ensure(Log([big]), home)).info.rows == 100_000
    assert cache.find_index(Log([big]), home) == path


def test_an_index_without_its_last_table_or_of_another_schema_is_not_trusted(log: Path, home: Home) -> None:
    path = build.ensure(Log([log]), home)
    for statement in ("UPDATE meta SET value = '0' WHERE name = 'schema'", "DROP TABLE meta"):
        with duckdb.connect(path) as connection:
            connection.execute(statement)
        assert cache.find_index(Log([log]), home) is None
    assert build.ensure(Log([log]), home) == cache.find_index(Log([log]), home)


def test_a_cache_that_cannot_be_written_is_one_sentence(log: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"Cannot write the index to .*--home") as raised:
        build.ensure(Log([log]), Home(tmp_path, tmp_path / "file"))
    assert raised.value.exit_code == 1


def test_a_cache_that_cannot_be_written_still_gives_what_is_there(log: Path, home: Home) -> None:
    path = build.ensure(Log([log]), home)
    cache.lock_of(path).unlink()
    home.indexes.chmod(0o500)
    path.chmod(0o400)
    try:
        assert build.ensure(Log([log]), home) == path
        assert len(played(Dataset(path))) == 2
    finally:
        home.indexes.chmod(0o700)


@pytest.mark.parametrize("room", [300_000, 3_000_000])
def test_a_full_disk_is_one_sentence(room: int, big: Path, home: Home) -> None:
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); "
        "from musicrec_tui.jobs.indexer import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", str(home.root), str(big)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith('{"message":"failure","sentence":"Cannot write the index ')
    assert done.stderr == ""
    assert names(home.indexes) == set()


def test_the_estimate_grows_with_the_log(log: Path, big: Path) -> None:
    assert 0 < cache.estimate_seconds(Log([log])) < cache.estimate_seconds(Log([log, big]))


def test_ranges_of_users_make_the_tables_that_one_range_makes(
    big: Path, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build.ensure(Log([big]), home)
    monkeypatch.setattr(filling, "LISTENS", 7_001)
    parts = build.ensure(Log([big]), Home(tmp_path, tmp_path / "parts"))
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{whole}' AS whole (READ_ONLY); ATTACH '{parts}' AS parts (READ_ONLY)")
        for table in ("play", "user_month"):
            rows = [connection.execute(f"SELECT * FROM {name}.{table}").fetchall() for name in ("whole", "parts")]  # noqa: S608
            assert rows[0] == rows[1] == sorted(rows[0])


def test_questions_from_many_threads_get_their_own_answers(log: Path, home: Home) -> None:
    dataset = opened(home, log)
    answers: list[bool] = []

    def ask(number: int) -> None:
        for _ in range(50):
            [(answer,)] = dataset.query("SELECT $n + 1", {"n": number})
            answers.append(answer == number + 1)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 200


@pytest.mark.parametrize("stop", [Dataset.interrupt, Dataset.close])
def test_a_question_can_be_interrupted(stop: Callable[[Dataset], None], log: Path, home: Home) -> None:
    dataset = opened(home, log)
    dataset.query("SELECT 1")
    ended: list[type[BaseException]] = []

    def ask() -> None:
        try:
            dataset.query("SELECT count(*) FROM range(10_000_000_000) a(i) WHERE hash(i) = 1")
        except Cancelled as error:
            ended.append(type(error))

    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive():
        stop(dataset)
        thread.join(0.05)
    assert ended == [Cancelled]
    if stop is Dataset.interrupt:
        assert dataset.query("SELECT 1") == [(1,)]
    else:
        with pytest.raises(Cancelled):
            dataset.query("SELECT 1")


def test_browsing_loads_neither_numpy_nor_arrow(log: Path, home: Home) -> None:
    path = build.ensure(Log([log]), home)
    code = f"""
import contextlib, sys
from pathlib import Path
from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import account, artists, block, codes, columns, rows, stats, users
from musicrec_tui.dataset.popularity import rank_popular
from musicrec_tui.dataset.portrait import Window
from musicrec_tui.dataset.recipients import Verdicts, user_recipient
from musicrec_tui.paths import find_home
dataset = Dataset(cache.find_index(Log([Path({str(log)!r})]), find_home()))
assert dataset.path == Path({str(path)!r})
artists.artist_profile(dataset, artists.search_artists(dataset, "a").rows[0])
user = users.search_users(dataset, "").rows[0]
users.user_profile(dataset, user), rank_popular(dataset, user_recipient(dataset, user.code, Verdicts()))
rows.index_rows(dataset), stats.matrix_stats(dataset)
account.log_state(dataset), codes.code_page(dataset, "user"), stats.activity_stats(dataset)
stats.listens_by_hour(dataset, "Asia/Kolkata")
block.block(dataset, Window("activity", 0, 0, 4, 4))
with contextlib.closing(rows.RawLog.of(dataset)) as log:
    columns.column_facts(log)
print({{"numpy", "pyarrow", "pandas", "scipy", "pytz"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


LIMITED = """
import resource, signal, sys
from pathlib import Path
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    build.ensure(Log([sys.argv[1]]), Home(Path(sys.argv[2]), Path(sys.argv[2])))
except UserError as error:
    print(error)
"""


@pytest.mark.parametrize("most", [50_000, 500_000])
def test_an_index_that_had_no_room_is_never_put_in_place(log: Path, tmp_path: Path, most: int) -> None:
    """DuckDB writes much of it only when it is closed, and says nothing where that fails."""
    command = [sys.executable, "-c", LIMITED, str(log), str(tmp_path / "home"), str(most)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith("Cannot write the index"), told
    assert names(tmp_path / "home" / "indexes") == set()
