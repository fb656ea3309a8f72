"""What is known of a run: one immutable struct, read from its folder."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from musicrec_tui import files, sealed
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.registry import missing_model
from musicrec_tui.runs import deaths, eventlog, job_info, labels, metrics, status
from musicrec_tui.runs.engine import missing_engine
from musicrec_tui.runs.events import Data, Epoch, Failed
from musicrec_tui.runs.job_info import JobInfo
from musicrec_tui.runs.metrics import EvaluatedOn, RunMetrics
from musicrec_tui.runs.spec import SCHEMA, TrainSpec
from musicrec_tui.runs.status import Digest, Status, Trend
from musicrec_tui.shortage import shortage

SPEC = "spec.json"


class RunInfo(JobInfo[TrainSpec], frozen=True, kw_only=True):
    """A run.

    Attributes:
        result: metrics.json, of finished runs.
        epoch, device, data: the last of these events.
        trend: the metric to watch, epoch by epoch; None before the first.
        memory_mb: what its worker held when it said so last; 0 before that.
        created_at: when it was asked for, UTC; None where the run is damaged.
        test_looks: how many runs evaluated on the test part of this run's (content, split), this one included.
        members: of a hybrid, the labels of the runs that it joins, by id; deleted ones are missing.
    """

    result: RunMetrics | None = None
    epoch: Epoch | None = None
    device: str = ""
    data: Data | None = None
    trend: Trend | None = None
    memory_mb: int = 0
    created_at: datetime | None = None
    test_looks: int = 0
    members: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def model(self) -> str:
        """The model's name; empty where the run is damaged."""
        return self.spec.model if self.spec else ""

    @property
    def number(self) -> int:
        """Its number in this home; 0 where the run is damaged."""
        return self.spec.number if self.spec else 0

    @property
    def split(self) -> SplitSpec | None:
        """How the log is cut."""
        return self.spec.split if self.spec else None

    @property
    def k(self) -> int:
        """The K of its metrics; 0 where the run is damaged."""
        return self.spec.k if self.spec else 0

    @property
    def evaluated_on(self) -> EvaluatedOn:
        """Which part its metrics are, or will be, of."""
        return "test" if self.spec and self.spec.final else "validation"

    @property
    def metrics(self) -> dict[str, float]:
        """Metrics by name; empty before it is finished."""
        return self.result.metrics if self.result else {}

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of `load`, `fit` and `evaluate`; empty before it is finished."""
        return self.result.seconds if self.result else {}

    @property
    def peak_memory_mb(self) -> int | None:
        """The most memory that its worker held."""
        return self.result.peak_memory_mb if self.result else None

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Low and high of the 95 % interval of each metric that is a mean; empty in runs of before."""
        return self.result.intervals if self.result else {}

    @property
    def groups(self) -> dict[str, dict[str, float]]:
        """For each group of users its means and how many `users` they are; empty in runs of before."""
        return self.result.groups if self.result else {}

    @property
    def model_bytes(self) -> int | None:
        """What its model takes on the disk."""
        return self.result.model_bytes if self.result else None

    @property
    def engine(self) -> str:
        """What trained it: `local`, or `spark`."""
        return self.spec.engine.name if self.spec else ""

    @property
    def cold_users(self) -> int:
        """How many evaluated users had no usable training data, and were served by popularity."""
        return int(self.groups.get("cold", {}).get("users", 0))

    @property
    def below_popularity(self) -> str:
        """A sentence where the model loses to popularity beyond the interval; empty elsewhere."""
        if self.result is None or self.result.against_popularity is None or self.result.against_popularity[2] >= 0:
            return ""
        difference, low, high = self.result.against_popularity
        told = f"NDCG@{self.k} {difference:+.4f} ({low:+.4f} to {high:+.4f})"
        return f"Below popularity for users with training data: {told}."

    @property
    def headline(self) -> float | None:
        """NDCG@k, by which runs are sorted."""
        return self.metrics.get(f"ndcg@{self.k}")

    def to_json(self) -> dict[str, Any]:
        """What `train --json` and `runs --json` print: built-in types only."""
        told: dict[str, Any] = {
            "run": self.id, "name": self.label, "model": self.model, "status": str(self.status),
            "parameters": msgspec.to_builtins(self.spec.params) if self.spec else {},
            "split": msgspec.to_builtins(self.split), "seed": self.spec.seed if self.spec else None, "k": self.k,
            "content": self.content, "evaluated_on": self.evaluated_on, "metrics": self.metrics,
            "seconds": self.seconds, "peak_memory_mb": self.peak_memory_mb, "test_looks": self.test_looks,
            "created_at": msgspec.to_builtins(self.created_at), "folder": str(self.folder),
            "ratings": self.result.ratings if self.result else "", "intervals": self.intervals,
            "groups": self.groups, "model_bytes": self.model_bytes, "cold_users": self.cold_users,
            "against_popularity": self.result.against_popularity if self.result else None,
            "starred": self.starred, "note": self.given.note, "tuning": self.spec.tuning if self.spec else "",
        }  # fmt: skip
        told["parameters"].pop("model", None)
        told |= {"engine": self.spec.engine.to_json()} if self.spec and self.spec.engine.spark else {}
        told |= {"silent_seconds": self.silent_seconds} if self.silent_seconds else {}
        return told | ({"reason": self.reason, "advice": self.advice} if self.reason else {})


