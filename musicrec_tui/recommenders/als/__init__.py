"""ALS: its parameters, and what it says of itself."""

from typing import Annotated, Literal

from musicrec_tui.recommenders.params import HalfLife, Model, ModelParams, Size, about

EQUATIONS_BYTES = 32_000_000
"""Of users' equations that are held while they are solved."""


class AlsParams(ModelParams, frozen=True, tag="als"):
    """Implicit-feedback ALS (Hu, Koren & Volinsky 2008), by the `implicit` library."""

    factors: Annotated[
        int, about("Length of a user's and an artist's vector.", tune=(8, 256, "log"), ge=1, le=1024)
    ] = 64
    regularization: Annotated[
        float,
        about("Pull of all factors towards zero (not scaled by activity).", tune=(0.1, 300.0, "log"), ge=0, le=1000),
    ] = 40.0
    iterations: Annotated[
        int, about("Sweeps over users and artists.", unit="sweeps", tune=(5, 60, "log"), ge=1, le=500)
    ] = 15
    alpha: Annotated[
        float,
        about("Confidence in a heard pair is alpha × its weight (unheard: 1).",
              tune=(1.0, 100.0, "log"), gt=0, le=1000),
    ] = 10.0  # fmt: skip
    weighting: Annotated[
        Literal["binary", "counts", "log", "bm25"],
        about("A pair's weight: 1, its plays, log(1 + plays), or BM25 of its plays.", tune=("binary", "log", "bm25")),
    ] = "binary"
    half_life: HalfLife = 0.0


def _needed_bytes(params: AlsParams, size: Size) -> int:
    """float32 factors of both, the artists' once more in double precision, and the equations that are solved."""
    return params.factors * (4 * size.users + 12 * size.artists) + EQUATIONS_BYTES


MODEL = Model(
    params=AlsParams,
    title="ALS",
    recommender="als.model:AlsRecommender",
    needed_bytes=_needed_bytes,
    less="Lower `factors`.",
    fit_module="musicrec_tui.recommenders.als.fit",
    staged_by="iterations",
    effort=lambda params: float(params.iterations * params.factors),
)
