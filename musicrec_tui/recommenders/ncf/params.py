"""The parameters of neural collaborative filtering."""

from typing import Annotated, Literal

from msgspec import Meta

from musicrec_tui.recommenders.params import ModelParams, Patience, Step, about

DECK_LAYERS = (2048, 1024, 512)
"""The widths of the network of `deck`, the original project's; `NcfParams.layers` is for the others."""


class NcfParams(ModelParams, frozen=True, tag="ncf"):
    """Neural collaborative filtering (He et al. 2017): NumPy trains small networks, TensorFlow the others."""

    architecture: Annotated[
        Literal["neumf", "gmf", "mlp", "deck"],
        about("NeuMF joins GMF and MLP; `deck` is the original project's: dot product into a wide MLP."),
    ] = "neumf"
    factors: Annotated[
        int, about("Size of the embedding of GMF and of `deck`.", tune=(16, 128, "log"), ge=1, le=512)
    ] = 64
    layers: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=8192)], ...],
        about("Widths of the MLP's layers, the first split over user and artist; `deck` has its own.",
              min_length=1, max_length=8),
    ] = (64, 32, 16, 8)  # fmt: skip
    loss: Annotated[
        Literal["softmax", "binary"],
        about("softmax: which of many artists was it? binary: yes or no for each pair (`deck`: always)."),
    ] = "binary"
    negatives: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | Literal["all"],
        about("Binary: unheard artists for each heard one, anew each epoch; all: the whole grid."),
    ] = 16
    drawn: Annotated[
        int, about("Softmax: artists that are drawn for each batch.", unit="artists", ge=1, le=100_000)
    ] = 512
    epochs: Annotated[int, about("Maximum epochs (0 = keep the ALS initialisation).", unit="epochs", ge=0, le=1000)] = (
        25
    )
    patience: Patience = 3
    batch: Annotated[int, about("Pairs in one step.", unit="pairs", ge=1, le=1_000_000)] = 4096
    learning_rate: Step = 0.002
    l2: Annotated[float, about("L2 penalty on the embeddings of a batch.", tune=(0.0001, 0.1, "log"), ge=0, le=10)] = (
        0.005
    )
    pretrain: Annotated[
        Literal["none", "als"],
        about("als: the GMF half starts from ALS of its size, and learns in steps of a tenth."),
    ] = "none"
    dropout: Annotated[float, about("Dropout between the layers of `deck`.", ge=0, lt=1)] = 0.2

    def __post_init__(self) -> None:
        """Check what one value alone cannot tell."""
        if self.architecture in ("neumf", "mlp") and self.layers[0] % 2:
            raise ValueError("the first of layers must be even, for half of it is the user's and half the artist's")
