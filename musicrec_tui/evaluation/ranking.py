"""Full-ranking evaluation: every artist that the user does not have in train is a candidate.

Sampled candidates would order models wrongly (Krichene & Rendle 2020). Users go through in batches, so memory is
bounded by the lists and a few times `BATCH_BYTES` of scores. Scores are asked for in the caller's thread, and measured
in others meanwhile. Artists with equal scores are ordered by code in the lists, and share their rank (midranks) in the
full AUC.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation import formulas
from musicrec_tui.evaluation.formulas import Population, RankedLists
from musicrec_tui.evaluation.metrics import OBJECTIVES, Metric
from musicrec_tui.evaluation.midranks import midranks
from musicrec_tui.evaluation.shared_order import SharedOrder
from musicrec_tui.recommenders.base import FloatArray, IntArray, Ranking
from musicrec_tui.recommenders.ranking import check_finite, mask, top

BATCH_BYTES = 32_000_000
_MOST_THREADS = 4
_SHARED_USERS = 4096
"""Users at a time, where all have the same scores."""
_NOBODY = np.zeros(0, np.int64)

Scores = Callable[[IntArray], FloatArray]
T = TypeVar("T")


class Evaluation(NamedTuple):
    """What an evaluation found.

    Attributes:
        metrics: by name, as metrics.json has them: means over users, and those of all lists together. A metric that no
            user has a value for is missing.
        per_user: the metrics that are means, (users,) float64 each; NaN where a user has no value.
        users: the codes of the evaluated users, ascending.
        left_out: users with nothing held out, or with every candidate held out; they are in no mean.
        lists: (users, k) the artists that each would be shown, best first, -1 where there are no more candidates.
    """

    metrics: dict[str, float]
    per_user: dict[str, NDArray[np.float64]]
    users: IntArray
    left_out: int
    lists: IntArray


class _Asked(NamedTuple):
    """What is to be found, and how: users × artists that are no candidates (None: all are) and that were held out."""

    exclude: csr_matrix | None
    held_out: csr_matrix
    k: int


class _Batch(NamedTuple):
    """Some users' scores with train masked, their lists and what of them was held out."""

    scores: FloatArray
    listed: IntArray
    hits: NDArray[np.bool_]
    held: csr_matrix
    excluded: NDArray[np.int64]


class _Measured(NamedTuple):
    """Of some users: their lists, where these hit, and the midranks of what was held out (none where not asked)."""

    lists: IntArray
    hits: NDArray[np.bool_]
    ranks: NDArray[np.float64]
    excluded: NDArray[np.int64]


def evaluate(
    scores: Scores,
    train: csr_matrix,
    held_out: csr_matrix,
    k: int = 10,
    *,
    known: csr_matrix | None = None,
    wanted: Sequence[Metric] = OBJECTIVES,
    report: Callable[[int, int], None] | None = None,
    batch: int | None = None,
    exclude_known: bool = True,
    shared: FloatArray | None = None,
    population: Population | None = None,
) -> Evaluation:
    """Rank the catalogue for every user with held-out artists, and measure the lists.

    Users with every candidate held out are left out: any list is perfect.

    Args:
        scores: of all artists for some user codes, as `Recommender.scores`; what it returns is written into.
        train: (users, artists), what the model was fitted on.
        held_out: (users, artists), the artists to find; values do not matter.
        k: length of the lists.
        known: (users, artists) that are no candidates; by default train.
        wanted: the metrics; without the full AUC it is half of the work.
        report: hears of (users done, users in all) after each batch; may raise to stop.
        batch: users at a time; by default as many as fit `BATCH_BYTES`.
        exclude_known: False where repeats are to be found too (the time split's `repeat`): then all artists are
            candidates. Else held-out pairs that are known are not looked for.
        shared: (artists,), where these are the scores of every user: then `scores` is not asked, and artists are sorted
            once instead of for each user.
        population: all users of the log, where the matrices have rows of some of them only; None: they have all.

    Raises:
        UserError: a score is NaN or infinite.
    """
    asked, ranks = (
        _asked(known if known is not None else train, held_out, k, exclude_known),
        formulas.needs_ranks(wanted),
    )
    users = _users_of(asked)
    parts = (
        _each_batch(scores, asked, users, lambda part: _measured(part, ranks=ranks), batch)
        if shared is None
        else _each_shared(shared, asked, users, ranks=ranks)
    )
    ranked = _ranked(train, asked, users, parts, report, population)
    per_user, totals = formulas.measure(ranked, wanted)
    metrics = in_order(means(per_user) | totals, wanted, k)
    return Evaluation(metrics, per_user, ranked.users, train.shape[0] - len(ranked.users), ranked.lists)


def in_order(found: dict[str, float], wanted: Sequence[Metric], k: int) -> dict[str, float]:
    """Metrics by name, in the order of the table of metrics."""
    return {metric.at(k): found[metric.at(k)] for metric in wanted if metric.at(k) in found}


