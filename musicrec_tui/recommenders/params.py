"""Parameters: one struct for each model. The TUI's form, `--set`, the tuner and the docs are all drawn from these.

A field's `Meta` carries its bounds and its sentence (`description`), its unit in `extra_json_schema["unit"]`;
`param_fields` reads them. Those of the neural networks are in `network_params`.
"""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from musicrec_tui.recommenders.network_params import MultVaeParams, NcfParams


class PopularityParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="popularity", tag_field="model"):
    """Popularity has nothing to set."""


class AlsParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="als", tag_field="model"):
    """Implicit-feedback ALS (Hu, Koren & Volinsky 2008), by the `implicit` library."""

    factors: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            description="Length of a user's and an artist's vector.",
            extra_json_schema={"tune": (8, 256, "log")},
        ),
    ] = 64
    regularization: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            description="Pull of all factors towards zero (not scaled by activity).",
            extra_json_schema={"tune": (0.01, 30.0, "log")},
        ),
    ] = 3.0
    iterations: Annotated[
        int,
        Meta(
            ge=1,
            le=500,
            description="Sweeps over users and artists.",
            extra_json_schema={"unit": "sweeps", "tune": (5, 60, "log")},
        ),
    ] = 15
    alpha: Annotated[
        float,
        Meta(
            gt=0,
            le=1000,
            description="Confidence in a heard pair is alpha × its weight (unheard: 1).",
            extra_json_schema={"tune": (1.0, 60.0, "log")},
        ),
    ] = 5.0
    weighting: Annotated[
        Literal["binary", "counts", "log", "bm25"],
        Meta(
            description="A pair's weight: 1, its plays, log(1 + plays), or BM25 of its plays.",
            extra_json_schema={"tune": ("binary", "log", "bm25")},
        ),
    ] = "binary"


Weighting = Annotated[
    Literal["binary", "counts", "log"],
    Meta(
        description="What a user's artist counts: 1, its plays, or log(1 + plays).",
        extra_json_schema={"tune": ("binary", "log")},
    ),
]
Neighbours = Annotated[
    int,
    Meta(ge=1, le=10_000, description="Artists that each artist speaks for, the nearest.",
         extra_json_schema={"unit": "artists", "tune": (20, 1000, "log")}),
]  # fmt: skip


class ItemKnnParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="item_knn", tag_field="model"):
    """Nearest neighbours of artists by the listeners that they share (Sarwar et al. 2001)."""

    similarity: Annotated[
        Literal["bm25", "cosine", "tfidf"],
        Meta(
            description="How two artists are compared; tfidf and bm25 count listeners of few artists for more.",
            extra_json_schema={"tune": ("bm25", "cosine", "tfidf")},
        ),
    ] = "bm25"
    neighbours: Neighbours = 200
    k1: Annotated[float, Meta(gt=0, le=1000, description="BM25: how late more plays stop to count.")] = 1.2
    b: Annotated[float, Meta(ge=0, le=1, description="BM25: how much artists with many listeners are damped.")] = 0.1
    shrinkage: Annotated[
        float,
        Meta(ge=0, le=10_000, description="Cosine, tfidf: added to the denominator; damps artists with few listeners."),
    ] = 5.0
    weighting: Weighting = "binary"


class Rp3BetaParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rp3beta", tag_field="model"):
    """RP3β: random walks over users and artists, popular artists damped (Paudel et al. 2017)."""

    alpha: Annotated[
        float,
        Meta(
            gt=0,
            le=10,
            description="Power of a step's probability; below 1 well-trodden paths count less.",
            extra_json_schema={"tune": (0.3, 1.5)},
        ),
    ] = 0.8
    beta: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            description="Popularity is divided out to this power; higher finds rarer artists.",
            extra_json_schema={"tune": (0.0, 0.8)},
        ),
    ] = 0.3
    neighbours: Neighbours = 500
    weighting: Weighting = "binary"


class EaseParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ease", tag_field="model"):
    """EASE: a linear autoencoder in closed form (Steck 2019); memory grows with the square of the artists."""

    regularization: Annotated[
        float,
        Meta(
            gt=0,
            le=1_000_000,
            description="Pull of all weights between artists towards zero.",
            extra_json_schema={"tune": (5.0, 2000.0, "log")},
        ),
    ] = 100.0
    min_listeners: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Artists with fewer listeners in train are left out.",
             extra_json_schema={"unit": "listeners"}),
    ] = 2  # fmt: skip
    memory_mb: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Most memory; the artists with fewest listeners are left out to fit it.",
             extra_json_schema={"unit": "MB"}),
    ] = 2000  # fmt: skip
    weighting: Weighting = "binary"


class BprParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="bpr", tag_field="model"):
    """Bayesian personalised ranking (Rendle et al. 2009), by the `implicit` library."""

    factors: Annotated[
        int,
        Meta(ge=1, le=1024, description="Length of a user's and an artist's vector.",
             extra_json_schema={"tune": (16, 256, "log")}),
    ] = 64  # fmt: skip
    learning_rate: Annotated[
        float, Meta(gt=0, le=1, description="Size of a step.", extra_json_schema={"tune": (0.001, 0.1, "log")})
    ] = 0.005
    regularization: Annotated[
        float,
        Meta(ge=0, le=10, description="Pull of all factors towards zero.",
             extra_json_schema={"tune": (0.001, 0.1, "log")}),
    ] = 0.02  # fmt: skip
    iterations: Annotated[
        int,
        Meta(ge=1, le=10_000, description="Passes; each takes as many steps as there are heard pairs.",
             extra_json_schema={"unit": "passes"}),
    ] = 250  # fmt: skip
    threads: Annotated[
        int,
        Meta(ge=1, le=256, description="More than 1 is faster on large logs, but then a seed does not reproduce a run.",
             extra_json_schema={"unit": "threads"}),
    ] = 1  # fmt: skip


class HybridParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="hybrid", tag_field="model"):
    """A weighted sum of other models' scores, each divided by its spread; the members are fitted with it."""

    members: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...],
        Meta(
            min_length=2,
            max_length=8,
            description="Finished runs of the same log and split, or names of models (with their defaults).",
        ),
    ] = ("ease", "als", "rp3beta")
    weights: Annotated[
        tuple[Annotated[float, Meta(ge=0, le=1000)], ...],
        Meta(max_length=8, description="The weight of each member; empty: found on the validation part."),
    ] = ()

    def __post_init__(self) -> None:
        """Check what one value alone cannot tell."""
        if self.weights and (len(self.weights) != len(self.members) or not any(self.weights)):
            raise ValueError("weights must be empty, or one for each of members and not all 0")


Params = (
    AlsParams
    | NcfParams
    | EaseParams
    | Rp3BetaParams
    | ItemKnnParams
    | BprParams
    | MultVaeParams
    | HybridParams
    | PopularityParams
)
MODELS: dict[str, type[msgspec.Struct]] = {str(kind.__struct_config__.tag): kind for kind in get_args(Params)}
_TITLES = {"rp3beta": "RP3beta", "item_knn": "Item kNN", "mult_vae": "Mult-VAE"}


def title(model: str) -> str:
    """What front ends call a model."""
    return _TITLES.get(model) or (model.upper() if len(model) <= 4 else model.capitalize())
