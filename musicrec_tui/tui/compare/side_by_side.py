"""Two to four runs side by side: metrics, costs, and differing settings."""

from collections.abc import Sequence

from textual.content import Content

from musicrec_tui.runs import comparison
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.run_status import by_spark
from musicrec_tui.tui.compare.columns import COLUMNS, RunColumn, difference
from musicrec_tui.tui.compare.run_table import LETTERS
from musicrec_tui.tui.tabular.values import described, values_of

_MARK = (
    "Mark two to four runs with space to see them side by side: their figures, and user by user how each differs "
    "from the first."
)
ONE_RUN = "Press 2 to train a second run; then mark both with space to see how they differ."
_GROUPS = "Runs under different headings are not comparable, so they are not ranked against each other."
_NAME, _VALUE, _CHANGE, _SETTING = 12, 8, 18, 18
_WITH_INTERVAL = 24


def figure_lines(runs: Sequence[RunInfo], selected: RunColumn, width: int) -> Content:
    """A line for each metric and cost, with intervals if they fit.

    Two comparable runs get their differences, with a word for which is better.
    """
    obstacle = comparison.obstacles(runs)
    change = len(runs) == 2 and not obstacle
    room = (width - _NAME - (_CHANGE if change else 0)) // len(runs) - 1
    cell = min(_WITH_INTERVAL, max(_VALUE, room))
    heads = (fit(f"{letter} {run.label}", cell, right=True) for letter, run in zip(LETTERS, runs, strict=False))
    lines = [Content(" " * _NAME + " ".join(heads) + ("  B against A" if change else "")).stylize("bold")]
    for column in COLUMNS:
        if all(column.value(run) is None for run in runs):
            continue
        here = column is selected
        text = f"{'›' if here else ' '}{column.title:<{_NAME - 1}}"
        text += " ".join(fit(_with_interval(column, run, cell), cell, right=True) for run in runs)
        told = f"  {difference(column, runs[0], runs[1])}" if change else ""
        lines.append(Content.assemble((text, "bold $accent" if here else ""), told))
    told_basis = Content(printable(obstacle or comparison.compare(runs).sentence, 600))
    return Content("\n").join([told_basis.stylize("bold $text-warning" if obstacle else DIM), *lines])


def _with_interval(column: RunColumn, run: RunInfo, cell: int) -> str:
    """A value with its interval, with ± half its width, or alone: the longest that fits."""
    ends = column.interval(run)
    if ends is None:
        return column.text(run)
    whole = f"{column.text(run)} {ends[0]:.4f}–{ends[1]:.4f}"
    half = f"{column.text(run)} ±{(ends[1] - ends[0]) / 2:.3f}"
    return next((text for text in (whole, half) if len(text) <= cell), column.text(run))


def differing_settings(runs: Sequence[RunInfo], width: int) -> Content:
    """The differing settings of runs: parameters, seeds and splits, in lines of at most `width` cells."""
    sides = [settings(run) for run in runs]
    names = [name for name in dict.fromkeys(name for side in sides for name in side) if len(_values(sides, name)) > 1]
    if not names:
        return Content("All have the same settings.").stylize(DIM)
    cell = max(6, min(26, (width - _SETTING) // len(runs) - 1))
    head = Content(
        " ".join(
            [fit("differing settings", _SETTING), *(fit(letter, cell, right=True) for letter in LETTERS[: len(runs)])]
        )
    )
    rows = [
        Content(" ".join([fit(name, _SETTING), *(fit(side.get(name, "–"), cell, right=True) for side in sides)]))
        for name in names
    ]
    return Content("\n").join([head.stylize("bold"), *rows])


def _values(sides: Sequence[dict[str, str]], name: str) -> set[str | None]:
    """The distinct values of a setting."""
    return {side.get(name) for side in sides}


def settings(run: RunInfo) -> dict[str, str]:
    """The settings of a run as texts; empty for a damaged one."""
    if run.spec is None:
        return {}
    parameters = values_of(run.spec.params, run.members)
    return {
        "model": run.model, **parameters, "split": run.spec.split.label(), "evaluated on": run.evaluated_on,
        "fit seed": str(run.spec.seed), "k": str(run.k), "engine": run.engine,
    }  # fmt: skip


def single_run(run: RunInfo, *, several_groups: bool, only: bool) -> Content:
    """The lines on a single run, with a hint on marks (or, where it is the `only` one, on a second), and on groups."""
    if run.spec is None:
        return Content(printable(f"{run.reason} {run.advice}", 600))
    told = described(run.spec.params, run.members)
    lines = [
        Content.assemble((printable(run.label, 60), "bold"), f"  {run.model}: {told}"),
        Content(f"{run.spec.split.label()} · seed {run.spec.seed} · k {run.k} · on {run.evaluated_on}{by_spark(run)}"),
    ]
    if run.result is not None and run.result.best_epoch is not None:
        lines.append(Content(f"Early stopping kept epoch {run.result.best_epoch}."))
    if run.result is None:
        lines.append(Content(printable(f"{run.reason} {run.advice}", 600).strip() or "No result yet."))
    lines.append(Content(ONE_RUN if only else _MARK).stylize(DIM))
    if several_groups:
        lines.append(Content(_GROUPS).stylize(DIM))
    return Content("\n").join(lines)
