"""Tunings: many trials of one model, each evaluated on validation, as the screen and the command line make them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.jobs.tuning import study
from musicrec_tui.library.logs import Log, Split, home_of
from musicrec_tui.library.models import named
from musicrec_tui.library.progress import Report
from musicrec_tui.library.runs import Run, followed
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import param_fields
from musicrec_tui.runs import grids, store, tuning_store
from musicrec_tui.runs.engine import engine_of
from musicrec_tui.runs.job_info import ended
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest

_TRIALS, _MOST_TRIALS = 30, 100_000


class Tuning:
    """A search for good parameters of one model: made by `tune`, the screen or the command line.

    Attributes:
        id, name: what commands call it.
        status: `finished`, `running`, `cancelled` …
        folder: where its files are.
    """

    def __init__(self, info: TuningInfo, home: Home, log: Log | None = None) -> None:
        self._info, self._home, self._log = info, home, log
        self.id, self.name, self.folder = info.id, info.label, info.folder
        self.status = str(info.status)

    @property
    def best(self) -> dict[str, Any]:
        """The parameters of the best trial by name; empty where no trial finished."""
        return named(self._info.best.params) if self._info.best else {}

    @property
    def best_value(self) -> float | None:
        """The objective of the best trial on validation: a little too high, because it is the best of many."""
        return self._info.best.value if self._info.best else None

    def trials(self) -> pa.Table:
        """The trials by number: trial, state, value (null where it failed), and a column for each varied parameter."""
        rows = self._info.trials
        columns: dict[str, list[Any]] = {
            "trial": [one.number for one in rows],
            "state": [one.state for one in rows],
            "value": [one.value for one in rows],
        }
        for name in self._info.varied:
            values = [msgspec.to_builtins(getattr(one.params, name)) for one in rows]
            mixed = len({type(value) for value in values}) > 1
            columns[name] = [str(value) for value in values] if mixed else values
        return pa.table(columns)

    def importance(self) -> dict[str, float]:
        """The share of the differences between trials that each parameter explains (PED-ANOVA).

        Raises:
            UserError: there are fewer than ten trials with different results.
        """
        return study.importance(self._info.trials, self._info.spec.model) if self._info.spec else {}

    def train(self, *, name: str = "", progress: Report = None) -> Run:
        """Train the best parameters on train + validation and evaluate them once on test: the number to quote.

        Raises:
            UserError: no trial finished, or the training failed.
        """
        job = supervisor.train_best(self._home, self._info, name=name, foreground=True)
        followed(job, progress)
        return Run(ended(store.read_run(self._home, job.id)), self._home, self._log)

    def __repr__(self) -> str:
        """Its name, state and best value."""
        best = f", best {self.best_value:.4f}" if self.best_value is not None else ""
        return f"Tuning({self.name}: {self.status}, {len(self._info.trials):,} trials{best})"


def tune(
    log: Log, model: str = "als", grid: Mapping[str, Sequence[Any]] | None = None, *, trials: int | None = None,
    over: Sequence[str] = (), objective: str = "", split: Split | None = None, seed: int = 42, k: int = 10,
    processes: int = 2, engine: Literal["local", "spark"] = "local", master: str = "", name: str = "",
    progress: Report = None, **parameters: Any,
) -> Tuning:  # fmt: skip
    """Try many parameters of a model, each fitted on train and evaluated on validation; test is not used.

    The screen shows the tuning. An interrupt (Ctrl-C, or a callback that raises) cancels it; finished trials are saved.

    Args:
        log: what it learns from.
        model: its name (see `models`).
        grid: values of parameters, of which all combinations are tried; None: Optuna chooses.
        trials: how many Optuna chooses; None: 30.
        over: the parameters that Optuna varies; empty: all that a search can.
        objective: the metric to maximise; empty: NDCG at `k`.
        split: how the log is cut; None: the default of `split`.
        seed: of the fits and of Optuna.
        k: the K of the metrics.
        processes: how many trials run at the same time; a Spark cluster runs as many as it has cores for.
        engine: where trials run: "local", or "spark" as tasks of an Apache Spark cluster, with the same results.
        master: with "spark", the cluster's address; empty: the setting `spark_master`.
        name: of the tuning.
        progress: hears of the trials.
        parameters: of the model, fixed in all trials.

    Raises:
        UserError: a parameter is unknown or out of bounds, both a grid and trials are given, or no trial finished.
        Cancelled: it was cancelled from elsewhere.
    """
    if grid is not None and (trials is not None or over):
        raise UserError("Give a grid, or let Optuna choose trials: not both.")
    param_fields.axes(model, tuple(over))
    if trials is not None and not 1 <= trials <= _MOST_TRIALS:
        raise UserError(f"Trials must be from 1 to {_MOST_TRIALS:,}, not {trials:,}.")
    plan = _grid(grid, model) if grid is not None else Search(_TRIALS if trials is None else trials, tuple(over))
    wanted: dict[str, Any] = {"split": split._spec} if split is not None else {}
    request = TuneRequest(
        plan=plan, base=param_fields.parse(model, parameters), processes=processes, objective=objective or f"ndcg@{k}",
        seed=seed, k=k, name=name, engine=engine_of(engine, master), **wanted,
    )  # fmt: skip
    job = supervisor.submit_tuning(log._home, request, log._dataset.indexed, foreground=True)
    followed(job, progress)
    return Tuning(ended(tuning_store.read_tuning(log._home, job.id)), log._home, log)


def tunings(log: Log | None = None, *, home: str | Path | None = None) -> list[Tuning]:
    """The tunings of a log, or of a home: those of the screen and the command line too, newest first.

    Raises:
        UserError: the home cannot be read.
    """
    place = log._home if log is not None else home_of(home)
    return [
        Tuning(one, place, log) for one in tuning_store.list_tunings(place, log.content if log is not None else None)
    ]


def _grid(values: Mapping[str, Sequence[Any]], model: str) -> Grid:
    """All combinations of the values, each checked as the model's parameters are."""
    typed = {
        name: [getattr(param_fields.parse(model, {name: value}), name) for value in listed]
        for name, listed in values.items()
    }
    return grids.check_grid(typed, model, "grid")
