"""Runs compared with the first: the host's answer as forest plots and rows of users."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from textual.content import Content

from musicrec_tui.evaluation.metrics import ALPHA, metric_title, named
from musicrec_tui.jobs.host_protocol import Against, Compared, DifferingUser, PairedMetric, p_text
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import counted
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.tabular.run_records import Differing

_NO_GROUPS = "These runs were made before users were grouped. Train them again to see groups."
_NAME, _NUMBER, _LEAST = 11, 8, 9
_TWO_DIGITS = 0.01


class ForestRow(NamedTuple):
    """A row of a forest plot.

    Attributes:
        name: of the metric or the group of users.
        difference, low, high: the mean, and the ends of its interval.
        after: text behind the plot.
        scale: rows with the same scale share their axis.
        style: of the whole row.
    """

    name: str
    difference: float
    low: float
    high: float
    after: str = ""
    scale: str = ""
    style: str = ""


def metric_plots(answer: Compared, runs: Sequence[RunInfo], width: int) -> Content:
    """A forest plot for each run against the first, a row for each metric."""
    blocks = []
    for place, against in enumerate(answer.against, 1):
        lines = [_metric_line(one, answer) for one in against.metrics]
        blocks += [_heading(runs, place), *forest_plot(lines, "        p won/tied/lost", width)]
    title = metric_title(answer.primary)
    tests = sum(one.metric != answer.primary for against in answer.against for one in against.metrics)
    note = (
        f"▲ ▼ significant: p < {ALPHA}, where the 95% interval excludes 0. {title} is tested by itself, the other "
        f"{counted(tests, 'difference')} as one family (max-T over a bootstrap of users). Novelty, popularity and "
        "similarity have scales of their own."
    )
    return Content("\n").join([*blocks, Content(note).stylize(DIM)])


def group_plots(answer: Compared, runs: Sequence[RunInfo], width: int) -> Content:
    """A forest plot of one metric for each run against the first, a row for each group of users."""
    if not all(against.groups for against in answer.against):
        return Content(_NO_GROUPS)
    blocks = [Content(f"{metric_title(answer.metric)} among groups of users").stylize("bold")]
    for place, against in enumerate(answer.against, 1):
        lines = [
            ForestRow(group.group, group.difference, group.low, group.high,
                        f"{group.users:>6} {_value(runs[0], group.group, answer.metric)} "
                        f"{_value(runs[place], group.group, answer.metric)}")
            for group in against.groups
        ]  # fmt: skip
        heads = f"{'users':>6} {'A':>8} {LETTERS[place]:>8}"
        blocks += [_heading(runs, place), *forest_plot(lines, heads, width)]
    note = (
        "light, middle, heavy: by the number of artists in train; mainstream, niche: by how many listeners these have."
    )
    return Content("\n").join([*blocks, Content(note).stylize(DIM)])


def user_rows(answer: Compared, runs: Sequence[RunInfo]) -> list[Row]:
    """The users that differ most, for each run against the first; a row's value is the user's key."""
    rows: list[Row] = []
    for place, against in enumerate(answer.against, 1):
        title = f"{_heading(runs, place).plain} · {metric_title(answer.metric)} · {_how_many(against, answer.metric)}"
        rows.append(Row(partial(_draw_heading, title)))
        for user in against.differing:
            record = Differing(user, answer.metric, runs[0].label, runs[place].label)
            rows.append(Row(partial(_draw_user, user, LETTERS[place]), user.user, record))
    return rows


def _draw_heading(title: str, width: int) -> Content:
    """A heading among the users."""
    return Content(fit(title, width)).stylize(DIM)


def _draw_user(user: DifferingUser, letter: str, width: int) -> Content:
    """A user with both values."""
    change = user.other - user.first
    figures = f"A {user.first:8.4f}  {letter} {user.other:8.4f}  {change:+8.4f} {'▲' if change > 0 else '▼'}"
    return Content(f"{fit(user.user, max(4, width - len(figures) - 1))} {figures}")


def _heading(runs: Sequence[RunInfo], place: int) -> Content:
    """The heading of a comparison."""
    other, first = (fit(run.label, 24).strip() for run in (runs[place], runs[0]))
    return Content(f"{LETTERS[place]} {other} against A {first}").stylize("bold")


def _metric_line(one: PairedMetric, answer: Compared) -> ForestRow:
    """A metric's row, with its test."""
    sure = one.p < ALPHA
    mark = " " if not sure else "▲" if one.difference > 0 else "▼"
    p = f"{p_text(one.p, answer.least_family_p):>7}"
    told = named(one.metric)
    return ForestRow(
        name=metric_title(one.metric), difference=one.difference, low=one.family_low,
        high=one.family_high, after=f"{mark} {p} {one.wins}/{one.ties}/{one.losses}",
        scale="" if told is not None and told.better else one.metric,
        style="bold $accent" if one.metric == answer.metric else "",
    )  # fmt: skip


