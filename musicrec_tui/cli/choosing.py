"""Which run a command means, and with which log it answers."""

from musicrec_tui.cli.opening import opened
from musicrec_tui.cli.options import Place
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.runs import picking, store
from musicrec_tui.runs.info import RunInfo

_WORDS = ("best", "latest")


def any_run(place: Place, text: str) -> RunInfo:
    """The run that a person means, whatever its state.

    Args:
        place: whose runs; `best` and `latest` are among those of its log.
        text: an id, a unique prefix, a name, `latest` or `best`.

    Raises:
        UserError: none or several.
    """
    content = None
    if text.strip().casefold() in _WORDS:
        with opened(place) as dataset:
            content = dataset.info.content
    return store.find_run(place.home, text, content)


def model_run(place: Place, text: str | None) -> RunInfo:
    """The finished run to answer with; without a text the best of the log, else the latest.

    Where a run is named and no log is, the place's log becomes that of the run.

    Raises:
        UserError: there is none, or it is not finished.
    """
    if text is None:
        with opened(place) as dataset:
            run = _best_or_latest(store.list_runs(place.home, dataset.info.content))
    else:
        run = any_run(place, text)
    if run.status is not store.Status.FINISHED:
        raise UserError(
            f"{run.label} {run.status.phrase}, so it has no model to ask; `musicrec-tui runs` lists others."
        )
    if run.spec and not place.data_given:
        place.log = Log(run.spec.data, run.spec.layout)
    return run


def _best_or_latest(runs: list[RunInfo]) -> RunInfo:
    """The best run, else the latest one."""
    try:
        return picking.best_run(runs)
    except UserError:
        return picking.latest_run(runs)
