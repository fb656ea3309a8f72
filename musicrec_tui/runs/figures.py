"""The figures of a run, by name: its metrics (see `evaluation.metrics`) and what it cost. Light: the screens use it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from musicrec_tui.evaluation import metrics
from musicrec_tui.evaluation.metrics import Better, Metric
from musicrec_tui.runs.info import RunInfo


class Cost(NamedTuple):
    """What a run took, and how to read it.

    Attributes:
        name: how the command line calls it.
        title: at most eight cells.
        sentences: two of them.
        value: of a run; None where it has none.
        digits: after the decimal point, where it is shown.
        per: it is shown as so many of these.
        better: less of it.
    """

    name: str
    title: str
    sentences: str
    value: Callable[[RunInfo], float | None]
    digits: int
    per: int = 1
    better: Better = "lower"


COSTS = (
    Cost("fit", "fit s", "Seconds that the fit took. Loading the log and evaluating are not part of it.",
         lambda run: run.seconds.get("fit"), 1),
    Cost("evaluate", "eval s", "Seconds that ranking the catalogue for every user and measuring the lists took. "
         "Most of it is scoring, of which every recommendation pays a share.",
         lambda run: run.seconds.get("evaluate"), 1),
    Cost("peak_memory_mb", "MB", "The most memory that the worker ever held, in MB. The libraries that it loads are "
         "part of it, TensorFlow more than all others.", lambda run: run.peak_memory_mb, 0),
    Cost("model_bytes", "model MB", "What the model takes on the disk, in MB. It is mapped when it is opened: "
         "what is looked at takes memory.", lambda run: run.model_bytes, 1, per=1_000_000),
)  # fmt: skip

_COSTS = {cost.name: cost for cost in COSTS}


def named(name: str) -> Metric | Cost | None:
    """The figure that a run calls so (`ndcg@10`, `fit`); None where there is none."""
    return _COSTS.get(name) or metrics.named(name)


def value(run: RunInfo, name: str) -> float | None:
    """A metric of a run (`@k` is the run's own K) or a cost; None where it has none."""
    return _COSTS[name].value(run) if name in _COSTS else run.metrics.get(name.replace("@k", f"@{run.k}"))


def auc_story(runs: Sequence[RunInfo]) -> list[str]:
    """AUC@k explained on the user's own runs: what recall@k makes one expect, against what was measured.

    Args:
        runs: newest first; one of each model and K is used.

    Returns:
        A sentence for each, nothing where no run has both numbers.
    """
    told: dict[tuple[str, int], str] = {}
    for run in runs:
        recall, measured = run.metrics.get(f"recall@{run.k}"), run.metrics.get(f"auc@{run.k}")
        if recall is None or measured is None or (run.model, run.k) in told:
            continue
        full = run.metrics.get("auc")
        beside = f"; its full AUC is {full:.3f}" if full is not None else ""
        told[run.model, run.k] = (
            f"{run.label}: ½ + ½ · recall@{run.k} {recall:.3f} = {0.5 + recall / 2:.3f}, "
            f"measured AUC@{run.k} {measured:.3f}{beside}."
        )
    return list(told.values())
