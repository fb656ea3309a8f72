"""What training promises, with Keras as the oracle. TensorFlow is loaded by the first test."""

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.ncf import NcfParams, layout, scoring
from musicrec_tui.recommenders.ncf.model import NcfRecommender
from musicrec_tui.recommenders.ncf.sampling import PADDING, LabelArray
from tests.recommenders.later import Later

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from musicrec_tui.recommenders.ncf import loop as tf_loop
    from musicrec_tui.recommenders.ncf import network, numpy_loop, start
else:
    keras, tf = Later("keras"), Later("tensorflow")
    tf_loop, network, numpy_loop, start = (
        Later(f"musicrec_tui.recommenders.ncf.{name}") for name in ("loop", "network", "numpy_loop", "start")
    )

pytestmark = pytest.mark.neural
Architecture = Literal["neumf", "gmf", "mlp", "deck"]
ARCHITECTURES: tuple[Architecture, ...] = ("neumf", "gmf", "mlp", "deck")
DEEP = (6, 5, 4)
SMALL = NcfParams(
    loss="binary", negatives=8, factors=6, layers=(8, 4), batch=64, epochs=4, learning_rate=0.01, l2=0.005
)  # fmt: skip


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes seconds; the tests for which it matters ask for it."""
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.loop._compiles", lambda _: False)


class Sink:
    """Remembers what it hears."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.steps: list[tuple[int, int]] = []
        self.epochs: list[dict[str, float]] = []
        self.devices: list[tuple[str, int | None]] = []
        self.layers: list[tuple[str, str, int]] = []
        self.parameters = 0
        self._cancel_at = cancel_at

    def progress(self, done: int, of: int) -> None:
        self.steps.append((done, of))
        if self._cancel_at is not None and len(self.steps) >= self._cancel_at:
            raise Cancelled

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        assert (epoch, of, seconds >= 0) == (len(self.epochs) + 1, of, True)
        self.epochs.append(dict(metrics))

    def device(self, name: str, memory_mb: int | None) -> None:
        self.devices.append((name, memory_mb))

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        self.layers, self.parameters = layers, parameters

    def log(self, text: str) -> None:
        raise AssertionError(text)


def blocks(users: int = 40, artists: int = 60, groups: int = 4) -> tuple[csr_matrix, NDArray[np.bool_]]:
    """Users who hear two thirds of their group's artists; and the third that is kept from training."""
    rng = np.random.default_rng(0)
    liked = (np.arange(users) % groups)[:, None] == (np.arange(artists) % groups)[None, :]
    held = liked & (rng.random(liked.shape) < 1 / 3)
    return csr_matrix((liked & ~held).astype(np.float32)), held


def hit_share(scores: Callable[[IntArray], FloatArray], train: csr_matrix, held: NDArray[np.bool_]) -> float:
    """How many of the five best artists that a user has not heard were held out."""
    ranked = scores(np.arange(train.shape[0], dtype=np.int32))
    ranked[train.toarray() > 0] = -np.inf
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :5]
    return float(np.take_along_axis(held, best, axis=1).mean())


def randomised(params: NcfParams, users: int, artists: int) -> "network.Network":
    """A Keras network whose predictions are spread out, as a trained one's are."""
    keras.utils.set_random_seed(1)
    net = network.build(params, users, artists)
    rng = np.random.default_rng(2)
    for weight in net.model.trainable_weights:
        fan = 1 if "embedding" in weight.path or len(weight.shape) == 1 else weight.shape[0]
        weight.assign(rng.normal(0, 1 / np.sqrt(fan), weight.shape))
    return net


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_numpy_scores_are_keras_predictions(architecture: Architecture) -> None:
    users, artists = 9, 150
    params = NcfParams(architecture=architecture, loss="binary", factors=7)
    net = randomised(params, users, artists)
    codes = np.arange(users, dtype=np.int32)
    inputs = [np.repeat(codes, artists), np.tile(np.arange(artists, dtype=np.int32), users)]
    predicted = net.model.predict(inputs, verbose=0, batch_size=500).reshape(users, artists)
    assert predicted.std() > 0.02
    scored = scoring.scorer(params, network.arrays(net))(codes)
    assert np.abs(scored - predicted).max() <= 1e-5


def loop_of(kind: str, params: NcfParams, weights: layout.Arrays) -> "tf_loop.Loop | numpy_loop.NumpyLoop":
    """A loop of this class that starts from these weights."""
    return tf_loop.Loop(params, weights, 0) if kind == "Loop" else numpy_loop.NumpyLoop(params, weights)


