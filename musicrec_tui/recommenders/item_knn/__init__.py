"""Item kNN: its parameters, and what it says of itself."""

from typing import Annotated, Literal

from musicrec_tui.recommenders.params import (
    HalfLife,
    Model,
    ModelParams,
    Neighbours,
    Weighting,
    about,
    neighbours_bytes,
)


class ItemKnnParams(ModelParams, frozen=True, tag="item_knn"):
    """Nearest neighbours of artists by the listeners that they share (Sarwar et al. 2001)."""

    similarity: Annotated[
        Literal["bm25", "cosine", "tfidf"],
        about("How two artists are compared; tfidf and bm25 count listeners of few artists for more.",
              tune=("bm25", "cosine", "tfidf")),
    ] = "tfidf"  # fmt: skip
    neighbours: Neighbours = 500
    k1: Annotated[float, about("BM25: how quickly extra plays stop counting.", gt=0, le=1000)] = 1.2
    b: Annotated[float, about("BM25: how much artists with many listeners are damped.", ge=0, le=1)] = 0.1
    shrinkage: Annotated[
        float,
        about("Cosine, tfidf: added to the denominator; damps artists with few listeners.",
              tune=(1.0, 500.0, "log"), ge=0, le=10_000),
    ] = 20.0  # fmt: skip
    weighting: Weighting = "binary"
    half_life: HalfLife = 0.0


MODEL = Model(
    params=ItemKnnParams,
    title="Item kNN",
    recommender="item_knn.model:ItemKnnRecommender",
    needed_bytes=neighbours_bytes,
    less="Lower `neighbours`.",
)
