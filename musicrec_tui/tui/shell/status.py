"""The texts of the title line and of notifications on finished jobs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from textual.app import App

from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.run_status import duration, elapsed_seconds, how_far, look, percent
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.runs.store import RunInfo
    from musicrec_tui.runs.tuning_info import TuningInfo


def subject_line(session: Session) -> str:
    """`sample_data · 66,936 listens · 1,422 users`, clean."""
    name = data_name(session)
    if session.dataset is None:
        return name
    info = session.dataset.info
    return f"{name} · {counted(info.listens, 'listen')} · {counted(info.users, 'user')}"


def data_name(session: Session) -> str:
    """The name of the log: the last part of its path (for a folder `listens`, its parent's name)."""
    path, *others = map(Path, session.log.names)
    name = path.parent.name if path.name == "listens" else path.name
    more = f" and {len(others)} more" if others else ""
    return printable(name or str(path), 40) + more


def status_line(session: Session) -> str:
    """`ALS #3 ◐ 62% 0:04 +1`: the newest running job and the number of others; clean; empty: none."""
    live = session.live_jobs
    if not live:
        return ""
    more = f" +{len(live) - 1}" if len(live) > 1 else ""
    return f"{printable(live[0].label, 24)} {look(live[0].status).symbol} {_state(live[0])}{more}"


def _state(run: "RunInfo | TuningInfo") -> str:
    """Progress and elapsed time of a job."""
    if run.status == "queued":
        return "queued"
    share = how_far(run.progress).share
    return " ".join(filter(None, [percent(share) if share is not None else "", duration(elapsed_seconds(run) or 0)]))


def ended_line(run: "RunInfo") -> str:
    """The notification on a finished run, clean."""
    label = printable(run.label, 24)
    if run.status == "finished":
        measured = f": NDCG@{run.k} {run.headline:.3f} on {run.evaluated_on}" if run.headline is not None else ""
        return f"{label} is finished{measured}. m chooses the model."
    return " ".join(filter(None, [f"{label} {run.status}:", printable(run.reason, None), printable(run.advice, None)]))


def tuning_ended_line(tuning: "TuningInfo") -> str:
    """The notification on a finished tuning, clean."""
    from musicrec_tui.evaluation.metrics import metric_title  # after the first frame

    label = printable(tuning.label, 24)
    if tuning.status == "finished" and tuning.best and tuning.best.value is not None and tuning.spec:
        measured = (
            f"best {metric_title(tuning.spec.objective)} {tuning.best.value:.4f} of {len(tuning.trials):,} trials"
        )
        return f"{label} is finished: {measured}. 3 shows it."
    why = filter(None, [printable(tuning.reason, None), printable(tuning.advice, None)])
    return " ".join([f"{label} {tuning.status}:", *why])


def severity_of(run: "RunInfo | TuningInfo") -> Literal["information", "error"]:
    """The severity of the notification on a finished job."""
    return "information" if run.status == "finished" else "error"


class EndedJobs:
    """Notifies once of every run and tuning that has ended, but for those that the user cancelled."""

    def __init__(self, app: App[Any], session: Session) -> None:
        self._app, self._session = app, session
        self._live_runs: set[str] = set()
        self._live_tunings: set[str] = set()

    def runs_changed(self) -> None:
        """Notify of runs."""
        live = {run.id for run in self._session.live}
        for run in self._session.runs:
            if run.id in self._live_runs - live:
                self._tell(run, ended_line(run))
        self._live_runs = live

    def tunings_changed(self) -> None:
        """Notify of tunings."""
        live = {tuning.id for tuning in self._session.live_tunings}
        for tuning in self._session.tunings:
            if tuning.id in self._live_tunings - live:
                self._tell(tuning, tuning_ended_line(tuning))
        self._live_tunings = live

    def _tell(self, job: "RunInfo | TuningInfo", sentence: str) -> None:
        """Show the sentence."""
        if job.status != "cancelled":
            notify_latest(self._app, sentence, group=job.id, severity=severity_of(job), timeout=8)
