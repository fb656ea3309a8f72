"""The formulas of the metrics: each is a function of ranked lists that is marked with its name in `metrics.METRICS`.

A formula asks for what it needs by the names of its arguments, which are attributes of `RankedLists`: `hits`, `held`,
`listed`, `lists`, `listeners`, … A metric of users gives (users,) float64, one of all lists together a float.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.evaluation import similarity
from musicrec_tui.evaluation.metrics import METRICS, Metric
from musicrec_tui.evaluation.similarity import Listeners
from musicrec_tui.recommenders.base import IntArray

Values = NDArray[np.float64]
Hits = NDArray[np.bool_]
Counts = NDArray[np.int64]
AnyFormula = TypeVar("AnyFormula", bound=Callable[..., Any])

_FORMULAS: dict[str, Callable[..., Any]] = {}


class Population(NamedTuple):
    """What some metrics need of all users of the log, where the lists of some of them are measured.

    Attributes:
        users: how many there are.
        listeners: (artists,), the users who have each artist in train.
        by_artist: who these are.
    """

    users: int
    listeners: Counts
    by_artist: Listeners


@dataclass(frozen=True)
class RankedLists:
    """What users would be shown, and what was held out of them.

    Attributes:
        users: (users,) codes.
        lists: (users, k) artist codes, best first; -1 where a list has ended (fewer than k candidates).
        hits: (users, k): whether the artist in that place is one that was held out.
        held: (users,), each user's held-out artists, at least 1.
        train: (users of the log, artists), what the model was fitted on; values do not matter.
        ranks: midranks of the held-out artists among their user's candidates (1 is the lowest score), user after user.
        candidates: (users,), how many artists are ranked.
        population: all users of the log, where `train` has the rows of some of them only; None: it has all rows.
    """

    users: IntArray
    lists: IntArray
    hits: Hits
    held: Counts
    train: csr_matrix
    ranks: Values
    candidates: Counts
    population: Population | None = None

    @property
    def listed(self) -> Counts:
        """(users,), the places of each list that are not empty."""
        counts: Counts = np.count_nonzero(self.lists >= 0, axis=1).astype(np.int64)
        return counts

    @property
    def artists(self) -> int:
        """How many there are in the catalogue."""
        return int(self.train.shape[1])

    @cached_property
    def listeners(self) -> Counts:
        """(artists,), the users who have each artist in train."""
        if self.population is not None:
            return self.population.listeners
        counts: Counts = np.bincount(self.train.indices, minlength=self.artists)
        return counts

    @property
    def everybody(self) -> int:
        """How many users the log has."""
        return self.population.users if self.population else int(self.train.shape[0])

    @cached_property
    def by_artist(self) -> Listeners:
        """The listeners of each artist in train."""
        return self.population.by_artist if self.population else Listeners.of(self.train)

    @property
    def exposure(self) -> Counts:
        """(artists,), how many lists show each artist."""
        return exposure_of(self.lists, self.artists)

    @property
    def own(self) -> Values:
        """(users,), how well known each user's own artists are, see `own_popularity`."""
        return own_popularity(self.train, self.listeners)[self.users]


def exposure_of(lists: IntArray, artists: int) -> Counts:
    """(artists,), how many of these lists show each."""
    return np.bincount(lists[lists >= 0], minlength=artists)


def measure(lists: RankedLists, wanted: Iterable[Metric]) -> tuple[dict[str, Values], dict[str, float]]:
    """Calculate metrics.

    Returns:
        By name: the metrics of users, NaN where a user has no value; and those of all lists together, without users
        none.
    """
    per_user: dict[str, Values] = {}
    totals: dict[str, float] = {}
    for metric in wanted:
        name, formula = metric.at(lists.lists.shape[1]), _FORMULAS[metric.name]
        value = formula(**{argument: getattr(lists, argument) for argument in _arguments(metric)})
        if metric.per_user:
            per_user[name] = value
        elif len(lists.users):
            totals[name] = value
    return per_user, totals


def measure_exposure(exposure: Counts, k: int) -> dict[str, float]:
    """The metrics of all lists together, from how many lists show each artist: (artists,)."""
    return {one.at(k): _FORMULAS[one.name](exposure) for one in METRICS if not one.per_user}


def needs_ranks(wanted: Iterable[Metric]) -> bool:
    """Whether one of these metrics looks beyond the lists, which is half of the work of an evaluation."""
    return any("ranks" in _arguments(metric) for metric in wanted)


def _arguments(metric: Metric) -> Iterable[str]:
    """What a metric's formula asks for."""
    return inspect.signature(_FORMULAS[metric.name]).parameters


def _formula(name: str) -> Callable[[AnyFormula], AnyFormula]:
    """Mark a function as the formula of a metric."""

    def mark(function: AnyFormula) -> AnyFormula:
        _FORMULAS[name] = function
        return function

    return mark


@_formula("precision@k")
def precision(hits: Hits) -> Values:
    """Hits among the k, divided by k."""
    share: Values = hits.mean(axis=1, dtype=np.float64)
    return share


@_formula("recall@k")
def recall(hits: Hits, held: Counts) -> Values:
    """Hits divided by min(k, held), so that 1 can be reached by users with more than k held-out artists too."""
    share: Values = hits.sum(axis=1) / np.minimum(hits.shape[1], held)
    return share


@_formula("map@k")
def average_precision(hits: Hits, held: Counts) -> Values:
    """The mean over min(k, held) of the precision at the place of each hit; its mean over users is MAP@k."""
    found = np.cumsum(hits, axis=1)
    places = np.arange(1, hits.shape[1] + 1)
    mean: Values = (hits * found / places).sum(axis=1) / np.minimum(hits.shape[1], held)
    return mean


