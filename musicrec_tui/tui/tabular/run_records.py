"""The columns of runs, tunings and trials, and of users that two runs serve differently."""

from functools import partial
from typing import NamedTuple, get_type_hints

import msgspec

from musicrec_tui.dataset.table_files import Kind, Value
from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.jobs.host_protocol import DifferingUser
from musicrec_tui.runs import figures
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.trials import Trial
from musicrec_tui.tui.tabular.records import Field, field
from musicrec_tui.tui.tabular.values import text_of


class Differing(NamedTuple):
    """A user, and the labels of the runs that serve them differently by a metric."""

    user: DifferingUser
    metric: str
    first: str
    other: str


def _end(run: RunInfo, name: str, which: int) -> float | None:
    ends = run.intervals.get(name.replace("@k", f"@{run.k}"))
    return ends[which] if ends else None


def _seconds(one: RunInfo | Trial, name: str) -> float | None:
    return one.seconds.get(name)


def _measured(name: str) -> tuple[Field, ...]:
    """A metric with the ends of its interval."""
    return (
        field(name, partial(figures.value, name=name), "number"),
        field(f"{name}_low", partial(_end, name=name, which=0), "number"),
        field(f"{name}_high", partial(_end, name=name, which=1), "number"),
    )


RUN = (
    field("run", lambda one: one.label),
    field("model", lambda one: one.model),
    field("status", lambda one: str(one.status)),
    field("evaluated_on", lambda one: one.evaluated_on or None),
    field("split", lambda one: one.split.label() if one.split else None),
    field("k", lambda one: one.k, "whole"),
    *(one for metric in METRICS for one in _measured(metric.name)),
    field("fit_seconds", partial(_seconds, name="fit"), "number"),
    field("evaluate_seconds", partial(_seconds, name="evaluate"), "number"),
    field("peak_memory_mb", lambda one: one.peak_memory_mb, "whole"),
    field("model_bytes", lambda one: one.model_bytes, "whole"),
    field("parameters", lambda one: msgspec.json.encode(one.spec.params).decode() if one.spec else None),
    field("reason", lambda one: one.reason or None),
    field("created_at", lambda one: one.created_at, "time"),
    field("id", lambda one: one.id),
    field("engine", lambda one: one.engine or None),
)

TUNING = (
    field("tuning", lambda one: one.label),
    field("model", lambda one: one.spec.model if one.spec else None),
    field("status", lambda one: str(one.status)),
    field("objective", lambda one: one.spec.objective if one.spec else None),
    field("done", lambda one: len(one.trials), "whole"),
    field("total", lambda one: one.total, "whole"),
    field("best", lambda one: one.best.value if one.best else None, "number"),
    field("reason", lambda one: one.reason or None),
    field("created_at", lambda one: one.created_at, "time"),
    field("id", lambda one: one.id),
)

DIFFERING = (
    field("user", lambda one: one.user.user),
    field("metric", lambda one: one.metric),
    field("first_run", lambda one: one.first),
    field("other_run", lambda one: one.other),
    field("first", lambda one: one.user.first, "number"),
    field("other", lambda one: one.user.other, "number"),
    field("difference", lambda one: one.user.other - one.user.first, "number"),
)


def trial(params: object, metrics: tuple[str, ...]) -> tuple[Field, ...]:
    """The columns of trials.

    Args:
        params: of one of them; all have the same.
        metrics: the names of those that any of them has.
    """
    kinds = {name: _KINDS.get(kind, "text") for name, kind in get_type_hints(type(params)).items() if "__" not in name}
    return (
        field("trial", lambda one: one.number, "whole"),
        field("state", lambda one: one.state),
        field("value", lambda one: one.value, "number"),
        *(field(name, partial(_parameter, name=name, kind=kind), kind) for name, kind in kinds.items()),
        *(field(name, partial(_trial_metric, name=name), "number") for name in metrics),
        field("fit_seconds", partial(_seconds, name="fit"), "number"),
        field("evaluate_seconds", partial(_seconds, name="evaluate"), "number"),
        field("peak_memory_mb", lambda one: one.peak_memory_mb, "whole"),
        field("reason", lambda one: one.reason or None),
        field("at", lambda one: one.at, "time"),
    )


_KINDS: dict[object, Kind] = {int: "whole", float: "number", bool: "truth"}


def _parameter(one: Trial, name: str, kind: Kind) -> Value:
    """A parameter; values that are no numbers (a choice, the widths of layers) as typed text."""
    value = getattr(one.params, name)
    return value if kind != "text" and value is not None else text_of(value)


def _trial_metric(one: Trial, name: str) -> float | None:
    return one.metrics.get(name)
