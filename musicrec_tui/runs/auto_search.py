"""Good settings for a log in one step: the tuning that is made before a run, within a stated time.

The tuner starts the run when the time is up, with the best trial, or with the request's own settings where no trial
ended in time.
"""

from collections.abc import Collection

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.tuning_spec import Search, TuneRequest

SECONDS = 60
"""How long a search takes, where nothing else is asked for."""
MOST_TRIALS = 10_000


def search_for(
    request: TrainRequest, seconds: int = SECONDS, fixed: Collection[str] = (), *, has_times: bool = False
) -> TuneRequest:
    """The tuning that finds settings for a run and starts it.

    Args:
        request: the run; its parameters are the first trial.
        seconds: how long to search.
        fixed: parameters that the user chose, and that are left alone.
        has_times: whether the log has timestamps: recency is tried where it has.

    Raises:
        UserError: the model has no parameter left that a search can vary.
    """
    axes = param_fields.axes(request.model, timed=has_times)
    over = tuple(axis.name for axis in axes if axis.name not in fixed)
    if not over:
        raise UserError(f"There is nothing to search for: every parameter of {request.model} with a range has a value.")
    return TuneRequest(
        base=request.params, plan=Search(MOST_TRIALS, over, seconds), objective=f"ndcg@{request.k}",
        split=request.split, seed=request.seed, k=request.k, name=request.name,
        then="final" if request.final else "train",
    )  # fmt: skip
