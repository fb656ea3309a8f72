"""The answers to requests: ranked lists, similar artists and reasons, from an opened run."""

from collections.abc import Sequence

import numpy as np

from musicrec_tui.errors import UserError
from musicrec_tui.jobs.candidate_filter import BoolArray, CandidateFilter
from musicrec_tui.jobs.host_protocol import (
    LONGEST_LIST,
    Explain,
    Explained,
    Reason,
    Recommend,
    Recommendation,
    Recommended,
    ServedBy,
    Similar,
)
from musicrec_tui.jobs.model_user import ModelUser
from musicrec_tui.jobs.opened_run import OpenedRun
from musicrec_tui.recommenders import cold_start, ranking
from musicrec_tui.recommenders.base import Contribution, FloatArray, Ranking

EXPLAINED_ROWS = 200


def recommend(opened: OpenedRun, user: ModelUser, ask: Recommend) -> Recommended:
    """The best artists for a user, with reasons."""
    plays = user.plays(ask.filters.heard == "rediscover")
    candidates = CandidateFilter(opened, ask.filters).mask(plays, user.end, [user.marks])
    served, served_by = _served(opened, user, candidates)
    (best, scores), total = _cut(served, candidates, ask.k)
    codes, values = best[ask.skip :], scores[ask.skip :]
    loved = set(user.marks.loved.tolist())
    reasons = _reasons(opened, user, codes[:EXPLAINED_ROWS], ask.reasons if served_by == user.served_by else 0)
    named = opened.artists([*codes, *(part.artist for parts in reasons for part in parts)])
    rows = tuple(
        Recommendation(
            rank=ask.skip + place + 1,
            artist=named[code],
            score=value,
            heard=bool(plays.counts[0, code] > 0),
            loved=code in loved,
            reasons=tuple(Reason(named[part.artist], part.amount) for part in reasons[place])
            if place < len(reasons)
            else (),
        )
        for place, (code, value) in enumerate(zip(codes, values, strict=True))
    )
    return Recommended(rows, total, user.estimate, user.unknown, _are_estimated(opened), served_by)


def _served(opened: OpenedRun, user: ModelUser, candidates: BoolArray) -> tuple[FloatArray, ServedBy]:
    """The scores of a user, and whose they are: popularity's where all candidates have the same (see `cold_start`)."""
    scores = user.scores()
    if opened.model.recommender.capabilities.impersonal or user.served_by == "popularity":
        return scores, user.served_by
    if not cold_start.are_flat_among(scores, *np.nonzero(~candidates)).any():
        return scores, user.served_by
    return opened.popularity()[None, :].copy(), "popularity"


def similar(opened: OpenedRun, ask: Similar) -> Recommended:
    """The artists most like one."""
    code = opened.artist_code(ask.artist)
    gone = (opened.to_index < 0) | (opened.train_listeners < ask.min_listeners)
    left_out = int(np.count_nonzero(gone))
    codes, scores = _similar(opened, code, gone, _checked(ask.k))
    named = opened.artists(codes)
    rows = tuple(
        Recommendation(rank=place + 1, artist=named[other], score=score)
        for place, (other, score) in enumerate(zip(codes, scores, strict=True))
    )
    return Recommended(rows, len(gone) - left_out - (0 if gone[code] else 1))


def _similar(opened: OpenedRun, code: int, gone: BoolArray, k: int) -> tuple[list[int], list[float]]:
    """The k most similar artists that are not gone, with their scores: of longer and longer lists of all artists."""
    most = min(k + int(np.count_nonzero(gone)), len(gone))
    longer = min(4 * k, most)
    while True:
        found = opened.model.recommender.similar(code, longer)
        artists, scores = found.artists[0], found.scores[0]
        kept = np.flatnonzero((artists >= 0) & ~gone[artists])[:k]
        if len(kept) == k or longer == most or artists[-1] < 0:
            return artists[kept].tolist(), scores[kept].tolist()
        longer = min(16 * longer, most)


def explain(opened: OpenedRun, user: ModelUser, ask: Explain) -> Explained:
    """The parts of a score."""
    artist = opened.artist_code(ask.artist)
    (parts,) = user.explain(np.array([artist], np.int32))
    score = float(user.scores()[0, artist])
    named = opened.artists([part.artist for part in parts])
    reasons = tuple(Reason(named[part.artist], part.amount) for part in parts)
    return Explained(score, reasons, user.estimate, _are_estimated(opened), user.served_by)


def _are_estimated(opened: OpenedRun) -> bool:
    """Whether the model's reasons are no more than an estimate."""
    return opened.model.recommender.capabilities.explain_estimate


def _reasons(opened: OpenedRun, user: ModelUser, codes: Sequence[int], most: int) -> list[list[Contribution]]:
    """For each artist, the user's own artists that speak for it, where the model can tell."""
    if most <= 0 or not codes or not opened.model.recommender.capabilities.explain:
        return []
    explained = user.explain(np.array(codes, np.int32))
    return [[part for part in parts[:most] if part.amount > 0] for parts in explained]


def _checked(k: int) -> int:
    if not 1 <= k <= LONGEST_LIST:
        raise UserError(f"A list has from 1 to {LONGEST_LIST:,} rows, not {k:,}.")
    return k


def _cut(scores: FloatArray, candidates: BoolArray, k: int) -> tuple[tuple[list[int], list[float]], int]:
    """The k best candidates with their scores, and how many candidates there are."""
    ranking.check_finite(scores)
    scores[~candidates] = -np.inf
    best: Ranking = ranking.top(scores, min(_checked(k), scores.shape[1]))
    count = int(np.count_nonzero(best.artists[0] >= 0))
    return (best.artists[0, :count].tolist(), best.scores[0, :count].tolist()), int(np.count_nonzero(candidates))
