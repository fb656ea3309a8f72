"""The matrix of a log, cut into its parts: what every job that fits a model begins with."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from scipy.sparse import csr_matrix

from musicrec_tui import settings
from musicrec_tui.dataset import interactions, last_listens, ratings, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import ranking
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.base import FloatArray, IntArray, Validate
from musicrec_tui.recommenders.cold_start import ColdStart
from musicrec_tui.recommenders.registry import Params


class TrainingData(NamedTuple):
    """The matrix, cut.

    Attributes:
        data: all of it, with keys.
        split: train, validation and test.
        repeats: whether an artist that is in train may be looked for again (the time split's `repeat`).
        disliked: (users, artists), a one for each pair that is disliked.
        ratings: how the log's ratings counted, as a line; empty for a log without.
        last: when each pair was last heard; None where the log has no timestamps, or they are not needed.
    """

    data: interactions.Interactions
    split: splits.Split
    repeats: bool
    disliked: csr_matrix
    ratings: str
    last: last_listens.LastListens | None = None

    @property
    def both(self) -> csr_matrix:
        """Train and validation together; plays add up where a pair is in both."""
        joined = (self.split.train + self.split.validation).tocsr()
        joined.sort_indices()
        return joined

    def fitted_on(self, *, final: bool) -> csr_matrix:
        """What a model is fitted on: train, or for a final fit train and validation together."""
        return self.both if final else self.split.train

    def held_out(self, *, final: bool) -> csr_matrix:
        """What it is evaluated on: validation, or after a final fit test."""
        return self.split.test if final else self.split.validation

    @property
    def candidates(self) -> str:
        """The candidates of an evaluation."""
        return candidates(repeats=self.repeats, disliked=self.disliked.nnz > 0)

    def known(self, train: csr_matrix) -> csr_matrix:
        """What is no candidate: the pairs of train, and what is disliked."""
        if self.repeats or not self.disliked.nnz:
            return train
        together = (train + self.disliked).tocsr()
        together.sort_indices()
        return together

    def ages(self, *, final: bool) -> FloatArray | None:
        """`base.Fit.ages` for train, or for a final fit for train and validation together."""
        if self.last is None:
            return None
        train, last = (self.both, self.last.both) if final else (self.split.train, self.last.train)
        return last_listens.ages(self.data.plays, train, last)

    def validation(self) -> Validate | None:
        """NDCG@10 on the validation part; None where there is none."""
        if self.split.validation.nnz == 0:
            return None
        train = self.split.train
        known = self.known(train)

        def validate(scores: Callable[[IntArray], FloatArray], users: IntArray | None = None) -> float:
            served = ColdStart(scores, train, excluded=None if self.repeats else known.__getitem__)
            return ranking.ndcg_at(served, known, self.split.validation, 10, users, exclude_known=not self.repeats)

        return validate


def candidates(*, repeats: bool, disliked: bool) -> str:
    """The candidates of an evaluation, as results name them: only runs with equal ones compare.

    Args:
        repeats: whether an artist that is in train may be looked for again.
        disliked: whether the log has dislikes.
    """
    if repeats:
        return "all artists"
    known = "all artists that the user does not have in train"
    return f"{known} and does not dislike" if disliked else known


def finds_repeats(spec: SplitSpec) -> bool:
    """Whether an artist that is in train may be looked for again."""
    return spec.kind == "time" and spec.protocol == "repeat"


def need_times(params: Params, members: Sequence[tuple[Params, int]] = ()) -> bool:
    """Whether a model, or one that it joins, weighs by recency (see `recommenders.recency`)."""
    return any(getattr(one, "half_life", 0) for one in (params, *(own for own, _ in members)))


def ratings_line(dataset: Dataset) -> str:
    """How the log's ratings counted, as a line; empty for a log without."""
    info = dataset.info
    return ratings.describe(info.rating_scale, info.disliked, info.neutral, counted=info.plays_from_ratings)


def load(dataset: Dataset, spec: SplitSpec, *, timed: bool = False) -> TrainingData:
    """Read the matrix and cut it; `timed`: a model weighs by recency (see `recommenders.recency`).

    Raises:
        UserError: the index is damaged, or the log cannot be split so.
    """
    data = interactions.load_interactions(dataset)
    split = splits.split(dataset, data, spec)
    disliked = interactions.load_dislikes(dataset)
    last = last_listens.last_listens(dataset, spec) if timed else None
    return TrainingData(data, split, finds_repeats(spec), disliked, ratings_line(dataset), last)


def open_index(wanted: IndexedLog, home: Home, reporter: Reporter) -> Dataset:
    """The index that is meant; made anew where it is gone, if the log is still the one that was meant.

    Raises:
        UserError: the data cannot be had, or are not those that were meant.
        Cancelled: cancellation was requested.
    """
    if (dataset := _opened(wanted)) is not None:
        return dataset
    reporter.log("The index is missing or different; it is rebuilt.")
    with reporter.cancellation.deferred():
        path = build.ensure(
            wanted.log,
            home,
            settings.load(home),
            report=lambda _, fraction: reporter.progress(round(100 * (fraction or 0)), 100),
            cancelled=lambda: reporter.cancellation.asked,
        )
    if (dataset := _opened(replace(wanted, index=path))) is not None:
        return dataset
    raise UserError(
        f"The data in {', '.join(wanted.log.names)} have changed since this run was started: start it again.",
        exit_code=1,
    )


def _opened(wanted: IndexedLog) -> Dataset | None:
    """The index, if it can be read and holds that content."""
    dataset = Dataset(wanted.index)
    try:
        if dataset.info.content == wanted.content:
            return dataset
    except UserError:
        pass
    dataset.close()
    return None
