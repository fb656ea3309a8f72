"""The sampled softmax and the start from ALS, with Keras as the oracle for the first and ALS for the second."""

from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import pytest

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.als.model import AlsRecommender
from musicrec_tui.recommenders.base import Fit
from musicrec_tui.recommenders.ncf import NcfParams, sampling, scoring
from musicrec_tui.recommenders.ncf.model import NcfRecommender
from tests.recommenders.later import Later
from tests.recommenders.ncf.test_training import Sink, blocks, hit_share, randomised

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from musicrec_tui.recommenders.ncf import network, softmax
else:
    keras, tf = Later("keras"), Later("tensorflow")
    network, softmax = (Later(f"musicrec_tui.recommenders.ncf.{name}") for name in ("network", "softmax"))

pytestmark = pytest.mark.neural
Architecture = Literal["neumf", "gmf", "mlp"]
SMALL = NcfParams(
    loss="softmax", factors=6, layers=(8, 4), batch=64, epochs=15, drawn=30, patience=0, l2=0.001, learning_rate=0.01
)


class Talking(Sink):
    """Lets a fit say things."""

    def log(self, text: str) -> None:
        assert text.startswith("The GMF half starts from ALS")


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes seconds."""
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.loop._compiles", lambda _: False)


@pytest.mark.parametrize("architecture", ["neumf", "gmf", "mlp"])
@pytest.mark.parametrize("layers", [(8,), (8, 5, 3)])
def test_the_grid_is_the_logits_of_all_pairs(architecture: Architecture, layers: tuple[int, ...]) -> None:
    params = NcfParams(architecture=architecture, loss="softmax", factors=7, layers=layers)
    net = randomised(params, 9, 11)
    users, artists = np.arange(9), np.arange(11)
    grid = net.head.grid([table(users) for table in net.users], [table(artists) for table in net.artists])
    pairs = net.head(
        [table(np.repeat(users, 11)) for table in net.users], [table(np.tile(artists, 9)) for table in net.artists]
    )
    np.testing.assert_allclose(grid, np.reshape(pairs, (9, 11)), rtol=1e-4, atol=1e-5)
    scores = scoring.scorer(params, network.arrays(net))(users.astype(np.int32))
    np.testing.assert_allclose(scores, grid, rtol=1e-4, atol=1e-5)


def by_keras(net: "network.Network", params: NcfParams, batch: tuple[Any, Any, Any]) -> float:
    """One step of Keras's Adam on the loss as the docs say it; gives the loss without the penalty."""
    users, artists, drawn = batch
    adam = keras.optimizers.Adam(params.learning_rate)
    with tf.GradientTape() as tape:
        own, heard, others = (
            [table(codes) for table in tables]
            for tables, codes in ((net.users, users), (net.artists, artists), (net.artists, drawn))
        )
        right = net.head(own, heard)
        wrong = tf.where(drawn[None] == artists[:, None], -1e9, net.head.grid(own, others))
        softmax_loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        target = np.eye(1 + len(drawn), dtype=np.float32)[[0] * len(users)]
        loss = softmax_loss(target, tf.concat([right, wrong], axis=1))
        squares = [
            tf.reduce_mean(sum(tf.reduce_sum(part**2, axis=1) for part in side)) for side in (own, heard, others)
        ]
        total = loss + params.l2 * tf.add_n(squares)
    gradients = tape.gradient(total, [variable.value for variable in net.model.trainable_variables])
    adam.apply([tf.convert_to_tensor(gradient) for gradient in gradients], net.model.trainable_variables)
    return float(loss)


