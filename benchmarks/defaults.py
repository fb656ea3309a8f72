"""Which defaults carry over: a joint search by validation on logs of different shape, and the setting that loses least.

    python -m benchmarks.defaults [--data lastfm-hetrec-half.parquet] [--only als,ease] [--trials 60] [--save FILE]
                                  [--logs "the sample,dense and small"]

Every trial is a setting of the tuner's space, drawn evenly (a scrambled Sobol sequence), the defaults first, and it is
tried on all logs, so that each has a loss on each. A log is split at random: 20 % for test, which is never looked at,
and 10 % for validation, on which NDCG@10 is measured. Seed 1 judges all trials; the best ones, and the best on each
log, are judged once more with seeds 1, 2 and 3. The relative loss of a setting on a log is 1 - its mean over the best
mean found on that log. The mean over the logs weighs the log of `--data` as much as all others together. What the
search leaves alone (factors, sweeps, passes: they cost time) has its default. With `--save` each value is written down
when it is found, so that a search that was stopped goes on. `--logs` takes only these logs.

The logs are the embedded sample and four of `make_log`, whose settings (`SHAPES`) were fixed before the first result.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import parquet
from scipy.stats import qmc

from benchmarks.measure import arguments, machine
from benchmarks.record import Record
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import ranking
from musicrec_tui.paths import find_home
from musicrec_tui.recommenders import factory, param_fields
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray
from musicrec_tui.recommenders.cold_start import ColdStart
from musicrec_tui.recommenders.param_fields import Axis
from musicrec_tui.recommenders.registry import Params

MODELS = ("ease", "item_knn", "rp3beta", "als", "bpr")
LEFT_ALONE = ("factors", "iterations")
SEEDS = (1, 2, 3)
SAMPLE = Path(__file__).resolve().parent.parent / "sample_data" / "listens"
JUDGED_AGAIN = 5


class Shape(NamedTuple):
    """A made-up log.

    Attributes:
        users, artists: how many.
        listens: of the median user; users' numbers are log-normal around it.
        spread: of that distribution.
        repeat: the chance that a listen repeats an artist of the user's own, drawn by their plays so far.
        tastes: how many groups of artists there are.
        fame: the exponent of artists' fame within a group: artist n has a share of n^-fame.
    """

    users: int
    artists: int
    listens: int
    spread: float
    repeat: float
    tastes: int
    fame: float


SHAPES = {
    "dense and small": Shape(600, 250, 120, 0.5, 0.3, 8, 0.7),
    "sparse and large": Shape(2000, 4000, 40, 0.8, 0.3, 40, 0.9),
    "short histories": Shape(3000, 1500, 8, 0.4, 0.2, 20, 0.8),
    "heavy repeats": Shape(800, 1500, 300, 0.9, 0.85, 20, 0.9),
}


def make_log(shape: Shape, file: Path, seed: int = 1) -> None:
    """A log of play counts from a mixture of tastes.

    Each group's artists have the fame of a Zipf law, in an order of its own. A user mixes groups (Dirichlet, 0.3 each).
    A listen repeats one of the user's artists with chance `repeat`, in proportion to its plays (preferential
    attachment); else a group is drawn from the mixture, and an artist from the group.
    """
    rng = np.random.default_rng(seed)
    shares = np.arange(1, shape.artists + 1) ** -shape.fame
    groups = np.stack([rng.permutation(shares) for _ in range(shape.tastes)])
    groups = np.cumsum(groups / groups.sum(axis=1, keepdims=True), axis=1)
    users, artists = [], []
    for user in range(shape.users):
        count = max(3, int(rng.lognormal(np.log(shape.listens), shape.spread)))
        tastes = rng.choice(shape.tastes, count, p=rng.dirichlet(np.full(shape.tastes, 0.3)))
        draws, repeats, places = rng.random(count), rng.random(count) < shape.repeat, rng.random(count)
        own: list[int] = []
        for taste, draw, again, place in zip(tastes, draws, repeats, places, strict=True):
            fresh = min(int(np.searchsorted(groups[taste], draw)), shape.artists - 1)
            own.append(own[int(place * len(own))] if again and own else fresh)
        users += [user] * count
        artists += own
    pairs, plays = np.unique(np.stack([users, artists], axis=1), axis=0, return_counts=True)
    names = [f"artist {code}" for code in pairs[:, 1]]
    parquet.write_table(pyarrow.table({"user_id": pairs[:, 0], "artist_name": names, "play_count": plays}), file)


class Quiet:
    """A sink that ignores what it is given."""

    def progress(self, done: int, of: int) -> None:
        """See `base.ProgressSink`."""

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        """See there."""

    def device(self, name: str, memory_mb: int | None) -> None:
        """See there."""

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        """See there."""

    def log(self, text: str) -> None:
        """See there."""


def splits_of(path: Path, home: Path) -> list[splits.Split]:
    """The split of a log for each seed."""
    dataset = Dataset(build.ensure(Log([path]), find_home(home)))
    data = interactions.load_interactions(dataset)
    found = [splits.split(dataset, data, SplitSpec(seed=seed)) for seed in SEEDS]
    dataset.close()
    return found


def splits_in_home(path: Path) -> list[splits.Split]:
    """The same, in a home that is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        return splits_of(path, Path(folder))


