"""The Python API: open a log, train, evaluate, compare and recommend from a notebook or a script.

    >>> from musicrec_tui import api
    >>> log = api.open_log("listens.csv")
    >>> log.counts.users, log.counts.items
    (60, 40)
    >>> run = api.train(log, "als", factors=8, iterations=5, name="first")
    >>> run.status, sorted(run.metrics)[0]
    ('finished', 'auc')
    >>> run.recommend(like=["artist 3", "artist 5"], k=2).table.column_names[:4]
    ['rank', 'item_key', 'item', 'score']

These names are promised, and docs/api.md lists them; all other modules may change. `train` makes a run as the screen
and the command line do, which therefore show it; `runs` and `find_run` open theirs. `fit` and `evaluate` work on arrays
in this process and make no run.

Items are artists (`items="artists"`). Codes are rows and columns of the matrix of one log; keys outlive it.

Errors: `UserError` has a sentence for people. Its `exit_code` is 2 where what was asked for is wrong (an unknown name,
a value out of bounds, a file that is no log), and 1 where it was right and failed (a damaged file, a full disk, a fit
that diverged). `Cancelled` is raised where the work was cancelled. Everything else is a defect.
"""

from musicrec_tui.jobs import environment

environment.limit_blas()  # before NumPy is loaded, where nothing else has loaded it yet

from musicrec_tui.errors import Cancelled, UserError  # noqa: E402
from musicrec_tui.library.answers import Explanation, RankedItems  # noqa: E402
from musicrec_tui.library.logs import Counts, Log, Matrix, Split, open_log, sample, split  # noqa: E402
from musicrec_tui.library.models import Evaluation, Model, evaluate, fit, models  # noqa: E402
from musicrec_tui.library.progress import Progress, ProgressBar  # noqa: E402
from musicrec_tui.library.runs import Comparison, Run, compare, find_run, runs, train  # noqa: E402
from musicrec_tui.library.tunings import Tuning, tune, tunings  # noqa: E402

__all__ = [
    "Cancelled", "Comparison", "Counts", "Evaluation", "Explanation", "Log", "Matrix", "Model", "Progress",
    "ProgressBar", "RankedItems", "Run", "Split", "Tuning", "UserError", "compare", "evaluate", "find_run", "fit",
    "models", "open_log", "runs", "sample", "split", "train", "tune", "tunings",
]  # fmt: skip
