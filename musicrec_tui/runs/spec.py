"""spec.json: what a job is to do. Written once, before the worker starts, and never changed."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.recommenders.registry import MODELS, Params

SCHEMA = 1


class TrainSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Train one model and evaluate it.

    Attributes:
        run: the run's id, which is its folder's name.
        name: what the user calls it; empty: "ALS #3" and the like is made of model and number.
        number: counts the runs of a home, for names that are short to say.
        params: the model (its tag) with its parameters.
        data: absolute paths of the log.
        index: the index file to read.
        content: the content hash of that index.
        split: how the log is cut.
        seed: of the fit (the split has its own).
        final: fit on train + validation and evaluate on test; else fit on train and evaluate on validation.
        k: the K of the metrics and of NDCG.
        layout: the layout that the user insisted on, else empty.
        created_at: when it was asked for, UTC.
    """

    run: str
    number: int
    params: Params
    data: tuple[str, ...]
    index: str
    content: str
    split: SplitSpec
    created_at: datetime
    name: str = ""
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 42
    final: bool = False
    k: Annotated[int, Meta(ge=1, le=1000)] = 10
    layout: str = ""

    @property
    def model(self) -> str:
        """The model's name."""
        return self.params.model

    @property
    def label(self) -> str:
        """What front ends call the run."""
        return self.name or f"{MODELS[self.model].title} #{self.number}"
