"""Logs and their parts, as several benchmarks need them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import parquet

from benchmarks import make_listens
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import find_home


def split_of(data: Sequence[Path], home: Path) -> splits.Split:
    """The default split of a log, whose index is built in the home."""
    dataset = Dataset(build.ensure(Log(data), find_home(home)))
    parts = splits.split(dataset, interactions.load_interactions(dataset), SplitSpec())
    dataset.close()
    return parts


def large_log(folder: Path) -> tuple[Path, Path]:
    """A log of some 480,000 artists, 30,000 users and 5 million listens, and its index (two minutes)."""
    data = folder / "log"
    make_listens.make(data, 5_000_000, 30_000, 500_000, 5, 1)
    return data, build.ensure(Log([data]), find_home(folder / "home"))


def famous(rng: np.random.Generator, artists: int, draws: int) -> NDArray[np.int64]:
    """Artists of so many plays; few of them have most of the listeners."""
    fame = 1 / np.arange(10, artists + 10) ** 0.75
    return rng.choice(artists, draws, p=fame / fame.sum())


def write_plays(file: Path, users: NDArray[np.int64], artists: NDArray[np.int64]) -> None:
    """A log in which each pair was played once."""
    names = [f"artist {code}" for code in artists]
    table = {"user_id": users, "artist_name": names, "play_count": np.ones(len(users), np.int64)}
    parquet.write_table(pyarrow.table(table), file)
