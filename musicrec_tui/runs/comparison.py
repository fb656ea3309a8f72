"""Runs side by side, and a refusal to rank what was not measured alike."""

from collections.abc import Sequence

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import metrics
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.picking import conditions

_DIFFERENT = {
    "content": "different data",
    "split": "different splits",
    "k": "different K",
    "candidates": "different sets of candidates",
    "evaluated_on": "different parts (validation and test)",
}

_PROTOCOLS = "different protocols of the time split"
_NAMES = "different data (since the older one, typographic signs in names are those of a keyboard: train it again)"
_MOST_RUNS = 20


class Row(msgspec.Struct, frozen=True):
    """One metric of every run compared.

    Attributes:
        values: one for each run; None where a run does not have it.
        differences: each value minus the first run's; None where either is missing or the runs are not comparable.
        best: position of the best value; None where they are not comparable or equal, or where neither way is better.
        intervals: the 95 % interval of each value; None where a run has none.
    """

    metric: str
    values: tuple[float | None, ...]
    differences: tuple[float | None, ...]
    best: int | None
    intervals: tuple[tuple[float, float] | None, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """Runs side by side.

    Attributes:
        runs, labels: ids and what front ends call them, in the order that was asked for.
        comparable: whether they were measured alike; if not, there are no differences and no ranking.
        sentence: why they cannot be ranked, or what they were measured on.
        rows: the metrics, in the order of the first run.
        ranking: positions, best first by NDCG@k; empty where there is no ranking.
        seconds, peak_memory_mb, model_bytes: what each cost.
        test_looks: how many runs looked at this test part (0 for validation, where looking is free).
        engines: what trained each, `local` or `spark`.
    """

    runs: tuple[str, ...]
    labels: tuple[str, ...]
    comparable: bool
    sentence: str
    rows: tuple[Row, ...]
    ranking: tuple[int, ...]
    seconds: tuple[dict[str, float], ...]
    peak_memory_mb: tuple[int | None, ...]
    model_bytes: tuple[int | None, ...]
    test_looks: int = 0
    engines: tuple[str, ...] = ()


def check_number(runs: int) -> None:
    """Refuse to compare too few or too many runs.

    Raises:
        UserError: so many cannot be compared.
    """
    if not 2 <= runs <= _MOST_RUNS:
        raise UserError(f"From 2 to {_MOST_RUNS} runs can be compared, not {runs}.")


def obstacles(runs: Sequence[RunInfo]) -> str:
    """Why these runs cannot be compared, as a sentence; empty where they can."""
    if unfinished := [run.label for run in runs if run.result is None]:
        are = "is" if len(unfinished) == 1 else "are"
        return f"{', '.join(unfinished)} {are} not finished, so there is nothing to compare yet."
    if told := differing(runs):
        told = told.replace(_PROTOCOLS, f"{_PROTOCOLS} (discovery and repeat)")
        return f"These runs were measured on {told}: their numbers cannot be ranked against each other."
    return ""


def differing(runs: Sequence[RunInfo]) -> str:
    """On what runs with results were measured differently, such as "different splits"; empty where on the same."""
    groups = [conditions(run) or () for run in runs]
    different = [
        words for words, values in zip(_DIFFERENT.values(), zip(*groups, strict=True), strict=False)
        if any(value != values[0] for value in values)
    ]  # fmt: skip
    told = " and ".join(different)
    if len({run.spec.normal_form for run in runs if run.spec}) > 1:
        told = told.replace(_DIFFERENT["content"], _NAMES)
    if told and (protocols := _protocols(runs)):
        told = told.replace(_DIFFERENT["split"], protocols)
    return told


def _protocols(runs: Sequence[RunInfo]) -> str:
    """What differs, where it is nothing but the protocol of the time split; else empty."""
    splits = [run.split for run in runs if run.split is not None]
    alike = {msgspec.structs.replace(split, protocol="discovery") for split in splits}
    if len(alike) > 1 or any(split.kind != "time" for split in splits) or len(set(splits)) < 2:
        return ""
    return _PROTOCOLS


def comparable(runs: Sequence[RunInfo]) -> bool:
    """Whether runs are finished, and share data, split, K, candidates and the part that they were evaluated on."""
    return not obstacles(runs)


def compare(runs: Sequence[RunInfo]) -> Comparison:
    """Put runs side by side; differences are to the first."""
    obstacle = obstacles(runs)
    names = list(dict.fromkeys(name for run in runs for name in run.metrics))
    rows = tuple(_row(name, runs, ranked=not obstacle) for name in names)
    ranking: tuple[int, ...] = ()
    if runs and not obstacle:
        ranking = tuple(sorted(range(len(runs)), key=lambda place: -(runs[place].headline or 0.0)))
    return Comparison(
        runs=tuple(run.id for run in runs),
        labels=tuple(run.label for run in runs),
        comparable=not obstacle,
        sentence=obstacle or _basis(runs),
        rows=rows,
        ranking=ranking,
        seconds=tuple(run.seconds for run in runs),
        peak_memory_mb=tuple(run.peak_memory_mb for run in runs),
        model_bytes=tuple(run.model_bytes for run in runs),
        engines=tuple(run.engine for run in runs),
        test_looks=max((run.test_looks for run in runs if run.evaluated_on == "test"), default=0),
    )


def _row(name: str, runs: Sequence[RunInfo], *, ranked: bool) -> Row:
    values = tuple(run.metrics.get(name) for run in runs)
    first = values[0]
    differences = tuple(
        value - first if ranked and value is not None and first is not None else None for value in values
    )
    best = _best(name, values) if ranked else None
    return Row(name, values, differences, best, tuple(run.intervals.get(name) for run in runs))


def _best(name: str, values: Sequence[float | None]) -> int | None:
    """Where the best value is, for a metric of which more or less is better."""
    known = [value for value in values if value is not None]
    told = metrics.named(name)
    if told is None or not told.better or len(set(known)) < 2:
        return None
    return values.index(max(known) if told.better == "higher" else min(known))


def _basis(runs: Sequence[RunInfo]) -> str:
    """What comparable runs were measured on."""
    if not runs or (result := runs[0].result) is None:
        return "There is nothing to compare."
    basis = f"Measured on {result.evaluated_on}, split {result.split.label()}, K {result.k}, {result.candidates}."
    looks = max(run.test_looks for run in runs)
    if result.evaluated_on == "test" and looks > 1:
        basis += f" {looks} runs were evaluated on this test part: the best of them looks better than it is."
    return " ".join([basis, *(f"{run.label}: {run.below_popularity}" for run in runs if run.below_popularity)])
