"""Runs against each other, user by user: the answers to `Compare` and `Scatter`. Needs no model and no index."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import groups, max_t, significance
from musicrec_tui.jobs import per_user_metrics
from musicrec_tui.jobs.host_protocol import (
    Against,
    Compare,
    Compared,
    DifferingUser,
    GroupDifference,
    Pair,
    PairedMetric,
    Scatter,
    ScatterCell,
    Scattered,
)
from musicrec_tui.jobs.per_user_metrics import PerUser
from musicrec_tui.jobs.verdict import verdict
from musicrec_tui.runs import comparison, info
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.text import printable

Values = NDArray[np.float64]

MOST_CELLS = 1000


def compare(ask: Compare) -> Compared:
    """Compare runs with the first of them.

    Raises:
        UserError: they were not measured alike, are not finished, or have no metrics by user.
    """
    runs, tables, names, metric = measured(ask.runs, ask.metric)
    primary = ask.primary.replace("@k", f"@{runs[0].k}")
    if primary not in names:
        raise UserError(
            f"The setting primary_metric names {printable(ask.primary)}, which these runs do not have by user; they "
            f"have {', '.join(names)}."
        )
    first, *others = tables
    tests = len(names) * len(others)
    resamples = significance.enough_resamples(tests)
    pairs = _pairs(tables, primary)
    tested = _tested(tables, names, primary, pairs, resamples)
    return Compared(
        first=runs[0].id,
        metric=metric,
        against=tuple(
            Against(
                run=run.id,
                metrics=tuple(tested[place * len(names) : (place + 1) * len(names)]),
                groups=_by_group(first, other, metric),
                differing=_differing(first, other, metric, ask.users),
            )
            for place, (run, other) in enumerate(zip(runs[1:], others, strict=True))
        ),
        least_p=min(1.0, tests * significance.least_p(resamples)),
        primary=primary,
        verdict=verdict(primary, [run.label for run in runs], [_mean(table, primary) for table in tables], pairs),
        pairs=pairs,
        least_family_p=max_t.least_p(significance.RESAMPLES),
    )


def _mean(table: PerUser, metric: str) -> float:
    """The mean over the users who have a value."""
    return float(np.nanmean(table.metrics[metric]))


def _pairs(tables: Sequence[PerUser], primary: str) -> tuple[Pair, ...]:
    """All pairs of runs in the primary metric, as one family."""
    places = list(itertools.combinations(range(len(tables)), 2))
    differences = [tables[other].metrics[primary] - tables[first].metrics[primary] for first, other in places]
    found = max_t.max_t(np.column_stack(differences))
    return tuple(Pair(first, other, *one) for (first, other), one in zip(places, found, strict=True))


class Measured(NamedTuple):
    """Runs that were measured alike.

    Attributes:
        runs: as many as were asked for.
        tables: of each its metrics by user, the rows of the users that all have.
        names: the metrics that users have in all of them.
        metric: the one that was asked for.
    """

    runs: list[RunInfo]
    tables: list[PerUser]
    names: list[str]
    metric: str


def measured(folders: Sequence[str], metric: str) -> Measured:
    """Read runs and their metrics by user; without a `metric` NDCG@k is meant.

    Raises:
        UserError: as `compare` does.
    """
    runs = [info.read(Path(folder))[0] for folder in folders]
    comparison.check_number(len(runs))
    if obstacle := comparison.obstacles(runs):
        raise UserError(obstacle)
    tables = _aligned([per_user_metrics.read_per_user(run) for run in runs])
    first, others = tables[0], tables[1:]
    names = [name for name in first.metrics if all(both(first, other, name).any() for other in others)]
    wanted = metric or f"ndcg@{runs[0].k}"
    if wanted not in names:
        raise UserError(f"These runs have no {printable(wanted)} by user; they have {', '.join(names)}.")
    return Measured(runs, tables, names, wanted)


def _aligned(tables: Sequence[PerUser]) -> list[PerUser]:
    """The rows of the users that all tables have, in the first one's order."""
    places = [{user: place for place, user in enumerate(table.users)} for table in tables]
    users = [user for user in tables[0].users if all(user in known for known in places)]
    if not users:
        raise UserError("These runs have no user in common.", exit_code=1)
    rows = [np.array([known[user] for user in users]) for known in places]
    return [
        PerUser(
            users,
            {name: values[chosen] for name, values in table.metrics.items()},
            table.traits and groups.Traits(table.traits.artists[chosen], table.traits.popularity[chosen]),
        )
        for table, chosen in zip(tables, rows, strict=True)
    ]


