"""What an epoch shows the network: the right pairs, drawn fairly, drawn anew."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.ncf.sampling import Heard, Pairs, Permutation, grid_epoch, sampled_epoch


def matrix(cells: set[tuple[int, int]], users: int, artists: int) -> csr_matrix:
    rows, columns = np.array(sorted(cells), np.int32).reshape(-1, 2).T
    return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(users, artists))


@st.composite
def matrices(draw: st.DrawFn) -> csr_matrix:
    """Small matrices, with users who have heard nothing and users who have heard everything."""
    users, artists = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    cell = st.tuples(st.integers(0, users - 1), st.integers(0, artists - 1))
    cells = draw(st.sets(cell))
    full = draw(st.sets(st.integers(0, users - 1), max_size=2))
    return matrix(cells | {(user, artist) for user in full for artist in range(artists)}, users, artists)


def together(blocks: list[Pairs]) -> Pairs:
    empty = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8))
    return Pairs(*(np.concatenate(parts) for parts in zip(empty, *blocks, strict=True)))


@given(matrices(), st.integers(1, 5), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_an_epoch_has_each_heard_pair_once_and_negatives_that_are_never_heard(
    train: csr_matrix, negatives: int, most: int, seed: int
) -> None:
    blocks = list(sampled_epoch(Heard(train), negatives, np.random.default_rng(seed), most))
    pairs = together(blocks)
    dense = train.toarray() > 0
    assert (dense[pairs.users, pairs.artists] == (pairs.labels == 1)).all()
    heard = pairs.labels == 1
    assert sorted(zip(pairs.users[heard], pairs.artists[heard], strict=True)) == sorted(
        zip(*map(np.ndarray.tolist, np.nonzero(dense)), strict=True)
    )
    counts = np.bincount(pairs.users[~heard], minlength=train.shape[0])
    per_user = np.diff(train.indptr)
    assert counts.tolist() == np.where(per_user < train.shape[1], negatives * per_user, 0).tolist()
    assert len(pairs.labels) == Heard(train).epoch_pairs(negatives)
    assert all(len(block.labels) <= max(most, 1 + negatives) for block in blocks)


def test_negatives_are_uniform_over_what_the_user_has_not_heard() -> None:
    train = matrix({(0, 0), (0, 3), (0, 4), (0, 9), (1, 5)}, 2, 10)
    drawn = Heard(train).draw(np.zeros(60_000, np.int64), np.random.default_rng(1))
    counts = np.bincount(drawn, minlength=10)
    assert np.flatnonzero(counts).tolist() == [1, 2, 5, 6, 7, 8]
    assert counts[counts > 0] == pytest.approx(10_000, rel=0.05)


def test_the_last_unheard_artist_is_found_at_once() -> None:
    train = matrix({(0, artist) for artist in range(1000) if artist != 617}, 1, 1000)
    assert set(Heard(train).draw(np.zeros(50, np.int64), np.random.default_rng(0))) == {617}


def test_negatives_and_order_are_drawn_anew_each_epoch_and_follow_the_seed() -> None:
    train = matrix({(user, user) for user in range(40)}, 40, 60)
    rng = np.random.default_rng(5)
    first, second = (together(list(sampled_epoch(Heard(train), 4, rng, 64))) for _ in range(2))
    again = together(list(sampled_epoch(Heard(train), 4, np.random.default_rng(5), 64)))

    def cells(pairs: Pairs) -> set[tuple[int, int]]:
        return set(zip(pairs.users[pairs.labels == 0].tolist(), pairs.artists[pairs.labels == 0].tolist(), strict=True))

    assert cells(first) != cells(second)
    assert first.labels.tolist() != second.labels.tolist()
    assert first.users.tolist() == again.users.tolist()
    assert first.artists.tolist() == again.artists.tolist()
    assert first.labels.tolist() == again.labels.tolist()


def test_heard_and_unheard_pairs_are_mixed_through_the_epoch() -> None:
    train = matrix({(user, artist) for user in range(50) for artist in range(user % 7, 200, 9)}, 50, 200)
    labels = together(list(sampled_epoch(Heard(train), 4, np.random.default_rng(0), 1000))).labels
    shares = [part.mean() for part in np.array_split(labels, 10)]
    assert np.abs(np.array(shares) - 0.2).max() < 0.05


@given(matrices(), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_the_grid_covers_each_cell_once_with_its_label(train: csr_matrix, most: int, seed: int) -> None:
    blocks = list(grid_epoch(Heard(train), np.random.default_rng(seed), most))
    pairs = together(blocks)
    cells = pairs.users.astype(np.int64) * train.shape[1] + pairs.artists
    assert np.sort(cells).tolist() == list(range(train.shape[0] * train.shape[1]))
    assert ((train.toarray() > 0)[pairs.users, pairs.artists] == (pairs.labels == 1)).all()
    assert max(len(block.labels) for block in blocks) <= most


@settings(max_examples=60)
@given(st.integers(1, 3000), st.integers(0, 2**32 - 1))
def test_a_permutation_has_every_number_once(n: int, seed: int) -> None:
    shuffled = Permutation(n, np.random.default_rng(seed))
    assert np.sort(shuffled(np.arange(n))).tolist() == list(range(n))


def test_a_permutation_looks_shuffled_and_works_for_more_numbers_than_fit_in_memory() -> None:
    shuffled = Permutation(100_000, np.random.default_rng(3))(np.arange(100_000))
    assert abs(np.corrcoef(np.arange(100_000), shuffled)[0, 1]) < 0.02
    assert abs(np.corrcoef(shuffled[1:], shuffled[:-1])[0, 1]) < 0.02
    huge = Permutation(500_000 * 3_000_000, np.random.default_rng(3))(np.arange(1000))
    assert len(set(huge.tolist())) == 1000
    assert huge.min() >= 0
    assert huge.max() < 500_000 * 3_000_000
