"""What Spark is given and what it evaluates, on matrices that are made up: against the code of local runs."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array

from musicrec_tui.dataset.splits import PartsBatch
from musicrec_tui.evaluation import assessment, ranking
from musicrec_tui.recommenders import weighting
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.base import FloatArray
from musicrec_tui.spark import disk_matrix, evaluate, fit, pairs
from musicrec_tui.spark.evaluate import Question

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.slow

USERS, ARTISTS, K = 120, 90, 5


class Made(NamedTuple):
    """A log that is made up, cut, with the folder of its files."""

    folder: Path
    train: csr_matrix
    held_out: csr_matrix
    disliked: csr_matrix
    users: FloatArray
    artists: FloatArray


def matrix(seed: int, density: float) -> csr_matrix:
    """Plays from 1 to 50; the first five users have none."""
    random = csr_matrix(random_array((USERS, ARTISTS), density=density, rng=seed))
    random.data = np.ceil(50 * random.data)
    found = csr_matrix(random.multiply((np.arange(USERS) >= 5)[:, None]), dtype=np.float32)
    found.eliminate_zeros()
    found.sort_indices()
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The log, whose pairs are in a file."""
    folder, rng = tmp_path_factory.mktemp("made [for] 100% of us"), np.random.default_rng(1)
    train, held_out = matrix(1, 0.15), matrix(2, 0.1)
    both = csr_matrix(train + held_out).tocoo()
    rows, columns = both.row.astype(np.int32), both.col.astype(np.int32)
    learnt, held = (np.asarray(part[rows, columns], np.float32).ravel() for part in (train, held_out))
    pairs.write([PartsBatch(rows, columns, learnt, held, np.zeros_like(learnt))], folder / "pairs")
    users, artists = (rng.normal(size=(size, 8)).astype(np.float32) for size in (USERS, ARTISTS))
    np.save(folder / "users.npy", users)
    np.save(folder / "artists.npy", artists)
    return Made(folder, train, held_out, matrix(3, 0.05), users, artists)


@pytest.mark.parametrize("name", ["binary", "counts", "log", "bm25"])
def test_ratings_are_our_confidence_less_one(name: str, made: Made, spark: "SparkSession") -> None:
    params = AlsParams(weighting=name, alpha=10.0)  # type: ignore[arg-type]
    rows = fit.ratings(spark, made.folder / "pairs", ["train"], params, USERS).collect()
    found = csr_matrix(
        ([row.rating for row in rows], ([row.user for row in rows], [row.artist for row in rows])),
        shape=(USERS, ARTISTS),
    )
    wanted = weighting.weigh(made.train, name)
    assert found.nnz == wanted.nnz
    confidence = 10.0 * wanted.toarray()
    expected = np.where(confidence > 0, np.maximum(confidence - 1, 1e-6), 0)
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-5, atol=1e-5)


def test_plays_of_parts_add_up(made: Made, spark: "SparkSession") -> None:
    params = AlsParams(weighting="counts", alpha=2.0)
    rows = fit.ratings(spark, made.folder / "pairs", ["train", "validation"], params, USERS).collect()
    both = csr_matrix(made.train + made.held_out)
    assert {(row.user, row.artist): row.rating for row in rows} == {
        (user, artist): 2 * plays - 1
        for user, artist, plays in zip(*both.nonzero(), both[both.nonzero()].A1.tolist(), strict=True)
    }


@pytest.mark.parametrize(("exclude_known", "dislikes", "block"), [(True, True, 5), (False, False, 50)])
def test_blocks_are_evaluated_as_by_this_machine(
    exclude_known: bool, dislikes: bool, block: int, made: Made, spark: "SparkSession", tmp_path: Path
) -> None:
    train = pairs.matrix(made.folder / "pairs", ["train"], tmp_path, "train", made.train.shape)
    held_out = pairs.matrix(made.folder / "pairs", ["validation"], tmp_path, "held_out", made.train.shape)
    fit.write_listeners(spark, made.folder / "pairs", ["train"], tmp_path)
    listeners = pairs.listeners(tmp_path / "listeners", tmp_path, "listeners", (ARTISTS, USERS))
    disliked = made.disliked.tocoo()
    cells = disk_matrix.Pairs(disliked.row, disliked.col, disliked.data)
    written = disk_matrix.write(lambda: [cells], tmp_path, "disliked", made.train.shape)
    question = Question(
        str(made.folder / "users.npy"), str(made.folder / "artists.npy"), train, held_out,
        written if dislikes else None, listeners, K, exclude_known, block,
    )  # fmt: skip
    evaluate.evaluate(spark, question, tmp_path / "evaluated")
    found = evaluate.collected(tmp_path / "evaluated", question)

    known = csr_matrix(made.train + made.disliked) if dislikes else made.train
    known.sort_indices()
    scores = made.users @ made.artists.T
    local = assessment.assess(
        lambda users: scores[users].copy(), made.train, known, made.held_out, K, exclude_known=exclude_known
    )
    assert found.assessment.users.tolist() == local.users.tolist()
    assert found.assessment.metrics == pytest.approx(local.metrics, abs=1e-9)
    assert found.left_out == ranking.without_choice(known, made.held_out, exclude_known=exclude_known)
    assert found.assessment.groups.keys() == local.groups.keys()
