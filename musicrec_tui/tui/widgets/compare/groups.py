"""Runs in groups that were measured alike, because only within such a group does an order mean anything."""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.runs.find import conditions
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable


class Group(NamedTuple):
    """Runs that may be compared with each other.

    Attributes:
        title: what they were measured on, clean.
        runs: best validation NDCG first; a group measured on test, or without results, has what is starred first, and
            is newest first.
        ranked: whether places are given: never by test.
        measured: whether these runs have results at all.
    """

    title: str
    runs: tuple[RunInfo, ...]
    ranked: bool
    measured: bool = True


def grouped(runs: Sequence[RunInfo]) -> list[Group]:
    """Groups, validation before test, each kind with the newest run's first; what has no result comes last.

    Args:
        runs: newest first.
    """
    alike: dict[object, list[RunInfo]] = {}
    for run in runs:
        if run.result is not None:
            alike.setdefault(conditions(run), []).append(run)
    several = len({run.result.candidates for run in runs if run.result}) > 1
    groups = [_measured(members, several) for members in alike.values()]
    groups.sort(key=lambda group: not group.ranked)
    for place, group in enumerate(groups):
        apart = " · not ranked" if not group.ranked else " · ranked apart" if place else ""
        groups[place] = group._replace(title=group.title + apart)
    without = _starred_first([run for run in runs if run.result is None])
    return [*groups, Group("no result", without, ranked=False, measured=False)] if without else groups


def _measured(members: list[RunInfo], name_candidates: bool) -> Group:
    """A group of runs with equal conditions."""
    first = members[0]
    result = first.result
    assert result is not None  # noqa: S101  (narrows a type: runs without a result are not in `members`)
    parts = [result.split.label(), f"k {result.k}"]
    if name_candidates:
        parts.append(printable(result.candidates, 40))
    on = " · ".join(parts)
    if result.evaluated_on == "test":
        looks = max(run.test_looks for run in members)
        return Group(
            f"TEST, looked at {'once' if looks <= 1 else f'{looks} times'} · {on}",
            _starred_first(members),
            ranked=False,
        )
    ordered = sorted(members, key=lambda run: run.headline if run.headline is not None else -1.0, reverse=True)
    return Group(f"validation · {on}", tuple(ordered), ranked=True)


def _starred_first(runs: Sequence[RunInfo]) -> tuple[RunInfo, ...]:
    """What has a star stands out where no figure orders."""
    return tuple(sorted(runs, key=lambda run: not run.starred))