def by_keras(
    net: "network.Network", steps: list[IntArray], labels: list[LabelArray], params: NcfParams
) -> list[float]:  # fmt: skip
    """The same steps by Keras's losses, metrics and Adam: accuracy, precision, recall and loss, without the penalty.

    The gradients of embeddings are made dense: Keras squares a row's gradients one by one where a batch has the row
    more than once, and not their sum.
    """
    adam = keras.optimizers.Adam(params.learning_rate)
    meters = [keras.metrics.BinaryAccuracy(), keras.metrics.Precision(), keras.metrics.Recall()]
    losses = []
    for step, label in zip(steps, labels, strict=True):
        with tf.GradientTape() as tape:
            predicted = net.model([step[:, 0], step[:, 1]], training=True)
            losses.append(tf.reduce_mean(keras.losses.binary_crossentropy(label[:, None].astype("f"), predicted)))
            named = [table(step[:, 0]) for table in net.users] + [table(step[:, 1]) for table in net.artists]
            squares = [tf.reduce_mean(tf.reduce_sum(vectors**2, axis=1)) for vectors in named]
            total = losses[-1] + params.l2 * tf.add_n(squares)
        gradients = tape.gradient(total, [variable.value for variable in net.model.trainable_variables])
        adam.apply([tf.convert_to_tensor(gradient) for gradient in gradients], net.model.trainable_variables)
        for meter in meters:
            meter.update_state(label, predicted[:, 0])
    return [*(float(meter.result()) for meter in meters), float(np.mean(losses))]


