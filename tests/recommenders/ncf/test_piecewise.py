"""The table of a network of one number is that network."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicrec_tui.recommenders.ncf.piecewise import Dense, tabulate


def network(widths: list[int], seed: int) -> list[Dense]:
    rng = np.random.default_rng(seed)
    ends = [1, *widths, 1]
    return [
        (rng.normal(0, 1, (below, above)).astype(np.float32), rng.normal(0, 1, above).astype(np.float32))
        for below, above in itertools.pairwise(ends)
    ]


def by_hand(layers: list[Dense], number: float) -> float:
    signal = np.array([number])
    for kernel, bias in layers[:-1]:
        signal = np.maximum(signal @ kernel + bias, 0)
    return float((signal @ layers[-1][0] + layers[-1][1])[0])


@settings(max_examples=50)
@given(st.lists(st.integers(1, 12), max_size=3), st.integers(0, 10**6), st.lists(st.floats(-5, 5), min_size=1))
def test_interpolation_between_the_kinks_is_the_network(widths: list[int], seed: int, numbers: list[float]) -> None:
    layers = network(widths, seed)
    places, values = tabulate(layers, -5, 5)
    for number in numbers:
        expected = by_hand(layers, number)
        assert np.interp(number, places, values) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_dead_network_is_a_constant() -> None:
    dead = [
        (np.zeros((1, 4), np.float32), np.full(4, -1, np.float32)),
        (np.ones((4, 1), np.float32), np.array([0.25], np.float32)),
    ]
    places, values = tabulate(dead, -1, 1)
    assert places.tolist() == [-1, 1]
    assert values.tolist() == [0.25, 0.25]


def test_a_range_of_one_place_has_one_value() -> None:
    places, values = tabulate(network([3], 0), 0, 0)
    assert len(places) == len(values) == 1
