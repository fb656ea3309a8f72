"""What every recommender is: fit, scores, ranked lists, fold-in, similar artists, reasons, save and load."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol, Self, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.recommenders.model_keys import ModelKeys
from musicrec_tui.recommenders.registry import Params

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float32]


class Ranking(NamedTuple):
    """Ranked artists for a batch of users, or for one artist.

    Attributes:
        artists: (rows, k) int32 codes, best first; -1 where there are fewer than k candidates.
        scores: (rows, k) float32, descending; -inf beside a -1.
    """

    artists: IntArray
    scores: FloatArray


class Contribution(NamedTuple):
    """The part of a score that comes from one artist of the user's own."""

    artist: int
    amount: float


class Capabilities(msgspec.Struct, frozen=True):
    """What a model can do; front ends say so instead of showing an empty pane.

    Attributes:
        explain: reasons that sum to the score, for its users (`explain`) and for profiles (`explain_profile`).
        explain_estimate: these reasons do not sum to the score, but are an estimate (`leave_one_out`).
        fold_in: scores for a user who is not in the data.
        fold_in_estimate: these scores are not the model's own, but an estimate from similar users' (`neighbours`).
        similar: artists that are alike.
        settles: something is found on the validation part, see `Settling`.
        impersonal: all users are served alike, so that none is a cold start.
    """

    explain: bool = False
    explain_estimate: bool = False
    fold_in: bool = False
    fold_in_estimate: bool = False
    similar: bool = False
    settles: bool = False
    impersonal: bool = False


class ProgressSink(Protocol):
    """Where a fit says how far it is. The worker turns these calls into events of the job."""

    def progress(self, done: int, of: int) -> None:
        """So many of so many steps are done. May raise `Cancelled`, which `fit` lets through."""

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        """An epoch (a sweep, for ALS) is over; `metrics` has what is known of it, such as `loss`."""

    def device(self, name: str, memory_mb: int | None) -> None:
        """What it computes on, such as ("no GPU", None)."""

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        """The model's layers (name, output shape, parameters), and its parameters in all."""

    def log(self, text: str) -> None:
        """A line for the job's log."""


class Validate(Protocol):
    """NDCG@10 on the validation part; higher is better."""

    def __call__(self, scores: Callable[[IntArray], FloatArray], users: IntArray | None = None) -> float:
        """The value of these scores, a function as `Recommender.scores`; over some users only, or over all."""


class Fit(NamedTuple):
    """What surrounds a fit.

    Attributes:
        seed: every source of randomness starts from it.
        sink: hears of progress.
        validate: scores the model as it is on the validation part; None where there is none (a final fit).
        ages: (pairs of train,) in the order of `train.data`: days from the pair's last listen to its user's last one,
            both in train; NaN where no time is known. None where the log has no timestamps, or the model does not ask.
    """

    seed: int
    sink: ProgressSink
    validate: Validate | None = None
    ages: FloatArray | None = None


class Recommender(Protocol):
    """A recommender over a users × artists matrix of plays.

    `name` is that of `registry.models`. It is made as `Class(params)`. Arrays that its methods return belong to the
    caller, who may write into them.
    """

    name: ClassVar[str]
    params: Any

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Learn from `train`, (users, artists) float32 plays, sorted indices, no explicit zeros.

        An instance is fitted once. Raises `Cancelled` where the sink does.
        """

    def scores(self, users: IntArray) -> FloatArray:
        """Scores of all artists for a batch of user codes: (users, artists) float32, higher is better."""

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """Scores of all artists, (rows, artists), for people who are not in the data; `profile` holds their plays.

        Plays mean what they mean in train: a user's own row of train gives (an estimate of) their own scores; with
        recency (see `recency`) as if all of it had been played just now.

        Raises:
            UserError: the model cannot (see `capabilities`).
        """

    def similar(self, artist: int, k: int) -> Ranking:
        """The k artists most like one, itself excluded: a Ranking with one row.

        Scores are at most 1: cosines of vectors, or for models of artists and artists relative to the first.
        """

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """Why these scores: for each artist, contributions of the user's own, largest first, summing to the score.

        With `Capabilities.explain_estimate` they do not sum to it.
        """

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """The same for a user who is folded in: `profile` is one row, and the sums are what `fold_in` gives it."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that `restore` needs beside the parameters, by name: numeric arrays."""

    @classmethod
    def restore(cls, params: Any, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """A fitted recommender from `arrays` (shapes not yet checked); `train` is what it was fitted on.

        Raises:
            UserError: an array is missing, or its shape does not fit.
        """


@runtime_checkable
class Settling(Protocol):
    """A recommender whose fit finds something on the validation part, such as the number of epochs."""

    def settled(self) -> Any:
        """A recommender like this one, not yet fitted, for which all that was found is fixed: for a final fit."""


@runtime_checkable
class Staged(Protocol):
    """A recommender of which one fit gives what fits of fewer sweeps would have given; see `params.Model.staged_by`."""

    def fit_stages(self, train: csr_matrix, fit: Fit, stages: Collection[int], visit: Callable[[int], None]) -> None:
        """Fit with all sweeps that its parameters ask for, and be for a while what a fit of fewer would have made.

        Args:
            train: as for `fit`.
            fit: as for `fit`.
            stages: after which sweeps to look.
            visit: called after each of them with its number; meanwhile this recommender is the one of that many sweeps.
        """


class SavedModel(NamedTuple):
    """A model as it lies in a folder (see `recommenders.store`): arrays with the keys of their rows.

    Attributes:
        params: what it was made with.
        train: the matrix it was fitted on, (users, artists) plays.
        user_keys, artist_keys: text keys, in the order of the codes that the model was fitted with.
    """

    recommender: Recommender
    params: Params
    train: csr_matrix
    user_keys: ModelKeys
    artist_keys: ModelKeys
    folder: Path