@pytest.mark.parametrize(
    ("architecture", "layers", "kind", "many"),
    [
        ("neumf", DEEP, "Loop", 0), ("gmf", DEEP, "Loop", 0), ("mlp", DEEP, "Loop", 4), ("deck", DEEP, "Loop", 4),
        ("neumf", DEEP, "NumpyLoop", 0), ("gmf", DEEP, "NumpyLoop", 0), ("mlp", DEEP, "NumpyLoop", 0),
        ("neumf", (6,), "NumpyLoop", 0), ("mlp", (6,), "NumpyLoop", 0), ("mlp", (6, 4), "NumpyLoop", 0),
    ],
)  # fmt: skip
def test_the_loop_is_adam_by_the_book_where_a_batch_holds_every_row(
    architecture: Architecture, layers: tuple[int, ...], kind: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.loop._compiles", lambda _: architecture == "neumf")
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.numpy_adam._TILE", 8)
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.numpy_halves._TILE", 20)
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.adam._MANY", many)
    params = NcfParams(
        architecture=architecture, loss="binary", factors=3, layers=layers, learning_rate=0.002, dropout=0.0, l2=0.01
    )
    rng = np.random.default_rng(0)
    cells = np.array(list(itertools.product(range(4), range(5))) * 2, np.int32)  # each row more than once
    steps = [cells[rng.permutation(len(cells))] for _ in range(5)]
    labels = [(rng.random(len(cells)) < 0.4).astype(np.int8) for _ in range(5)]
    theirs = randomised(params, 4, 5)
    loop = loop_of(kind, params, network.arrays(theirs))
    users, artists = (loop.given(np.stack([step[:, side] for step in steps])) for side in (0, 1))
    parts = [loop.run(users, artists, loop.given(np.stack(labels)), *part) for part in ((0, 3), (3, 5))]
    pairs, loss, right, hits, positive, real = np.sum(parts, axis=0)
    measured = [right / pairs, hits / positive, hits / real, loss / pairs]
    assert measured == pytest.approx(by_keras(theirs, steps, labels, params), rel=1e-5)
    for name, array in network.arrays(theirs).items():
        assert np.abs(loop.weights()[name] - array).max() <= 1e-4, name


@pytest.mark.parametrize(("kind", "many"), [("Loop", 0), ("Loop", 4), ("NumpyLoop", 0)])
def test_rows_that_are_not_in_a_batch_stay_and_paddings_count_for_nothing(
    kind: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.adam._MANY", many)
    params = NcfParams(architecture="gmf", loss="binary", factors=3, learning_rate=0.05)
    before = network.arrays(randomised(params, 4, 5))
    users, artists, labels = [[0, 1, 1], [2, 1, 0]], [[0, 0, 2], [2, 0, 0]], [[1, 0, 1], [1, 1, 0]]
    loop, other = (loop_of(kind, params, before) for _ in range(2))

    def filled(rows: list[list[int]], filling: int, number: type[np.integer[Any]]) -> Any:
        return loop.given(np.array([[*row, filling, filling] for row in rows], number))

    with_paddings = loop.run(
        filled(users, loop.spare_user, np.int32),
        filled(artists, loop.spare_artist, np.int32),
        filled(labels, PADDING, np.int8),
        0,
        2,
    )
    without = other.run(
        loop.given(np.array(users, np.int32)),
        loop.given(np.array(artists, np.int32)),
        loop.given(np.array(labels, np.int8)),
        0,
        2,
    )
    assert with_paddings == pytest.approx(without, abs=1e-5)
    after = loop.weights()
    for name, array in other.weights().items():
        assert after[name] == pytest.approx(array, abs=1e-6)
    assert (after["users_gmf"][3] == before["users_gmf"][3]).all()
    assert (after["artists_gmf"][[1, 3, 4]] == before["artists_gmf"][[1, 3, 4]]).all()
    assert (after["users_gmf"][:3] != before["users_gmf"][:3]).all()


@pytest.mark.parametrize("negatives", [8, "all"])
def test_gmf_starts_as_a_small_dot_product_at_the_odds_of_a_heard_pair(negatives: int | Literal["all"]) -> None:
    params, (train, _) = NcfParams(architecture="gmf", negatives=negatives, factors=40), blocks(12, 20)
    odds = train.nnz / (12 * 20 - train.nnz) if negatives == "all" else 1 / negatives
    arrays = start.first_weights(params, train, 5)
    assert arrays["users_gmf"].std() == pytest.approx(0.01, rel=0.15)
    logits = arrays["users_gmf"] @ arrays["artists_gmf"].T + np.log(odds)
    scores = scoring.scorer(params, arrays)(np.arange(12, dtype=np.int32))
    assert np.abs(scores - 1 / (1 + np.exp(-logits))).max() <= 1e-6


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_first_weights_are_drawn_as_keras_draws_them(architecture: Architecture) -> None:
    """Kernels of all networks, and the embeddings of `deck`; those of the others are normal, as in the paper."""
    params = NcfParams(architecture=architecture, factors=40, layers=(64, 48, 32))
    train = csr_matrix(np.eye(150, 160, dtype=np.float32))
    keras.utils.set_random_seed(5)
    ours, theirs = start.first_weights(params, train, 5), network.arrays(network.build(params, *train.shape))
    assert {name: array.shape for name, array in ours.items()} == {name: array.shape for name, array in theirs.items()}
    for name in ours:
        if name == "kernel_out" and architecture in ("neumf", "gmf"):
            assert (ours[name][:40] == 1).all()
        if name.startswith("bias") or name == "kernel_out":
            continue  # too few numbers for statistics
        ends = theirs[name] if name.startswith("kernel") or architecture == "deck" else None
        if ends is not None:
            bound = np.abs(ends).max()
            assert np.abs(ours[name]).max() == pytest.approx(bound, rel=0.05), name
            assert ours[name].std() == pytest.approx(bound / np.sqrt(3), rel=0.06), name
        else:
            assert ours[name].std() == pytest.approx(0.01, rel=0.05), name
        assert ours[name].mean() == pytest.approx(0, abs=4 * ours[name].std() / np.sqrt(ours[name].size)), name


def test_equal_seeds_give_equal_first_weights() -> None:
    train, _ = blocks()
    one, same, other = (start.first_weights(SMALL, train, seed) for seed in (3, 3, 4))
    assert all((one[name] == same[name]).all() for name in one)
    assert (one["users_gmf"] != other["users_gmf"]).any()


@pytest.mark.parametrize("layers", [(8,), (64, 32, 16, 8)])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_summary_names_the_layers_of_the_keras_model(architecture: Architecture, layers: tuple[int, ...]) -> None:
    params = NcfParams(architecture=architecture, factors=7, layers=layers)
    model = network.build(params, 12, 20).model
    told, count = layout.summary(params, 12, 20)
    assert count == model.count_params()
    assert sorted((name, weights) for name, _, weights in told) == sorted(
        (layer.name, layer.count_params()) for layer in model.layers
    )
    for name, shape, _ in told:
        output = model.get_layer(name).output
        widths = (output[0] if isinstance(output, list) else output).shape[1:]
        assert shape == str(("batch", *widths)).replace("'", ""), name


@pytest.mark.parametrize("architecture", ["neumf", "gmf", "mlp"])
def test_it_learns_groups_and_tells_each_epoch(architecture: Architecture) -> None:
    train, held = blocks()
    params = msgspec.structs.replace(SMALL, architecture=architecture, epochs=25, patience=0)
    sink = Sink()
    model = NcfRecommender(params)
    model.fit(train, Fit(1, sink))
    assert hit_share(model.scores, train, held) > 0.55  # chance: 0.1
    assert len(sink.epochs) == model.best_epoch == 25
    assert sink.epochs[-1]["loss"] < sink.epochs[0]["loss"]
    assert set(sink.epochs[0]) == {"loss", "accuracy", "precision", "recall"}
    assert sink.epochs[-1]["recall"] > 0.5
    assert sink.steps == sorted(sink.steps)
    assert sink.steps[-1][0] == sink.steps[-1][1]
    assert sink.devices
    assert sum(count for *_, count in sink.layers) == sink.parameters
    arrays = {name: array for name, array in model.arrays().items() if name != "best_epoch"}
    assert sum(array.size for array in arrays.values()) == sink.parameters
    again = NcfRecommender.restore(params, model.arrays(), train)
    users = np.arange(train.shape[0], dtype=np.int32)
    assert (again.scores(users) == model.scores(users)).all()


def test_early_stopping_keeps_the_best_epoch_and_a_final_fit_repeats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    train, _ = blocks(12, 20)
    values = iter([0.1, 0.3, 0.2, 0.25, 0.9])
    seen: list[FloatArray] = []

    def validate(scores: Callable[[IntArray], FloatArray], users: IntArray | None = None) -> float:
        seen.append(scores(np.arange(12, dtype=np.int32)))
        return next(values)

    params = msgspec.structs.replace(SMALL, epochs=10, patience=2)
    stopped, sink = NcfRecommender(params), Sink()
    stopped.fit(train, Fit(3, sink, validate))
    users = np.arange(12, dtype=np.int32)
    assert stopped.best_epoch == 2
    assert [metrics["val_ndcg@10"] for metrics in sink.epochs] == [0.1, 0.3, 0.2, 0.25]
    assert (stopped.scores(users) == seen[1]).all()
    assert (seen[3] != seen[1]).any()

    final = NcfRecommender(msgspec.structs.replace(params, epochs=stopped.best_epoch, patience=0))
    final.fit(train, Fit(3, Sink()))
    assert final.best_epoch == 2
    assert (final.scores(users) == stopped.scores(users)).all()  # the same seed: the same weights


def test_the_deck_trains_on_the_whole_grid_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    met = np.zeros((12, 20), int)
    run = tf_loop.Loop.run

    def watched(loop: "tf_loop.Loop", users: Any, artists: Any, labels: Any, start: int, stop: int) -> list[float]:
        real = labels[start:stop].numpy() != PADDING
        np.add.at(met, (users[start:stop].numpy()[real], artists[start:stop].numpy()[real]), 1)
        return run(loop, users, artists, labels, start, stop)

    monkeypatch.setattr(tf_loop.Loop, "run", watched)
    monkeypatch.setattr("musicrec_tui.recommenders.ncf.training._BLOCK", 100)
    train, _ = blocks(12, 20)
    sink = Sink()
    params = NcfParams(architecture="deck", factors=4, negatives="all", batch=32, epochs=2, patience=0)
    model = NcfRecommender(params)
    model.fit(train, Fit(0, sink))
    assert (met == 2).all()
    assert all(0 <= sink.epochs[0][name] <= 1 for name in ("accuracy", "precision", "recall"))
    assert any(name == "dropout_3" for name, *_ in sink.layers)
    assert ("dense_2", "(batch, 1024)", 2048 * 1024 + 1024) in sink.layers
    assert model.arrays()["users_dot"].shape == (12, 4)  # as many rows as users, not as listens
    assert np.isfinite(model.scores(np.arange(12, dtype=np.int32))).all()


def test_cancelling_passes_through() -> None:
    train, _ = blocks(12, 20)
    model = NcfRecommender(msgspec.structs.replace(SMALL, epochs=1000))
    with pytest.raises(Cancelled):
        model.fit(train, Fit(0, Sink(cancel_at=2)))


def test_nothing_to_learn_from_and_a_loss_that_is_no_number_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="nothing to learn from"):
        NcfRecommender(SMALL).fit(csr_matrix((3, 4), dtype=np.float32), Fit(0, Sink()))
    monkeypatch.setattr(numpy_loop.NumpyLoop, "run", lambda *_: [1.0, float("nan"), 0.0, 0.0, 0.0, 0.0])
    with pytest.raises(UserError, match="smaller learning_rate"):
        NcfRecommender(SMALL).fit(blocks(12, 20)[0], Fit(0, Sink()))


def test_users_without_listens_and_users_who_heard_everything_are_no_trouble() -> None:
    dense = np.zeros((5, 6), np.float32)
    dense[1] = 1
    dense[2, 3] = 7
    model = NcfRecommender(msgspec.structs.replace(SMALL, epochs=1))
    model.fit(csr_matrix(dense), Fit(0, Sink()))
    assert np.isfinite(model.scores(np.arange(5, dtype=np.int32))).all()
