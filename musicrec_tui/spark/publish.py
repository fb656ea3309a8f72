"""What Spark trained, as the model of a run: the same folder as that of a run of this machine."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musicrec_tui.recommenders import model_writer
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.als.solving import SCALED
from musicrec_tui.spark.disk_matrix import DiskMatrix

_PART_BYTES = 128_000_000


def publish(
    folder: Path, params: AlsParams, users: NDArray[np.float32], artists: NDArray[np.float32], train: DiskMatrix,
    keys: tuple[Iterable[list[str]], Iterable[list[str]]],
) -> None:  # fmt: skip
    """Write the model's folder: some rows at a time, with the objective that was trained.

    Args:
        folder: of the model, which must not exist.
        params: as they were fitted, see `fit.translated`.
        users: (users, factors), mapped.
        artists: (artists, factors), mapped.
        train: what it was fitted on.
        keys: of users and of artists, in batches, in the order of codes.
    """
    with model_writer.writing(folder, params, train.shape) as model:
        model.parts("users", _parts(users))
        model.parts("artists", _parts(artists))
        model.array(SCALED, np.ones(1, np.int8))
        model.train(train.mapped())
        model.keys("users", keys[0])
        model.keys("artists", keys[1])


def _parts(factors: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Blocks of rows; one without rows where there are none."""
    rows = max(1, _PART_BYTES // (4 * factors.shape[1]))
    for start in range(0, max(1, len(factors)), rows):
        yield factors[start : start + rows]
