"""Rows of factors in parts, worked on in blocks: the same as one array."""

import numpy as np
import pytest

from musicrec_tui.recommenders import factor_rows
from musicrec_tui.recommenders.factor_rows import FactorRows


@pytest.mark.parametrize("cuts", [[], [5], [0, 3, 3, 10]])
@pytest.mark.parametrize("numbers", [1, 12, 10**6])
def test_parts_and_blocks_change_nothing(cuts: list[int], numbers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factor_rows, "_NUMBERS", numbers)
    array = np.random.default_rng(1).normal(size=(11, 4)).astype(np.float32)
    rows = FactorRows(np.split(array, cuts))
    codes = np.array([10, 0, 5, 3, 3], np.int32)
    vectors = np.random.default_rng(2).normal(size=(3, 4)).astype(np.float32)
    assert (rows.shape, len(rows)) == ((11, 4), 11)
    np.testing.assert_array_equal(rows.take(codes), array[codes])
    np.testing.assert_array_equal(rows.whole, array)
    np.testing.assert_allclose(rows.products(vectors), vectors @ array.T, rtol=1e-5)
    np.testing.assert_allclose(rows.gram, array.T.astype(np.float64) @ array, rtol=1e-6)
    np.testing.assert_allclose(rows.lengths, np.linalg.norm(array, axis=1), rtol=1e-6)


def test_no_rows_are_no_rows() -> None:
    rows = FactorRows([np.zeros((0, 4), np.float32)])
    assert rows.products(np.ones((2, 4), np.float32)).shape == (2, 0)
    assert (rows.gram == np.zeros((4, 4))).all()
    assert rows.lengths.shape == (0,)
