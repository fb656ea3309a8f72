"""Where a command works: the home, its settings, the log with its index, and the run that a text means."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui import paths, settings
from musicrec_tui.cli.interrupts import noticed
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import read_options
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

if TYPE_CHECKING:
    from datetime import datetime

    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.log import IndexedLog
    from musicrec_tui.dataset.period import Period
    from musicrec_tui.runs.engine import Engine
    from musicrec_tui.runs.info import RunInfo


class Place:
    """Where a command works: the home, its settings, the log.

    Attributes:
        home: runs, settings and indexes.
        log: the log.
        data_given: whether the user said which log, here or in MUSICREC_DATA.
        settings: what the user chose.
    """

    def __init__(
        self,
        data: list[str] | None = None,
        home: Path | None = None,
        layout: str = "",
        mapped: list[str] | None = None,
        dates: str = "",
        *,
        strict: bool = False,
        period: str = "",
        first: str = "",
        last: str = "",
    ) -> None:
        self.home: Home = paths.find_home(home)
        self.log = Log(paths.find_data(data), read_options.join(layout, mapped or (), dates, strict=strict))
        self.named = bool(data)
        self.data_given = self.named or bool(os.environ.get("MUSICREC_DATA"))
        self.settings = settings.load(self.home)
        self._period = period, first, last

    def add(self, paths: list[str] | None) -> None:
        """Take paths into the log that the command line named; where it named none, they are the log."""
        if paths:
            self.log = Log([*(self.log.names if self.named else ()), *paths], self.log.layout)
            self.named = self.data_given = True

    def k(self, asked: int | None) -> int:
        """The K of the command line, else the one of the settings."""
        return self.settings.k if asked is None else asked

    def period(self, latest: "datetime | None") -> "Period | None":
        """The period that the options ask for, in days of the setting `time_zone`; None: all time.

        Args:
            latest: the last listen, with which this year and the last 12 months end.

        Raises:
            UserError: `--period`, `--from` and `--to` do not go together, or name no period.
        """
        from musicrec_tui.dataset import period

        name, first, last = self._period
        if name and (first or last):
            raise UserError("Give either --period, or --from and --to.")
        zone = self.settings.time_zone
        return period.between(first, last, zone) if first or last else period.period_of(name, latest, zone)


def indexed(place: Place) -> Path:
    """The index of a place's log, built now if there is none, with a progress bar on stderr.

    Raises:
        UserError: the log does not exist or cannot be read, or the index cannot be written.
        Cancelled: Ctrl-C while it was built; nothing is left behind.
    """
    from musicrec_tui.dataset.index import build, cache

    if found := cache.find_index(place.log, place.home):
        return found
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.dataset.index.remaining import Remaining

    remaining = Remaining()
    with noticed() as cancelled, Meter() as meter:

        def report(phase: str, fraction: float | None) -> None:
            meter.share(f"Index: {phase}", fraction, remaining.words(fraction))

        return build.ensure(
            place.log,
            place.home,
            place.settings,
            report=report,
            note=meter.note,
            cancelled=cancelled,
        )


@contextlib.contextmanager
def opened(place: Place) -> Iterator["Dataset"]:
    """A place's log, open for queries; errors as `indexed` raises them."""
    from musicrec_tui.dataset.index.opened import Dataset

    dataset = Dataset(indexed(place))
    try:
        yield dataset
    finally:
        dataset.close()


def indexed_log(place: Place) -> "IndexedLog":
    """A place's log with its index, for a job; errors as `indexed` raises them."""
    from musicrec_tui.dataset.log import IndexedLog

    with opened(place) as dataset:
        return IndexedLog(place.log, dataset.path, dataset.info.content, dataset.info.users)


def log_for_job(place: Place, engine: "Engine") -> "IndexedLog":
    """The same, but Spark reads a log at addresses itself, in the job; errors as `indexed` raises them."""
    from musicrec_tui.dataset.index import cache
    from musicrec_tui.dataset.log import IndexedLog

    if engine.spark and place.log.addresses:
        return IndexedLog(place.log, cache.index_path(place.log, place.home), "")
    return indexed_log(place)


def any_run(place: Place, text: str) -> "RunInfo":
    """The run that a text means, whatever its state.

    Args:
        place: whose runs; `best` and `latest` are among those of its log.
        text: an id, a unique prefix, a name, `latest` or `best`.

    Raises:
        UserError: none or several.
    """
    from musicrec_tui.runs import store

    content = None
    if text.strip().casefold() in ("best", "latest"):
        with opened(place) as dataset:
            content = dataset.info.content
    return store.find_run(place.home, text, content)


def listed_run(place: Place, text: str) -> "RunInfo":
    """`any_run` for what needs no data: no index is built to find out which runs are of the place's log.

    Without one, `best` and `latest` are among the runs that were started on the log's paths; if the user named no log,
    among all runs.
    """
    from musicrec_tui.dataset.index import cache
    from musicrec_tui.runs import picking, store

    if text.strip().casefold() not in ("best", "latest") or cache.find_index(place.log, place.home):
        return any_run(place, text)
    paths = place.log.names
    runs = store.list_runs(place.home)
    return picking.pick_run(
        [run for run in runs if not place.data_given or (run.spec is not None and run.spec.data == paths)], text
    )


def model_run(place: Place, text: str | None) -> "RunInfo":
    """The finished run to answer with; without a text the best of the log, else the latest, else an outdated one.

    Where a run is named and no log is, the place's log becomes that of the run.

    Raises:
        UserError: there is none, or it is not finished.
    """
    from musicrec_tui.runs import outdated, picking, store
    from musicrec_tui.runs.status import Status

    if text is None:
        with opened(place) as dataset:
            runs, content = store.list_runs(place.home), dataset.info.content
        run = picking.best_or_latest(
            [run for run in runs if run.content == content and run.status is Status.FINISHED]
            or [run for run in runs if outdated.is_earlier_state(run, place.log, content)]
        )
    else:
        run = any_run(place, text)
    picking.need_model(run)
    if run.spec and not place.data_given:
        place.log = Log(run.spec.data, run.spec.layout)
    return run
