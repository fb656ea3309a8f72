"""Which artists of a model may be listed: filters, opinions and dislikes as masks, for one user or for many.

`dataset.popularity` has the same rules as SQL, for lists without a model.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.opinions import EVERYBODY, Opinions
from musicrec_tui.dataset.recipients import Recipient, user_recipient, verdicts_of
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.jobs.play_matrix import UNKNOWN, Counts, PlayMatrix, Plays, disliked_pairs, instant
from musicrec_tui.recommenders.base import IntArray

BoolArray = NDArray[np.bool_]


class Marks(NamedTuple):
    """What a recipient loves, and what is never recommended to them: the model's codes of artists, ascending."""

    loved: IntArray
    never: IntArray


def marks_of(opened: OpenedRun, recipient: Recipient) -> Marks:
    """The marks of a recipient; artists that the model does not know are left out."""
    return Marks(opened.codes_of(recipient.verdicts.loved), opened.codes_of(recipient.never))


class CandidateFilter:
    """The rules of `Filters` for a model.

    Args:
        opened: the run on an index.
        filters: what is asked for.
    """

    def __init__(self, opened: OpenedRun, filters: Filters) -> None:
        self._filters = filters
        most = np.inf if filters.max_listeners is None else filters.max_listeners
        listeners = opened.listeners
        self._listable: BoolArray = (
            (opened.to_index >= 0) & (listeners >= filters.min_listeners) & (listeners <= most)
        )  # fmt: skip
        self._listable[opened.codes_of(filters.blocked)] = False

    def mask(self, plays: Plays, end: datetime | None, marks: Sequence[Marks]) -> BoolArray:
        """(users, artists): whether the artist may be listed for the user.

        Args:
            plays: of the users.
            end: when their histories end; None where no play has a time.
            marks: of each user.
        """
        allowed = self._passing(plays, end) & self._listable
        for row, own in enumerate(marks):
            allowed[row, own.never] = False
            if self._filters.heard == "new":
                allowed[row, own.loved] = False
        return allowed

    def _passing(self, plays: Plays, end: datetime | None) -> BoolArray:
        """What passes by its plays."""
        counts, last = plays
        filters = self._filters
        most = np.inf if filters.max_plays is None else filters.max_plays
        if filters.heard != "rediscover":
            passed: BoolArray = counts <= (0 if filters.heard == "new" else most)
            return passed
        since = instant(end - timedelta(days=filters.quiet_days)) if end else 0
        few = _medians(counts) if filters.max_plays is None else most
        quiet = np.where(last == UNKNOWN, counts <= few, last < since)
        remembered: BoolArray = (counts > 0) & (counts <= most) & quiet
        return remembered


def _medians(counts: Counts) -> Counts:
    """(users, 1): the median of each user's plays above 0; 0 for a user without plays."""
    return np.array([[np.median(row[row > 0]) if row.any() else 0.0] for row in counts])


class BatchFilter:
    """`CandidateFilter` for all users of a model, batch by batch.

    Args:
        opened: the run on an index.
        filters: what is asked for.
        opinions: what users love and block.
    """

    def __init__(self, opened: OpenedRun, filters: Filters, opinions: Opinions) -> None:
        dataset = opened.dataset
        self._rules = CandidateFilter(opened, filters)
        self._end = dataset.info.last_at
        self._plays = PlayMatrix(opened, timed=filters.heard == "rediscover")
        self._disliked = disliked_pairs(opened)
        self._others = marks_of(opened, Recipient(verdicts=verdicts_of(dataset, opinions, EVERYBODY)))
        self._judged: dict[int, Marks] = {}
        for key in opinions.by_person:
            if (code := opened.model.user_keys.code(key)) is not None:
                verdicts = verdicts_of(dataset, opinions, key)
                recipient = user_recipient(dataset, opened.index_user(key), verdicts)
                self._judged[code] = marks_of(opened, recipient)

    def mask(self, users: IntArray) -> BoolArray:
        """(users, artists): whether the artist may be listed for the user."""
        return self._rules.mask(self._plays.of(users), self._end, [self._marks(user) for user in users.tolist()])

    def _marks(self, user: int) -> Marks:
        """The marks of a user."""
        if user in self._judged:
            return self._judged[user]
        row = slice(self._disliked.indptr[user], self._disliked.indptr[user + 1])
        return Marks(self._others.loved, np.union1d(self._disliked.indices[row], self._others.never))
