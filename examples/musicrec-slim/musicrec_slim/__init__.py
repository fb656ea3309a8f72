"""SLIM: its parameters, and what it says of itself. Light: nothing that fits or scores is imported here."""

from typing import Annotated

from musicrec_tui.recommenders.params import HalfLife, Model, ModelParams, Size, about


class SlimParams(ModelParams, frozen=True, tag="slim"):
    """SLIM: a sparse linear model of artists (Ning & Karypis 2011), by scikit-learn's ElasticNet."""

    l1: Annotated[float, about("Pull that makes weights zero.", tune=(0.00001, 0.01, "log"), gt=0, le=100)] = 0.0005
    l2: Annotated[float, about("Pull of all weights towards zero.", tune=(0.0001, 0.1, "log"), gt=0, le=100)] = 0.005
    neighbours: Annotated[
        int,
        about("Artists that may speak for an artist, those with most listeners in common.", unit="artists",
              tune=(20, 400, "log"), ge=1, le=10_000),
    ] = 100  # fmt: skip
    half_life: HalfLife = 0.0


def _needed_bytes(params: SlimParams, size: Size) -> int:
    """The weights, and the listeners of the artists that one regression looks at."""
    kept = min(params.neighbours, size.artists)
    return 24 * kept * size.artists + 16 * size.pairs


MODEL = Model(
    params=SlimParams,
    title="SLIM",
    recommender="musicrec_slim.model:SlimRecommender",
    needed_bytes=_needed_bytes,
    less="Lower `neighbours`.",
    fit_module="musicrec_slim.regressions",
    effort=lambda params: float(params.neighbours),
)
