"""The cache keeps what was used lately, within its bounds, and never removes what is in use."""

import os
import time
from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build, pruning
from musicrec_tui.dataset.index.opened import Dataset, damage_mark
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
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
    """What is there."""
    return {path.name for path in folder.rglob("*") if path.is_file()}


def put(path: Path, days: float, size: int = 10) -> Path:
    """A file that was last used so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    used = time.time() - days * DAY
    os.utime(path, (used, used))
    os.utime(path.parent, (used, used))
    return path


def test_what_nobody_opened_for_long_goes(folder: Path) -> None:
    for days in (1, 29, 31, 400):
        put(folder / f"{days}.duckdb", days)
    old = put(folder / "kept.duckdb", 500)
    damage_mark(folder / "400.duckdb").touch()
    pruning.prune(folder, old, days=30, gigabytes=MANY)
    assert kept(folder) == {"1.duckdb", "29.duckdb", "kept.duckdb"}


def test_beyond_the_size_the_longest_unused_go_first(folder: Path) -> None:
    for days in (1, 2, 3, 4):
        put(folder / f"{days}.duckdb", days, 100)
    pruning.prune(folder, folder / "4.duckdb", days=30, gigabytes=250 / 1e9)
    assert kept(folder) == {"1.duckdb", "2.duckdb", "4.duckdb"}


def test_unpacked_archives_count_and_go_as_a_whole(folder: Path) -> None:
    put(folder / "unpacked" / "old" / "0.parquet", 40)
    put(folder / "unpacked" / "large" / "0.parquet", 3, 200)
    put(folder / "unpacked" / "small" / "0.parquet", 2, 10)
    pruning.prune(folder, put(folder / "1.duckdb", 0), days=30, gigabytes=100 / 1e9)
    assert kept(folder) == {"0.parquet", "1.duckdb"}
    assert {path.name for path in (folder / "unpacked").iterdir()} == {"small"}


def test_what_was_just_used_stays_however_large(folder: Path) -> None:
    put(folder / "a.duckdb", 0, 1000)
    pruning.prune(folder, folder / "b.duckdb", days=30, gigabytes=1 / 1e9)
    assert kept(folder) == {"a.duckdb"}


def test_an_open_index_is_left_alone_and_a_closed_one_counts_from_its_opening(tmp_path: Path, home: Home) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    path = build.ensure(Log([log]), home)
    dataset = Dataset(path)
    assert dataset.info.users == 1
    os.utime(path, (0, 0))
    pruning.prune(home.indexes, home.indexes, days=1, gigabytes=MANY)
    assert path.exists()
    dataset.close()
    pruning.prune(home.indexes, home.indexes, days=1, gigabytes=MANY)
    assert not path.exists()


def test_opening_an_index_makes_it_young_again(tmp_path: Path, home: Home) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    path = build.ensure(Log([log]), home)
    os.utime(path, (0, 0))
    dataset = Dataset(path)
    assert dataset.info.users == 1
    dataset.close()
    assert path.stat().st_mtime == 0
    pruning.prune(home.indexes, home.indexes, days=1, gigabytes=MANY)
    assert path.exists()


def test_building_an_index_prunes_the_others(tmp_path: Path, home: Home) -> None:
    old = put(home.indexes / "0-0.duckdb", 3)
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    build.ensure(Log([log]), home, Settings(cache_days=2, cache_gb=MANY))
    assert not old.exists()
