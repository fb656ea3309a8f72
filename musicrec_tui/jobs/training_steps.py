"""What a worker does once it has a slot: load, split, fit, evaluate, save. Heavy imports are fine here."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import assessment, ranking
from musicrec_tui.evaluation.assessment import Assessment
from musicrec_tui.jobs import environment, hybrids, per_user_metrics
from musicrec_tui.jobs.opened_run import MODEL
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.jobs.training_data import TrainingData, load, need_times, open_index
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import factory, memory, store
from musicrec_tui.recommenders.base import Fit, ProgressSink, Recommender, Settling
from musicrec_tui.recommenders.model_format import MANIFEST
from musicrec_tui.recommenders.params import Size
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import metrics, test_usage
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainRequest, TrainSpec, log_of

TEACHES_NOTHING = (
    "Nothing can be learnt from this log: no artist that is held out has a listener in the training part, "
    "beside users whose every other artist is held out. It takes users who share artists."
)


class Fitted(NamedTuple):
    """A recommender with what it was fitted on."""

    recommender: Recommender
    train: csr_matrix


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
        Cancelled: cancellation was requested.
    """
    parts = _load(spec, home, reporter, began)
    loaded = time.monotonic()
    held_out = parts.held_out(final=spec.final)
    if held_out.nnz == 0:
        raise UserError(nothing_held_out(spec, int(np.diff(parts.data.plays.indptr).max(initial=0))))
    _refuse_what_teaches_nothing(spec, parts, held_out)
    fitted = _fit(spec, parts, home, reporter)
    fit_over = time.monotonic()
    reporter.begin("evaluate")
    if spec.final:
        test_usage.record_use(home, spec.run, spec.content, spec.split)
    found = assessment.assess(
        fitted.recommender.scores, fitted.train, parts.known(fitted.train), held_out, spec.k,
        report=reporter.progress, exclude_known=not parts.repeats,
        impersonal=fitted.recommender.capabilities.impersonal,
    )  # fmt: skip
    seconds = {"load": loaded - began, "fit": fit_over - loaded, "evaluate": time.monotonic() - fit_over}
    reporter.begin("save")
    store.save(
        folder / MODEL, fitted.recommender, fitted.recommender.params, fitted.train,
        parts.data.user_keys, parts.data.artist_keys,
    )  # fmt: skip
    left_out = ranking.without_choice(parts.known(fitted.train), held_out, exclude_known=not parts.repeats)
    return write_result(
        spec, folder, found, parts.data.user_keys, seconds=seconds, candidates=parts.candidates, ratings=parts.ratings,
        left_out=left_out, best_epoch=reporter.best and reporter.best[1],
    )  # fmt: skip


def write_result(
    spec: TrainSpec, folder: Path, found: Assessment, user_keys: list[str], *, seconds: dict[str, float],
    candidates: str, ratings: str, left_out: int, best_epoch: int | None = None,
) -> RunMetrics:  # fmt: skip
    """Write per_user.parquet and metrics.json into a run's folder, which has its model.

    Args:
        spec: the run's.
        folder: the run's.
        found: what was measured.
        user_keys: of all users.
        seconds: see `RunMetrics`; so are the others.
        candidates: see there.
        ratings: see there.
        left_out: see there.
        best_epoch: see there.
    """
    per_user = per_user_metrics.write_per_user(folder, found, user_keys)
    result = RunMetrics(
        run=spec.run,
        content=spec.content,
        split=spec.split,
        k=spec.k,
        evaluated_on="test" if spec.final else "validation",
        candidates=candidates,
        users=len(found.users),
        metrics=found.metrics,
        seconds=seconds,
        peak_memory_mb=environment.peak_memory_mb(),
        per_user_sha256=files.sha256_of(per_user),
        model_sha256=files.sha256_of(folder / MODEL / MANIFEST),
        best_epoch=best_epoch,
        ratings=ratings,
        intervals=found.intervals,
        groups=found.groups,
        model_bytes=sum(path.stat().st_size for path in (folder / MODEL).iterdir()),
        against_popularity=found.against_popularity,
        left_out=left_out,
    )
    metrics.write(folder, result)
    return result


