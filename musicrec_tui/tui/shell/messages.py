"""What the session tells the screens (each subscriber gets its own copy), and what panes ask of their screen."""

from dataclasses import dataclass

from textual.message import Message

from musicrec_tui.dataset.records import Artist, User


@dataclass
class IndexProgress(Message, bubble=False):
    """The index is being built."""

    phase: str
    """What is done now, as a person says it."""
    share: float | None
    """Between 0 and 1, where it is known."""
    left: str = ""
    """How much longer it may take, in words; empty where nobody can tell."""


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
    """A run came, went, got further, or changed its state: `session.runs` is new."""


@dataclass
class TuningsChanged(Message, bubble=False):
    """A tuning came, went, got further, or changed its state: `session.tunings` is new."""


@dataclass
class RunChosen(Message, bubble=False):
    """Explore is to recommend with `session.chosen` (None: popularity)."""


@dataclass
class TrainingOffered(Message, bubble=False):
    """There is no model of this log yet, and training one would take a while: the user decides."""

    sentence: str
    """What is offered, and how long it might take."""


@dataclass
class TrainFormWanted(Message):
    """A screen asks the app to show Train with its form filled."""

    texts: dict[str, str]
    """What each line is to hold, by its key (see `forms.fields`)."""


@dataclass
class RunWanted(Message):
    """A screen asks the app to show a run in Train."""

    run: str
    """Its id."""


@dataclass
class ArtistWanted(Message):
    """A pane asks its screen to show an artist."""

    artist: Artist
    origin: str = ""
    """The mode of the screen that sends the user to Explore, where Esc leads back to; empty: Explore itself."""


@dataclass
class ArtistNamed(Message):
    """A pane asks its screen to show the artist of this key or name."""

    name: str


@dataclass
class UserWanted(Message):
    """A pane asks its screen to show a user and what to recommend to them."""

    user: User
    origin: str = ""
    """As that of `ArtistWanted`."""
