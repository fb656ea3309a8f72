"""The screens, in the order of their keys: a new one is a room with a `screen.py`, and a line here."""

from pathlib import Path
from typing import NamedTuple

_ROOMS = Path(__file__).parents[1]


class ScreenEntry(NamedTuple):
    """A screen's entry for tabs, keys, palette, help and the catalogue of commands; nothing is imported for it.

    Attributes:
        mode: its id, which is the name of its room; the class in `<mode>/screen.py` is `<Mode>Screen`.
        key: the number key that shows it; empty: another screen leads to it, and it has no tab.
        title: its tab and its palette entry.
        help: a sentence on what it is for.
        twins: the equivalent commands of the command line.
    """

    mode: str
    key: str
    title: str
    help: str
    twins: tuple[str, ...]

    @property
    def module(self) -> str:
        """Where its class is."""
        return f"musicrec_tui.tui.{self.mode}.screen"

    @property
    def kind(self) -> str:
        """The name of its class."""
        return f"{self.mode.capitalize()}Screen"

    @property
    def styles(self) -> list[Path]:
        """Its stylesheets."""
        return sorted((_ROOMS / self.mode).glob("*.tcss"))


SCREENS = (
    ScreenEntry(
        "explore", "1", "Explore", "Look up artists and users; see recommendations.",
        ("users", "user", "artists", "artist", "recommend", "explain", "similar", "import", "profiles", "taste",
         "bookmarks", "review", "links"),
    ),
    ScreenEntry("train", "2", "Train", "Train a model and watch it learn.", ("models", "train", "runs")),
    ScreenEntry("tune", "3", "Tune", "Try many parameters of a model and find the best.", ("tune", "tunings")),
    ScreenEntry(
        "compare", "4", "Compare", "Runs and their metrics, side by side.", ("runs", "compare", "takeaways", "metrics")
    ),
    ScreenEntry(
        "data", "5", "Data", "The log's files, rows, matrix and activity.",
        ("info", "columns", "rows", "codes", "matrix", "activity", "export"),
    ),
    ScreenEntry("sql", "", "SQL", "Run one SELECT on the tables of the index.", ("sql",)),
)  # fmt: skip
BY_MODE = {screen.mode: screen for screen in SCREENS}
