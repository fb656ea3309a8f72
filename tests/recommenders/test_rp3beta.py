"""RP3β against its walks, taken step by step in dense matrices."""

import numpy as np
import pytest

from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from musicrec_tui.recommenders.rp3beta.model import Rp3BetaRecommender
from tests.recommenders.small import matrix, quiet


@pytest.mark.parametrize(
    ("alpha", "beta", "weighting"), [(1.0, 0.0, "binary"), (0.7, 0.4, "binary"), (1.3, 0.9, "log"), (1, 0.5, "counts")]
)
def test_scores_are_the_walks_probabilities(alpha: float, beta: float, weighting: str) -> None:
    params = Rp3BetaParams(alpha=alpha, beta=beta, neighbours=60, weighting=weighting)  # type: ignore[arg-type]
    model = Rp3BetaRecommender(params)
    model.fit(matrix(), quiet())
    plays = matrix().toarray().astype(np.float64)
    counts = {"binary": (plays > 0).astype(float), "log": np.log1p(plays), "counts": plays}[weighting]
    rows, columns = counts.sum(axis=1, keepdims=True), counts.sum(axis=0)[:, None]
    to_artists = np.divide(counts, rows, out=np.zeros_like(counts), where=rows > 0) ** alpha
    to_users = np.divide(counts.T, columns, out=np.zeros_like(counts.T), where=columns > 0) ** alpha
    walks = to_users @ to_artists / np.maximum(1, (plays > 0).sum(axis=0)) ** beta
    np.fill_diagonal(walks, 0)
    np.testing.assert_allclose(model.scores(np.arange(40, dtype=np.int32)), to_artists @ walks, rtol=1e-4, atol=1e-7)


def test_without_powers_and_damping_a_walk_ends_somewhere_for_sure() -> None:
    model = Rp3BetaRecommender(Rp3BetaParams(alpha=1.0, beta=0.0, neighbours=60))
    model.fit(matrix(), quiet())
    row = model._weights.row(3)
    plays = (matrix().toarray() > 0).astype(float)
    listeners = plays[:, 3] > 0
    back = (1 / plays[listeners].sum(axis=1)).mean()  # the walk that returns to where it began
    assert row.sum() + back == pytest.approx(1, abs=1e-5)
