"""Runs that were trained on an earlier state of a log: what has come since, and the request to train them again."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.period import in_zone
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.hybrid import AUTO
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.spec import TrainRequest, TrainSpec


class LogChange(NamedTuple):
    """How the log of a run has changed since the run was trained.

    Attributes:
        listens: how many the run was trained on, of all parts; 0: not recorded (runs of earlier versions).
        last_at: when the last of them was, UTC; None: not recorded, or the log has no timestamps.
        new: how many more the log has now; below 0: fewer; None: not counted, or `listens` is not recorded.
    """

    listens: int
    last_at: datetime | None
    new: int | None

    def sentence(self, time_zone: str) -> str:
        """For people, such as `Trained on listens up to 2024-05-01; 1,204 new ones since`, with a full stop.

        Args:
            time_zone: an IANA name, of the day.
        """
        if not self.listens:
            return "Trained on an earlier state of this log."
        trained = f"{self.listens:,} listens"
        if self.last_at is not None:
            trained = f"listens up to {in_zone(self.last_at, time_zone):%Y-%m-%d}"
        if self.new is None:
            return f"Trained on {trained}; the log's files have changed since."
        if self.new > 0:
            return f"Trained on {trained}; {self.new:,} new {'one' if self.new == 1 else 'ones'} since."
        if self.new < 0:
            return f"Trained on {trained}; the log has {-self.new:,} fewer now."
        return f"Trained on {trained}; since then the log has changed, with as many listens."

    def to_json(self) -> dict[str, Any]:
        """Built-in types only."""
        return {"listens": self.listens or None, "last_at": msgspec.to_builtins(self.last_at), "new": self.new}


def is_earlier_state(run: RunInfo, log: Log, content: str) -> bool:
    """Whether a run was trained on the same files or folders as a log, when their content was another one."""
    spec = run.spec
    same = spec is not None and (spec.data, spec.layout) == (log.names, log.layout)
    return same and run.content != content


def change_since(run: RunInfo, now: DatasetInfo) -> LogChange | None:
    """How the log has changed since a run was trained on it; None: not at all, or the run is damaged."""
    if not run.content or run.content == now.content:
        return None
    change = uncounted_change(run)
    return change._replace(new=now.listens - change.listens) if change.listens else change


def uncounted_change(run: RunInfo) -> LogChange:
    """The change of a log whose files are not those that a run was trained on, and were not read since."""
    return LogChange(run.data.listens, run.data.last_at, None) if run.data else LogChange(0, None, None)


def request_again(spec: TrainSpec, content: str) -> TrainRequest:
    """The request for the same run on the log with this content. A name is not given twice.

    Members of a hybrid that are runs on an earlier state of the log are chosen anew (`auto`).
    """
    params, field = spec.params, registry.named(spec.model).members
    if field and content != spec.content and not all(map(param_fields.member, getattr(params, field))):
        params = msgspec.structs.replace(params, **{field: (AUTO,), "weights": ()})
    return TrainRequest(params=params, split=spec.split, seed=spec.seed, k=spec.k, final=spec.final, engine=spec.engine)
