"""Users who are measured block by block, as tasks of a cluster do: the numbers are those of all at once."""

import numpy as np
from scipy.sparse import csr_matrix, random_array

from musicrec_tui.evaluation import assessment, similarity
from musicrec_tui.evaluation.assessment import Measured
from musicrec_tui.evaluation.formulas import Population
from musicrec_tui.evaluation.groups import Traits
from musicrec_tui.recommenders.base import FloatArray

USERS, ARTISTS, K = 60, 40, 5


def matrix(seed: int, density: float) -> csr_matrix:
    """Plays of some users; those of the first ten have none."""
    found = csr_matrix(random_array((USERS, ARTISTS), density=density, rng=seed, dtype=np.float32))
    found = csr_matrix(found.multiply((np.arange(USERS) >= 10 * (seed == 1))[:, None]))
    found.eliminate_zeros()
    found.sort_indices()
    return found


def measured(start: int, stop: int, train: csr_matrix, held: csr_matrix, scores: FloatArray) -> Measured:
    """Some users, with what is known of all."""
    listeners = np.bincount(train.indices, minlength=ARTISTS)
    population = Population(USERS, listeners, similarity.Listeners.of(train))
    own, rows = train[start:stop], scores[start:stop]
    return assessment.measure(lambda users: rows[users].copy(), own, own, held[start:stop], K, population=population)


def test_blocks_add_up_to_the_whole() -> None:
    train, held = matrix(1, 0.2), matrix(2, 0.1)
    scores = np.random.default_rng(3).random((USERS, ARTISTS)).astype(np.float32)
    whole = assessment.assess(lambda users: scores[users].copy(), train, train, held, K)
    blocks = [measured(start, min(start + 17, USERS), train, held, scores) for start in range(0, USERS, 17)]
    together = Measured(
        np.concatenate([block.users + 17 * place for place, block in enumerate(blocks)]),
        {name: np.concatenate([block.per_user[name] for block in blocks]) for name in blocks[0].per_user},
        np.sum([block.exposure for block in blocks], axis=0),
        Traits(*(np.concatenate(column) for column in zip(*(block.traits for block in blocks), strict=True))),
        np.concatenate([block.cold for block in blocks]),
        np.concatenate([block.popular for block in blocks]),
    )
    found = assessment.summarise(together, K)
    assert found.users.tolist() == whole.users.tolist()
    assert found.cold.any()
    assert found.metrics == whole.metrics
    assert list(found.metrics) == list(whole.metrics)
    assert found.intervals == whole.intervals
    assert found.groups == whole.groups
    assert found.against_popularity == whole.against_popularity
