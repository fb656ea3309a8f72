"""The largest entries of a product, against the product."""

from typing import Any

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


@pytest.mark.parametrize("collide", [False, True])
@pytest.mark.parametrize("most", [1, 4, 30])
def test_rows_with_twins_are_cut_as_if_each_were_multiplied(
    most: int, collide: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if collide:  # all columns have one mark, so that rows are told apart by comparing them alone

        class Alike:
            def integers(self, low: int, high: int, size: int, kind: type) -> Any:
                return np.ones(size, kind)

        monkeypatch.setattr(np.random, "default_rng", lambda seed: Alike())
    listeners = np.array([[2, 0, 0], [0, 2, 0], [1, 0, 1], [0, 1, 1], [0, 0, 0], [2, 1, 0]], np.float32)
    of_row = np.array([0, 1, 0, 2, 3, 0, 4, 5, 5, 1, 0, 4, 2, 3, 1])
    left = csr_matrix(listeners[of_row])
    right = csr_matrix(left.T)
    seen: list[int] = []
    found = largest_of_product(
        left, right, most, lambda done, of: seen.append(of), lambda rows, columns, values: values
    )
    wanted = (left @ right).toarray()
    np.fill_diagonal(wanted, 0)
    for row in range(len(of_row)):
        wanted[row, np.argsort(-wanted[row], kind="stable")[most:]] = 0
    np.testing.assert_array_equal(found.toarray(), wanted)
    assert found.has_sorted_indices
    assert collide or set(seen) == {6}


def test_few_users_with_enormous_lists_take_a_row_for_each_set_of_listeners() -> None:
    train = csr_matrix((np.random.default_rng(0).random((5, 20_000)) < 0.7).astype(np.float32))
    seen: list[int] = []
    kept = largest_of_product(
        train.T.tocsr(), train, 3, lambda _, of: seen.append(of), lambda _, columns, values: values
    )
    assert max(seen) == 2**5
    assert kept.shape == (20_000, 20_000)
    assert (np.diff(kept.indptr) == 3 * (np.diff(train.tocsc().indptr) > 0)).all()


def test_the_report_may_stop_it() -> None:
    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        largest_of_product(csr_matrix((3, 3)), csr_matrix((3, 3)), 2, stop, lambda rows, columns, values: values)
