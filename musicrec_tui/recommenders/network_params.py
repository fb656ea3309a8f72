"""Parameters of the models that TensorFlow fits, epoch by epoch; see `params`, which has those of all others."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Patience = Annotated[
    int,
    Meta(
        ge=0,
        le=1000,
        description="Stop after so many epochs without a better validation NDCG@10 (0: never).",
        extra_json_schema={"unit": "epochs"},
    ),
]
Step = Annotated[
    float, Meta(gt=0, le=1, description="Adam's step size.", extra_json_schema={"tune": (0.0005, 0.01, "log")})
]


class NcfParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ncf", tag_field="model"):
    """Neural collaborative filtering (He et al. 2017), in Keras."""

    architecture: Annotated[
        Literal["neumf", "gmf", "mlp", "deck"],
        Meta(description="NeuMF joins GMF and MLP; deck is the student project's: dot product into a wide MLP."),
    ] = "neumf"
    factors: Annotated[
        int,
        Meta(
            ge=1,
            le=512,
            description="Size of the GMF embedding, and of deck's.",
            extra_json_schema={"tune": (16, 128, "log")},
        ),
    ] = 64
    layers: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=8192)], ...],
        Meta(
            min_length=1,
            max_length=8,
            description="Widths of the MLP's layers, the first split over user and artist; deck has its own.",
        ),
    ] = (64, 32, 16, 8)
    loss: Annotated[
        Literal["softmax", "binary"],
        Meta(description="softmax: which of many artists was it? binary: yes or no for each pair (the deck's always)."),
    ] = "binary"
    negatives: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | Literal["all"],
        Meta(description="Binary: unheard artists for each heard one, anew each epoch; all: the whole grid."),
    ] = 16
    drawn: Annotated[
        int,
        Meta(ge=1, le=100_000, description="Softmax: artists that are drawn for each batch.",
             extra_json_schema={"unit": "artists"}),
    ] = 512  # fmt: skip
    epochs: Annotated[
        int,
        Meta(ge=0, le=1000, description="Most passes over the data (0: what ALS gave).",
             extra_json_schema={"unit": "epochs"}),
    ] = 25  # fmt: skip
    patience: Patience = 3
    batch: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Pairs in one step.", extra_json_schema={"unit": "pairs"})
    ] = 4096
    learning_rate: Step = 0.002
    l2: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            description="L2 penalty on the embeddings of a batch.",
            extra_json_schema={"tune": (0.0001, 0.1, "log")},
        ),
    ] = 0.005
    pretrain: Annotated[
        Literal["none", "als"],
        Meta(description="als: the GMF half starts from ALS of its size, and learns in steps of a tenth."),
    ] = "none"
    dropout: Annotated[float, Meta(ge=0, lt=1, description="Dropout between the deck's layers.")] = 0.2

    def __post_init__(self) -> None:
        """Check what one value alone cannot tell."""
        if self.architecture in ("neumf", "mlp") and self.layers[0] % 2:
            raise ValueError("the first of layers must be even, for half of it is the user's and half the artist's")


class MultVaeParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="mult_vae", tag_field="model"):
    """A variational autoencoder with a multinomial likelihood (Liang et al. 2018), in Keras."""

    hidden: Annotated[int, Meta(ge=1, le=8192, description="Width of the layers between artists and latent.")] = 200
    latent: Annotated[
        int,
        Meta(
            ge=1, le=4096, description="Numbers that describe a person.", extra_json_schema={"tune": (16, 256, "log")}
        ),
    ] = 64
    dropout: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            description="Share of a person's artists that is hidden.",
            extra_json_schema={"tune": (0.3, 0.9)},
        ),
    ] = 0.7
    beta: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            description="Most weight of the divergence from the prior.",
            extra_json_schema={"tune": (0.05, 1.0)},
        ),
    ] = 0.2
    anneal: Annotated[
        int,
        Meta(ge=0, le=10_000, description="Beta grows from 0 for so long.", extra_json_schema={"unit": "epochs"}),
    ] = 20
    epochs: Annotated[
        int, Meta(ge=1, le=10_000, description="Most passes over the data.", extra_json_schema={"unit": "epochs"})
    ] = 60
    patience: Patience = 6
    batch: Annotated[
        int, Meta(ge=1, le=100_000, description="People in one step.", extra_json_schema={"unit": "people"})
    ] = 100
    learning_rate: Step = 0.003
    l2: Annotated[float, Meta(ge=0, le=10, description="L2 penalty on the weights of the layers.")] = 0.001
