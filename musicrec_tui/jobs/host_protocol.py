"""What the host is asked and what it answers: JSON Lines over its stdin and stdout.

A request is `{"id": 7, "ask": {"call": "recommend", …}}`, an answer `{"id": 7, "answer": {"kind": "recommended", …}}`.
Answers may come out of order. Names in answers are raw; sinks clean them.
"""

from typing import Literal

import msgspec

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.records import Artist

LONGEST_LIST = 10_000
"""The most rows that a ranked list may be asked for."""

ServedBy = Literal["model", "fold-in", "popularity"]
SERVED_BY: tuple[ServedBy, ...] = ("model", "fold-in", "popularity")
"""What serves a user: the model; it, from their plays in the log; or popularity (see `recommenders.cold_start`)."""

KNOWN_LISTENERS = 3
"""How many listeners make an artist known enough to be called similar to another."""


class Ask(msgspec.Struct, frozen=True, tag_field="call", tag=str.lower, kw_only=True):
    """Any request. `run` is a run's folder, absolute; `index` the index file whose names and plays are meant."""

    run: str
    index: str


class Newcomer(msgspec.Struct, frozen=True):
    """A user who is not in the data, and is folded in.

    Attributes:
        profile: the folder of a profile, absolute; empty: none.
        plays: artist keys with plays, beside those of the profile.
        disliked: the keys of artists that are never recommended, beside those of the profile.
    """

    profile: str = ""
    plays: dict[str, float] = {}
    disliked: tuple[str, ...] = ()


class Recommend(Ask, frozen=True):
    """The k best artists for a user (by key) or a newcomer that pass the filters, never one that they dislike or block.

    With each come `reasons` of their own artists, where the model gives them. The first `skip` of the k are left out.
    """

    user: str | Newcomer
    k: int = 10
    skip: int = 0
    filters: Filters = Filters()
    reasons: int = 3


class Similar(Ask, frozen=True):
    """The k artists most like one (by key), among those that enough users of the training part listen to.

    An artist with one listener has that listener's vector: it is "like" all that they play, by no merit of its own.
    `min_listeners` keeps such artists out; front ends use `KNOWN_LISTENERS` and say so.
    """

    artist: str
    k: int = 10
    min_listeners: int = 1


class Explain(Ask, frozen=True):
    """Why a user (by key) or a newcomer gets this score for an artist (by key)."""

    user: str | Newcomer
    artist: str


class Evaluate(Ask, frozen=True):
    """How a run was evaluated for one user of the log (by key): see `Evaluated`."""

    user: str


class Compare(msgspec.Struct, frozen=True, tag_field="call", tag="compare", kw_only=True):
    """How runs (folders, absolute) differ from the first of them, user by user: see `Compared`.

    Attributes:
        runs: two or more that were measured alike.
        metric: by which users differ most, and groups are compared; empty: NDCG@k.
        users: how many of the users that differ most are returned.
        primary: the metric that the verdict is about (`settings.primary_metric`).
    """

    runs: tuple[str, ...]
    metric: str = ""
    users: int = 10
    primary: str = "ndcg@k"


class Scatter(msgspec.Struct, frozen=True, tag_field="call", tag="scatter", kw_only=True):
    """Where users lie by a metric, one run's values against another's: see `Scattered`.

    Attributes:
        runs: two folders, absolute, of runs that were measured alike.
        metric: empty: NDCG@k.
        columns, rows: into how many cells the values of the first and of the second run are put.
    """

    runs: tuple[str, str]
    metric: str = ""
    columns: int = 40
    rows: int = 20


AnyAsk = Recommend | Similar | Explain | Evaluate | Compare | Scatter


class Reason(msgspec.Struct, frozen=True):
    """The part of a score that one of the user's own artists gives."""

    artist: Artist
    amount: float


class Recommendation(msgspec.Struct, frozen=True):
    """One row of a ranked list; whether they have heard the artist, and whether they love it."""

    rank: int
    artist: Artist
    score: float
    heard: bool = False
    reasons: tuple[Reason, ...] = ()
    loved: bool = False


class Recommended(msgspec.Struct, frozen=True, tag_field="kind", tag="recommended"):
    """A ranked list.

    Attributes:
        total: the candidates that it was cut from.
        estimate: whether the scores are an estimate from similar users, not the model's own.
        unknown: how many artists of a newcomer the model does not know.
        reasons_estimate: whether reasons do not sum to the score (see `Capabilities.explain_estimate`).
        served_by: whether the model has usable training data of the user, or what serves a cold start.
    """

    rows: tuple[Recommendation, ...]
    total: int
    estimate: bool = False
    unknown: int = 0
    reasons_estimate: bool = False
    served_by: ServedBy = "model"


class Explained(msgspec.Struct, frozen=True, tag_field="kind", tag="explained"):
    """A score and its contributions, largest first, which sum to it unless `reasons_estimate`; as in `Recommended`."""

    score: float
    reasons: tuple[Reason, ...]
    estimate: bool = False
    reasons_estimate: bool = False
    served_by: ServedBy = "model"


