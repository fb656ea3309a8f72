"""All that is measured of a fitted model: accuracy and beyond, each with its interval, and by group of users."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation import formulas, groups, ranking, significance
from musicrec_tui.evaluation.formulas import Population
from musicrec_tui.evaluation.groups import Traits
from musicrec_tui.evaluation.metrics import HEADLINE, METRICS
from musicrec_tui.recommenders.base import IntArray
from musicrec_tui.recommenders.cold_start import ColdStart, are_flat

_FIRST = np.zeros(1, np.int32)
"""The code of the first user."""


class Assessment(NamedTuple):
    """What was measured.

    Attributes:
        metrics: all metrics by name: means over users, and those of all lists together (`coverage@k`, `gini@k`).
        per_user: the metrics that are means, (users,) each; NaN where a user has no value.
        intervals: low and high of each mean.
        groups: for each group of users the means of its members, and `users`, how many they are.
        traits: what users are grouped by.
        users: the codes of the evaluated users.
        cold: (users,), who was served by popularity, for want of usable training data (see `recommenders.cold_start`).
        against_popularity: the mean difference of NDCG@k from popularity's among the other users, with the ends of its
            interval; None where there is no such user, or the model is popularity.
    """

    metrics: dict[str, float]
    per_user: dict[str, NDArray[np.float64]]
    intervals: dict[str, tuple[float, float]]
    groups: dict[str, dict[str, float]]
    traits: Traits
    users: IntArray
    cold: NDArray[np.bool_]
    against_popularity: tuple[float, float, float] | None = None


class Measured(NamedTuple):
    """What was measured of some users, before anything is said of all.

    Attributes:
        users: the codes of those who were evaluated, ascending.
        per_user: see `Assessment`.
        exposure: (artists,), how many of their lists show each artist.
        traits: see `Assessment`.
        cold: see there.
        popular: (users,), the NDCG@k of popularity.
    """

    users: IntArray
    per_user: dict[str, NDArray[np.float64]]
    exposure: NDArray[np.int64]
    traits: Traits
    cold: NDArray[np.bool_]
    popular: NDArray[np.float64]


def assess(
    scores: ranking.Scores,
    train: csr_matrix,
    known: csr_matrix,
    held_out: csr_matrix,
    k: int,
    *,
    report: Callable[[int, int], None] | None = None,
    exclude_known: bool = True,
    impersonal: bool = False,
) -> Assessment:
    """Evaluate a model on all users with something held out, serving them as the program does from train alone.

    Where users are served by popularity, the means of the others, `warm`, and theirs, `cold`, stand among the groups.

    Args:
        scores: as for `ranking.evaluate`; so are `held_out`, `k` and `report`.
        train: (users, artists), what the model was fitted on, by which artists are well known or not.
        known: what is no candidate: train, and what is disliked.
        held_out: see there.
        k: see there.
        report: see there.
        exclude_known: False where repeats are to be found too.
        impersonal: whether the scores of all users are the same (`Capabilities.impersonal`).

    Raises:
        UserError: a score is NaN or infinite.
    """
    found = measure(
        scores, train, known, held_out, k, report=report, exclude_known=exclude_known, impersonal=impersonal
    )
    assessment = summarise(found, k)
    _part(report, 0.85, 0.95)(1, 1)
    return assessment


def measure(
    scores: ranking.Scores,
    train: csr_matrix,
    known: csr_matrix,
    held_out: csr_matrix,
    k: int,
    *,
    report: Callable[[int, int], None] | None = None,
    exclude_known: bool = True,
    impersonal: bool = False,
    population: Population | None = None,
) -> Measured:
    """Evaluate a model user by user, see `assess`.

    Args:
        scores: see `assess`; so are `train`, `known`, `held_out`, `k`, `report`, `exclude_known` and `impersonal`.
        train: see there.
        known: see there.
        held_out: see there.
        k: see there.
        report: see there.
        exclude_known: see there.
        impersonal: see there.
        population: all users of the log, where the matrices have rows of some of them only; None: they have all.

    Raises:
        UserError: a score is NaN or infinite.
    """
    listeners = population.listeners if population else np.bincount(train.indices, minlength=train.shape[1])
    popular_scores = listeners.astype(np.float32)
    served = ColdStart(scores, train, lambda: popular_scores, known.__getitem__ if exclude_known else None)
    # Where a model gives all users what popularity gives, cold starts are served alike too.
    is_popularity = impersonal and bool(train.shape[0]) and np.array_equal(scores(_FIRST)[0], popular_scores)
    found = ranking.evaluate(
        served, train, held_out, k, known=known, wanted=METRICS, report=_part(report, 0.0, 0.7),
        exclude_known=exclude_known, population=population, shared=popular_scores if is_popularity else None,
    )  # fmt: skip
    traits = Traits(
        np.diff(train.indptr)[found.users].astype(np.int64),
        formulas.own_popularity(train, listeners)[found.users],
    )
    cold = served.cold
    if is_popularity:
        cold = (np.diff(train.indptr) == 0) | are_flat(popular_scores[None, :])
    popular = found if is_popularity else ranking.evaluate(
        scores, train, held_out, k, known=known, wanted=[HEADLINE], report=_part(report, 0.7, 0.85),
        exclude_known=exclude_known, shared=popular_scores,
    )  # fmt: skip
    exposure = formulas.exposure_of(found.lists, train.shape[1])
    return Measured(found.users, found.per_user, exposure, traits, cold[found.users], popular.per_user[HEADLINE.at(k)])


def summarise(found: Measured, k: int) -> Assessment:
    """What was measured of all users, with intervals and groups."""
    per_user, cold = found.per_user, found.cold
    totals = formulas.measure_exposure(found.exposure, k) if len(found.users) else {}
    metrics = ranking.in_order(ranking.means(per_user) | totals, METRICS, k)
    return Assessment(
        metrics, per_user, intervals(per_user), by_group(per_user, found.traits, cold), found.traits, found.users, cold,
        _difference((per_user[HEADLINE.at(k)] - found.popular)[~cold]),
    )  # fmt: skip


def _part(report: Callable[[int, int], None] | None, start: float, end: float) -> Callable[[int, int], None]:
    """A report of a part as one of the whole, in thousandths."""

    def tell(done: int, of: int) -> None:
        if report is not None:
            report(round(1000 * (start + (end - start) * (done / of if of else 1.0))), 1000)

    return tell


def _difference(differences: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """Their mean with its interval; None where all are zero, as popularity's own are."""
    if not differences.any():
        return None
    (found,) = significance.paired(differences[:, None])
    return found.difference, found.low, found.high


def intervals(per_user: dict[str, NDArray[np.float64]]) -> dict[str, tuple[float, float]]:
    """The bootstrap interval of each of these means."""
    names = list(ranking.means(per_user))
    if not names:
        return {}
    ends = significance.intervals(np.column_stack([per_user[name] for name in names]))
    return {name: (float(low), float(high)) for name, (low, high) in zip(names, ends, strict=True)}


def by_group(
    per_user: dict[str, NDArray[np.float64]], traits: Traits, cold: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """The means of each group's members, and how many `users` they are."""
    members = groups.members(traits) | ({"warm": ~cold, "cold": cold} if cold.any() else {})
    return {
        name: {"users": float(inside.sum())} | ranking.means({metric: own[inside] for metric, own in per_user.items()})
        for name, inside in members.items()
    }
