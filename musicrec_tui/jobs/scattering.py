"""Users as points: one run's metric against another's, counted by cell. What the host answers to `Scatter`."""

import numpy as np

from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import significance
from musicrec_tui.jobs import statistics
from musicrec_tui.jobs.protocol import Scatter, ScatterCell, Scattered

MOST_CELLS = 1000


def scatter(ask: Scatter) -> Scattered:
    """Put the users of two runs into cells.

    Raises:
        UserError: as `statistics.compare` does, or too many cells are asked for.
    """
    if not (1 <= ask.columns <= MOST_CELLS and 1 <= ask.rows <= MOST_CELLS):
        raise UserError(f"From 1 to {MOST_CELLS:,} columns and rows of cells can be counted.")
    found = statistics.measured(ask.runs, ask.metric)
    first, other = found.tables
    known = statistics.both(first, other, found.metric)
    across, up = first.metrics[found.metric][known], other.metrics[found.metric][known]
    low, high = float(min(across.min(), up.min())), float(max(across.max(), up.max()))
    counts, _, _ = np.histogram2d(across, up, bins=(ask.columns, ask.rows), range=[[low, high]] * 2)
    change = significance.exact(up - across)
    tied = change == 0
    return Scattered(
        metric=found.metric, low=low, high=high, columns=ask.columns, rows=ask.rows,
        cells=tuple(
            ScatterCell(column, row, int(counts[column, row])) for column, row in np.argwhere(counts).tolist()
        ),
        above=int(np.count_nonzero(change > 0)),
        ties=int(np.count_nonzero(tied)),
        below=int(np.count_nonzero(change < 0)),
        ties_at_low=int(np.count_nonzero(tied & (across == low))),
    )  # fmt: skip
