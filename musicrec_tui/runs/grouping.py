"""Runs in groups that were measured alike, because only within such a group does an order mean anything."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from musicrec_tui.evaluation.metrics import Better
from musicrec_tui.runs import comparison
from musicrec_tui.runs.picking import conditions
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable


class Order(NamedTuple):
    """By what runs are put in order within their group.

    Attributes:
        value: a figure of a run; None where it has none.
        better: which way is good; where neither is, the largest comes first.
        metric: whether it is a metric, which orders nothing that was measured on test; costs order all.
        turned: the worst first.
    """

    value: Callable[[RunInfo], float | None]
    better: Better = "higher"
    metric: bool = True
    turned: bool = False


class Group(NamedTuple):
    """Runs that may be compared with each other.

    Attributes:
        title: what they were measured on, and why they stand apart, clean.
        runs: in order; those without the figure come last, and without an order what is starred, then the newest is
            first.
        ranked: whether places are given: by metrics never on test.
        measured: whether these runs have results at all.
        places: of each run its place, 1 for the best; None where it has none.
    """

    title: str
    runs: tuple[RunInfo, ...]
    ranked: bool
    measured: bool = True
    places: tuple[int | None, ...] = ()


HEADLINE = Order(lambda run: run.headline)


def grouped(runs: Sequence[RunInfo], order: Order = HEADLINE) -> list[Group]:
    """Groups, validation before test, each kind with the newest run's first; what has no result comes last.

    Args:
        runs: newest first.
        order: by default NDCG@k.
    """
    alike: dict[object, list[RunInfo]] = {}
    for run in runs:
        if run.result is not None:
            alike.setdefault(conditions(run), []).append(run)
    several = len({run.result.candidates for run in runs if run.result}) > 1
    members = sorted(alike.values(), key=lambda group: group[0].evaluated_on == "test")
    groups = [_measured(group, several, order, comparison.differing([members[0][0], group[0]])) for group in members]
    without = _starred_first([run for run in runs if run.result is None])
    return [*groups, Group("no result", without, ranked=False, measured=False)] if without else groups


def _measured(members: Sequence[RunInfo], name_candidates: bool, order: Order, apart: str) -> Group:
    """A group of runs with equal conditions."""
    ranked = members[0].evaluated_on != "test" or not order.metric
    ordered, places = _in_order(members, order) if ranked else (_starred_first(members), [None] * len(members))
    reason = "" if ranked else "not ranked: test is not for choosing"
    if ranked and apart:
        reason = f"ranked apart: {apart}"
    return Group(_title(members, reason, name_candidates), tuple(ordered), ranked, places=tuple(places))


def _in_order(members: Sequence[RunInfo], order: Order) -> tuple[list[RunInfo], list[int | None]]:
    """The runs with the figure, best first or last, then the others; and each one's place, which equals share."""
    known = [(value, run) for run in members if (value := order.value(run)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=order.better != "lower")
    first: dict[float, int] = {}
    places: list[int | None] = [first.setdefault(value, place) for place, (value, _) in enumerate(known, 1)]
    ordered = [run for _, run in known]
    if order.turned:
        ordered, places = ordered[::-1], places[::-1]
    without = [run for run in members if order.value(run) is None]
    return ordered + without, [*places, *(None for _ in without)]


def _title(members: Sequence[RunInfo], reason: str, name_candidates: bool) -> str:
    """What a group was measured on, and why it stands apart: that comes early, for a narrow screen cuts the end."""
    result = members[0].result
    assert result is not None  # noqa: S101  (narrows a type: runs without a result are in no group)
    parts = [*([reason] if reason else []), result.split.label(), f"k {result.k}"]
    if name_candidates:
        parts.append(printable(result.candidates, 40))
    looks = max(run.test_looks for run in members)
    on = f"TEST, used {'once' if looks <= 1 else f'{looks} times'}" if result.evaluated_on == "test" else "validation"
    return " · ".join([on, *parts])


def _starred_first(runs: Sequence[RunInfo]) -> tuple[RunInfo, ...]:
    """What has a star stands out where no figure orders."""
    return tuple(sorted(runs, key=lambda run: not run.starred))