@pytest.mark.parametrize("architecture", ["neumf", "gmf", "mlp"])
def test_a_step_is_adam_on_the_softmax_where_a_batch_holds_every_row(architecture: Architecture) -> None:
    params = NcfParams(
        architecture=architecture, loss="softmax", factors=3, layers=(6, 5, 4), learning_rate=0.002, l2=0.01
    )
    users, artists = np.array([0, 1, 2, 3, 1, 1], np.int32), np.array([4, 0, 1, 1, 2, 3], np.int32)
    drawn = np.array([0, 1, 2, 3, 4, 2], np.int32)
    theirs = randomised(params, 4, 5)
    loop = softmax.SoftmaxLoop(params, network.arrays(theirs), 0)
    filled = [np.append(users, [loop.spare_user] * 2), np.append(artists, [loop.spare_artist] * 2), drawn]
    given, asked, others = (tf.constant(part[None].astype(np.int32)) for part in filled)
    pairs, loss, first = loop.run(given, asked, others, 0, 1)
    after = loop.weights()
    assert pairs == 6
    assert loss / pairs == pytest.approx(by_keras(theirs, params, (users, artists, drawn)), rel=1e-5)
    assert 0 <= first <= 6
    for name, array in network.arrays(theirs).items():
        if name == "bias_out":
            continue  # adds the same to all logits: its gradient is what rounding left over, and Adam scales that up
        assert np.abs(after[name] - array).max() <= 1e-5, name


def test_blocks_hold_every_pair_once_and_are_of_one_shape() -> None:
    pairs = np.arange(10), np.arange(10) + 100
    drawn = np.arange(4 * 3, dtype=np.int32).reshape(4, 3)
    told = list(sampling.softmax_blocks(pairs, 2, 3, drawn, (-7, -8)))
    assert [steps for *_, steps in told] == [2, 2]
    users = np.concatenate([np.ravel(block[0]) for block in told])
    artists = np.concatenate([np.ravel(block[1]) for block in told])
    assert users.tolist() == [*range(10), -7, -7]
    assert artists.tolist() == [*range(100, 110), -8, -8]
    assert np.concatenate([block[2] for block in told]).tolist() == drawn.tolist()


@pytest.mark.parametrize("architecture", ["neumf", "gmf"])
def test_it_learns_groups_and_says_how_often_the_heard_artist_came_first(architecture: Architecture) -> None:
    train, held = blocks()
    sink, model = Sink(), NcfRecommender(msgspec.structs.replace(SMALL, architecture=architecture))
    model.fit(train, Fit(1, sink))
    assert hit_share(model.scores, train, held) > 0.55  # chance: 0.1
    assert sink.epochs[-1]["loss"] < sink.epochs[0]["loss"]
    assert sink.epochs[-1]["first"] > sink.epochs[0]["first"]
    assert sink.steps[-1][0] == sink.steps[-1][1]


def test_before_the_first_epoch_it_ranks_as_als_does_and_that_may_stay_the_best() -> None:
    train, _ = blocks()
    model = NcfRecommender(msgspec.structs.replace(SMALL, pretrain="als", epochs=2))
    values = iter([0.9, 0.2, 0.905])  # the last is better, but not clearly
    model.fit(train, Fit(5, Talking(), lambda scores, users=None: next(values)))
    assert model.best_epoch == 0
    als = AlsRecommender(AlsParams(factors=6, regularization=3.0, alpha=5.0))  # those that NCF begins with
    als.fit(train, Fit(5, Talking()))
    users = np.arange(40, dtype=np.int32)
    np.testing.assert_allclose(model.scores(users), 10 * als.scores(users) - 5, rtol=1e-3, atol=1e-4)
    final = model.settled()
    assert final.params.epochs == 0
    final.fit(train, Fit(5, Talking()))
    np.testing.assert_allclose(final.scores(users), model.scores(users), rtol=1e-3, atol=1e-4)


def test_an_epoch_that_is_clearly_better_than_als_is_kept() -> None:
    model = NcfRecommender(msgspec.structs.replace(SMALL, pretrain="als", epochs=2))
    values = iter([0.5, 0.4, 0.51])
    model.fit(blocks()[0], Fit(5, Talking(), lambda scores, users=None: next(values)))
    assert model.best_epoch == 2
