"""What to try next: the rest of a grid, or what Optuna thinks of. Both continue from the trials that ended before."""

import threading
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from musicrec_tui.jobs.json_lines import Proposal
from musicrec_tui.jobs.tuning.study import Study
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import grids
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import Grid, TuneSpec


class Proposals(Protocol):
    """A source of proposals, for several threads."""

    def following(self) -> Proposal | None:
        """The next one; None where there is none left."""

    def go_on(self, number: int, step: int, value: float) -> bool:
        """Whether a trial that has reached `value` after so many epochs is worth its next one."""

    def ended(self, trial: Trial) -> None:
        """A trial is over."""


def make(spec: TuneSpec, before: Mapping[int, Trial]) -> Proposals:
    """The source that a tuning's plan asks for.

    Args:
        spec: of the tuning.
        before: trials that ended in earlier sittings, by number.
    """
    if isinstance(spec.plan, Grid):
        return GridProposals(grids.expand(spec.plan, spec.base), before)
    return SearchProposals(spec, before)


class GridProposals:
    """The combinations of a grid that have not been tried.

    Args:
        combinations: all of them; a trial's number is its place.
        before: trials that ended, by number.
    """

    def __init__(self, combinations: list[Params], before: Iterable[int]) -> None:
        done = set(before)
        together: dict[Params, list[tuple[int, Params]]] = {}
        for number, params in enumerate(combinations):
            if number not in done:
                together.setdefault(_apart_from_sweeps(params), []).append((number, params))
        # The longest first, so that no process is left with a long one when the others have nothing more to do.
        self._waiting = sorted((_proposal(trials) for trials in together.values()), key=_effort)
        self._lock = threading.Lock()

    def following(self) -> Proposal | None:
        """See `Proposals`."""
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def go_on(self, number: int, step: int, value: float) -> bool:
        """Every combination of a grid is tried to its end."""
        return True

    def ended(self, trial: Trial) -> None:
        """A grid learns nothing."""


class SearchProposals:
    """Optuna's proposals, until there are as many trials as the plan wants.

    Args:
        spec: of the tuning.
        before: trials that ended, by number.
    """

    def __init__(self, spec: TuneSpec, before: Mapping[int, Trial]) -> None:
        self._study = Study(spec, before)
        self._next = max(before, default=-1) + 1
        self._left = self._study.wanted - len(before)
        self._lock = threading.Lock()

    def following(self) -> Proposal | None:
        """See `Proposals`."""
        with self._lock:
            if self._left <= 0:
                return None
            number, self._next, self._left = self._next, self._next + 1, self._left - 1
            return Proposal((number,), (self._study.ask(number),))

    def go_on(self, number: int, step: int, value: float) -> bool:
        """Whether Optuna's pruner lets it continue."""
        with self._lock:
            return self._study.go_on(number, step, value)

    def ended(self, trial: Trial) -> None:
        """Optuna learns what it gave."""
        with self._lock:
            self._study.tell(trial)


def _apart_from_sweeps(params: Params) -> Params:
    """What trials have in common that can be read from one fit."""
    staged_by = registry.named(params.model).staged_by
    return msgspec.structs.replace(params, **{staged_by: 1}) if staged_by else params


def _proposal(trials: list[tuple[int, Params]]) -> Proposal:
    """Trials that are read from one fit, fewest sweeps first."""
    staged_by = registry.named(trials[0][1].model).staged_by
    ordered = sorted(trials, key=lambda trial: getattr(trial[1], staged_by)) if staged_by else trials
    return Proposal(tuple(number for number, _ in ordered), tuple(params for _, params in ordered))


def _effort(proposal: Proposal) -> tuple[float, int]:
    """About how long a proposal takes, among others of its grid; of equal ones the first combination comes first."""
    last = proposal.params[-1]
    return registry.named(last.model).effort(last), -proposal.numbers[0]
