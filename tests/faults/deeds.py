"""Everything that writes, each as one call that can be made again, and a home that they change."""

import contextlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from musicrec_tui import settings
from musicrec_tui.dataset import bookmarks, export_tables, opinions
from musicrec_tui.dataset.index import build, cache
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.playlists import writing
from musicrec_tui.dataset.playlists.target import PlaylistRequest
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs import job_main, supervisor, worker
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import eventlog, labels, store, trials, tuning_store
from musicrec_tui.runs.events import Cancelled, Resumed
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import Grid, TuneRequest
from musicrec_tui.tui.common.screen_state import LogState
from musicrec_tui.tui.shell.memory import Memory
from musicrec_tui.tui.sql import queries
from tests.faults.content import Content, content_of, warm
from tests.faults.forked import Ended, forked

PIXIES, NEU = Artist(0, "pixies", "Pixies", 3, 9), Artist(1, "neu!", "Neu!", 2, 4)


class Place(NamedTuple):
    """A home with what lies around it.

    Attributes:
        root: of all, absolute.
        logs: the folder of logs, shared and never written to.
    """

    root: Path
    logs: Path

    @property
    def home(self) -> Home:
        """The home."""
        return Home(self.root / "home", self.root / "home" / "cache")

    @property
    def out(self) -> Path:
        """Where exports go."""
        return self.root / "out"

    @property
    def log(self) -> Log:
        """The log that is indexed."""
        return Log([self.logs / "first.csv"])

    def content(self) -> Ended:
        """What the home holds, read in a process of its own."""
        return forked(lambda: content_of(self.home, self.out), home=self.home.root)


class Deed(NamedTuple):
    """A piece of work, named after what it writes."""

    name: str
    do: Callable[[Place], Any]

    def forked(self, place: Place, before: Callable[[], object] = lambda: None, **options: Any) -> Ended:
        """Do it in a copy of this process, after `before`."""

        def work() -> None:
            before()
            self.do(place)

        return forked(work, home=place.home.root, **options)


def write_log(path: Path, seed: int, users: int = 30, artists: int = 20) -> None:
    """Play counts of people who like one half of the artists."""
    dice = random.Random(seed)
    lines = ["user_id,artist_name,play_count"]
    for user in range(users):
        heard = dice.sample(range(user % 2, artists, 2), 8)
        lines += [f"u{user},artist {artist},{dice.randint(1, 50)}" for artist in heard]
    path.write_text("\n".join(lines) + "\n")


def _work_here(_module: str, folder: Path, home: Home, _lock: int, **_named: object) -> None:
    """What a worker's process does, in this one."""
    with mock.patch.object(Cancellation, "install"), mock.patch("musicrec_tui.jobs.reporter.Reporter.watch"):
        job_main.work(folder, home, worker._task, worker._model_of)


def _train(place: Place, params: Params, **more: Any) -> None:
    """A whole run, in this process; a job that says that it failed is an error here."""
    index = build.ensure(place.log, place.home)
    dataset = Dataset(index)
    content = dataset.info.content
    dataset.close()
    with mock.patch.object(supervisor, "start", _work_here):
        request = TrainRequest(params=params, **more)
        run = supervisor.submit(place.home, request, IndexedLog(place.log, index, content))
    run = store.read_run(place.home, run.id)
    if run.status is not store.Status.FINISHED:
        raise OSError(0, run.reason)


def _trial(place: Place) -> None:
    [tuning] = tuning_store.list_tunings(place.home)
    at = tuning.created_at
    assert at is not None
    lock = tuning_store.lock_for_resume(tuning)
    eventlog.append(tuning.folder, Resumed(at=at))
    trial = Trial(number=1, params=AlsParams(factors=3), state="finished", at=at, value=0.25)
    trials.write_trial(tuning.folder, trial)
    eventlog.append(tuning.folder, Cancelled(at=at))
    os.close(lock)


def _discard(place: Place) -> None:
    trash = store.trash_of(place.home)
    if not any(one.job.label == "trash me" for one in trash.entries()):
        trash.discard(store.find_run(place.home, "trash me"))


def _restore(place: Place) -> None:
    trash = store.trash_of(place.home)
    for one in trash.entries():
        trash.restore(one.job)


def _empty(place: Place) -> None:
    trash = store.trash_of(place.home)
    for one in trash.entries():
        trash.remove(one.job)


def _rename(place: Place) -> None:
    names = {run.label for run in store.list_runs(place.home)}
    run = store.find_run(place.home, "renamed" if "renamed" in names else "keep me")
    labels.change(run.folder, name="renamed", starred=True)


def _export(name: str) -> Callable[[Place], None]:
    def export(place: Place) -> None:
        with contextlib.closing(Dataset(cache.index_path(place.log, place.home))) as dataset:
            export_tables.write_index_table(dataset, "interactions", place.out / name)

    return export


