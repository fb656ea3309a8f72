"""Mult-VAE: its parameters, and what it says of itself."""

from typing import Annotated

from musicrec_tui.recommenders.params import Model, ModelParams, Need, Neural, Patience, Size, Step, about


class MultVaeParams(ModelParams, frozen=True, tag="mult_vae"):
    """A variational autoencoder with a multinomial likelihood (Liang et al. 2018), in Keras."""

    hidden: Annotated[int, about("Width of the layers between artists and latent.", ge=1, le=8192)] = 200
    latent: Annotated[int, about("Numbers that describe a person.", tune=(16, 256, "log"), ge=1, le=4096)] = 64
    dropout: Annotated[float, about("Share of a person's artists that is hidden.", tune=(0.3, 0.9), ge=0, lt=1)] = 0.7
    beta: Annotated[float, about("Most weight of the divergence from the prior.", tune=(0.05, 1.0), ge=0, le=10)] = 0.2
    anneal: Annotated[int, about("Beta grows from 0 for so long.", unit="epochs", ge=0, le=10_000)] = 20
    epochs: Annotated[int, about("Maximum epochs.", unit="epochs", ge=1, le=10_000)] = 60
    patience: Patience = 6
    batch: Annotated[int, about("People in one step.", unit="people", ge=1, le=100_000)] = 100
    learning_rate: Step = 0.003
    l2: Annotated[float, about("L2 penalty on the weights of the layers.", ge=0, le=10)] = 0.001


def _needed_bytes(params: MultVaeParams, size: Size) -> int:
    """Weights, Adam's two moments, gradients and the best epoch's copy; and a batch's logits."""
    return 4 * (6 * 2 * params.hidden * size.artists + 4 * params.batch * size.artists)


MODEL = Model(
    params=MultVaeParams,
    title="Mult-VAE",
    recommender="mult_vae.model:MultVaeRecommender",
    needed_bytes=_needed_bytes,
    less="Lower `hidden` or `batch`.",
    neural=Neural("musicrec_tui.recommenders.mult_vae.training", "all training", lambda _: Need("", "Mult-VAE")),
)
