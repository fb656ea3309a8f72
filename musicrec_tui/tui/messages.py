"""What the session tells the screens. Each subscriber gets a message of its own; none bubbles."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from musicrec_tui.runs.events import AnyEvent
    from musicrec_tui.runs.store import RunInfo


@dataclass
class IndexProgress(Message, bubble=False):
    """The index is being built."""

    phase: str
    """What is done now, as a person says it."""
    share: float | None
    """Between 0 and 1, where it is known."""


@dataclass
class DatasetOpened(Message, bubble=False):
    """The index is open: `session.dataset` is set."""


@dataclass
class DatasetFailed(Message, bubble=False):
    """There is nothing to look at."""

    sentence: str
    """What is wrong and what to do."""


@dataclass
class RunsChanged(Message, bubble=False):
    """A run came, went, or changed its state: `session.runs` is new."""


@dataclass
class RunEvents(Message, bubble=False):
    """A live job has written events since the last time."""

    run: "RunInfo"
    events: "tuple[AnyEvent, ...]"


@dataclass
class RunChosen(Message, bubble=False):
    """Explore is to recommend with `session.chosen` (None: popularity)."""


@dataclass
class TrainingOffered(Message, bubble=False):
    """There is no model of this log yet, and training one would take a while: the user decides."""

    sentence: str
    """What is offered, and how long it might take."""
