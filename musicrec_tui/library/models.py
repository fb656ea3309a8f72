"""Models on arrays: fitted and evaluated in this process, without a run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui import files
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.errors import UserError
from musicrec_tui.evaluation import assessment, metrics, ranking
from musicrec_tui.jobs import hybrids, training_data, training_steps
from musicrec_tui.library.arrays import Codes, Scores, checked, codes, list_length, plays_matrix
from musicrec_tui.library.logs import Split, home_of
from musicrec_tui.library.progress import Report, Sink, reported
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.base import Recommender
from musicrec_tui.recommenders.cold_start import ColdStart
from musicrec_tui.runs import test_usage
from musicrec_tui.runs.spec import TrainRequest

Part = Literal["validation", "test"]


class Evaluation(NamedTuple):
    """What an evaluation found.

    Attributes:
        metrics: by name, such as `ndcg@10`; means over `users`.
        intervals: low and high of the 95 % bootstrap interval of each mean; empty where metrics were chosen.
        per_user: the metrics that are means, (users,) float64 each; NaN where a user has no value.
        users: (users,) codes of the evaluated users.
        groups: for each group of users its means, and `users`, how many they are; empty where metrics were chosen.
    """

    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    per_user: dict[str, NDArray[np.float64]]
    users: Codes
    groups: Mapping[str, dict[str, float]]


class Model:
    """A fitted model on arrays; made by `fit` or `Run.model`.

    Attributes:
        name: such as "als".
        parameters: by name.
        train: (users, items), what it was fitted on.
    """

    def __init__(self, recommender: Recommender, train: csr_matrix) -> None:
        self._recommender = recommender
        self.name = recommender.name
        self.parameters: dict[str, Any] = named(recommender.params)
        self.train = train

    @property
    def capabilities(self) -> dict[str, bool]:
        """What it can do: `explain`, `fold_in`, `similar` …, and whether these are estimates."""
        return msgspec.structs.asdict(self._recommender.capabilities)

    def scores(self, users: Sequence[int] | Codes) -> Scores:
        """The scores of all items for some users (codes): (users, items), higher is better.

        Raises:
            UserError: a user is unknown.
        """
        return self._recommender.scores(codes(users, self.train.shape[0], "users"))

    def recommend(
        self, users: Sequence[int] | Codes | None = None, k: int = 10, *, exclude_train: bool = True
    ) -> tuple[Codes, Scores]:
        """The k best items of some users, or of all; users without usable training data get popular ones.

        Args:
            users: codes; None: all.
            k: length of the lists.
            exclude_train: leave out the items that the user has in `train`.

        Returns:
            Item codes and scores, (users, k) each, best first; -1 and -inf where there are no more candidates.

        Raises:
            UserError: a user is unknown, or k is below 1.
        """
        rows = self.train.shape[0]
        chosen = np.arange(rows, dtype=np.int32) if users is None else codes(users, rows, "users")
        excluded = self.train.__getitem__ if exclude_train else None
        served = ColdStart(self._recommender.scores, self.train, excluded=excluded)
        found = ranking.lists_of(served, self.train if exclude_train else None, chosen, list_length(k))
        return found.artists, found.scores

    def fold_in(self, plays: csr_matrix) -> Scores:
        """The scores for people who are not in the data, from their plays (rows, items).

        Raises:
            UserError: the model cannot, or it is no matrix of plays of its items.
        """
        return self._recommender.fold_in(plays_matrix(plays, "plays", columns=self.train.shape[1]))

    def similar(self, item: int, k: int = 10) -> tuple[Codes, Scores]:
        """The items most like one (a code), with similarities of at most 1: (k,) each.

        Raises:
            UserError: the model cannot, the item is unknown, or k is below 1.
        """
        found = self._recommender.similar(self._item(item), list_length(k))
        return found.artists[0], found.scores[0]

    def explain(self, user: int, item: int) -> list[tuple[int, float]]:
        """What the items of a user (a code) contribute to the score of an item: (code, amount), largest first.

        Raises:
            UserError: the model cannot, or one of them is unknown.
        """
        [who] = codes(user, self.train.shape[0], "users")
        [parts] = self._recommender.explain(int(who), np.array([self._item(item)], np.int32))
        return [(part.artist, part.amount) for part in parts]

    def __repr__(self) -> str:
        """Its name and what it was fitted on."""
        rows, columns = self.train.shape
        return f"Model({self.name}: {rows:,} users, {columns:,} items)"

    def _item(self, item: int) -> int:
        """A code of an item, checked."""
        [code] = codes(item, self.train.shape[1], "items")
        return int(code)


def models() -> dict[str, dict[str, Any]]:
    """The models with their parameters and these parameters' defaults."""
    return {name: {field.name: field.default for field in param_fields.fields(name)} for name in registry.models()}


def fit(
    model: str, train: Split | csr_matrix, *, final: bool = False, validation: csr_matrix | None = None, seed: int = 42,
    progress: Report = None, **parameters: Any,
) -> Model:  # fmt: skip
    """Fit a model in this process; nothing is written.

    Args:
        model: its name (see `models`).
        train: a split of a log, or a matrix of plays, (users, items).
        final: with a split: fit on train + validation.
        validation: with a matrix: what early stopping looks at, (users, items); None: there is none.
        seed: every source of randomness starts from it.
        progress: hears of each step and epoch.
        parameters: of the model; what is not given has its default.

    Raises:
        UserError: a parameter is unknown or out of bounds, the matrix holds no plays, or the fit diverged.
    """
    params = param_fields.parse(model, parameters)
    if isinstance(train, Split):
        log = train._log
        request = TrainRequest(params=params, final=final, split=train._spec, seed=seed)
        request = hybrids.resolved(log._home, request, log.content)
        members = hybrids.members(log._home, request)
        parts = train._timed if training_data.need_times(params, members) else train._parts
    else:
        if final:
            raise UserError("A final fit needs a split; add train and validation up instead.")
        parts = _parts_of(plays_matrix(train, "The matrix"), validation)
        if parts.split.train.nnz == 0:
            raise UserError("There is nothing to learn from: the matrix holds no plays.")
        request = TrainRequest(params=params, seed=seed)
        members = hybrids.members(home_of(None), request)
    fitted = training_steps.fit(request, members, parts, Sink(progress))
    return Model(fitted.recommender, fitted.train)


