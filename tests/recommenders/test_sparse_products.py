"""The largest entries of a product, against the product."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array

from musicrec_tui.errors import Cancelled
from musicrec_tui.recommenders import sparse_products
from musicrec_tui.recommenders.sparse_products import largest_of_product


def silent(done: int, of: int) -> None:
    assert 0 <= done <= of


@pytest.mark.parametrize("most", [1, 3, 100])
@pytest.mark.parametrize("block", [1, 1000, 64_000_000])
def test_it_is_the_product_cut_row_by_row(most: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse_products, "BLOCK_BYTES", block)
    rng = np.random.default_rng(0)
    left = csr_matrix(random_array((20, 9), density=0.5, rng=rng, data_sampler=rng.normal), dtype=np.float32)
    right = csr_matrix(random_array((9, 20), density=0.5, rng=rng, data_sampler=rng.normal), dtype=np.float32)
    found = largest_of_product(left, right, most, silent, lambda rows, columns, values: values * (1 + columns - rows))
    wanted = (left @ right).toarray() * (1 + np.arange(20) - np.arange(20)[:, None])
    np.fill_diagonal(wanted, 0)
    for row in range(20):
        wanted[row, np.argsort(-wanted[row], kind="stable")[most:]] = 0
    np.testing.assert_allclose(found.toarray(), np.maximum(wanted, 0), rtol=1e-5)
    assert found.has_sorted_indices
    assert found.dtype == np.float32


def test_of_equal_entries_the_smaller_columns_are_kept() -> None:
    left, right = csr_matrix(np.ones((5, 1), np.float32)), csr_matrix(np.ones((1, 5), np.float32))
    found = largest_of_product(left, right, 2, silent, lambda rows, columns, values: values)
    assert found.indices.reshape(5, 2).tolist() == [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1]]


def test_the_report_may_stop_it() -> None:
    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        largest_of_product(csr_matrix((3, 3)), csr_matrix((3, 3)), 2, stop, lambda rows, columns, values: values)
