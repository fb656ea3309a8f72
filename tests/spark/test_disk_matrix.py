"""A matrix in files, against SciPy's in memory."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array

from musicrec_tui.spark import disk_matrix
from musicrec_tui.spark.disk_matrix import DiskMatrix, Pairs

USERS, ARTISTS = 60, 40


@pytest.fixture
def on_disk(tmp_path: Path) -> tuple[csr_matrix, DiskMatrix]:
    """A matrix, and the same in files, written in batches of seven cells."""
    random = random_array((USERS, ARTISTS), density=0.2, rng=1, dtype=np.float32)
    wanted = csr_matrix(random.multiply((np.arange(USERS) >= 10)[:, None]))
    wanted.eliminate_zeros()
    wanted.sort_indices()
    cells = wanted.tocoo()

    def batches() -> list[Pairs]:
        parts = [slice(start, start + 7) for start in range(0, wanted.nnz, 7)]
        return [Pairs(cells.row[part], cells.col[part], cells.data[part]) for part in parts]

    return wanted, disk_matrix.write(batches, tmp_path, "train", wanted.shape)


def test_a_matrix_in_files_is_the_same_matrix(on_disk: tuple[csr_matrix, DiskMatrix]) -> None:
    wanted, written = on_disk
    assert (written.mapped() != wanted).nnz == 0
    assert written.cells == wanted.nnz
    assert written.counts().tolist() == np.diff(wanted.indptr).tolist()
    assert written.column_counts().tolist() == np.bincount(wanted.indices, minlength=ARTISTS).tolist()
    for start, stop in ((0, 0), (0, 5), (8, 30), (50, USERS)):
        block = written.block(start, stop)
        block.check_format(full_check=True)
        assert (block != wanted[start:stop]).nnz == 0