@_formula("mrr@k")
def reciprocal_rank(hits: Hits) -> Values:
    """1 / the place of the first hit, 0 without a hit; its mean over users is MRR@k."""
    return np.where(hits.any(axis=1), 1.0 / (1 + hits.argmax(axis=1)), 0.0)


@_formula("ndcg@k")
def ndcg(hits: Hits, held: Counts) -> Values:
    """Discounted gain Σ 1 / log2(place + 1) over the hits, divided by the best that is possible.

    Binary gains (Järvelin & Kekäläinen 2002): every held-out artist is worth the same.
    """
    k = hits.shape[1]
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    gain: Values = (hits @ discounts) / np.cumsum(discounts)[np.minimum(k, held) - 1]
    return gain


@_formula("hit_rate@k")
def hit_rate(hits: Hits) -> Values:
    """1 where the list has a hit, else 0."""
    rate: Values = np.any(hits, axis=1).astype(np.float64)
    return rate


@_formula("auc@k")
def truncated_auc(hits: Hits, listed: Counts, held: Counts, artists: int) -> Values:
    """AUC@k exactly as `implicit.evaluation.AUC_at_k` has it: about 1/2 + recall@k / 2.

    A miss in the list is beaten by the hits before it; all artists that are not in the list (those that the user has
    in train too: `implicit` counts them as negatives) are beaten by the hits and by half of what was not found.

    Args:
        hits: see `RankedLists`.
        listed: (users,), the places of each list that are not empty.
        held: see `RankedLists`.
        artists: in the catalogue.

    Returns:
        NaN for a user if every artist of the catalogue is held out.
    """
    places = np.arange(hits.shape[1])
    misses = (places < listed[:, None]) & ~hits
    found = hits.sum(axis=1)
    ordered = (np.cumsum(hits, axis=1) * misses).sum(axis=1)
    negatives = artists - held
    pairs = ordered + (found + held) / 2.0 * (negatives - misses.sum(axis=1))
    return _where_defined(pairs, held * negatives)


@_formula("auc")
def full_auc(ranks: Values, held: Counts, candidates: Counts) -> Values:
    """The probability that a held-out artist scores higher than one that is not, ties counting half.

    The Mann–Whitney U from midranks: (ΣR⁺ - P(P + 1) / 2) / (P · N').

    Args:
        ranks: midranks of the held-out artists among a user's candidates (1 is the lowest score), user after user.
        held: (users,), P, how many of these ranks each has.
        candidates: (users,), how many artists are ranked, P + N'.

    Returns:
        NaN for a user if every candidate is held out.
    """
    sums = np.add.reduceat(ranks, np.cumsum(held) - held) if len(held) else np.zeros(0)
    wins = sums - held * (held + 1) / 2
    return _where_defined(wins, held * (candidates - held))


@_formula("coverage@k")
def coverage(exposure: Counts) -> float:
    """The share of the artists of the catalogue that are in a list."""
    return float((exposure > 0).mean())


@_formula("gini@k")
def gini(exposure: Counts) -> float:
    """How unequally so many appearances fall on artists: 0 on all alike, near 1 on one alone; 0 where there are none.

    Half the mean absolute difference of two artists, over the mean: Σ (2i - n - 1) x_i / (n Σ x) over ascending x.
    """
    total = exposure.sum()
    if not total:
        return 0.0
    count = len(exposure)
    ordered = np.sort(exposure).astype(np.float64)
    return float(((2 * np.arange(1, count + 1) - count - 1) * ordered).sum() / (count * total))


@_formula("novelty@k")
def novelty(lists: IntArray, listeners: Counts, everybody: int) -> Values:
    """The mean self-information of a list's artists in bits, log2(users / listeners) (Zhou et al. 2010).

    An artist without listeners in train counts as one with a single listener.
    """
    bits = np.log2(everybody / np.maximum(1, listeners)) if everybody else np.zeros(len(listeners))
    return _mean_of(bits, lists)


@_formula("popularity@k")
def relative_popularity(lists: IntArray, listeners: Counts, own: Values) -> Values:
    """The mean number of listeners of a list's artists over that of the user's own: 1 where they are as well known."""
    ratio: Values = _mean_of(listeners.astype(np.float64), lists) / own
    return ratio


@_formula("similarity@k")
def intra_list_similarity(lists: IntArray, by_artist: Listeners) -> Values:
    """How alike the artists of a list are, see `similarity`."""
    return similarity.intra_list(lists, by_artist)


def own_popularity(train: csr_matrix, listeners: Counts) -> Values:
    """The mean number of listeners of each user's own artists in train; NaN for users without any."""
    sums = csr_matrix((np.ones(train.nnz, np.float32), train.indices, train.indptr), shape=train.shape) @ (
        listeners.astype(np.float64)
    )
    counts = np.diff(train.indptr)
    mean: Values = np.full(train.shape[0], np.nan)
    np.divide(sums, counts, out=mean, where=counts > 0)
    return mean


def _mean_of(values: Values, lists: IntArray) -> Values:
    """The mean over each list of a value that every artist has; NaN for an empty list."""
    listed = lists >= 0
    counts = listed.sum(axis=1)
    mean: Values = np.full(len(lists), np.nan)
    np.divide(np.where(listed, values[lists], 0.0).sum(axis=1), counts, out=mean, where=counts > 0)
    return mean


def _where_defined(wins: Values, pairs: Counts) -> Values:
    """Wins over pairs; NaN where there is no pair to win."""
    share: Values = np.full(len(wins), np.nan)
    np.divide(wins, pairs, out=share, where=pairs > 0)
    return share
