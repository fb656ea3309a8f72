"""What a worker does once it has a slot: load, split, fit, evaluate, save. Heavy imports are fine here."""

import contextlib
import importlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
from scipy.sparse import csr_matrix

from musicrec_tui import files, settings
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.pruning import Bounds
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import ranking
from musicrec_tui.jobs import environment, results
from musicrec_tui.jobs.opened_run import MANIFEST, MODEL
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import registry, store
from musicrec_tui.recommenders.base import Fit, FloatArray, IntArray, Recommender
from musicrec_tui.recommenders.params import NcfParams, Params
from musicrec_tui.runs import looks, metrics
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainSpec

# What fits a model, loaded as part of `load`, so that the seconds of `fit` are the fit's.
_LIBRARIES = {"als": "musicrec_tui.recommenders.als_fit", "ncf": "musicrec_tui.recommenders.ncf.training"}


class _Parts(NamedTuple):
    """The matrix, cut."""

    data: interactions.Interactions
    split: splits.Split
    repeats: bool

    @property
    def both(self) -> csr_matrix:
        """Train and validation together; plays add up where a pair is in both."""
        joined = (self.split.train + self.split.validation).tocsr()
        joined.sort_indices()
        return joined


class _Fitted(NamedTuple):
    """A recommender with what it was made of."""

    recommender: Recommender
    params: Params
    train: csr_matrix
    best_epoch: int | None


def run(spec: TrainSpec, folder: Path, home: Home, reporter: Reporter, began: float) -> RunMetrics:
    """Do what a spec says, and write everything but the last word into the run's folder.

    Args:
        spec: what to do.
        folder: the run's.
        home: where settings and indexes are.
        reporter: hears of it all.
        began: `time.monotonic()` when the work began, before libraries were imported.

    Raises:
        UserError: the data cannot be had, or the split leaves nothing to evaluate on.
        Cancelled: somebody asked for it.
    """
    parts = _load(spec, home, reporter, began)
    loaded = time.monotonic()
    held_out = parts.split.test if spec.final else parts.split.validation
    if held_out.nnz == 0:
        raise UserError(_nothing_held_out(spec))
    fitted = _fit(spec, parts, reporter)
    fit_over = time.monotonic()
    reporter.begin("evaluate")
    if spec.final:
        looks.record(home, spec.run, spec.content, spec.split)
    evaluation = ranking.evaluate(
        fitted.recommender.scores, fitted.train, held_out, spec.k,
        report=reporter.progress, exclude_train=not parts.repeats,
    )  # fmt: skip
    seconds = {"load": loaded - began, "fit": fit_over - loaded, "evaluate": time.monotonic() - fit_over}
    reporter.begin("save")
    store.save(
        folder / MODEL, fitted.recommender, fitted.params, fitted.train,
        parts.data.user_keys, parts.data.artist_keys,
    )  # fmt: skip
    per_user = results.write_per_user(folder, evaluation, parts.data.user_keys)
    result = RunMetrics(
        run=spec.run,
        content=spec.content,
        split=spec.split,
        k=spec.k,
        evaluated_on="test" if spec.final else "validation",
        candidates="all artists" if parts.repeats else "all artists that the user does not have in train",
        users=len(evaluation.users),
        metrics={name: value for name, value in evaluation.metrics.items() if name != "users"},
        seconds=seconds,
        peak_memory_mb=environment.peak_memory_mb(),
        per_user_sha256=files.sha256_of(per_user),
        model_sha256=files.sha256_of(folder / MODEL / MANIFEST),
        best_epoch=fitted.best_epoch,
    )
    metrics.write(folder, result)
    return result


def _nothing_held_out(spec: TrainSpec) -> str:
    part, option = ("test", "--test-size") if spec.final else ("validation", "--validation-size")
    if (spec.split.test if spec.final else spec.split.validation) == 0:
        return f"The {part} part has no share of the data, so there is nothing to evaluate on: give {option}."
    return (
        f"No user has anything in the {part} part, so there is nothing to evaluate on: "
        f"the log is too small for this split; try a larger {option}."
    )