def _playlist(place: Place) -> None:
    with contextlib.closing(Dataset(cache.index_path(place.log, place.home))) as dataset:
        [(key,)] = dataset.query('SELECT key FROM "artist" ORDER BY code LIMIT 1')
        request = PlaylistRequest("mine", (key,))
        writing.write_playlist(dataset, request, place.out / "list.txt", lambda *_: None, lambda: False)


def _forget(place: Place) -> None:
    if profiles.has_profile(place.home, "old"):
        profiles.delete_profile(place.home, "old")


def _state(place: Place) -> None:
    Memory(place.home).keep("content", LogState(screen="train"))


DEEDS = (
    Deed("index", lambda place: build.ensure(Log([place.logs / "second.csv"]), place.home)),
    Deed("import", lambda place: importing.import_history(place.home, "me", Log([place.logs / "mine.csv"]))),
    Deed("new profile", lambda place: importing.import_history(place.home, "new", Log([place.logs / "mine.csv"]))),
    Deed("forget profile", _forget),
    Deed("train", lambda place: _train(place, PopularityParams(), final=True)),
    Deed("trial", _trial),
    Deed("rename run", _rename),
    Deed("delete run", _discard),
    Deed("restore run", _restore),
    Deed("empty trash", _empty),
    Deed("love", lambda place: opinions.change_opinions(place.home, "u1", give=[_loved(NEU)])),
    Deed("bookmark", lambda place: bookmarks.add_bookmark(place.home, bookmarks.bookmark_of(NEU))),
    Deed("theme", lambda place: settings.remember_theme(place.home, "nord")),
    Deed("query", lambda place: queries.add_to_history(place.home, "SELECT 2")),
    Deed("state", _state),
    Deed("export csv", _export("plays.csv")),
    Deed("export parquet", _export("plays.parquet")),
    Deed("export json", _export("plays.json")),
    Deed("playlist", _playlist),
)
SILENT = ("query", "state")
"""What gives up without a word where the home cannot be written to: a comfort, not the user's work."""


def _loved(artist: Artist) -> opinions.Opinion:
    return opinions.opinion("loved", artist, "table")


def _fill(place: Place) -> None:
    """A home with one of everything."""
    home = place.home
    place.out.mkdir(parents=True)
    home.root.mkdir(parents=True)
    home.settings.write_text("# mine\nk = 7\n")
    _train(place, PopularityParams(), name="keep me")
    _train(place, AlsParams(factors=3, iterations=2), name="trash me")
    _train(place, PopularityParams(), name="in the trash")
    trash = store.trash_of(home)
    trash.discard(store.find_run(home, "in the trash"))
    plan = Grid({"factors": (2, 3, 4, 5)})
    log = IndexedLog(place.log, cache.index_path(place.log, home), "content")
    request = TuneRequest(base=AlsParams(), plan=plan, seed=1, k=10)
    tuning, lock = tuning_store.create_tuning(home, request, log)
    os.close(lock)
    assert tuning.created_at is not None
    first = Trial(number=0, params=AlsParams(factors=2), state="finished", at=tuning.created_at, value=0.2)
    trials.write_trial(tuning.folder, first)
    for name in ("me", "old"):
        importing.import_history(home, name, Log([place.logs / "early.csv"]))
    opinions.change_opinions(home, "u1", give=[_loved(PIXIES)])
    bookmarks.add_bookmark(home, bookmarks.bookmark_of(PIXIES))
    queries.add_to_history(home, "SELECT 1")
    Memory(home).keep("other", LogState(screen="data"))
    for name in ("plays.csv", "plays.json"):
        _export(name)(place)


class World:
    """A home that was filled once, and copies of it.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        logs = root / "logs"
        logs.mkdir()
        for name, seed, users in (("first", 1, 30), ("second", 2, 30), ("mine", 3, 1), ("early", 4, 1)):
            write_log(logs / f"{name}.csv", seed, users)
        self._template = Place(root / "template", logs)
        self._number = 0
        self._twins: dict[str, Content] = {}
        filled = forked(lambda: _fill(self._template))
        assert filled.done, filled
        read = self._template.content()
        assert read.done, read
        self.before: Content = read.value
        warm(self._template.home)

    def copy(self) -> Place:
        """A copy of the home, to be spoiled."""
        self._number += 1
        place = Place(self._root / f"copy{self._number}", self._template.logs)
        shutil.copytree(self._template.root, place.root, symlinks=True)
        return place

    def drop(self, place: Place) -> None:
        """Delete a copy."""
        shutil.rmtree(place.root, ignore_errors=True)

    def twin(self, deed: Deed) -> Content:
        """What the home holds after a deed that nothing disturbed."""
        if deed.name not in self._twins:
            place = self.copy()
            ended = deed.forked(place)
            assert ended.done, (deed.name, ended)
            read = place.content()
            assert read.done, (deed.name, read)
            self._twins[deed.name] = read.value
            self.drop(place)
        return self._twins[deed.name]
