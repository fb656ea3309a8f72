"""`runs --sort`: the runs by one figure, in groups that were measured alike."""

from collections.abc import Callable, Sequence

from musicrec_tui.cli import output
from musicrec_tui.errors import UserError
from musicrec_tui.runs import metric_help
from musicrec_tui.runs.grouping import Order, grouped
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.text import printable

_COSTS: dict[str, Callable[[RunInfo], float | None]] = {
    "fit": lambda run: run.seconds.get("fit"),
    "evaluate": lambda run: run.seconds.get("evaluate"),
    "peak_memory_mb": lambda run: run.peak_memory_mb,
    "model_bytes": lambda run: run.model_bytes,
}


def show(runs: Sequence[RunInfo], name: str, *, as_json: bool) -> None:
    """Print the groups.

    Args:
        runs: newest first.
        name: of a metric (`recall@10`; `recall@k` is the run's own K) or a cost.
        as_json: for programs.

    Raises:
        UserError: no such figure.
    """
    order = _order(runs, name)
    groups = grouped(runs, order)
    if as_json:
        output.print_json({"sort": name, "groups": [
            {"title": group.title, "ranked": group.ranked, "places": group.places,
             "runs": [run.to_json() for run in group.runs]}
            for group in groups
        ]})  # fmt: skip
        return
    for group in groups:
        places = group.places or (None,) * len(group.runs)
        rows: list[tuple[output.Cell, ...]] = [
            (place, run.id, run.label, str(run.status), order.value(run))
            for run, place in zip(group.runs, places, strict=True)
        ]
        output.print_table(("place", "run", "name", "status", name), rows, title=group.title)
        output.print_line()
    output.note_cut(len(runs), len(runs), "runs")


def _order(runs: Sequence[RunInfo], name: str) -> Order:
    """What a name means."""
    told = metric_help.meaning(name)
    if name in _COSTS and told is not None:
        return Order(_COSTS[name], told.better, metric=False)
    if told is None or all(_metric(run, name) is None for run in runs):
        known = dict.fromkeys(metric for run in runs for metric in run.metrics)
        raise UserError(f"No run has {printable(name)!r}; what there is to sort by: {', '.join([*known, *_COSTS])}.")
    return Order(lambda run: _metric(run, name), told.better)


def _metric(run: RunInfo, name: str) -> float | None:
    """A metric of a run; `@k` means its own K."""
    return run.metrics.get(name.replace("@k", f"@{run.k}"))
