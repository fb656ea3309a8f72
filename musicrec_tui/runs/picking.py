"""Which run a text means: an id, its number, a name, a unique prefix, `latest` or `best`."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from musicrec_tui import text as texts
from musicrec_tui.errors import UserError
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status


def pick_run(runs: Sequence[RunInfo], text: str) -> RunInfo:
    """The one run of `runs` (newest first) that `text` means.

    Raises:
        UserError: none or several; the sentence says what to type instead.
    """
    wanted = text.strip()
    if wanted.casefold() == "latest":
        return latest_run(runs)
    if wanted.casefold() == "best":
        return best_run(runs)
    return pick_named(runs, wanted, "musicrec-tui runs")


class Named(Protocol):
    """A run or a tuning."""

    @property
    def id(self) -> str:
        """Its folder's name."""

    @property
    def number(self) -> int:
        """Its number in this home; 0 where it is damaged."""

    @property
    def label(self) -> str:
        """What front ends call it."""


AnyNamed = TypeVar("AnyNamed", bound=Named)


def pick_named(jobs: Sequence[AnyNamed], wanted: str, listed_by: str, kind: str = "run") -> AnyNamed:
    """The one run or tuning of this id, number or name, or whose id begins so.

    Args:
        jobs: to look among.
        wanted: what was typed.
        listed_by: the command that lists them, for the sentence where there is none.
        kind: what they are.

    Raises:
        UserError: none or several.
    """
    for matches in (
        [job for job in jobs if job.id == wanted],
        [job for job in jobs if job.number and str(job.number) == wanted.removeprefix("#")],
        [job for job in jobs if texts.normal_name(job.label) == texts.normal_name(wanted)],
        [job for job in jobs if wanted and job.id.startswith(wanted)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = ", ".join(job.id for job in matches[:5]) + (" …" if len(matches) > 5 else "")
            raise UserError(
                f"{texts.printable(wanted)!r} could be any of {len(matches)} {kind}s: {listed}. Give the id."
            )
    raise UserError(f"There is no {kind} {texts.printable(wanted)!r} here; `{listed_by}` lists all.")


def latest_run(runs: Sequence[RunInfo]) -> RunInfo:
    """The finished run that was asked for last, by its number: a clock may have been wrong.

    Raises:
        UserError: none is finished.
    """
    if finished := [run for run in runs if run.status is Status.FINISHED]:
        return max(finished, key=lambda run: run.number)
    raise UserError("No run of this data is finished yet: train one, for example with `musicrec-tui train als`.")


def best_run(runs: Sequence[RunInfo]) -> RunInfo:
    """The finished run with the highest NDCG@k on *validation*, among those comparable with the newest of them.

    What was evaluated on test never wins: choosing by test would spoil it. Of equals the older one wins.

    Raises:
        UserError: none is finished.
    """
    candidates = [run for run in runs if run.evaluated_on == "validation" and run.headline is not None]
    if not candidates:
        raise UserError(
            "No run of this data is finished and evaluated on validation, so none is best: train one without --final."
        )
    group = conditions(max(candidates, key=lambda run: run.number))
    alike = [run for run in candidates if conditions(run) == group]
    return max(reversed(alike), key=lambda run: run.headline or 0.0)


def best_or_latest(runs: Sequence[RunInfo]) -> RunInfo:
    """The run that answers where none is named: the best, else the latest.

    Raises:
        UserError: none is finished.
    """
    try:
        return best_run(runs)
    except UserError:
        return latest_run(runs)


def need_model(run: RunInfo) -> None:
    """Refuse a run without a model.

    Raises:
        UserError: it is not finished.
    """
    if run.status is not Status.FINISHED:
        raise UserError(f"{run.label} {run.status.phrase}, so it has no model; `musicrec-tui runs` lists others.")


def conditions(run: RunInfo) -> tuple[object, ...] | None:
    """What must be equal for two runs to be compared; None for a run without a result."""
    if run.result is None:
        return None
    return run.result.content, run.result.split, run.result.k, run.result.candidates, run.result.evaluated_on


def equal_run(runs: Sequence[RunInfo], request: TrainRequest, content: str) -> RunInfo | None:
    """The finished or live run that a request would only repeat: the same model, settings, seed, engine and data."""
    for run in runs:
        spec = run.spec
        if spec is None or not (run.status.live or run.status is Status.FINISHED):
            continue
        wanted = (request.params, request.split, request.seed, request.k, request.final, request.engine.name, content)
        if (spec.params, spec.split, spec.seed, spec.k, spec.final, spec.engine.name, spec.content) == wanted:
            return run
    return None