def evaluate(
    model: Model | Callable[[Codes], Scores], data: Split | csr_matrix, held_out: csr_matrix | None = None, *,
    part: Part = "validation", k: int = 10, metrics: Sequence[str] | None = None, progress: Report = None,
) -> Evaluation:  # fmt: skip
    """Rank all items for every user with something held out, and measure the lists; in this process.

    Args:
        model: a model, or a function that gives the scores of all items, (users, items) float32, for user codes: any
            library's model can be evaluated so.
        data: a split; or the matrix that the model was fitted on, whose pairs are no candidates.
        held_out: with a matrix: (users, items), what is to be found.
        part: with a split: which part is to be found. `test` is counted as an evaluation on test.
        k: length of the lists.
        metrics: names such as ["ndcg", "recall"], which are quicker without intervals and groups; None: all.
        progress: hears of steps done.

    Raises:
        UserError: a metric or the part is unknown, nothing is held out, or the scores are not of all items and finite.
    """
    if part not in get_args(Part):
        raise UserError(f"The part must be {' or '.join(map(repr, get_args(Part)))}, not {part!r}.")
    list_length(k)
    parts, held = _evaluated_data(data, held_out, part)
    fitted_on = model.train if isinstance(model, Model) else parts.fitted_on(final=part == "test")
    if fitted_on.shape != held.shape:
        raise UserError(f"The model was fitted on {fitted_on.shape}, and what is held out is {held.shape}.")
    scores = model.scores if isinstance(model, Model) else checked(model, held.shape[1])
    if held.nnz == 0:
        raise UserError(f"Nothing is held out in the {part} part, so there is nothing to evaluate on.")
    report, known, candidates = reported("evaluate", progress), parts.known(fitted_on), not parts.repeats
    if metrics is not None:
        served = ColdStart(scores, fitted_on, excluded=known.__getitem__ if candidates else None)
        quick = ranking.evaluate(
            served, fitted_on, held, k, known=known, wanted=_wanted(metrics), report=report, exclude_known=candidates
        )
        found = Evaluation(quick.metrics, {}, quick.per_user, quick.users, {})
    else:
        full = assessment.assess(
            scores, fitted_on, known, held, k, report=report, exclude_known=candidates,
            impersonal=isinstance(model, Model) and model._recommender.capabilities.impersonal,
        )  # fmt: skip
        found = Evaluation(full.metrics, full.intervals, full.per_user, full.users, full.groups)
        report(1, 1)
    if isinstance(data, Split) and part == "test":
        _count_test_use(data, found)
    return found


def named(params: msgspec.Struct) -> dict[str, Any]:
    """Parameters by name."""
    return {name: getattr(params, name) for name in params.__struct_fields__}


def _evaluated_data(
    data: Split | csr_matrix, held_out: csr_matrix | None, part: Part
) -> tuple[training_data.TrainingData, csr_matrix]:
    """The parts, and what is to be found."""
    if isinstance(data, Split):
        if held_out is not None:
            raise UserError("A split has its own held-out items: omit `held_out`, and name the `part`.")
        return data._parts, data._parts.held_out(final=part == "test")
    if held_out is None:
        raise UserError("With a matrix, give `held_out`: the items that are to be found.")
    parts = _parts_of(plays_matrix(data, "The matrix"), held_out)
    return parts, parts.split.validation


def _parts_of(train: csr_matrix, validation: csr_matrix | None) -> training_data.TrainingData:
    """Matrices as the parts of a log."""
    nothing = csr_matrix(train.shape, dtype=np.float32)
    held = nothing if validation is None else plays_matrix(validation, "What is held out")
    if held.shape != train.shape:
        raise UserError(f"What is held out is {held.shape}, and the matrix is {train.shape}: they must be alike.")
    parts = splits.Split(train, held, nothing)
    rows, columns = train.shape
    data = interactions.Interactions(train, list(map(str, range(rows))), list(map(str, range(columns))))
    return training_data.TrainingData(data, parts, repeats=False, disliked=nothing, ratings="")


def _wanted(names: Sequence[str]) -> list[metrics.Metric]:
    """Metrics by name, with `@k` or without.

    Raises:
        UserError: one is unknown.
    """
    known = {metric.name.partition("@")[0]: metric for metric in metrics.METRICS}
    known |= {metric.name: metric for metric in metrics.METRICS}
    wanted = [names] if isinstance(names, str) else names  # a single one is no list of letters
    for name in wanted:
        if name not in known:
            raise UserError(
                f"There is no metric {name!r}; the metrics are {', '.join(m.name for m in metrics.METRICS)}."
            )
    return [known[name] for name in wanted]


def _count_test_use(data: Split, found: Evaluation) -> None:
    """Count an evaluation on test; the same result counts once."""
    made = files.sha256_of_bytes(b"".join(column.tobytes() for column in found.per_user.values()))
    test_usage.record_use(data._log._home, f"api-{made[:12]}", data._log.content, data._spec)
