"""A weighted sum of models: each member's scores are made comparable, weighed and added up.

A member's scores of a user are divided by their standard deviation over the catalogue. That is the z-score but for the
user's mean, which is the same for all artists and changes no ranking; without it the members' reasons still sum to the
score. The members are fitted here, on the same train part, so that a hybrid is whole in itself and nothing of the test
part can come in through a member that was fitted on more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, registry
from musicrec_tui.recommenders.base import (
    Capabilities,
    Contribution,
    Fit,
    FloatArray,
    IntArray,
    Ranking,
    Recommender,
    Settling,
)
from musicrec_tui.recommenders.hybrid import HybridParams
from musicrec_tui.recommenders.hybrid.weight_search import Cached, CrossFit, cross_fit
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.shared_sink import Share

Member = tuple[Recommender, int]
"""A model, and the seed of its fit."""


class HybridRecommender:
    """Scores, newcomers and reasons are the weighted sums of the members'; one of weight 0 is not asked."""

    name: ClassVar[str] = "hybrid"

    def __init__(self, params: HybridParams, members: Sequence[Member] = ()) -> None:
        self.params = params
        self._members = list(members)
        self._train = csr_matrix((0, 0), dtype=np.float32)

    @property
    def capabilities(self) -> Capabilities:
        """What the members with a weight can do: newcomers all of them, reasons and similar artists any of them."""
        able = [recommender.capabilities for _, recommender in self._used()]
        return Capabilities(
            explain=any(one.explain for one in able),
            explain_estimate=any(one.explain_estimate or not one.explain for one in able),
            fold_in=all(one.fold_in for one in able),
            fold_in_estimate=any(one.fold_in_estimate for one in able),
            similar=any(one.similar for one in able),
            settles=True,
        )

    def fit(self, train: csr_matrix, fit: Fit) -> None:
        """Fit the members one after the other, then find the weights on validation, where none are given."""
        if len(self._members) != len(self.params.members):
            raise RuntimeError("a hybrid needs its members to be fitted")
        self._train = train
        shares = len(self._members) + 1
        for place, (recommender, seed) in enumerate(self._members):
            share = Share(fit.sink, place, shares, self.params.members[place])
            recommender.fit(train, Fit(seed, share, fit.validate, fit.ages))
        if not self.params.weights:
            weights = self._found(Fit(fit.seed, Share(fit.sink, shares - 1, shares, "weights"), fit.validate))
            self.params = msgspec.structs.replace(self.params, weights=weights)

    def settled(self) -> Self:
        """See `base.Settling`: the weights are kept, and what the members found."""
        return type(self)(self.params, [(_settled(recommender), seed) for recommender, seed in self._members])

    def scores(self, users: IntArray) -> FloatArray:
        """Weighted sums, (users, artists)."""
        return self._sum(len(users), [(weight, one.scores(users)) for weight, one in self._used()])

    def fold_in(self, profile: csr_matrix) -> FloatArray:
        """Weighted sums of what the members give newcomers.

        Raises:
            UserError: a member cannot.
        """
        return self._sum(profile.shape[0], [(weight, one.fold_in(profile)) for weight, one in self._used()])

    def similar(self, artist: int, k: int) -> Ranking:
        """What the member with the largest weight says, of those that can."""
        able = [(weight, one) for weight, one in self._used() if one.capabilities.similar]
        if not able:
            raise UserError("No member of this hybrid has similar artists; choose another run.")
        return max(able, key=lambda pair: pair[0])[1].similar(artist, k)

    def explain(self, user: int, artists: IntArray) -> list[list[Contribution]]:
        """The members' reasons, weighed as their scores are, and added up for each own artist; largest first."""
        codes = np.array([user], np.int32)
        return _added(
            [(weight * _scale(one.scores(codes))[0], one.explain(user, artists)) for weight, one in self._telling()]
        )

    def explain_profile(self, profile: csr_matrix, artists: IntArray) -> list[list[Contribution]]:
        """The same for a user who is folded in."""
        return _added(
            [
                (weight * _scale(one.fold_in(profile))[0], one.explain_profile(profile, artists))
                for weight, one in self._telling()
            ]
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For each member its arrays, and `<place>_params`: its parameters as JSON, a byte in each number."""
        result: dict[str, NDArray[Any]] = {}
        for place, (recommender, _) in enumerate(self._members):
            result |= {f"{place}_{name}": array for name, array in recommender.arrays().items()}
            result[f"{place}_params"] = np.frombuffer(msgspec.json.encode(recommender.params), np.uint8)
        return result

    @classmethod
    def restore(cls, params: HybridParams, arrays: Mapping[str, NDArray[Any]], train: csr_matrix) -> Self:
        """See `base.Recommender.restore`."""
        if len(params.weights) != len(params.members):
            raise UserError("The saved hybrid has no weight for each member; train the model again.")
        model = cls(params)
        model._train = train
        for place in range(len(params.members)):
            own = _member_params(arrays.get(f"{place}_params"))
            prefix = f"{place}_"
            named = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
            kind = factory.recommender_class(own.model)
            model._members.append((kind.restore(own, named, train), 0))
        return model

    def _used(self) -> list[tuple[float, Recommender]]:
        """Weights and members, without those that count for nothing."""
        weights = self.params.weights or (1.0,) * len(self._members)
        pairs = zip(weights, self._members, strict=True)
        return [(weight, recommender) for weight, (recommender, _) in pairs if weight > 0]

    def _telling(self) -> list[tuple[float, Recommender]]:
        """Those that can give reasons."""
        return [(weight, one) for weight, one in self._used() if one.capabilities.explain]

    def _sum(self, rows: int, parts: list[tuple[float, FloatArray]]) -> FloatArray:
        """Members' scores, comparable and weighed, added up."""
        total: FloatArray = np.zeros((rows, self._train.shape[1]), np.float32)
        for weight, scores in parts:
            total += scores * (weight * _scale(scores))[:, None]
        return total

    def _found(self, fit: Fit) -> tuple[float, ...]:
        """The weights that are best on validation; equal ones where there is no validation part."""
        count = len(self._members)
        if fit.validate is None:
            fit.sink.log("There is no validation part to find weights on: all members weigh the same.")
            return (1 / count,) * count
        cached = Cached([_comparable(recommender) for recommender, _ in self._members], self._train, fit.seed)
        validate = fit.validate
        found = cross_fit(
            count, lambda tried, fold: validate(cached.weighed(tried), cached.folds[fold]), fit.sink.progress
        )
        for line in _told(self.params.members, found):
            fit.sink.log(line)
        return found.weights


def _told(members: Sequence[str], found: CrossFit) -> list[str]:
    """What each member adds, and the weights."""
    lines = [
        f"{name} alone: NDCG@10 {alone:.4f}. {_adding(weight, adds)}"
        for name, weight, alone, adds in zip(members, found.weights, found.alone, found.adds, strict=True)
    ]
    weights = ", ".join(f"{name} {weight:.3f}" for name, weight in zip(members, found.weights, strict=True))
    return [*lines, f"Weights found on validation by cross-fitting: {weights} (NDCG@10 {found.value:.4f})."]


def _adding(weight: float, adds: float) -> str:
    """What a member adds, as a sentence."""
    if not weight:
        return "It adds nothing and is left out."
    return f"It adds {adds:+.4f}." if adds > 0 else "It adds less than can be measured."


def _settled(recommender: Recommender) -> Recommender:
    """A member to be fitted anew."""
    return recommender.settled() if isinstance(recommender, Settling) else factory.create(recommender.params)


def _comparable(recommender: Recommender) -> Callable[[IntArray], FloatArray]:
    """A member's scores, made comparable."""

    def scores(users: IntArray) -> FloatArray:
        own = recommender.scores(users)
        own *= _scale(own)[:, None]
        return own

    return scores


def _scale(scores: FloatArray) -> FloatArray:
    """One over the standard deviation of each row; 0 where all are equal."""
    deviation = scores.std(axis=1, dtype=np.float64)
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 0)
    scales: FloatArray = scale.astype(np.float32)
    return scales


def _added(parts: list[tuple[np.float32, list[list[Contribution]]]]) -> list[list[Contribution]]:
    """Contributions of several models, each times its factor, summed by own artist; largest first."""
    sums = []
    for told in zip(*(lists for _, lists in parts), strict=True):
        amounts: dict[int, float] = {}
        for (factor, _), contributions in zip(parts, told, strict=True):
            for artist, amount in contributions:
                amounts[artist] = amounts.get(artist, 0.0) + float(factor) * amount
        sums.append([Contribution(*pair) for pair in sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))])
    return sums


def _member_params(array: NDArray[Any] | None) -> Params:
    """A member's parameters from their bytes.

    Raises:
        UserError: they are none.
    """
    if array is not None and array.dtype == np.uint8:
        try:
            params: Params = msgspec.json.decode(array.tobytes(), type=registry.AnyParams)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            params = HybridParams()
        if not isinstance(params, HybridParams):
            return params
    raise UserError("The saved hybrid does not say what its members are; train the model again.")
