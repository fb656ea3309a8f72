"""Two runs side by side: every figure with its difference, and the parameters in which they differ."""

import msgspec
from textual.content import Content

from musicrec_tui.runs import comparison
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.compare.columns import COLUMNS, Column, difference
from musicrec_tui.tui.widgets.train.fields import text_of
from musicrec_tui.tui.widgets.train.wish import described

_DIM = "$foreground 60%"
_GROUPS = "Runs under different headings were not measured alike, so there is no order between them."
_NAME, _VALUE, _CHANGE = 11, 13, 18


def figures(first: RunInfo, second: RunInfo, selected: Column, width: int) -> Content:
    """A line for each figure that either has; without differences where the two were not measured alike."""
    obstacle = comparison.obstacles([first, second])
    value = max(8, min(_VALUE, (width - _NAME - (0 if obstacle else _CHANGE)) // 2 - 1))
    head = f"{'':<{_NAME}}{fit(f'A {first.label}', value, right=True)} {fit(f'B {second.label}', value, right=True)}"
    lines = [Content(head + ("" if obstacle else "  B against A")).stylize("bold")]
    for column in COLUMNS:
        if column.value(first) is None and column.value(second) is None:
            continue
        here = column is selected
        text = f"{'›' if here else ' '}{column.title:<{_NAME - 1}}"
        text += f"{column.text(first):>{value}} {column.text(second):>{value}}"
        change = "" if obstacle else f"  {difference(column, first, second)}"
        lines.append(Content.assemble((text, "bold $accent" if here else ""), change))
    sentence = obstacle or comparison.compare([first, second]).sentence
    told = Content(printable(sentence, 600))
    return Content("\n").join([told.stylize("bold $warning" if obstacle else _DIM), *lines])


def differing(first: RunInfo, second: RunInfo, width: int) -> Content:
    """The parameters, seeds and splits in which two runs differ, in lines of at most `width` cells."""
    left, right = settings(first), settings(second)
    names = [name for name in dict.fromkeys((*left, *right)) if left.get(name) != right.get(name)]
    if not names:
        return Content("Both were asked for with the same parameters.").stylize(_DIM)
    value = max(8, min(26, (width - 15) // 2 - 1))
    head = Content(f"{'differs in':<15} {'A':>{value}} {'B':>{value}}").stylize("bold")
    rows = [
        Content(" ".join([fit(name, 15), *(fit(side.get(name, "–"), value, right=True) for side in (left, right))]))
        for name in names
    ]
    return Content("\n").join([head, *rows])


def settings(run: RunInfo) -> dict[str, str]:
    """All that a run was asked for with, as texts; empty for a damaged one."""
    if run.spec is None:
        return {}
    parameters = {name: text_of(value) for name, value in msgspec.structs.asdict(run.spec.params).items()}
    return {
        "model": run.model, **parameters, "split": run.spec.split.label(), "evaluated on": run.evaluated_on,
        "fit seed": str(run.spec.seed), "k": str(run.k),
    }  # fmt: skip


def alone(run: RunInfo, *, several_groups: bool) -> Content:
    """One run, while there is no second one; what headings are for, where there are several."""
    if run.spec is None:
        return Content(printable(f"{run.reason} {run.advice}", 600))
    lines = [
        Content.assemble((printable(run.label, 60), "bold"), f"  {run.model}: {described(run.spec.params)}"),
        Content(f"{run.spec.split.label()} · seed {run.spec.seed} · k {run.k} · on {run.evaluated_on}"),
    ]
    if run.result is not None and run.result.best_epoch is not None:
        lines.append(Content(f"Early stopping kept epoch {run.result.best_epoch}."))
    if run.result is None:
        lines.append(Content(printable(f"{run.reason} {run.advice}", 600).strip() or "It has no result yet."))
    lines.append(Content("Mark two runs with space to see them side by side.").stylize(_DIM))
    if several_groups:
        lines.append(Content(_GROUPS).stylize(_DIM))
    return Content("\n").join(lines)
