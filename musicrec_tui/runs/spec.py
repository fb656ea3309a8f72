"""What a run is started from (`TrainRequest`), and how its folder stores that: spec.json, which never changes."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta

from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.recommenders import registry
from musicrec_tui.runs.engine import LOCAL, Engine
from musicrec_tui.text import NORMAL_FORM

SCHEMA = 1


class JobRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What runs and tunings are both started from, apart from the data.

    Attributes:
        split: how the log is cut.
        seed: of the fits (the split has its own), and of Optuna.
        k: the K of the metrics.
        name: what the user calls it; empty: made of the model and the job's number, such as "ALS #3".
    """

    split: SplitSpec = SplitSpec()
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 42
    k: Annotated[int, Meta(ge=1, le=1000)] = 10
    name: str = ""


class TrainRequest(JobRequest, frozen=True, kw_only=True):
    """Train one model and evaluate it. The form and the command line make one, `supervisor.submit` starts it.

    Attributes:
        params: the model (its tag) with its parameters.
        final: fit on train + validation and evaluate on test; else fit on train and evaluate on validation.
        tuning: the id of the tuning that searched for its parameters and started it; empty: none did.
        engine: what trains it; runs of before were trained by this machine.
    """

    params: "registry.AnyParams"
    final: bool = False
    tuning: str = ""
    engine: Engine = LOCAL

    @property
    def model(self) -> str:
        """The model's name."""
        return self.params.model


class TrainSpec(TrainRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request with its data and its place among the runs.

    Attributes:
        run: the run's id, which is its folder's name.
        number: counts the runs of a home, for names that are short to say.
        created_at: when it was asked for, UTC.
        data: absolute paths of the log.
        index: the index file to read.
        content: the content hash of that index; empty where the job is to read the log, until it is finished.
        layout: the layout that the user insisted on, else empty.
        normal_form: of names (see `text.NORMAL_FORM`); runs of before it was noted have the first.
    """

    run: str
    number: int
    created_at: datetime
    data: tuple[str, ...]
    index: str
    content: str
    layout: str = ""
    normal_form: int = 1

    @property
    def label(self) -> str:
        """What front ends call the run."""
        made = f"{registry.named(self.model).title}{' on Spark' if self.engine.spark else ''} #{self.number}"
        return self.name or made


class HasLog(Protocol):
    """The fields of a spec that say which data it is for."""

    @property
    def data(self) -> tuple[str, ...]:
        """Absolute paths of the log."""

    @property
    def index(self) -> str:
        """The index file."""

    @property
    def content(self) -> str:
        """The content hash of that index."""

    @property
    def layout(self) -> str:
        """The layout that the user insisted on, else empty."""


def log_of(spec: HasLog) -> IndexedLog:
    """The data that a spec is for."""
    return IndexedLog(Log(spec.data, spec.layout), Path(spec.index), spec.content)


def fields_of(request: JobRequest, log: IndexedLog) -> Mapping[str, Any]:
    """A request and its data as the fields of a spec; white space in the name is made single."""
    return msgspec.structs.asdict(request) | {
        "name": " ".join(request.name.split()), "data": log.log.names,
        "index": str(log.index.absolute()), "content": log.content, "layout": log.log.layout,
        "normal_form": NORMAL_FORM,
    }  # fmt: skip
