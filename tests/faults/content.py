"""What a home holds, as its user would see it: without ids, times and other things that differ between twins."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyarrow.parquet as pq

from musicrec_tui import settings
from musicrec_tui.dataset import bookmarks, opinions
from musicrec_tui.dataset.index.opened import Dataset, damage_mark
from musicrec_tui.dataset.profiles import history
from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import store as models
from musicrec_tui.runs import store, test_usage, tuning_store
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.tui.shell import memory
from musicrec_tui.tui.sql import queries

UNFINISHED = (Status.DIED, Status.CANCELLED, Status.FAILED)
Content = dict[str, Any]
"""By section: a value, or a list of texts without order."""
T = TypeVar("T")


def content_of(home: Home, out: Path, said: list[str] | None = None) -> Content:
    """All of it, JSON.

    Args:
        home: the home.
        out: a folder of exported files.
        said: what is said of damaged things is put there, and they are left out; None: they are errors.

    Raises:
        UserError: a thing is damaged.
    """
    return {
        "runs": _items(said, store.list_runs(home), _run),
        "tunings": _items(said, tuning_store.list_tunings(home), _tuning),
        "trials": [text for one in tuning_store.list_tunings(home) for text in _trials(one)],
        "trash": _items(said, [one.job for one in store.trash_of(home).entries()], _run),
        "profiles": _profiles(said, home),
        "opinions": _one(said, lambda: msgspec.to_builtins(opinions.read_opinions(home.opinions))),
        "bookmarks": _one(said, lambda: sorted(f"{one.kind} {one.key}" for one in bookmarks.list_bookmarks(home))),
        "settings": _one(said, lambda: msgspec.to_builtins(settings.load(home))),
        "queries": queries.load_history(home),
        "state": _one(said, lambda: msgspec.to_builtins(memory.read(home))),
        "evaluations on test": test_usage.log_of(home).read_bytes().count(b"\n") if _has_uses(home) else 0,
        "indexes": _items(said, sorted(home.indexes.glob("[!.]*.duckdb")), _index),
        "files": _items(None, sorted(out.glob("[!.]*")), _file),
    }


def warm(home: Home) -> None:
    """Read what starts no thread, so that copies of this process have its decoders and imports."""
    for run in store.list_runs(home):
        _run(run)
    for read in (
        tuning_store.list_tunings,
        profiles.list_profiles,
        bookmarks.list_bookmarks,
        memory.read,
        settings.load,
    ):
        read(home)
    opinions.read_opinions(home.opinions)
    store.trash_of(home).entries()


def _has_uses(home: Home) -> bool:
    return test_usage.log_of(home).is_file()


def _one(said: list[str] | None, read: Callable[[], T]) -> T | None:
    """A value; None where it is damaged, and that was said."""
    try:
        return read()
    except UserError as error:
        if said is None:
            raise
        said.append(str(error))
        return None


def _items(said: list[str] | None, items: Iterable[T], read: Callable[[T], str | None]) -> list[str]:
    """The items that can be read, sorted."""
    read_ones = (_one(said, partial(read, item)) for item in items)
    return sorted({text for text in read_ones if text})


def _text(value: object) -> str:
    return json.dumps(msgspec.to_builtins(value), sort_keys=True)


def _run(run: RunInfo) -> str | None:
    """A run with the checksums of its model, which are read; None for one that came to nothing."""
    if run.status in UNFINISHED:
        return None
    if run.status is Status.DAMAGED or run.label_damage:
        raise UserError(run.reason or run.label_damage)
    models.verify(run.folder / "model")
    manifest = json.loads((run.folder / "model" / "manifest.json").read_bytes())["content"]
    model = {name: one["sha256"] for name, one in manifest["files"].items() if name.endswith(".npy")}
    return _text(
        {
            "parameters": run.spec.params if run.spec else None, "label": run.given, "metrics": run.metrics, "k": run.k,
            "on": run.evaluated_on, "model": model, "status": run.status,
        }
    )  # fmt: skip


def _tuning(tuning: TuningInfo) -> str:
    if tuning.status is Status.DAMAGED or tuning.label_damage:
        raise UserError(tuning.reason or tuning.label_damage)
    return _text({"model": tuning.spec.model if tuning.spec else "", "label": tuning.given, "of": tuning.total})


def _trials(tuning: TuningInfo) -> list[str]:
    """The trials of a tuning; a damaged one is tried again."""
    return [_text((tuning.total, one.number, one.params, one.state, one.value)) for one in tuning.trials]


def _profiles(said: list[str] | None, home: Home) -> list[str]:
    """The profiles."""
    listed = profiles.list_profiles(home)
    if listed.damaged and said is None:
        raise UserError(listed.damaged[0])
    (said if said is not None else []).extend(listed.damaged)
    return _items(said, listed.profiles, _profile)


def _profile(profile: profiles.Profile) -> str:
    rows = sorted(map(_text, _table(history.file(profile), ["kind", "artist_key", "plays", "rating"])))
    stored = profile.stored
    return _text({"name": stored.name, "artists": stored.artists, "listens": stored.listens, "rows": rows})


def _table(path: Path, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a Parquet file; `read_table` would load all of `pyarrow.dataset` in each copy of the process."""
    with pq.ParquetFile(path) as file:
        rows: list[dict[str, Any]] = file.read(columns).to_pylist()
    return rows


def _index(path: Path) -> str | None:
    """The tables of an index; None where it would be built anew."""
    if damage_mark(path).exists() or not path.is_file():
        return None
    dataset = Dataset(path)
    try:
        rows = dataset.query('SELECT user_code, artist_code, plays FROM "play" ORDER BY ALL')
        return f"{dataset.info.content} {dataset.info.listens} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    finally:
        dataset.close()


def _file(path: Path) -> str:
    """The rows of an exported table."""
    if path.suffix == ".parquet":
        rows = list(map(_text, _table(path)))
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = [repr(row) for row in csv.reader(file)]
    elif path.suffix == ".json":
        rows = [_text(row) for row in json.loads(path.read_bytes())]
    else:
        rows = path.read_text().splitlines()
    return f"{path.name} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