_READ = (SPEC, eventlog.FILE, metrics.FILE, status.CANCEL, labels.FILE, deaths.FILE)
Stamp = tuple[tuple[int, int, int] | None, ...]


def stamp_of(folder: Path | str) -> Stamp:
    """Changes whenever what `read` reads does: inode, time and size of each file, and whether `cancel` is there."""
    start = f"{folder}{os.sep}"  # lists are polled, and making six paths for each run costs more than asking for them
    return tuple([stamp_of_file(start + name) for name in _READ])


def stamp_of_file(path: Path | str) -> tuple[int, int, int] | None:
    """Inode, time and size; None where there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116  (half the cost of Path.stat, and lists are polled)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(folder: Path, known: Digest | None = None) -> tuple[RunInfo, Digest]:
    """Read a run, continuing from the known part of its events.

    Never raises for what is wrong inside the folder: such a run is `damaged` and says why.
    """
    try:
        run, digest = _read(folder, known)
        found = labels.read(folder)
    except Exception as error:  # noqa: BLE001  (a list is not lost over one of its rows, whatever is wrong with that)
        return _damaged(folder, None, job_info.unreadable(folder, error), shortage(error)), Digest()
    return msgspec.structs.replace(run, given=found.label, label_damage=found.damage), digest


def _read(folder: Path, known: Digest | None) -> tuple[RunInfo, Digest]:
    """A run without its label."""
    digest, spec = known or Digest(), None
    try:
        alive = status.is_alive(folder)
        spec = _checked(folder, sealed.read(folder / SPEC, TrainSpec, SCHEMA))
        digest = status.digest_of(folder, known)
        state = status.derive(digest, alive=alive, cancel_asked=status.is_cancel_asked(folder))
        result = _result(folder, spec) if state is Status.FINISHED else None
        if digest.ended is None and not state.live and (result := _whole_result(folder, spec)):
            state = Status.FINISHED
        if result is not None and not spec.content:  # its job read the log
            spec = msgspec.structs.replace(spec, content=result.content)
    except UserError as error:
        fault = str(error)
        reason, advice = missing_model(fault) or missing_engine(fault) or (fault, shortage(error))
        return _damaged(folder, spec, reason, advice), digest
    except OSError as error:
        return _damaged(folder, spec, job_info.unreadable(folder, error), shortage(error)), digest
    return _info(folder, spec, state, result, digest), digest


def _checked(folder: Path, spec: TrainSpec) -> TrainSpec:
    """The spec, if it is this run's."""
    if spec.run != folder.name:
        raise UserError(f"{folder / SPEC} belongs to another run, {spec.run}.", exit_code=1)
    return spec


def _result(folder: Path, spec: TrainSpec) -> RunMetrics:
    """The metrics, if they are this run's."""
    result = metrics.read(folder)
    if result.run != spec.run:
        raise UserError(f"{folder / metrics.FILE} belongs to another run, {result.run}.", exit_code=1)
    return result


def _whole_result(folder: Path, spec: TrainSpec) -> RunMetrics | None:
    """The result of a run without a last word, if all of it is there: it was written before the last word."""
    try:
        result = _result(folder, spec)
        manifest = files.sha256_of(folder / "model" / "manifest.json")
    except (UserError, OSError):
        return None
    return result if manifest == result.model_sha256 else None


def _damaged(folder: Path, spec: TrainSpec | None, reason: str, lacking: str) -> RunInfo:
    """A run that cannot be read; `lacking` is what the machine lacks, where that is why."""
    return RunInfo(
        id=folder.name, folder=folder, status=Status.DAMAGED, spec=spec, reason=reason,
        created_at=spec.created_at if spec else None, advice=lacking or "Delete the run, or repair the file.",
    )  # fmt: skip


def _info(folder: Path, spec: TrainSpec, state: Status, result: RunMetrics | None, digest: Digest) -> RunInfo:
    reason, advice = _why(folder, spec, state, digest)
    return RunInfo(
        id=folder.name, folder=folder, status=state, spec=spec, result=result, reason=reason, advice=advice,
        progress=digest.progress, epoch=digest.epoch, device=digest.device.name if digest.device else "",
        data=digest.data, pid=digest.pid, created_at=spec.created_at, started_at=digest.started_at,
        last_at=digest.last_at, trend=digest.trend, memory_mb=digest.memory_mb,
        log_damage=_log_damage(digest, finished=state is Status.FINISHED),
        silent_seconds=job_info.silent_seconds(folder, state),
    )  # fmt: skip


def _why(folder: Path, spec: TrainSpec, state: Status, digest: Digest) -> tuple[str, str]:
    """Why it came to nothing, and what to do; empty where it did not."""
    if isinstance(digest.ended, Failed):
        return digest.ended.reason, digest.ended.advice
    return deaths.explain(folder, "worker", spec.model, "Start it again.") if state is Status.DIED else ("", "")


def _log_damage(digest: Digest, *, finished: bool) -> str:
    """What is wrong with the log of a run."""
    lost = f"The last event in {eventlog.FILE} is missing or damaged; the results are whole."
    return " ".join(filter(None, [digest.damage, lost if finished and digest.ended is None else ""]))
