"""What Mult-VAE promises without TensorFlow: saved arrays are checked and score, for users and newcomers alike."""

import importlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, neural, store
from musicrec_tui.recommenders.hybrid import HybridParams
from musicrec_tui.recommenders.mult_vae import MultVaeParams, scoring
from musicrec_tui.recommenders.mult_vae.model import MultVaeRecommender
from tests.recommenders.small import explained, matrix, quiet

PARAMS = MultVaeParams(hidden=7, latent=3)


def weights(seed: int = 0) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    shapes = scoring.shapes(PARAMS, 60)
    arrays: dict[str, NDArray[Any]] = {
        name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()
    }
    return arrays | {"best_epoch": np.array([4], np.int64)}


def restored() -> MultVaeRecommender:
    return MultVaeRecommender.restore(PARAMS, weights(), matrix())


def test_scores_are_the_networks_probabilities_written_out() -> None:
    arrays = {name: array.astype(np.float64) for name, array in weights().items()}
    seen = (matrix().toarray() > 0) / np.sqrt(np.maximum(1, (matrix().toarray() > 0).sum(axis=1, keepdims=True)))
    hidden = np.tanh(seen @ arrays["kernel_encoder"] + arrays["bias_encoder"])
    mean = hidden @ arrays["kernel_latent"][:, :3] + arrays["bias_latent"][:3]
    logits = np.tanh(mean @ arrays["kernel_decoder"] + arrays["bias_decoder"]) @ arrays["kernel_out"]
    powers = np.exp(logits + arrays["bias_out"])
    scores = restored().scores(np.arange(40, dtype=np.int32))
    np.testing.assert_allclose(scores, powers / powers.sum(axis=1, keepdims=True), rtol=1e-4)
    assert scores.dtype == np.float32


def test_newcomers_are_scored_as_users_are() -> None:
    model = restored()
    assert model.capabilities.fold_in
    assert not model.capabilities.fold_in_estimate
    assert (model.fold_in(matrix()) == model.scores(np.arange(40, dtype=np.int32))).all()
    assert model.fold_in(csr_matrix((0, 60), dtype=np.float32)).shape == (0, 60)
    assert np.isfinite(model.fold_in(csr_matrix((1, 60), dtype=np.float32))).all()


def test_reasons_are_the_falls_of_the_score_and_marked_as_an_estimate() -> None:
    model = restored()
    assert model.capabilities.explain_estimate
    reasons = explained(model, 5, 8)
    assert {reason.artist for reason in reasons} == set(matrix()[5].indices.tolist())
    without = matrix()[5].toarray()
    without[0, reasons[0].artist] = 0
    fall = model.scores(np.array([5], np.int32))[0, 8] - model.fold_in(csr_matrix(without))[0, 8]
    assert reasons[0].amount == pytest.approx(float(fall), rel=1e-4)


def test_similar_is_the_cosine_of_the_last_layer() -> None:
    model = restored()
    vectors = weights()["kernel_out"].T.astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = vectors @ vectors[5]
    cosine[[5, 1]] = -np.inf  # itself, and whom nobody has
    ranking = model.similar(5, 4)
    assert ranking.artists[0].tolist() == np.argsort(-cosine)[:4].tolist()
    assert ranking.scores[0] == pytest.approx(np.sort(cosine)[::-1][:4], abs=1e-5)


def test_a_loaded_model_scores_the_same(tmp_path: Any) -> None:
    keys = [f"{code:02}" for code in range(60)]
    store.save(tmp_path / "model", restored(), PARAMS, matrix(), keys[:40], keys)
    loaded = store.load(tmp_path / "model").recommender
    users = np.arange(40, dtype=np.int32)
    assert (loaded.scores(users) == restored().scores(users)).all()
    assert isinstance(loaded, MultVaeRecommender)
    assert loaded.best_epoch == 4
    assert loaded.settled().params.epochs == 4


def test_each_missing_or_misshapen_array_is_refused() -> None:
    for name, array in weights().items():
        with pytest.raises(UserError):
            MultVaeRecommender.restore(PARAMS, {key: part for key, part in weights().items() if key != name}, matrix())
        with pytest.raises(UserError):
            MultVaeRecommender.restore(PARAMS, weights() | {name: array[:0]}, matrix())


def test_without_tensorflow_training_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural, "installed", lambda: False)
    with pytest.raises(UserError, match=r"Mult-VAE needs TensorFlow \(the extra `neural`\).* Install it with: "):
        factory.create(PARAMS).fit(matrix(), quiet())
    need = neural.missing(HybridParams(members=("als factors=8", "mult_vae latent=8")))
    assert need is not None
    assert need.parameter == "members"


def test_a_tensorflow_that_cannot_be_loaded_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError(f"{name} is broken")

    model = factory.create(PARAMS)
    monkeypatch.setattr(neural, "installed", lambda: True)
    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(UserError, match=r"cannot be loaded here \(.* is broken\)"):
        model.fit(matrix(), quiet())