def value(params: Params, split: splits.Split, seed: int) -> float:
    """NDCG@10 on validation, where models that stop early look too; 0 where the setting cannot be fitted."""

    def validate(scores: Callable[[IntArray], FloatArray], users: IntArray | None = None) -> float:
        return ranking.ndcg_at(ColdStart(scores, split.train), split.train, split.validation, 10, users)

    recommender = factory.create(params)
    try:
        recommender.fit(split.train, Fit(seed, Quiet(), validate))
    except UserError:
        return 0.0
    return validate(recommender.scores)


def drawn(model: str, axes: tuple[Axis, ...], trials: int) -> list[Params]:
    """The defaults, and settings spread evenly over the space."""
    base = param_fields.parse(model, {})
    points = qmc.Sobol(len(axes), seed=1).random(trials - 1)
    told = msgspec.to_builtins(base)
    return [base] + [
        msgspec.convert(
            told | {axis.name: _at(axis, share) for axis, share in zip(axes, point, strict=True)}, type(base)
        )
        for point in points
    ]


def _at(axis: Axis, share: float) -> Any:
    """The value at a share of an axis."""
    if axis.kind == "choice":
        return axis.choices[min(int(share * len(axis.choices)), len(axis.choices) - 1)]
    found = axis.low * (axis.high / axis.low) ** share if axis.log else axis.low + share * (axis.high - axis.low)
    return round(found) if axis.kind == "int" else float(f"{found:.3g}")


def losses(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The relative loss of each setting on each log, (settings, logs), and its weighted mean, (settings,)."""
    lost = 1 - values / values.max(axis=0)
    return lost, lost @ weights / weights.sum()


class Found(NamedTuple):
    """What a search gave: settings that were judged with all seeds, with their values on each log."""

    settings: list[Params]
    values: NDArray[np.float64]


def search(
    model: str, logs: Mapping[str, list[splits.Split]], weights: NDArray[np.float64], trials: int, record: Record
) -> Found:
    """Both rounds of a model's search."""

    def judged(params: Params, log: str, place: int) -> float:
        split, seed = logs[log][place], SEEDS[place]
        return record.value([log, params, seed], lambda: value(params, split, seed))

    axes = tuple(axis for axis in param_fields.axes(model) if axis.name not in LEFT_ALONE)
    settings = drawn(model, axes, trials)
    first = np.array([[judged(params, log, 0) for log in logs] for params in settings])
    _, means = losses(first, weights)
    again = {0, *np.argsort(means)[:JUDGED_AGAIN].tolist(), *first.argmax(axis=0).tolist()}
    chosen = [settings[place] for place in sorted(again)]
    values = np.array(
        [[np.mean([judged(params, log, place) for place in range(len(SEEDS))]) for log in logs] for params in chosen]
    )
    return Found(chosen, values)


def told(params: Params) -> str:
    """What the search varied, as text."""
    names = [axis.name for axis in param_fields.axes(params.model) if axis.name not in LEFT_ALONE]
    return ", ".join(f"{name} {getattr(params, name)}" for name in names)


def rows(found: Found, names: list[str], weights: NDArray[np.float64]) -> Iterable[str]:
    """The lines of a model's table: the defaults, the setting that loses least, and the best on each log."""
    lost, means = losses(found.values, weights)
    base = param_fields.parse(found.settings[0].model, {})
    labels = {found.settings.index(base): "defaults"}
    for place in np.argsort(means)[:5].tolist():
        labels[place] = labels.get(place, "") + f" mean loss no. {1 + int(np.count_nonzero(means < means[place]))}"
    for column, name in enumerate(names):
        place = int(found.values[:, column].argmax())
        labels[place] = labels.get(place, "") + f" best on {name}"
    for place, label in sorted(labels.items(), key=lambda pair: means[pair[0]]):
        cells = [f"{v:.4f} (−{100 * loss:.1f} %)" for v, loss in zip(found.values[place], lost[place], strict=True)]
        yield f"| {label.strip()} | {told(found.settings[place])} | {100 * means[place]:.1f} % | {' | '.join(cells)} |"


def main() -> None:
    """Print a table for each model."""
    given = arguments(__doc__, data=Path, only=",".join(MODELS), trials=60, save=Path, logs="")
    wanted = [name for name in given.logs.split(",") if name]
    with tempfile.TemporaryDirectory() as folder:
        paths = {"the sample": SAMPLE}
        for name, shape in SHAPES.items():
            paths[name] = Path(folder) / f"{name}.parquet"
            make_log(shape, paths[name])
        if given.data:
            paths[given.data.stem] = given.data
        paths = {name: path for name, path in paths.items() if name in wanted or not wanted}
        weights = np.array([max(1, len(paths) - 1) if path == given.data else 1 for path in paths.values()])
        logs = {name: splits_of(path, Path(folder) / "home") for name, path in paths.items()}
    print(machine(), flush=True)
    for name, log in logs.items():
        train = log[0].train
        print(f"{name}: {train.shape[0]:,} users, {train.shape[1]:,} artists, {train.nnz:,} pairs in train", flush=True)
    record = Record(given.save)
    for model in given.only.split(","):
        found = search(model, logs, weights, given.trials, record)
        print(f"\n{model}, {given.trials} trials\n\n| which | setting | mean loss | {' | '.join(logs)} |")
        print("|---" * (len(logs) + 3) + "|")
        print("\n".join(rows(found, [*logs], weights)), flush=True)


if __name__ == "__main__":
    main()
