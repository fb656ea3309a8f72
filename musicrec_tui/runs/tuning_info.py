"""A tuning as its folder describes it now."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from musicrec_tui import sealed
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.registry import missing_model
from musicrec_tui.runs import deaths, job_info, labels, status, trials
from musicrec_tui.runs.engine import missing_engine
from musicrec_tui.runs.events import Failed
from musicrec_tui.runs.job_info import JobInfo
from musicrec_tui.runs.status import Digest, Status
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import SCHEMA, TuneSpec
from musicrec_tui.shortage import shortage

SPEC = "spec.json"


class TuningInfo(JobInfo[TuneSpec], frozen=True, kw_only=True):
    """A tuning.

    Attributes:
        trials: those that ended, by number.
    """

    trials: tuple[Trial, ...] = ()

    @property
    def number(self) -> int:
        """Its number in this home; 0 where the tuning is damaged."""
        return self.spec.number if self.spec else 0

    @property
    def lacks_trials(self) -> bool:
        """Whether trials are missing among those that it is to make, so that it can be resumed even if it finished."""
        return self.spec is not None and not self.spec.seconds and len(self.trials) < self.spec.plan.trials

    @property
    def resumable(self) -> bool:
        """Whether it has ended with trials to make: after it finished, those whose files are damaged."""
        if self.status is Status.FINISHED:
            return self.lacks_trials and bool(self.reason)
        return self.status in (Status.CANCELLED, Status.FAILED, Status.DIED)

    @property
    def total(self) -> int:
        """How many trials there are to be; with a time limit, how many were made once it is finished."""
        if self.spec and self.spec.seconds and self.status is Status.FINISHED:
            return len(self.trials)
        return self.spec.plan.trials if self.spec else 0

    @property
    def created_at(self) -> datetime | None:
        """When it was asked for, UTC; None where the tuning is damaged."""
        return self.spec.created_at if self.spec else None

    @property
    def best(self) -> Trial | None:
        """The finished trial with the highest objective; of equal ones the first."""
        finished = [trial for trial in self.trials if trial.state == "finished" and trial.value is not None]
        return max(finished, key=lambda trial: (trial.value or 0.0, -trial.number), default=None)

    @property
    def varied(self) -> tuple[str, ...]:
        """The parameters that differ between its trials, in the order of the model's struct."""
        if self.spec is None:
            return ()
        names = [field.name for field in param_fields.fields(self.spec.model)]
        told = [msgspec.to_builtins(trial.params) for trial in self.trials]
        return tuple(name for name in names if len({repr(one.get(name)) for one in told}) > 1)

    @property
    def peak_memory_mb(self) -> int:
        """The most memory that one of its processes held."""
        return max((trial.peak_memory_mb for trial in self.trials), default=0)

    def to_json(self) -> dict[str, Any]:
        """What `tune --json` and `tunings --json` print: built-in types only."""
        spec = self.spec
        return {
            "tuning": self.id, "name": self.label, "model": spec.model if spec else "", "status": str(self.status),
            "objective": spec.objective if spec else "", "split": msgspec.to_builtins(spec.split) if spec else None,
            "content": spec.content if spec else "", "done": len(self.trials), "total": self.total,
            "best": msgspec.to_builtins(self.best), "trials": msgspec.to_builtins(self.trials),
            "folder": str(self.folder), "reason": self.reason, "advice": self.advice,
            "starred": self.starred, "note": self.given.note,
        } | ({"engine": spec.engine.to_json()} if spec and spec.engine.spark else {}) | (
            {"silent_seconds": self.silent_seconds} if self.silent_seconds else {}
        )  # fmt: skip


class Known:
    """The part of a tuning that was already read, so that the next time only what is new has to be.

    Attributes:
        trials: those that ended, by number.
        digest: its events, folded.
    """

    def __init__(self, trials: dict[int, Trial] | None = None) -> None:
        self.trials = {} if trials is None else trials
        self.digest = Digest()


def read_info(folder: Path, known: Known | None = None) -> TuningInfo:
    """Read a tuning; a damaged one says so in its status and reason.

    Args:
        folder: the tuning's.
        known: the part that was read before; new events are added.
    """
    try:
        tuning = _read(folder, known)
        found = labels.read(folder)
    except Exception as error:  # noqa: BLE001  (a list is not lost over one of its rows, whatever is wrong with that)
        return _damaged(folder, job_info.unreadable(folder, error), shortage(error))
    return msgspec.structs.replace(tuning, given=found.label, label_damage=found.damage)


def _read(folder: Path, known: Known | None) -> TuningInfo:
    """A tuning without its label."""
    alive = status.is_alive(folder)  # before the events are read, see `status.derive`
    known = known or Known()
    ended = known.trials
    try:
        spec = sealed.read(folder / SPEC, TuneSpec, SCHEMA)
        digest = known.digest = status.digest_of(folder, known.digest)
    except UserError as error:
        fault = str(error)
        return _damaged(folder, *(missing_model(fault) or missing_engine(fault) or (fault, shortage(error))))
    damaged = trials.read_new_trials(folder, ended)
    state = status.derive(digest, alive=alive, cancel_asked=status.is_cancel_asked(folder))
    if state is Status.DIED and len(ended) >= spec.plan.trials:
        state = Status.FINISHED  # all trials ended, each in a file that is whole; only the last event is lost
    found = TuningInfo(
        id=folder.name, folder=folder, status=state, spec=spec,
        trials=tuple(ended[number] for number in sorted(ended)), progress=digest.progress,
        started_at=digest.started_at, last_at=digest.last_at, log_damage=digest.damage, pid=digest.pid,
        silent_seconds=job_info.silent_seconds(folder, state),
    )  # fmt: skip
    reason, advice = _why(found, digest.ended, damaged)
    return msgspec.structs.replace(found, reason=reason, advice=advice)


def _damaged(folder: Path, reason: str, lacking: str) -> TuningInfo:
    """A tuning that cannot be read; `lacking` is what the machine lacks, where that is why."""
    advice = lacking or "Delete it."
    return TuningInfo(id=folder.name, folder=folder, status=Status.DAMAGED, reason=reason, advice=advice)


def _why(tuning: TuningInfo, last: object, damaged: list[str]) -> tuple[str, str]:
    """Reason and advice of a tuning's state."""
    if isinstance(last, Failed):
        return last.reason, last.advice
    if tuning.status is Status.DIED:
        model = tuning.spec.model if tuning.spec else ""
        return deaths.explain(tuning.folder, "tuner", model, "Resume it: finished trials are kept.")
    if damaged:
        again = tuning.status is not Status.FINISHED or tuning.lacks_trials
        what = "will be tried again" if again else "will not be used"
        return f"{len(damaged)} of its trials cannot be read and {what}: {damaged[0]}", ""
    return "", ""