def _refuse_what_teaches_nothing(spec: TrainSpec, parts: TrainingData, held_out: csr_matrix) -> None:
    """Refuse a log on which no model could find anything.

    Raises:
        UserError: no user who is evaluated has an artist held out that another user plays in the training part.
    """
    train = parts.fitted_on(final=spec.final)
    users = ranking.evaluated(parts.known(train), held_out, exclude_known=not parts.repeats)
    if not (np.bincount(train.indices, minlength=train.shape[1])[held_out[users].indices] > 0).any():
        raise UserError(TEACHES_NOTHING)


def nothing_held_out(spec: TrainSpec, most: int | None = None) -> str:
    """Why there is nothing to evaluate on, and what to try.

    Args:
        spec: of the run.
        most: the most artists that a user has; None: not known.
    """
    part, option = ("test", "--test-size") if spec.final else ("validation", "--validation-size")
    if (spec.split.test if spec.final else spec.split.validation) == 0:
        return f"The {part} part has no share of the data, so there is nothing to evaluate on: give {option}."
    least = spec.split.min_artists
    if spec.split.kind != "time" and most is not None and most < least:
        return (
            f"Users with fewer than {least:,} artists stay in the training part, and no user has more than {most:,}, "
            "so there is nothing to evaluate on. It takes users with more artists."
        )
    return (
        f"No user has anything in the {part} part, so there is nothing to evaluate on: "
        f"the log is too small for this split; try a larger {option}."
    )


def _load(spec: TrainSpec, home: Home, reporter: Reporter, began: float) -> TrainingData:
    reporter.begin("load")
    factory.load_fit(spec.params)  # as part of `load`, so that the seconds of `fit` are the fit's
    dataset = open_index(log_of(spec), home, reporter)
    try:
        parts = load(dataset, spec.split, timed=need_times(spec.params, hybrids.members(home, spec)))
        info = dataset.info
    finally:
        dataset.close()
    split = parts.split
    pairs = (split.train.nnz, split.validation.nnz, split.test.nnz)
    reporter.data(info, parts.data.plays.shape, pairs, time.monotonic() - began)
    if parts.ratings:
        reporter.log(parts.ratings)
    return parts


def _fit(spec: TrainSpec, parts: TrainingData, home: Home, reporter: Reporter) -> Fitted:
    """Fit on train, or for `final` on train and validation together."""
    members = hybrids.members(home, spec)
    _refuse_what_cannot_fit(spec, [params for params, _ in members], parts.fitted_on(final=spec.final))
    reporter.begin("fit")
    return fit(spec, members, parts, reporter, before_refit=lambda: reporter.begin("refit"))


def fit(
    request: TrainRequest, members: Sequence[tuple[Params, int]], parts: TrainingData, sink: ProgressSink, *,
    before_refit: Callable[[], None] = lambda: None,
) -> Fitted:  # fmt: skip
    """Fit the model that a request asks for, in this process.

    Args:
        request: the model, the seed, and whether the fit is final.
        members: see `factory.create`.
        parts: the data.
        sink: hears of progress.
        before_refit: called before a final fit with what was found on validation.

    Raises:
        UserError: the model cannot be fitted on these data.
        Cancelled: the sink said so.
    """
    recommender = factory.create(request.params, members)
    twice = request.final and recommender.capabilities.settles and parts.split.validation.nnz > 0
    train = parts.fitted_on(final=request.final)
    if twice or not request.final:
        recommender.fit(parts.split.train, Fit(request.seed, sink, parts.validation(), parts.ages(final=False)))
    else:
        recommender.fit(train, Fit(request.seed, sink, ages=parts.ages(final=True)))
    if twice and isinstance(recommender, Settling):
        # The number of epochs is a parameter like any other: found on validation, then kept. So are weights.
        before_refit()
        recommender = recommender.settled()
        recommender.fit(train, Fit(request.seed, sink, ages=parts.ages(final=True)))
    return Fitted(recommender, train)


def _refuse_what_cannot_fit(spec: TrainSpec, members: list[Params], train: csr_matrix) -> None:
    """Refuse before it starts what needs more memory than there is."""
    users, artists = train.shape
    size = Size(users, artists, train.nnz)
    memory.refuse_what_cannot_fit(spec.params, size, environment.available_bytes(), members)
