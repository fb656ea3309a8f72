"""Who is not in the data gets the mean of similar users' scores."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.base import FloatArray, IntArray
from musicrec_tui.recommenders.neighbours import NEIGHBOURS, Neighbours
from tests.recommenders.small import matrix


def brute(train: csr_matrix, profile: csr_matrix, table: FloatArray) -> FloatArray:
    """The same, written as the docstring says it."""
    users, newcomers = np.log1p(train.toarray()), np.log1p(profile.toarray())
    rows = []
    for one in newcomers:
        lengths = np.linalg.norm(users, axis=1) * np.linalg.norm(one)
        cosine = np.divide(users @ one, lengths, out=np.zeros(len(users)), where=lengths > 0)
        near = sorted(range(len(users)), key=lambda user: (-round(cosine[user], 9), user))[:NEIGHBOURS]
        near = [user for user in near if cosine[user] > 0]
        total = sum(cosine[user] for user in near)
        rows.append(sum((cosine[user] / total * table[user] for user in near), np.zeros(table.shape[1])))
    return np.array(rows)


def test_the_estimate_is_the_weighted_mean_of_the_nearest_users_scores() -> None:
    train, newcomers = matrix(users=80), matrix(users=5, seed=9)
    table = np.random.default_rng(1).normal(size=train.shape).astype(np.float32)

    def scores(users: IntArray) -> FloatArray:
        chosen: FloatArray = table[users]
        return chosen

    estimate = Neighbours(train).estimate(newcomers, scores)
    np.testing.assert_allclose(estimate, brute(train, newcomers, table), rtol=1e-4, atol=1e-5)
    assert not estimate[0].any()  # has nothing in common with anybody


def test_people_who_are_alike_have_each_their_own_neighbours_and_of_equal_ones_the_first() -> None:
    rng = np.random.default_rng(3)
    heard = np.array([rng.permutation(20) < 6 for _ in range(300)], np.float32)  # few values that a cosine can have
    people = np.repeat(heard[:1], 7, axis=0)
    for row, artist in enumerate(np.flatnonzero(heard[0]), start=1):
        people[row, artist] = 0
    shares: FloatArray = Neighbours(csr_matrix(heard)).shares(csr_matrix(people)).toarray()
    wanted = brute(csr_matrix(heard), csr_matrix(people), np.eye(300, dtype=np.float32))
    np.testing.assert_allclose(shares, wanted, rtol=1e-5, atol=1e-7)
    assert len(np.flatnonzero(shares.any(axis=0))) > NEIGHBOURS


def test_of_equally_similar_users_the_first_stay() -> None:
    train = csr_matrix(np.ones((3 * NEIGHBOURS, 2), np.float32))
    shares = Neighbours(train).shares(csr_matrix(np.array([[1, 1], [0, 0]], np.float32)))
    assert shares[0].indices.tolist() == list(range(NEIGHBOURS))
    assert shares[0].sum() == pytest.approx(1)
    assert not shares[1].nnz
