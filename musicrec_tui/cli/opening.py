"""Opening the log: its index is built first where there is none, with a bar on stderr."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui.cli.interrupts import noticed
from musicrec_tui.cli.options import Place

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.log import IndexedLog


def indexed(place: Place) -> Path:
    """The index of a place's log, built now where there is none.

    Raises:
        UserError: the log is not there or cannot be read, or the index cannot be written.
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
    """A place's log, open for look-ups; errors as `indexed` raises them."""
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
        return IndexedLog(place.log, dataset.path, dataset.info.content)
