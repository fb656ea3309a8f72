"""Popularity: its parameters (none), and what it says of itself."""

from musicrec_tui.recommenders.params import Model, ModelParams, Size


class PopularityParams(ModelParams, frozen=True, tag="popularity"):
    """The artists with most listeners, the same for all users: the baseline to beat. It has nothing to set."""


def _needed_bytes(_: PopularityParams, size: Size) -> int:
    """A float32 for each artist."""
    return 4 * size.artists


MODEL = Model(
    params=PopularityParams,
    title="Popularity",
    recommender="popularity.model:PopularityRecommender",
    needed_bytes=_needed_bytes,
    less="Use a smaller log.",
)
