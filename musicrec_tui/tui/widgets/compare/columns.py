"""The columns of the table of runs, and what each of them means."""

from collections.abc import Callable
from dataclasses import dataclass

from musicrec_tui.runs.store import RunInfo


@dataclass(frozen=True)
class Column:
    """A figure of a run.

    Attributes:
        title: at most eight cells; a `k` stands for the run's own.
        meaning: a sentence or three for the help line.
        value: the figure; None where the run has none.
        lower_is_better: of costs.
        digits: after the decimal point.
    """

    title: str
    meaning: str
    value: Callable[[RunInfo], float | None]
    lower_is_better: bool = False
    digits: int = 4

    def text(self, run: RunInfo) -> str:
        """The figure as text, "–" where there is none."""
        return figure(self.value(run), self.digits)


def figure(value: float | None, digits: int) -> str:
    """A number with so many digits, or "–"."""
    return "–" if value is None else f"{value:,.{digits}f}"


def metric(run: RunInfo, base: str, *, at_k: bool = True) -> float | None:
    """A metric by the name before its `@`; `at_k` tells AUC@k from AUC. Metrics without a K are found as well."""
    names = (f"{base}@{run.k}", base) if at_k else (base,)
    return next((run.metrics[name] for name in names if name in run.metrics), None)


def _on(part: str) -> Callable[[RunInfo], float | None]:
    return lambda run: metric(run, "ndcg") if run.evaluated_on == part else None


def _at_k(base: str) -> Callable[[RunInfo], float | None]:
    return lambda run: metric(run, base)


def _auc_at_k(run: RunInfo) -> float | None:
    return run.metrics.get(f"auc@{run.k}")


def _memory(run: RunInfo) -> float | None:
    return None if run.peak_memory_mb is None else float(run.peak_memory_mb)


COLUMNS = (
    Column("NDCG@k", "NDCG@k on validation, by which runs are sorted: held-out artists in the list count, more so near "
           "the top; 1 is a perfect list. It is the headline, because it looks at what a person would see.",
           _on("validation")),
    Column("test", "NDCG@k on the test part, of runs that were asked to look at it. Nothing is sorted by it: who "
           "chooses by test has no honest number left. The heading says how often this test part was looked at.",
           _on("test")),
    Column("recall@k", "How many of the user's held-out artists are in the list, of the most that could be (k, or all "
           "of them where they are fewer).", _at_k("recall")),
    Column("prec@k", "Precision: the share of the k listed artists that are among the user's held-out ones.",
           _at_k("precision")),
    Column("MAP@k", "Mean average precision: precision at each hit, averaged. It rewards hits near the top.",
           _at_k("map")),
    Column("MRR@k", "Mean reciprocal rank: 1 over the place of the first hit, averaged; 0.5 is a second place.",
           _at_k("mrr")),
    Column("hit@k", "Share of users with at least one hit in their list.", _at_k("hit_rate")),
    Column("AUC@k", "Truncated AUC, as the implicit library computes it. With k far below the number of artists it is "
           "about ½ + ½ · recall@k, so 0.52 is not “random”: it is 4% recall. Hold it against itself only; the full "
           "AUC is the next figure.", _auc_at_k),
    Column("AUC", "Full AUC: how often a held-out artist stands above one that the user does not have, over the whole "
           "catalogue; 0.5 is random. Popularity alone does well here, so look at NDCG@k first.",
           lambda run: run.metrics.get("auc")),
    Column("coverage", "Share of the catalogue that is in anybody's list. Low: everyone gets the same few artists.",
           _at_k("coverage")),
    Column("seconds", "Seconds that the fit took, without loading and evaluating.", lambda run: run.seconds.get("fit"),
           lower_is_better=True, digits=1),
    Column("memory", "The most memory that the worker held, in MB.", _memory, lower_is_better=True, digits=0),
)  # fmt: skip


def difference(column: Column, first: RunInfo, second: RunInfo) -> str:
    """How the second run differs from the first, with a word, so that no sign has to be interpreted."""
    left, right = column.value(first), column.value(second)
    if left is None or right is None:
        return "–"
    change = right - left
    text = f"{change:+,.{column.digits}f}"
    if float(text.replace(",", "")) == 0:
        return "equal"
    good = (change < 0) == column.lower_is_better
    words = ("▲ less", "▼ more") if column.lower_is_better else ("▲ better", "▼ worse")
    return f"{text} {words[0] if good else words[1]}"
