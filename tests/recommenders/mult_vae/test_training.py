"""What training promises, with Keras as the oracle. TensorFlow is loaded by the first test."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.stats import norm

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.mult_vae import MultVaeParams, scoring
from musicrec_tui.recommenders.mult_vae.model import MultVaeRecommender
from tests.recommenders.later import Later
from tests.recommenders.small import Sink, matrix, quiet

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from musicrec_tui.recommenders.mult_vae import network as networks
else:
    keras, tf = Later("keras"), Later("tensorflow")
    networks = Later("musicrec_tui.recommenders.mult_vae.network")

pytestmark = pytest.mark.neural
SMALL = MultVaeParams(hidden=16, latent=8, dropout=0.3, epochs=30, anneal=5, batch=8, learning_rate=0.01, patience=0)


def test_numpy_scores_are_keras_predictions() -> None:
    network = networks.Network(SMALL, 60, 1)
    rows = scoring.unit_rows(matrix()).toarray()
    predicted = tf.nn.softmax(network.logits(tf.constant(rows))[0]).numpy()
    assert np.abs(scoring.scores(network.arrays(), matrix()) - predicted).max() <= 1e-5
    encoder, latent, decoder, out = network.layers
    model = keras.Sequential([encoder, latent, keras.layers.Lambda(lambda both: both[:, :8]), decoder, out])
    np.testing.assert_allclose(tf.nn.softmax(model(rows)).numpy(), predicted, atol=1e-6)


def test_a_steps_loss_is_the_papers() -> None:
    network = networks.Network(msgspec.structs.replace(SMALL, l2=0.01), 60, 1)
    own = matrix()[2:5]
    arrays = {name: array.astype(np.float64) for name, array in network.arrays().items()}
    hidden = np.tanh(scoring.unit_rows(own) @ arrays["kernel_encoder"] + arrays["bias_encoder"])
    mean, log_variance = np.split(hidden @ arrays["kernel_latent"] + arrays["bias_latent"], 2, axis=1)
    noise = tf.random.stateless_normal((3, 8), [1, 1]).numpy()
    latent = mean + noise * np.exp(log_variance / 2)
    logits = np.tanh(latent @ arrays["kernel_decoder"] + arrays["bias_decoder"]) @ arrays["kernel_out"]
    heard = own.toarray() > 0
    likelihood = (heard * (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))).sum() / 3
    # The divergence of two normal distributions, integrated by its definition for one number of the latent.
    grid = np.linspace(-30, 30, 200_001)
    density = norm.pdf(grid, mean[0, 0], np.exp(log_variance[0, 0] / 2))
    ratio = norm.logpdf(grid, mean[0, 0], np.exp(log_variance[0, 0] / 2)) - norm.logpdf(grid)
    one = 0.5 * (mean[0, 0] ** 2 + np.exp(log_variance[0, 0]) - 1 - log_variance[0, 0])
    assert one == pytest.approx(np.trapezoid(density * ratio, grid), abs=1e-6)
    divergence = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum() / 3
    penalty = 0.01 * sum((arrays[f"kernel_{name}"] ** 2).sum() for name in scoring.LAYERS)
    rows = scoring.unit_rows(own)
    places = np.stack([np.repeat(np.arange(3), np.diff(own.indptr)), own.indices], axis=1).astype(np.int64)
    told = network.learn(
        tf.constant(places), tf.constant(rows.data), tf.constant(places), tf.constant(3, tf.int64), tf.constant(0.3)
    )
    wanted = [0.3 * divergence - likelihood + penalty, -likelihood, divergence]
    np.testing.assert_allclose(told.numpy(), wanted, rtol=1e-4)
    assert (network.arrays()["kernel_out"] != arrays["kernel_out"].astype(np.float32)).any()


def test_it_learns_kinds_of_artists() -> None:
    sink = Sink()
    model = MultVaeRecommender(SMALL)
    model.fit(matrix(), Fit(1, sink))
    scores = model.scores(np.arange(1, 40, dtype=np.int32))
    scores[matrix().toarray()[1:] > 0] = -np.inf
    best = np.argsort(-scores, axis=1)[:, :5]
    assert (best % 3 == (np.arange(1, 40) % 3)[:, None]).mean() > 0.6  # chance: a third
    losses = [metrics["likelihood"] for _, _, metrics in sink.epochs]
    assert losses[-1] < losses[0]
    assert sink.steps[-1][0] == sink.steps[-1][1]


def test_the_seed_decides_everything() -> None:
    params = msgspec.structs.replace(SMALL, epochs=2)
    first, again, other = (MultVaeRecommender(params) for _ in range(3))
    for model, seed in ((first, 1), (again, 1), (other, 2)):
        model.fit(matrix(), quiet(seed))
    assert (first.arrays()["kernel_out"] == again.arrays()["kernel_out"]).all()
    assert not np.allclose(first.arrays()["kernel_out"], other.arrays()["kernel_out"])


def test_early_stopping_keeps_the_best_epoch_and_a_final_fit_repeats_it() -> None:
    values = iter([0.1, 0.3, 0.2, 0.25, 0.9])
    seen: list[FloatArray] = []

    def validate(scores: Callable[[IntArray], FloatArray], users: IntArray | None = None) -> float:
        seen.append(scores(np.arange(40, dtype=np.int32)))
        return next(values)

    model, sink = MultVaeRecommender(msgspec.structs.replace(SMALL, patience=2)), Sink()
    model.fit(matrix(), Fit(3, sink, validate))
    users = np.arange(40, dtype=np.int32)
    assert model.best_epoch == 2
    assert [metrics["val_ndcg@10"] for _, _, metrics in sink.epochs] == [0.1, 0.3, 0.2, 0.25]
    assert (model.scores(users) == seen[1]).all()
    final = model.settled()
    final.fit(matrix(), quiet(3))
    np.testing.assert_allclose(final.scores(users), seen[1], rtol=1e-4, atol=1e-7)


def test_cancelling_ends_the_fit_and_nothing_to_learn_is_a_sentence() -> None:
    with pytest.raises(Cancelled):
        MultVaeRecommender(SMALL).fit(matrix(), Fit(0, Sink(cancel_at=1)))
    with pytest.raises(UserError, match="nothing to learn from"):
        MultVaeRecommender(SMALL).fit(csr_matrix((3, 4), dtype=np.float32), quiet())
