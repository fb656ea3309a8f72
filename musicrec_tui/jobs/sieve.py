"""The filters of ranked lists for all users at once, batch by batch."""

import numpy as np

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.opinions import lookup
from musicrec_tui.dataset.opinions.stored import EVERYBODY, Opinions
from musicrec_tui.jobs import filtering, histories
from musicrec_tui.jobs.filtering import BoolArray
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.recommenders.base import FloatArray, IntArray


class Sieve:
    """Says which artists may be listed for the users of a model, as `answering` does for one of them.

    Args:
        opened: the run on an index.
        filters: what is asked for.
        opinions: what people love and block.
    """

    def __init__(self, opened: OpenedRun, filters: Filters, opinions: Opinions) -> None:
        self._filters = filters
        self._end = opened.dataset.info.last_at
        self._histories = histories.of_everybody(opened, timed=filters.heard == "rediscover")
        self._listable = filtering.listable(opened, filters)
        self._listable[opened.codes_of(lookup.verdicts(opened.dataset, opinions, EVERYBODY).blocked)] = False
        self._loved: dict[int, IntArray] = {}
        self._blocked: dict[int, IntArray] = {}
        for key in opinions.by_person.keys() & opened.user_codes.keys():
            held, user = lookup.verdicts(opened.dataset, opinions, key), opened.user_codes[key]
            self._loved[user], self._blocked[user] = opened.codes_of(held.loved), opened.codes_of(held.blocked)

    def shake(self, users: IntArray, scores: FloatArray) -> None:
        """Set the scores, (users, artists), of what may not be listed to -inf, in place."""
        allowed: BoolArray = filtering.passing(self._histories.of(users), self._filters, self._end) & self._listable
        disliked = self._histories.disliked[users].toarray() > 0
        for row, user in enumerate(users.tolist()):
            if user in self._loved:
                loved = self._loved[user]
                disliked[row, loved] = False
                allowed[row, self._blocked[user]] = False
                if self._filters.heard == "new":
                    allowed[row, loved] = False
        scores[~allowed | disliked] = -np.inf
