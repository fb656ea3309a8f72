"""BPR: its parameters, and what it says of itself."""

from typing import Annotated

from musicrec_tui.recommenders.params import Model, ModelParams, Size, about


class BprParams(ModelParams, frozen=True, tag="bpr"):
    """Bayesian personalised ranking (Rendle et al. 2009), by the `implicit` library."""

    factors: Annotated[
        int, about("Length of a user's and an artist's vector.", tune=(16, 256, "log"), ge=1, le=1024)
    ] = 64
    learning_rate: Annotated[float, about("Size of a step.", tune=(0.001, 0.1, "log"), gt=0, le=1)] = 0.005
    regularization: Annotated[
        float, about("Pull of all factors towards zero.", tune=(0.001, 0.1, "log"), ge=0, le=10)
    ] = 0.02
    iterations: Annotated[
        int, about("Passes; each takes as many steps as there are heard pairs.", unit="passes", ge=1, le=10_000)
    ] = 250
    threads: Annotated[
        int,
        about("More than 1 is faster on large logs, but then a seed does not reproduce a run.", unit="threads",
              ge=1, le=256),
    ] = 1  # fmt: skip


def _needed_bytes(params: BprParams, size: Size) -> int:
    """float32 factors and biases, as the library has them and as they are kept."""
    return 2 * 4 * (params.factors + 1) * (size.users + size.artists)


MODEL = Model(
    params=BprParams,
    title="BPR",
    recommender="bpr.model:BprRecommender",
    needed_bytes=_needed_bytes,
    less="Lower `factors`.",
    fit_module="implicit.cpu.bpr",
)
