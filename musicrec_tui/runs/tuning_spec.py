"""What a tuning is started from (`TuneRequest`), and how its folder stores that."""

import math
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.engine import LOCAL, Engine
from musicrec_tui.runs.spec import JobRequest, TrainRequest

SCHEMA = 1
PROCESSES = 2
"""How many trials run at once, where nothing else is asked for."""

Value = int | float | str | tuple[int, ...]


class Grid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="plan", tag="grid"):
    """Every combination of some values. The last axis changes fastest.

    Attributes:
        axes: parameters with the values to try.
    """

    axes: dict[str, tuple[Value, ...]]

    @property
    def trials(self) -> int:
        """How many combinations there are."""
        return math.prod(map(len, self.axes.values()))


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="plan", tag="search"):
    """So many trials, which Optuna chooses (TPE, Bergstra et al. 2011), pruned by epoch where a model has epochs.

    Attributes:
        trials: how many; with `seconds`, at most.
        over: the parameters to vary; empty: all that have a range for it (see `param_fields.axes`).
        seconds: when to stop, counted from the start; the base's own values are then the first trial. 0: no limit.
    """

    trials: Annotated[int, Meta(ge=1, le=100_000)]
    over: tuple[str, ...] = ()
    seconds: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class TuneRequest(JobRequest, frozen=True, kw_only=True):
    """Try parameters of one model: each fitted on train, judged on validation. Test is not touched.

    Attributes:
        base: the parameters that are not varied (and the model).
        plan: what to try.
        objective: the metric to raise, as `RunMetrics.metrics` names it.
        processes: how many trials run at once, each in a process of its own; on a cluster it has the say.
        engine: where the trials are evaluated, by the fits of this machine: here, or as tasks of a Spark cluster.
        then: the run that the tuner starts at its end, with the best parameters: `train` evaluates it on validation,
            `final` on test; empty: none.
    """

    base: "registry.AnyParams"
    plan: Grid | Search
    objective: str = "ndcg@10"
    processes: Annotated[int, Meta(ge=1, le=64)] = PROCESSES
    engine: Engine = LOCAL
    then: Literal["", "train", "final"] = ""

    @property
    def model(self) -> str:
        """The model's name."""
        return self.base.model

    @property
    def varied(self) -> tuple[str, ...]:
        """The parameters that its trials may differ in."""
        if isinstance(self.plan, Grid):
            return tuple(name for name, values in self.plan.axes.items() if len(values) > 1)
        return tuple(axis.name for axis in param_fields.axes(self.model, self.plan.over))

    def final_run(self, params: Params, name: str = "") -> TrainRequest:
        """The run that tests one of its trials: fitted on train + validation, evaluated on test."""
        return TrainRequest(params=params, final=True, split=self.split, seed=self.seed, k=self.k, name=name)

    @property
    def seconds(self) -> int:
        """When it stops, counted from its start; 0: when its trials are made."""
        return self.plan.seconds if isinstance(self.plan, Search) else 0


class TuneSpec(TuneRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request with its data and its place among the tunings.

    Attributes:
        tuning: the tuning's id, which is its folder's name.
        number: counts runs and tunings of a home together.
        created_at, data, index, content, layout, normal_form: as in `TrainSpec`.
    """

    tuning: str
    number: int
    created_at: datetime
    data: tuple[str, ...]
    index: str
    content: str
    layout: str = ""
    normal_form: int = 1

    @property
    def label(self) -> str:
        """What front ends call the tuning."""
        return self.name or f"{registry.named(self.model).title} tuning #{self.number}"

    def run_after(self, params: Params) -> TrainRequest:
        """The run that it starts at its end."""
        return TrainRequest(
            params=params, final=self.then == "final", split=self.split, seed=self.seed, k=self.k, name=self.name,
            tuning=self.tuning,
        )  # fmt: skip