def both(first: PerUser, other: PerUser, name: str) -> NDArray[np.bool_]:
    """Which users have a value of a metric in both tables."""
    nobody = np.zeros(len(first.users), dtype=bool)
    known: NDArray[np.bool_] = ~np.isnan(first.metrics[name] - other.metrics[name]) if name in other.metrics else nobody
    return known


def _tested(
    tables: Sequence[PerUser], names: list[str], primary: str, pairs: Sequence[Pair], resamples: int
) -> list[PairedMetric]:
    """Every metric of every run against the first; the primary metric as `pairs` have it, the others as a family."""
    first, *others = tables
    columns = [(place, name) for place in range(len(others)) for name in names]
    differences = np.column_stack([others[place].metrics[name] - first.metrics[name] for place, name in columns])
    found = significance.paired(differences, resamples)
    bootstrap = significance.holm(np.array([one.p_bootstrap for one in found])).tolist()
    wilcoxon = significance.holm(np.array([one.p_wilcoxon for one in found])).tolist()
    secondary = iter(max_t.max_t(differences[:, [name != primary for _, name in columns]]) if len(names) > 1 else [])
    with_first = [pair for pair in pairs if pair.first == 0]
    tested = []
    for (place, name), one, left, right in zip(columns, found, bootstrap, wilcoxon, strict=True):
        member = with_first[place] if name == primary else next(secondary)
        tested.append(
            PairedMetric(metric=name, holm_bootstrap=left, holm_wilcoxon=right, family_low=member.low,
                         family_high=member.high, p=member.p, **one._asdict())
        )  # fmt: skip
    return tested


def _by_group(first: PerUser, other: PerUser, metric: str) -> tuple[GroupDifference, ...]:
    """The difference within each group of users; nothing for runs of before, whose files do not tell the groups."""
    if first.traits is None:
        return ()
    known = both(first, other, metric)
    inside = {name: chosen for name, chosen in groups.members(first.traits).items() if (chosen & known).any()}
    values = (other.metrics[metric] - first.metrics[metric])[:, None]
    found = significance.paired(np.where(np.column_stack(list(inside.values())), values, np.nan))
    return tuple(
        GroupDifference(name, one.users, one.difference, one.low, one.high)
        for name, one in zip(inside, found, strict=True)
    )


def _differing(first: PerUser, other: PerUser, metric: str, most: int) -> tuple[DifferingUser, ...]:
    """The users that differ most, whichever way; of equals, those who come first in the file."""
    size = np.where(both(first, other, metric), np.abs(other.metrics[metric] - first.metrics[metric]), 0.0)
    order = [place for place in np.argsort(-size, kind="stable")[: max(0, most)].tolist() if size[place] > 0]
    return tuple(
        DifferingUser(first.users[place], float(first.metrics[metric][place]), float(other.metrics[metric][place]))
        for place in order
    )


def scatter(ask: Scatter) -> Scattered:
    """Put the users of two runs into cells.

    Raises:
        UserError: as `compare` does, or too many cells are asked for.
    """
    if not (1 <= ask.columns <= MOST_CELLS and 1 <= ask.rows <= MOST_CELLS):
        raise UserError(f"From 1 to {MOST_CELLS:,} columns and rows of cells can be counted.")
    found = measured(ask.runs, ask.metric)
    first, other = found.tables
    known = both(first, other, found.metric)
    across, up = first.metrics[found.metric][known], other.metrics[found.metric][known]
    low, high = float(min(across.min(), up.min())), float(max(across.max(), up.max()))
    counts, _, _ = np.histogram2d(across, up, bins=(ask.columns, ask.rows), range=[[low, high]] * 2)
    change = significance.exact(up - across)
    tied = change == 0
    return Scattered(
        metric=found.metric, low=low, high=high, columns=ask.columns, rows=ask.rows,
        cells=tuple(
            ScatterCell(column, row, int(counts[column, row])) for column, row in np.argwhere(counts).tolist()
        ),
        above=int(np.count_nonzero(change > 0)),
        ties=int(np.count_nonzero(tied)),
        below=int(np.count_nonzero(change < 0)),
        ties_at_low=int(np.count_nonzero(tied & (across == low))),
    )  # fmt: skip
