"""How much a home holds."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import store, tuning_store

T = TypeVar("T")


class Counts(msgspec.Struct, frozen=True):
    """Runs and tunings (`live`: those with a process), jobs in the trash, profiles, and indexes with their bytes."""

    runs: int
    live: int
    tunings: int
    in_trash: int
    profiles: int
    indexes: int
    index_bytes: int


def count(home: Home) -> Counts:
    """Count what a home holds; a folder that cannot be read counts as empty (it is listed as damaged)."""
    runs = _listed(lambda: store.list_runs(home))
    tunings = _listed(lambda: tuning_store.list_tunings(home))
    indexes = _listed(lambda: [path.stat().st_size for path in home.indexes.glob("[!.]*.duckdb")])
    in_trash = [
        *_listed(lambda: list((home.trash / "runs").glob("[!.]*"))),
        *_listed(lambda: list((home.trash / "tunings").glob("[!.]*"))),
    ]
    live = sum(run.status.live for run in runs) + sum(tuning.status.live for tuning in tunings)
    known = _listed(lambda: profiles.list_profiles(home).profiles)
    return Counts(len(runs), live, len(tunings), len(in_trash), len(known), len(indexes), sum(indexes))


def _listed(list_things: Callable[[], Sequence[T]]) -> Sequence[T]:
    """A list, or an empty one where it cannot be had."""
    try:
        return list_things()
    except (UserError, OSError):
        return ()
