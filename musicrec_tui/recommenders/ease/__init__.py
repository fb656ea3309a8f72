"""EASE: its parameters, and what it says of itself."""

from typing import Annotated

from musicrec_tui.recommenders.params import HalfLife, Model, ModelParams, Size, Weighting, about

BYTES_PER_CELL = 12
"""Of a cell of the table of weights while it is computed: float64, and beside it the float32 that is kept."""


class EaseParams(ModelParams, frozen=True, tag="ease"):
    """EASE: a linear autoencoder in closed form (Steck 2019, 2020); memory grows with the square of the artists."""

    regularization: Annotated[
        float,
        about("Pull of all weights between artists towards zero.", tune=(5.0, 2000.0, "log"), gt=0, le=1_000_000),
    ] = 50.0
    min_listeners: Annotated[
        int, about("Artists with fewer listeners in train are left out.", unit="listeners", ge=1, le=1_000_000)
    ] = 2
    memory_mb: Annotated[
        int,
        about("Most memory; the artists with fewest listeners are left out to fit it.", unit="MB", ge=1, le=1_000_000),
    ] = 2000
    weighting: Weighting = "binary"
    dropout: Annotated[
        float,
        about("Denoising (EDLAE): share of each user's artists that is imagined missing (0 = plain EASE).",
              tune=(0.0, 0.95), new=0.7, ge=0, lt=1),
    ] = 0.0  # fmt: skip
    half_life: HalfLife = 0.0


def _needed_bytes(params: EaseParams, size: Size) -> int:
    """The table, beside which what is said of an artist is kept as it is saved."""
    return min(params.memory_mb * 2**20, BYTES_PER_CELL * size.artists**2)


MODEL = Model(
    params=EaseParams,
    title="EASE",
    recommender="ease.model:EaseRecommender",
    needed_bytes=_needed_bytes,
    less="Lower `memory_mb`.",
)