def means(per_user: dict[str, NDArray[np.float64]]) -> dict[str, float]:
    """The mean of each metric over the users who have a value; metrics without any value are left out."""
    return {name: float(np.nanmean(values)) for name, values in per_user.items() if not np.isnan(values).all()}


def _ranked(
    train: csr_matrix, asked: _Asked, users: IntArray, measured: Iterable[_Measured],
    report: Callable[[int, int], None] | None, population: Population | None,
) -> RankedLists:  # fmt: skip
    """The lists of all users with something held out, from what was measured of them, batch after batch."""
    parts = [_Measured(np.zeros((0, asked.k), np.int32), np.zeros((0, asked.k), bool), np.zeros(0), _NOBODY)]
    done = 0
    for part in measured:
        parts.append(part)
        done += len(part.lists)
        if report is not None:
            report(done, len(users))
    lists, hits, midranks_of_held, excluded = map(np.concatenate, zip(*parts, strict=True))
    return RankedLists(
        users=users, lists=lists, hits=hits, held=_counts(asked.held_out)[users], train=train, ranks=midranks_of_held,
        candidates=train.shape[1] - excluded, population=population,
    )  # fmt: skip


def _measured(part: _Batch, *, ranks: bool) -> _Measured:
    """What is kept of a batch."""
    return _Measured(part.listed, part.hits, _midranks(part) if ranks else np.zeros(0), part.excluded)


def _each_shared(scores: FloatArray, asked: _Asked, users: IntArray, *, ranks: bool) -> Iterator[_Measured]:
    """The same of users whose scores are all these."""
    check_finite(scores)
    order = SharedOrder(scores)
    nothing = csr_matrix(asked.held_out.shape, dtype=np.int8)
    excluded = asked.exclude if asked.exclude is not None else nothing
    for start in range(0, len(users), _SHARED_USERS):
        chosen = users[start : start + _SHARED_USERS]
        own, held = excluded[chosen], asked.held_out[chosen]
        lists = order.lists(own, asked.k)
        found = order.midranks(own, held) if ranks else np.zeros(0)
        yield _Measured(lists, _find(lists, held), found, _counts(own))


def ndcg_at(
    scores: Scores,
    known: csr_matrix,
    held_out: csr_matrix,
    k: int = 10,
    users: IntArray | None = None,
    *,
    exclude_known: bool = True,
) -> float:
    """Mean NDCG@k alone, for early stopping: the same number as `evaluate` gives, several times as fast.

    Args:
        scores: as for `evaluate`; so are `known`, `held_out`, `k` and `exclude_known`.
        known: see there.
        held_out: see there.
        k: see there.
        users: look at these only (those that `evaluate` leaves out are left out); None: at all.
        exclude_known: see there.

    Returns:
        0 if no user has held-out artists.
    """
    rows = np.arange(held_out.shape[0], dtype=np.int32) if users is None else users
    if users is not None:
        known, held_out = known[users], held_out[users]
    asked = _asked(known, held_out, k, exclude_known)
    found = list(_each_batch(
        lambda chosen: scores(rows[chosen]), asked, _users_of(asked),
        lambda part: formulas.ndcg(part.hits, _counts(part.held)), None,
    ))  # fmt: skip
    return float(np.concatenate(found).mean()) if found else 0.0


class ListedUsers(NamedTuple):
    """Some users' lists.

    Attributes:
        users: their codes.
        artists: (users, k) codes, best first, -1 where there are no more candidates.
        scores: (users, k).
        hits: (users, k): whether the artist was held out.
    """

    users: IntArray
    artists: IntArray
    scores: FloatArray
    hits: NDArray[np.bool_]


def evaluated_lists(
    scores: Scores, known: csr_matrix, held_out: csr_matrix, k: int, *, exclude_known: bool = True
) -> Iterator[ListedUsers]:
    """The lists that `evaluate` measures, batch after batch of users; arguments and errors as there."""
    asked = _asked(known, held_out, k, exclude_known)
    users, done = _users_of(asked), 0

    def listed(part: _Batch) -> tuple[IntArray, FloatArray, NDArray[np.bool_]]:
        rows = np.arange(len(part.listed))[:, None]
        values: FloatArray = np.where(part.listed >= 0, part.scores[rows, part.listed], -np.inf).astype(np.float32)
        return part.listed, values, part.hits

    for found in _each_batch(scores, asked, users, listed, None):
        yield ListedUsers(users[done : done + len(found[0])], *found)
        done += len(found[0])


