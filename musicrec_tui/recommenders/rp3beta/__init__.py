"""RP3β: its parameters, and what it says of itself."""

from typing import Annotated

from musicrec_tui.recommenders.params import (
    HalfLife,
    Model,
    ModelParams,
    Neighbours,
    Weighting,
    about,
    neighbours_bytes,
)


class Rp3BetaParams(ModelParams, frozen=True, tag="rp3beta"):
    """RP3β: random walks over users and artists, popular artists damped (Paudel et al. 2017)."""

    alpha: Annotated[
        float,
        about("Power of a step's probability; below 1 well-trodden paths count less.", tune=(0.3, 1.5), gt=0, le=10),
    ] = 0.8
    beta: Annotated[
        float,
        about("Popularity is divided out to this power; higher finds rarer artists.", tune=(0.0, 0.8), ge=0, le=10),
    ] = 0.3
    neighbours: Neighbours = 500
    weighting: Weighting = "binary"
    half_life: HalfLife = 0.0


MODEL = Model(
    params=Rp3BetaParams,
    title="RP3beta",
    recommender="rp3beta.model:Rp3BetaRecommender",
    needed_bytes=neighbours_bytes,
    less="Lower `neighbours`.",
)
