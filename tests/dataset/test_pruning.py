"""The cache keeps what was used lately, within its bounds, and never removes what is in use."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui import sealed
from musicrec_tui.dataset.index import build, pruning
from musicrec_tui.dataset.index.opened import Dataset, damage_mark
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from tests.clock import Clock
from tests.dataset.logs import listen, write_listens

DAY = 24 * 3600
MANY = 10_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of indexes."""
    path = tmp_path / "indexes"
    path.mkdir()
    return path


def kept(folder: Path) -> set[str]:
    """What is there, but for what is hidden."""
    return {path.name for path in folder.rglob("[!.]*") if path.is_file()}


def put(path: Path, days: float, size: int = 10) -> Path:
    """A file that was last used so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    used = time.time() - days * DAY
    os.utime(path, (used, used))
    os.utime(path.parent, (used, used))
    return path


def use(folder: Path, clock: Clock, days: int) -> None:
    """The program is used on so many days before today."""
    for day in range(-days, 0):
        clock.days = day
        pruning.count_today(folder)
    clock.days = 0


def test_what_nobody_opened_for_long_goes(folder: Path, clock: Clock) -> None:
    for days in (1, 29, 31, 400):
        put(folder / f"{days}.duckdb", days)
    put(folder / "unpacked" / "old" / "0.parquet", 40)
    old = put(folder / "kept.duckdb", 500)
    damage_mark(folder / "400.duckdb").touch()
    use(folder, clock, 30)
    pruning.prune(folder, old, days=30, gigabytes=MANY)
    assert kept(folder) == {"1.duckdb", "29.duckdb", "kept.duckdb"}
    assert not (folder / "unpacked" / "old").exists()


def test_a_clock_that_is_years_ahead_removes_nothing(folder: Path, clock: Clock) -> None:
    for days in (0, 1, 400):
        put(folder / f"{days}.duckdb", days)
    put(folder / "unpacked" / "old" / "0.parquet", 40)
    for start in range(10):
        clock.days = 730 + start
        pruning.prune(folder, folder, days=30, gigabytes=MANY)
    clock.days = 0
    for _ in range(40):  # many starts on one day are one day
        pruning.prune(folder, folder, days=30, gigabytes=MANY)
    assert kept(folder) == {"0.duckdb", "1.duckdb", "400.duckdb", "0.parquet"}


def test_the_days_begin_anew_when_an_index_is_used(folder: Path, clock: Clock) -> None:
    for name in ("old", "used"):
        put(folder / f"{name}.duckdb", 400)
    use(folder, clock, 29)
    put(folder / "used.duckdb", 300)
    for day, names in ((0, {"old.duckdb", "used.duckdb"}), (1, {"used.duckdb"}), (29, {"used.duckdb"}), (30, set())):
        for now in range(int(clock.days), day + 1):
            clock.days = now
            pruning.prune(folder, folder, days=30, gigabytes=MANY)
        assert kept(folder) == names


def test_days_that_cannot_be_written_remove_nothing(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = put(folder / "old.duckdb", 400)
    use(folder, clock, 40)
    monkeypatch.setattr(sealed, "write", raises(UserError("Cannot write.")))
    clock.days = 1
    pruning.prune(folder, folder, days=30, gigabytes=MANY)
    assert old.exists()


def raises(error: Exception) -> Callable[..., None]:
    """A function that fails."""

    def fail(*_: object) -> None:
        raise error

    return fail


def test_beyond_the_size_the_longest_unused_go_first(folder: Path) -> None:
    for days in (1, 2, 3, 4):
        put(folder / f"{days}.duckdb", days, 100)
    pruning.prune(folder, folder / "4.duckdb", days=30, gigabytes=250 / 1e9)
    assert kept(folder) == {"1.duckdb", "2.duckdb", "4.duckdb"}


def test_unpacked_archives_count_and_go_as_a_whole(folder: Path) -> None:
    put(folder / "unpacked" / "large" / "0.parquet", 3, 200)
    put(folder / "unpacked" / "small" / "0.parquet", 2, 10)
    pruning.prune(folder, put(folder / "1.duckdb", 0), days=30, gigabytes=100 / 1e9)
    assert {path.name for path in (folder / "unpacked").iterdir()} == {"small"}


def test_what_was_just_used_stays_however_large(folder: Path) -> None:
    put(folder / "a.duckdb", 0, 1000)
    pruning.prune(folder, folder / "b.duckdb", days=30, gigabytes=1 / 1e9)
    assert kept(folder) == {"a.duckdb"}


def test_an_open_index_is_left_alone_and_a_closed_one_counts_from_its_opening(
    tmp_path: Path, home: Home, clock: Clock
) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    path = build.ensure(Log([log]), home)
    dataset = Dataset(path)
    assert dataset.info.users == 1
    os.utime(path, (0, 0))
    use(home.indexes, clock, 2)  # today counts already: the index was built
    pruning.prune(home.indexes, home.indexes, days=1, gigabytes=MANY)
    assert path.exists()
    dataset.close()
    pruning.prune(home.indexes, home.indexes, days=1, gigabytes=MANY)
    assert not path.exists()


def test_opening_an_index_makes_it_young_again(tmp_path: Path, home: Home, clock: Clock) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    path = build.ensure(Log([log]), home)
    os.utime(path, (0, 0))
    use(home.indexes, clock, 2)  # today counts already: the index was built
    dataset = Dataset(path)
    assert dataset.info.users == 1
    dataset.close()
    assert path.stat().st_mtime == 0
    pruning.prune(home.indexes, home.indexes, days=1, gigabytes=MANY)
    assert path.exists()


def test_building_an_index_prunes_the_others(tmp_path: Path, home: Home, clock: Clock) -> None:
    old = put(home.indexes / "0-0.duckdb", 3)
    use(home.indexes, clock, 2)
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    build.ensure(Log([log]), home, Settings(cache_days=2, cache_gb=MANY))
    assert not old.exists()
