"""Messages: from the session to its subscribers (a copy each), and from panes to their screen or the app."""

from dataclasses import dataclass

from textual.message import Message

from musicrec_tui.dataset.records import Artist, User


@dataclass
class IndexProgress(Message, bubble=False):
    """The index is being built."""

    phase: str
    """The current phase, as displayed."""
    share: float | None
    """From 0 to 1; None: unknown."""
    left: str = ""
    """The estimated remaining time, in words; empty: unknown."""


@dataclass
class DatasetOpened(Message, bubble=False):
    """The index is open: `session.dataset` is set."""


@dataclass
class DatasetFailed(Message, bubble=False):
    """The log could not be opened."""

    sentence: str
    """The error and what to do."""


@dataclass
class RunsChanged(Message, bubble=False):
    """A run was added, removed, or changed progress or state: `session.runs` is new."""


@dataclass
class TuningsChanged(Message, bubble=False):
    """A tuning was added, removed, or changed progress or state: `session.tunings` is new."""


@dataclass
class RunChosen(Message, bubble=False):
    """Explore is to recommend with `session.chosen` (None: popularity)."""


@dataclass
class PeriodChosen(Message, bubble=False):
    """The listens of `session.period` are to be counted."""


@dataclass
class TrainingOffered(Message, bubble=False):
    """The log has no model yet, and training one would take a while: the user decides."""

    sentence: str
    """The offer, with the estimated time; empty: no offer any more."""


@dataclass
class TrainFormWanted(Message):
    """Asks the app to show Train with its form filled."""

    texts: dict[str, str]
    """The texts of the lines by key (see `forms.entries`)."""


@dataclass
class RunWanted(Message):
    """Asks the app to show a run in Train."""

    run: str
    """Its id."""


@dataclass
class ArtistWanted(Message):
    """Asks the screen to show an artist."""

    artist: Artist
    origin: str = ""
    """The mode of the screen to which Esc returns from Explore; empty: Explore itself."""


@dataclass
class ArtistNamed(Message):
    """Asks the screen to show the artist of this key or name."""

    name: str


@dataclass
class UserWanted(Message):
    """Asks the screen to show a user with their recommendations."""

    user: User
    origin: str = ""
    """As in `ArtistWanted`."""
