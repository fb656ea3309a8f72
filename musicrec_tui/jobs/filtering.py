"""Which artists may be listed for whom: filters as masks over the artists of a model, for one person or for many."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.jobs.opened_run import OpenedRun

BoolArray = NDArray[np.bool_]
Counts = NDArray[np.float64]
Instants = NDArray[np.int64]

UNKNOWN = -1
"""In the place of an instant: nobody knows when, or there was no play."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class History(NamedTuple):
    """What people have played, over all artists of a model.

    Attributes:
        plays: (…, artists); 0: not heard.
        last: (…, artists) of the last play, in microseconds since 1970 UTC, or `UNKNOWN`.
    """

    plays: Counts
    last: Instants


def instant(moment: datetime | None) -> int:
    """A moment (UTC) in microseconds since 1970; `UNKNOWN` where there is none."""
    return (moment - _EPOCH) // timedelta(microseconds=1) if moment else UNKNOWN


def listable(opened: OpenedRun, filters: Filters) -> BoolArray:
    """The artists that may be listed for anybody: (artists,), those that the index has, and well enough known."""
    most = np.inf if filters.max_listeners is None else filters.max_listeners
    ok: BoolArray = (opened.to_index >= 0) & (opened.listeners >= filters.min_listeners) & (opened.listeners <= most)
    codes = opened.artist_codes
    ok[[codes[key] for key in filters.blocked if key in codes]] = False
    return ok


def passing(history: History, filters: Filters, end: datetime | None) -> BoolArray:
    """The artists that may be listed for what their people have played of them, by the rules of `Filters`.

    Args:
        history: of one person, (artists,), or of several, (people, artists).
        filters: the rules.
        end: when their histories end; None where no play has a time.
    """
    plays, last = history
    most = np.inf if filters.max_plays is None else filters.max_plays
    if filters.heard != "rediscover":
        passed: BoolArray = plays <= (0 if filters.heard == "new" else most)
        return passed
    since = instant(end - timedelta(days=filters.quiet_days)) if end else 0
    few = _middle(plays) if filters.max_plays is None else most
    quiet = np.where(last == UNKNOWN, plays <= few, last < since)
    remembered: BoolArray = (plays > 0) & (plays <= most) & quiet
    return remembered


def _middle(plays: Counts) -> Counts:
    """The median of each person's plays above 0: (…, 1), 0 for who has none."""
    rows = np.atleast_2d(plays)
    middles = [float(np.median(row[row > 0])) if row.any() else 0.0 for row in rows]
    shape = (*plays.shape[:-1], 1)
    return np.array(middles).reshape(shape)