class EvaluatedRow(msgspec.Struct, frozen=True):
    """An artist of an evaluated list, and whether it was held out."""

    rank: int
    artist: Artist
    score: float
    held_out: bool


class HeldOut(msgspec.Struct, frozen=True):
    """A held-out artist, and its rank among all candidates; it is missed where that is greater than K."""

    rank: int
    artist: Artist
    score: float


class Evaluated(msgspec.Struct, frozen=True, tag_field="kind", tag="evaluated"):
    """A user's list as it was evaluated: from train alone, without opinions and filters.

    Attributes:
        part: what was held out: "validation" or "test".
        k: the run's K.
        ndcg: NDCG@k of the list.
        rows: the list, K rows.
        held_out: what was to be found, best rank first.
        candidates: how many artists were ranked.
        served_by: see `Recommended`.
    """

    part: str
    k: int
    ndcg: float
    rows: tuple[EvaluatedRow, ...]
    held_out: tuple[HeldOut, ...]
    candidates: int
    served_by: ServedBy = "model"


class PairedMetric(msgspec.Struct, frozen=True):
    """How one run differs from the first in one metric.

    Attributes:
        metric: by name.
        users: with a value in both.
        difference: the mean over users of this run's value minus the first's; `low` and `high` end its 95 % interval.
        p_bootstrap, p_wilcoxon: two-sided, of one test alone.
        holm_bootstrap, holm_wilcoxon: the same, corrected for all metrics and runs of the answer.
        wins, ties, losses: users with a higher, the same, and a lower value.
        p: corrected for its family; below 0.05 exactly where the interval `family_low` to `family_high` excludes 0. The
            family of the primary metric is all pairs of runs; that of the others, all metrics of all runs.
    """

    metric: str
    users: int
    difference: float
    low: float
    high: float
    p_bootstrap: float
    p_wilcoxon: float
    holm_bootstrap: float
    holm_wilcoxon: float
    wins: int
    ties: int
    losses: int
    family_low: float
    family_high: float
    p: float


class Pair(msgspec.Struct, frozen=True):
    """Two runs in the primary metric, by positions: the mean of the other's values minus the first's; see `max_t`."""

    first: int
    other: int
    difference: float
    low: float
    high: float
    p: float


def p_text(p: float, least: float = 0.0001) -> str:
    """A p value in at most seven cells; one that cannot be given more exactly is "≤" the least."""
    return f"≤{least:.4f}" if p <= least else f"{p:.4f}"


class GroupDifference(msgspec.Struct, frozen=True):
    """The mean difference among the users of a group, with its interval."""

    group: str
    users: int
    difference: float
    low: float
    high: float


class DifferingUser(msgspec.Struct, frozen=True):
    """A user (by key) with the first run's value and the other's."""

    user: str
    first: float
    other: float


class Against(msgspec.Struct, frozen=True):
    """A run against the first: in each metric, in each group of users, and for the users who differ most."""

    run: str
    metrics: tuple[PairedMetric, ...]
    groups: tuple[GroupDifference, ...]
    differing: tuple[DifferingUser, ...]


class Compared(msgspec.Struct, frozen=True, tag_field="kind", tag="compared"):
    """Runs against the first of them.

    Attributes:
        first: its id.
        metric: by which groups are compared and users differ most.
        against: the other runs, in the order that was asked for.
        least_p: the least p of the bootstrap that the number of resamples can show, after correction.
        primary: the metric of the verdict.
        verdict: which run is better in it, as a sentence.
        pairs: all pairs of runs in it.
        least_family_p: the least `p` that the number of resamples can show.
    """

    first: str
    metric: str
    against: tuple[Against, ...]
    least_p: float
    primary: str
    verdict: str
    pairs: tuple[Pair, ...]
    least_family_p: float


class ScatterCell(msgspec.Struct, frozen=True, array_like=True):
    """How many users are in a cell; column and row count from 0, the lowest values."""

    column: int
    row: int
    users: int


class Scattered(msgspec.Struct, frozen=True, tag_field="kind", tag="scattered"):
    """Users by one run's value (columns) and another's (rows).

    Attributes:
        metric: by name.
        low, high: the ends of both axes, the least and the largest value of either run.
        columns, rows: how many cells there are.
        cells: those with users.
        above, ties, below: users with a higher, the same, and a lower value in the second run.
        ties_at_low: the ties that are at `low` (for NDCG@k: no hit in either list).
    """

    metric: str
    low: float
    high: float
    columns: int
    rows: int
    cells: tuple[ScatterCell, ...]
    above: int
    ties: int
    below: int
    ties_at_low: int


class Refused(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    """The sentence to show; `defect`: a bug of ours (it is in the log), not something the user can act on."""

    sentence: str
    defect: bool = False


AnyAnswer = Recommended | Explained | Evaluated | Compared | Scattered | Refused


class Request(msgspec.Struct, frozen=True):
    """A line to the host."""

    id: int
    ask: AnyAsk


class Response(msgspec.Struct, frozen=True):
    """A line from the host."""

    id: int
    answer: AnyAnswer
