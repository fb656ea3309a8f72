"""The answers to requests: ranked lists, similar artists and reasons, from an opened run."""

from collections.abc import Sequence

import numpy as np

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import filtering
from musicrec_tui.jobs.filtering import BoolArray, History
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.jobs.people import Person
from musicrec_tui.jobs.protocol import (
    LONGEST_LIST,
    Explain,
    Explained,
    Reason,
    Recommend,
    Recommendation,
    Recommended,
    Similar,
)
from musicrec_tui.recommenders import ranking
from musicrec_tui.recommenders.base import Contribution, FloatArray, Ranking

EXPLAINED_ROWS = 200


def recommend(opened: OpenedRun, person: Person, ask: Recommend) -> Recommended:
    """The best artists for somebody, with their reasons."""
    history = person.history(ask.filters.heard == "rediscover")
    (codes, values), total = _cut(person.scores(), _candidates(opened, person, history, ask.filters), ask.k)
    loved = set(person.loved.tolist())
    reasons = _reasons(opened, person, codes[:EXPLAINED_ROWS], ask.reasons)
    named = opened.artists([*codes, *(part.artist for parts in reasons for part in parts)])
    rows = tuple(
        Recommendation(
            rank=place + 1,
            artist=named[code],
            score=value,
            heard=bool(history.plays[code] > 0),
            loved=code in loved,
            reasons=tuple(Reason(named[part.artist], part.amount) for part in reasons[place])
            if place < len(reasons)
            else (),
        )
        for place, (code, value) in enumerate(zip(codes, values, strict=True))
    )
    return Recommended(rows, total, person.estimate, person.unknown, _are_estimated(opened))


def similar(opened: OpenedRun, ask: Similar) -> Recommended:
    """The artists most like one."""
    code = opened.artist_code(ask.artist)
    listeners = np.bincount(opened.model.train.indices, minlength=len(opened.to_index))
    gone = (opened.to_index < 0) | (listeners < ask.min_listeners)
    most = min(_checked(ask.k) + int(gone.sum()), len(gone))
    found = opened.model.recommender.similar(code, most)
    kept = [place for place, other in enumerate(found.artists[0]) if other >= 0 and not gone[other]][: ask.k]
    codes = [int(found.artists[0, place]) for place in kept]
    named = opened.artists(codes)
    rows = tuple(
        Recommendation(rank=place + 1, artist=named[other], score=float(found.scores[0, kept[place]]))
        for place, other in enumerate(codes)
    )
    return Recommended(rows, len(gone) - int(gone.sum()) - (0 if gone[code] else 1))


def explain(opened: OpenedRun, person: Person, ask: Explain) -> Explained:
    """The parts of a score."""
    artist = opened.artist_code(ask.artist)
    (parts,) = person.explain(np.array([artist], np.int32))
    score = float(person.scores()[0, artist])
    named = opened.artists([part.artist for part in parts])
    reasons = tuple(Reason(named[part.artist], part.amount) for part in parts)
    return Explained(score, reasons, person.estimate, _are_estimated(opened))


def _are_estimated(opened: OpenedRun) -> bool:
    """Whether the model's reasons are no more than an estimate."""
    return opened.model.recommender.capabilities.explain_estimate


def _reasons(opened: OpenedRun, person: Person, codes: Sequence[int], most: int) -> list[list[Contribution]]:
    """For each artist, the person's own artists that speak for it, where the model can tell."""
    if most <= 0 or not codes or not opened.model.recommender.capabilities.explain:
        return []
    explained = person.explain(np.array(codes, np.int32))
    return [[part for part in parts[:most] if part.amount > 0] for parts in explained]


def _checked(k: int) -> int:
    if not 1 <= k <= LONGEST_LIST:
        raise UserError(f"A list has from 1 to {LONGEST_LIST:,} rows, not {k:,}.")
    return k


def _candidates(opened: OpenedRun, person: Person, history: History, filters: Filters) -> BoolArray:
    """The artists that may be listed for somebody: (artists,)."""
    candidates = filtering.listable(opened, filters) & filtering.passing(history, filters, person.end)
    if filters.heard == "new":
        candidates[person.loved] = False
    candidates[person.never] = False
    return candidates


def _cut(scores: FloatArray, candidates: BoolArray, k: int) -> tuple[tuple[list[int], list[float]], int]:
    """The k best candidates with their scores, and how many candidates there are."""
    ranking.check_finite(scores)
    scores[0, ~candidates] = -np.inf
    best: Ranking = ranking.top(scores, min(_checked(k), scores.shape[1]))
    count = int(np.count_nonzero(best.artists[0] >= 0))
    return (best.artists[0, :count].tolist(), best.scores[0, :count].tolist()), int(np.count_nonzero(candidates))
