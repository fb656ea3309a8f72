"""The columns of the table of runs; each of them is explained in `evaluation.metrics` and `runs.figures`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from musicrec_tui.evaluation.metrics import METRICS, Better, Metric
from musicrec_tui.runs import figures
from musicrec_tui.runs.figures import COSTS, Cost
from musicrec_tui.runs.store import RunInfo


@dataclass(frozen=True)
class RunColumn:
    """A metric or cost of a run.

    Attributes:
        title: at most ten cells; `k` stands for the run's own.
        meaning: one to three sentences for the help line.
        value: the number; None: the run has none.
        metric: its name in metrics.json, with `@k` for the run's own K; empty for costs.
        better: "higher" or "lower"; empty: neither.
        digits: after the decimal point.
    """

    title: str
    meaning: str
    value: Callable[[RunInfo], float | None]
    metric: str = ""
    better: Better = "higher"
    digits: int = 4

    def text(self, run: RunInfo) -> str:
        """The value as text; "–" without one."""
        return format_value(self.value(run), self.digits)

    def interval(self, run: RunInfo) -> tuple[float, float] | None:
        """The 95 % interval of the value; None without one."""
        return None if self.value(run) is None else run.intervals.get(self.name(run))

    def name(self, run: RunInfo) -> str:
        """The metric's name in a run."""
        return self.metric.replace("@k", f"@{run.k}")


def format_value(value: float | None, digits: int) -> str:
    """A number with `digits` decimals, or "–"."""
    return "–" if value is None else f"{value:,.{digits}f}"


def _metric(metric: Metric) -> RunColumn:
    """The column of a metric."""
    value = partial(figures.value, name=metric.name)
    return RunColumn(metric.title, metric.sentences, value, metric.name, metric.better)


def _headline(part: str, title: str, meaning: str) -> RunColumn:
    """NDCG@k on one part of the data."""

    def value(run: RunInfo) -> float | None:
        return run.headline if run.evaluated_on == part else None

    return RunColumn(title, meaning, value, "ndcg@k")


def _cost(cost: Cost) -> RunColumn:
    """The column of a cost."""

    def value(run: RunInfo) -> float | None:
        found = cost.value(run)
        return None if found is None else found / cost.per

    return RunColumn(cost.title, cost.sentences, value, better=cost.better, digits=cost.digits)


_NDCG, *_OTHERS = METRICS
TEST = _headline(
    "test", "test", "NDCG@k on the test part, for runs that were evaluated on it. Runs are not sorted by it: "
    "choosing by test would make the best score too high. The heading counts how often test was used.",
)  # fmt: skip
COLUMNS = (
    _headline("validation", _NDCG.title, _NDCG.sentences),
    TEST,
    *map(_metric, _OTHERS),
    *map(_cost, COSTS),
)


def difference(column: RunColumn, first: RunInfo, second: RunInfo) -> str:
    """The difference of the second run to the first, with a word, so that no sign has to be interpreted."""
    left, right = column.value(first), column.value(second)
    if left is None or right is None:
        return "–"
    change = right - left
    text = f"{change:+,.{column.digits}f}"
    if float(text.replace(",", "")) == 0:
        return "equal"
    if not column.better:
        return f"{text} {'more' if change > 0 else 'less'}"
    good = (change < 0) == (column.better == "lower")
    words = ("▼ less", "▲ more") if column.better == "lower" else ("▲ better", "▼ worse")
    return f"{text} {words[0] if good else words[1]}"