def lists_of(scores: Scores, known: csr_matrix | None, users: IntArray, k: int) -> Ranking:
    """The k best artists of some users, in the order of `users`: (users, k), -1 and -inf where there are no more.

    Args:
        scores: as for `evaluate`.
        known: (users, artists) that are no candidates; None: all are candidates.
        users: codes.
        k: length of the lists.

    Raises:
        UserError: a score is NaN or infinite.
    """
    size = max(1, BATCH_BYTES // (4 * max(1, known.shape[1]))) if known is not None else 256
    parts = [Ranking(np.zeros((0, k), np.int32), np.zeros((0, k), np.float32))]

    def best(table: FloatArray, chosen: IntArray) -> Ranking:
        check_finite(table)
        if known is not None:
            mask(table, known[chosen])
        return top(table, k)

    parts.extend(_in_threads(scores, users, size, best))
    return Ranking(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def evaluated(known: csr_matrix, held_out: csr_matrix, *, exclude_known: bool = True) -> IntArray:
    """The codes of the users that `evaluate` measures, ascending: something is held out, and not all candidates are."""
    return _users_of(_asked(known, held_out, 0, exclude_known))


def without_choice(known: csr_matrix, held_out: csr_matrix, *, exclude_known: bool = True) -> int:
    """How many users have every candidate held out, so that any list is perfect; `evaluate` leaves them out."""
    asked = _asked(known, held_out, 0, exclude_known)
    return int((_counts(asked.held_out) > 0).sum()) - len(_users_of(asked))


def _users_of(asked: _Asked) -> IntArray:
    """See `evaluated`."""
    held, candidates = _counts(asked.held_out), asked.held_out.shape[1]
    excluded = _counts(asked.exclude) if asked.exclude is not None else 0
    return np.flatnonzero((held > 0) & (held < candidates - excluded)).astype(np.int32)


def _asked(known: csr_matrix, held_out: csr_matrix, k: int, exclude_known: bool) -> _Asked:
    """What is to be found."""
    exclude = known if exclude_known else None
    return _Asked(exclude, _to_find(held_out, exclude), k)


def _to_find(held_out: csr_matrix, train: csr_matrix | None) -> csr_matrix:
    """Held-out pairs with sorted columns, without those that train excludes."""
    ones = csr_matrix((np.ones(held_out.nnz, np.int8), held_out.indices, held_out.indptr), shape=held_out.shape)
    if train is not None:
        known = csr_matrix((np.ones(train.nnz, np.int8), train.indices, train.indptr), shape=train.shape)
        both = ones.multiply(known)
        ones = (ones - both).tocsr() if both.nnz else ones
        ones.eliminate_zeros()
    return ones.sorted_indices()


def _each_batch(
    scores: Scores, asked: _Asked, users: IntArray, work: Callable[[_Batch], T], size: int | None
) -> Iterator[T]:
    """What `work` makes of each batch of users, in order. A few batches are worked on at a time, in threads."""
    size = size or max(1, BATCH_BYTES // (4 * max(1, asked.held_out.shape[1])))
    return _in_threads(scores, users, size, lambda table, chosen: work(_cut(table, chosen, asked)))


def _in_threads(scores: Scores, users: IntArray, size: int, work: Callable[[FloatArray, IntArray], T]) -> Iterator[T]:
    """What `work` makes of the scores of so many users at a time, in order; it runs in threads."""
    threads = min(_MOST_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
    pending: deque[Future[T]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(users), size):
            chosen = users[start : start + size]
            table = np.require(scores(chosen), np.float32, ["C", "W"])
            pending.append(pool.submit(work, table, chosen))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _cut(table: FloatArray, users: IntArray, asked: _Asked) -> _Batch:
    """The lists of some users, from their scores, which are written into."""
    check_finite(table)
    excluded = np.zeros(len(users), np.int64)
    if asked.exclude is not None:
        own = asked.exclude[users]
        mask(table, own)
        excluded = _counts(own)
    listed = top(table, asked.k).artists
    held = asked.held_out[users]
    return _Batch(table, listed, _find(listed, held), held, excluded)


def _counts(matrix: csr_matrix) -> NDArray[np.int64]:
    """Stored entries of each row."""
    counts: NDArray[np.int64] = np.diff(matrix.indptr).astype(np.int64)
    return counts


def _find(listed: IntArray, held: csr_matrix) -> NDArray[np.bool_]:
    """Which of the listed artists were held out: one sorted search over (row, artist) numbers."""
    artists = held.shape[1]
    wanted = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr)) * artists + held.indices
    asked = np.arange(len(listed))[:, None] * artists + listed
    place = np.minimum(np.searchsorted(wanted, asked), len(wanted) - 1)
    hits: NDArray[np.bool_] = (wanted[place] == asked) & (listed >= 0)
    return hits


def _midranks(part: _Batch) -> NDArray[np.float64]:
    """Midranks of the held-out artists among their user's candidates."""
    indptr = part.held.indptr
    ranks = np.empty(part.held.nnz)
    for row, scores in enumerate(part.scores):
        own = slice(indptr[row], indptr[row + 1])
        ranks[own] = midranks(scores, scores[part.held.indices[own]])
    # What train excludes is below everything else.
    return ranks - np.repeat(part.excluded, np.diff(indptr))
