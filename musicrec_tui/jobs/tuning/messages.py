"""What a tuner and its evaluators say to one another: JSON Lines over an evaluator's stdin and stdout."""

import msgspec

from musicrec_tui.recommenders.params import Params


class Proposal(msgspec.Struct, frozen=True):
    """Trials to make, by number. Those of one proposal differ in `iterations` alone, and are read from one fit."""

    numbers: tuple[int, ...]
    params: tuple[Params, ...]


class Answer(msgspec.Struct, frozen=True):
    """The tuner's answer to a `Step`: whether to go on."""

    go: bool


class Said(msgspec.Struct, frozen=True, tag_field="said", tag=str.lower):
    """Anything that an evaluator says."""


class Ready(Said, frozen=True):
    """The matrix is loaded; or why it cannot be."""

    refused: str = ""


class Step(Said, frozen=True):
    """An epoch is over, with the validation metric that it reached. Waits for an `Answer`."""

    number: int
    step: int
    value: float


class Done(Said, frozen=True, kw_only=True):
    """A trial ended: with metrics, or with the reason why it has none."""

    number: int
    metrics: dict[str, float] = {}
    pruned: bool = False
    reason: str = ""
    seconds: dict[str, float] = {}
    peak_memory_mb: int = 0


class Over(Said, frozen=True):
    """The proposal is done with; the next may come."""


AnySaid = Ready | Step | Done | Over