def _load(spec: TrainSpec, home: Home, reporter: Reporter, began: float) -> _Parts:
    reporter.begin("load")
    with contextlib.suppress(ImportError):  # `fit` has the sentence for that
        importlib.import_module(_LIBRARIES.get(spec.model, __name__))
    dataset = _open(spec, home, reporter)
    try:
        data = interactions.load(dataset)
        split = splits.split(dataset, data, spec.split)
    finally:
        dataset.close()
    repeats = spec.split.kind == "time" and spec.split.protocol == "repeat"
    pairs = (split.train.nnz, split.validation.nnz, split.test.nnz)
    reporter.data(data.plays.shape, pairs, time.monotonic() - began)
    return _Parts(data, split, repeats)


def _open(spec: TrainSpec, home: Home, reporter: Reporter) -> Dataset:
    """The index of the spec; made anew where it is gone, if the log is still the one that was meant."""
    if (dataset := _opened(Path(spec.index), spec.content)) is not None:
        return dataset
    reporter.log("The index is gone or another one; it is built again.")
    chosen = settings.load(home)
    with reporter.cancellation.deferred():
        path = build.ensure(
            [Path(part) for part in spec.data],
            home,
            layout=spec.layout,
            memory_limit=chosen.memory_limit,
            bounds=Bounds(chosen.cache_days, chosen.cache_gb),
            report=lambda _, fraction: reporter.progress(round(100 * (fraction or 0)), 100),
            cancelled=lambda: reporter.cancellation.asked,
        )
    if (dataset := _opened(path, spec.content)) is not None:
        return dataset
    raise UserError(
        f"The data in {', '.join(spec.data)} have changed since this run was asked for: start it again on what is "
        "there now.",
        exit_code=1,
    )


def _opened(path: Path, content: str) -> Dataset | None:
    """The index, if it can be read and holds that content."""
    dataset = Dataset(path)
    try:
        if dataset.info.content == content:
            return dataset
    except UserError:
        pass
    dataset.close()
    return None


def _fit(spec: TrainSpec, parts: _Parts, reporter: Reporter) -> _Fitted:
    """Fit on train, or for `final` on train and validation together."""
    params = spec.params
    if not spec.final:
        recommender = _fitted(params, parts.split.train, spec, reporter, _validation(parts))
        return _Fitted(recommender, params, parts.split.train, reporter.best and reporter.best[1])
    best_epoch = None
    phase = "fit"
    if isinstance(params, NcfParams) and parts.split.validation.nnz:
        # The number of epochs is a parameter like any other: found on validation, then kept.
        _fitted(params, parts.split.train, spec, reporter, _validation(parts))
        best_epoch = reporter.best[1] if reporter.best else params.epochs
        params = msgspec.structs.replace(params, epochs=best_epoch, patience=0)
        phase = "refit"
    train = parts.both
    return _Fitted(_fitted(params, train, spec, reporter, None, phase), params, train, best_epoch)


Validate = Callable[[Callable[[IntArray], FloatArray]], float]


def _fitted(
    params: Params, train: csr_matrix, spec: TrainSpec, reporter: Reporter, validate: Validate | None,
    phase: str = "fit",
) -> Recommender:  # fmt: skip
    reporter.begin(phase)
    recommender = registry.create(params)
    recommender.fit(train, Fit(spec.seed, reporter, validate))
    return recommender


def _validation(parts: _Parts) -> Validate | None:
    """NDCG@10 on the validation part; None where there is none."""
    if parts.split.validation.nnz == 0:
        return None

    def validate(scores: Callable[[IntArray], FloatArray]) -> float:
        return ranking.ndcg_at(scores, parts.split.train, parts.split.validation, 10, exclude_train=not parts.repeats)

    return validate
