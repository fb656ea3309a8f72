"""NCF: seconds to the same validation NDCG@10, our training loop against Keras's `Model.fit`.

    python -m benchmarks.ncf [--data PATH] [--epochs 12] [--repeats 3] [--same-start] [--set "name=value …"]

Both sides train the same network (built by the same function) with the same batch size, step size, L2 and Adam, on the
same split, with the same number of negatives drawn anew each epoch by the same sampler, and report the same metrics.
Theirs is what the Keras guide does: layers with Keras's own first weights, `compile`, then `fit` on arrays, epoch by
epoch. Ours has first weights of its own (`recommenders.ncf.start`), for which it needs fewer epochs; `--same-start`
gives them to Keras too. Both are validated by the same function, our NumPy scoring, which is generous to Keras:
`predict` on every pair takes minutes.

The bar is 95 % of the lower of the two best values. Seconds count from building the network, so compiling is in them;
importing TensorFlow is not. The first row leaves the time out that validation took, the second has it on both sides;
the goal is asked of both. The medians of the seeds are stated. BLAS has one thread, as in our workers; TensorFlow has
threads of its own.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import musicrec_tui.recommenders.ncf.neural_training  # noqa: F401  (TensorFlow's import is not what is measured)
from benchmarks.logs import split_of
from benchmarks.measure import Row, arguments, compared, report
from musicrec_tui.dataset import splits
from musicrec_tui.evaluation import ranking
from musicrec_tui.paths import sample_data
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.ncf import NcfParams, network, sampling, scoring
from musicrec_tui.recommenders.ncf.model import NcfRecommender
from musicrec_tui.recommenders.ncf.start import first_weights
from musicrec_tui.recommenders.param_fields import parse
from tests.recommenders.small import Sink

SHARE = 0.95
GOAL = 0.33


class Point(NamedTuple):
    """The state after an epoch: seconds so far with and without validation, and validation NDCG@10."""

    total: float
    training: float
    ndcg: float


class Course:
    """A stopwatch and the points of one training."""

    def __init__(self, parts: splits.Split) -> None:
        self.points: list[Point] = []
        self._parts = parts
        self._began = time.perf_counter()
        self._validating = 0.0

    def validate(self, scores: Callable[[IntArray], FloatArray], users: IntArray | None = None) -> float:
        """Validation NDCG@10; the seconds that it takes are counted apart."""
        started = time.perf_counter()
        value = ranking.ndcg_at(scores, self._parts.train, self._parts.validation, users=users)
        ended = time.perf_counter()
        self._validating += ended - started
        total = ended - self._began
        self.points.append(Point(total, total - self._validating, value))
        return value

    @property
    def best(self) -> float:
        """The best value."""
        return max(point.ndcg for point in self.points)

    def reaching(self, bar: float) -> Point:
        """The first point at or above the bar."""
        return next(point for point in self.points if point.ndcg >= bar)


def ours(params: NcfParams, parts: splits.Split, seed: int) -> Course:
    """Our loop, as the worker runs it."""
    course = Course(parts)
    NcfRecommender(params).fit(parts.train, Fit(seed, Sink(), course.validate))
    return course


def theirs(params: NcfParams, parts: splits.Split, seed: int, *, same_start: bool) -> Course:
    """Keras's `fit`, called once for each epoch because the negatives change."""
    import keras

    course = Course(parts)
    keras.utils.set_random_seed(seed)
    net = network.build(params, *parts.train.shape)
    if same_start:
        network.assign(net, first_weights(params, parts.train, seed))
    model = _penalised(net, params.l2)
    metrics = ["accuracy", keras.metrics.Precision(), keras.metrics.Recall()]
    model.compile(keras.optimizers.Adam(params.learning_rate), "binary_crossentropy", metrics=metrics)
    heard, rng, negatives = sampling.Heard(parts.train), np.random.default_rng(seed), int(params.negatives)
    for _ in range(params.epochs):
        pairs = next(sampling.sampled_epoch(heard, negatives, rng, heard.pairs * (1 + negatives)))
        inputs = [pairs.users, pairs.artists]
        model.fit(inputs, pairs.labels[:, None].astype("float32"), batch_size=params.batch, epochs=1, verbose=0)
        course.validate(scoring.scorer(params, network.arrays(net)))
    return course


def _penalised(net: network.Network, l2: float) -> Any:
    """The model with our L2 penalty: on the embeddings of a batch, averaged over its pairs."""
    import keras

    if not l2:
        return net.model

    def penalty(vectors: Any) -> Any:
        return l2 * keras.ops.mean(keras.ops.sum(keras.ops.square(vectors), axis=1))

    for layer in [*net.users, *net.artists]:
        layer.activity_regularizer = penalty
    return net.model


def measure(
    data: list[Path], assignments: dict[str, str], repeats: int, *, same_start: bool
) -> tuple[list[Row], list[str]]:
    """The rows, and a line of notes for each seed."""
    params = parse("ncf", assignments)
    assert isinstance(params, NcfParams)
    params = msgspec.structs.replace(params, patience=0)  # both run all epochs, so that both have their best
    with tempfile.TemporaryDirectory() as home:
        parts = split_of(data, Path(home))
    seconds: dict[str, list[float]] = {name: [] for name in ("ours", "ours training", "theirs", "theirs training")}
    notes = []
    for seed in range(repeats):
        courses = {"ours": ours(params, parts, seed), "theirs": theirs(params, parts, seed, same_start=same_start)}
        bar = SHARE * min(course.best for course in courses.values())
        for name, course in courses.items():
            point = course.reaching(bar)
            seconds[name].append(point.total)
            seconds[f"{name} training"].append(point.training)
            epoch = course.points.index(point) + 1
            notes.append(
                f"seed {seed}, {name}: NDCG@10 {bar:.4f} after {epoch} epochs, {point.total:.2f} s "
                f"({point.training:.2f} s of them training); best {course.best:.4f}; "
                f"{course.points[-1].training / params.epochs:.2f} s of training an epoch"
            )
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    work = f"NCF to the same validation NDCG@10, {params.architecture}, {data[0].name}"
    work += ", both from our first weights" if same_start else ""
    return [
        compared(f"{work}, training alone", middle["ours training"], middle["theirs training"], GOAL),
        compared(f"{work}, with the same validation on both sides", middle["ours"], middle["theirs"], GOAL),
    ], notes


def main() -> None:
    """Print the rows, and how each seed went."""
    given = arguments(__doc__, data=Path, epochs=12, repeats=3, same_start=False, set=list[str]())
    assignments = {"epochs": str(given.epochs)} | dict(word.split("=", 1) for word in given.set)
    data = [given.data] if given.data else [sample_data()]
    rows, notes = measure(data, assignments, given.repeats, same_start=given.same_start)
    report(rows, *notes, "")


if __name__ == "__main__":
    main()
