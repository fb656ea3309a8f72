"""Optuna's study of a tuning. It is not stored: it is rebuilt from the trials' files (`add_trial`)."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.param_fields import Axis
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import Search, TuneSpec

_STATES = {"finished": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL}
_FEWEST = 10
"""Trials below which an importance would be noise."""


class Study:
    """The trials so far, and what to try next.

    Args:
        spec: of the tuning, whose plan is a search.
        before: trials that ended, by number.
    """

    def __init__(self, spec: TuneSpec, before: Mapping[int, Trial]) -> None:
        assert isinstance(spec.plan, Search)  # noqa: S101  (a grid needs no study)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.wanted = spec.plan.trials
        self._base = spec.base
        axes = param_fields.axes(spec.model, spec.plan.over)
        self._distributions = {axis.name: _distribution(axis) for axis in axes}
        # Seeded by what is known already, or a resumed study would draw what it drew at first.
        sampler = optuna.samplers.TPESampler(seed=(spec.seed + len(before)) % 2**32)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=2)
        self._study = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)
        for number in sorted(before):
            self._study.add_trial(_frozen(before[number], self._distributions))
        if spec.seconds and not before:
            self._study.enqueue_trial(_inside(spec.base, axes))
        self._open: dict[int, optuna.Trial] = {}

    def ask(self, number: int) -> Params:
        """The parameters of the trial of that number."""
        trial = self._study.ask(self._distributions)
        self._open[number] = trial
        told: dict[str, Any] = msgspec.to_builtins(self._base)
        return msgspec.convert(told | trial.params, type(self._base))

    def go_on(self, number: int, step: int, value: float) -> bool:
        """Whether a trial is worth its next epoch."""
        self._open[number].report(value, step)
        return not self._open[number].should_prune()

    def tell(self, trial: Trial) -> None:
        """A trial ended."""
        asked = self._open.pop(trial.number)
        value = trial.value if trial.state == "finished" else None
        self._study.tell(asked, value, state=_STATES[trial.state])


def importance(trials: Sequence[Trial], model: str) -> dict[str, float]:
    """How much each parameter matters among a tuning's trials: PED-ANOVA (Watanabe et al. 2023), shares of 1.

    Args:
        trials: of one tuning.
        model: its name.

    Returns:
        By parameter, the largest first. Parameters with one value only are left out.

    Raises:
        UserError: there are too few trials, or all gave the same.
    """
    used = [trial for trial in trials if trial.state == "finished" and trial.value is not None]
    if len(used) < _FEWEST or len({trial.value for trial in used}) < 2:
        raise UserError(f"Importance needs at least {_FEWEST} trials with different results; there are {len(used)}.")
    told = [msgspec.to_builtins(trial.params) for trial in used]
    names = [name for name in told[0] if name != "model" and len({repr(one[name]) for one in told}) > 1]
    distributions = {name: _observed([one[name] for one in told]) for name in names}
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    for trial in used:
        study.add_trial(_frozen(trial, distributions))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        found = optuna.importance.get_param_importances(
            study, evaluator=optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.25)
        )
    return {name: float(share) for name, share in found.items()}


def _frozen(trial: Trial, distributions: Mapping[str, BaseDistribution]) -> FrozenTrial:
    """A trial as Optuna keeps it."""
    told: dict[str, Any] = msgspec.to_builtins(trial.params)
    return optuna.trial.create_trial(
        state=_STATES[trial.state],
        value=trial.value if trial.state == "finished" else None,
        params={name: _plain(told[name]) for name in distributions},
        distributions=dict(distributions),
        intermediate_values=dict(trial.steps),
    )


def _inside(base: Params, axes: Sequence[Axis]) -> dict[str, Any]:
    """The values of parameters that can be drawn; others are left to the sampler."""
    told: dict[str, Any] = msgspec.to_builtins(base)
    return {
        axis.name: told[axis.name]
        for axis in axes
        if (told[axis.name] in axis.choices if axis.kind == "choice" else axis.low <= told[axis.name] <= axis.high)
    }


def _distribution(axis: Axis) -> BaseDistribution:
    """An axis as Optuna draws from it."""
    if axis.kind == "choice":
        return CategoricalDistribution(axis.choices)
    if axis.kind == "int":
        return IntDistribution(int(axis.low), int(axis.high), log=axis.log)
    return FloatDistribution(axis.low, axis.high, log=axis.log)


def _observed(values: Sequence[object]) -> BaseDistribution:
    """A range around the values that were tried."""
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        whole = cast("Sequence[int]", values)
        return IntDistribution(min(whole), max(whole))
    if all(isinstance(value, int | float) for value in values):
        numbers = cast("Sequence[float]", values)
        return FloatDistribution(min(numbers), max(numbers))
    return CategoricalDistribution(sorted({str(_plain(value)) for value in values}))


def _plain(value: object) -> Any:
    """A value that Optuna can hold: lists become text."""
    return value if isinstance(value, int | float | str) else str(value)
