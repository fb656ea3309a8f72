"""Users as points: one run's metric against another's, counted by cell. What the host answers to `Scatter`."""

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import significance
from musicrec_tui.jobs import statistics
from musicrec_tui.jobs.protocol import Scatter, ScatterCell, Scattered

MOST_CELLS = 1000

Values = NDArray[np.float64]


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
    counts = np.zeros((ask.columns, ask.rows), np.int64)
    np.add.at(counts, (_places(across, low, high, ask.columns), _places(up, low, high, ask.rows)), 1)
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


def _places(values: Values, low: float, high: float, cells: int) -> NDArray[np.int64]:
    """The cell of each value, of so many equally wide ones; the largest value is in the last, not beyond it."""
    if not high > low:
        return np.zeros(len(values), np.int64)
    places: NDArray[np.int64] = np.minimum((values - low) / (high - low) * cells, cells - 1).astype(np.int64)
    return places
