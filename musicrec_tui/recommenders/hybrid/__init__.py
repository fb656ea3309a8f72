"""Hybrids: their parameters, and what they say of themselves."""

from typing import Annotated

from msgspec import Meta

from musicrec_tui.recommenders.params import Model, ModelParams, Size, about

AUTO = "auto"
"""In the place of members: the best finished run of each model."""
CACHE_BYTES = 600_000_000
"""Of the members' scores that are kept while weights are tried."""


class HybridParams(ModelParams, frozen=True, tag="hybrid"):
    """A weighted sum of other models' scores, each divided by its spread; the members are fitted with it."""

    members: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...],
        about("Finished runs of the same log and split, models (als, als factors=128), or auto: the best runs.",
              min_length=1, max_length=8),
    ] = (AUTO,)  # fmt: skip
    weights: Annotated[
        tuple[Annotated[float, Meta(ge=0, le=1000)], ...],
        about(
            "The weight of each member; empty: found on the validation part (0 where it adds nothing).", max_length=8
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Check what one value alone cannot tell."""
        if len(self.members) == 1 and self.members != (AUTO,):
            raise ValueError(f"members must be two or more, or {AUTO}")
        if self.members == (AUTO,):
            return  # what takes its place is known where the weights are checked again
        if self.weights and (len(self.weights) != len(self.members) or not any(self.weights)):
            raise ValueError("weights must be empty, or one for each of members and not all 0")


def _needed_bytes(params: HybridParams, size: Size) -> int:
    """The members' scores while weights are tried; the members' own needs come on top."""
    return min(CACHE_BYTES, 4 * size.users * size.artists * len(params.members))


MODEL = Model(
    params=HybridParams,
    title="Hybrid",
    recommender="hybrid.model:HybridRecommender",
    needed_bytes=_needed_bytes,
    less="Name fewer members, or smaller ones.",
    members="members",
)