def _value(run: RunInfo, group: str, metric: str) -> str:
    """A run's mean within a group."""
    value = run.groups.get(group, {}).get(metric)
    return f"{value:8.4f}" if value is not None else f"{'–':>8}"


def _how_many(against: Against, metric: str) -> str:
    """How many of the users with a difference are listed."""
    differ = sum(one.wins + one.losses for one in against.metrics if one.metric == metric)
    return f"{len(against.differing):,} of {differ:,} users that differ" if differ else "no user differs"


def forest_plot(lines: Sequence[ForestRow], after: str, width: int) -> list[Content]:
    """A forest plot as lines of at most `width` cells; in a narrow one the interval's ends are drawn only.

    Args:
        lines: at least one.
        after: the heading of the texts behind the plot.
        width: of a row.
    """
    tail = max(len(line.after) for line in lines)
    tail = max(tail, len(after))
    room = width - _NAME - _NUMBER - tail - 3
    told = room - 2 * _NUMBER >= _LEAST
    cells = max(_LEAST, room - 2 * _NUMBER if told else room)
    cells -= 1 - cells % 2  # an axis in the middle
    reach = {line.scale: max(_reach(other) for other in lines if other.scale == line.scale) for line in lines}
    head = f"{'':<{_NAME}}{'mean':>{_NUMBER}}" + (f"{'low':>{_NUMBER}}{'high':>{_NUMBER}}" if told else "")
    rows = [Content(f"{head}  {_axis(reach[lines[0].scale], cells)} {after}").stylize(DIM)]
    for line in lines:
        numbers = (line.difference, line.low, line.high) if told else (line.difference,)
        text = fit(line.name, _NAME) + "".join(f"{_signed(number):>{_NUMBER}}" for number in numbers)
        plot = _plot(line, reach[line.scale], cells)
        rows.append(Content(f"{text}  {plot} {line.after}").stylize(line.style))
    return rows


def _reach(line: ForestRow) -> float:
    """The largest distance of a row's interval from zero."""
    return max(abs(line.low), abs(line.high))


def _signed(number: float) -> str:
    """A difference in at most seven cells."""
    return f"{number:+.4f}" if abs(number) < 10 else f"{number:+.1f}"


def _axis(reach: float, cells: int) -> str:
    """The ends of the axis, and its zero."""
    told = f"{reach:.2f}" if reach >= _TWO_DIGITS else f"{reach:.1g}"  # 0.00 would be no end
    left, right = (f"-{told}", f"+{told}") if reach else ("", "")
    middle = cells // 2
    return f"{left:<{middle}}0{right:>{cells - middle - 1}}" if cells >= 2 * len(right) + 3 else " " * cells


def _plot(line: ForestRow, reach: float, cells: int) -> str:
    """An interval as a line with its mean, and the axis at zero."""
    middle = cells // 2

    def place(value: float) -> int:
        return middle + round(value / reach * middle) if reach else middle

    marks = [" "] * cells
    marks[middle] = "│"
    for cell in range(place(line.low), place(line.high) + 1):
        marks[cell] = "┼" if cell == middle else "─"
    marks[place(line.difference)] = "●"
    return "".join(marks)
