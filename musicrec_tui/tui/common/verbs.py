"""The key table: what each key means, on all screens. A `Command` takes its keys from its verb.

The same key never has two meanings where the focus is in the same kind of widget, and a meaning has one key
(`tests/tui/keys/test_verbs.py`). A new command takes a verb from here; a new verb takes a key that is free.
"""

from dataclasses import dataclass
from typing import Literal

Focus = Literal["list", "form", "question", "text"]
"""The kinds of widgets that have the focus: lists, tables and plots; the fields of a form or dialog that are no text;
the answers of a question; inputs and editors, which take letters as text."""

NO_KEY = "no_key"
"""The name of a key that no terminal sends: the command has no key, and is found in the palette."""
EVERYWHERE: frozenset[Focus] = frozenset({"list", "form", "question", "text"})
_LISTS: frozenset[Focus] = frozenset({"list", "form"})
_ENTRY: frozenset[Focus] = frozenset({"form", "question", "text"})


@dataclass(frozen=True)
class Verb:
    """A meaning, and the key for it.

    Attributes:
        meaning: for docs/keys.md and the help.
        key: as Textual names it.
        also: other keys for the same, comma-separated: those of vim, or of a keyboard's own (`delete`, `end`).
        kind: movement and zoom are listed apart.
        focus: where the key has this meaning.
    """

    meaning: str
    key: str
    also: str = ""
    kind: Literal["action", "movement", "zoom"] = "action"
    focus: frozenset[Focus] = EVERYWHERE

    @property
    def keys(self) -> str:
        """All of its keys, comma-separated."""
        return f"{self.key},{self.also}" if self.also else self.key


FIND = Verb("Find: search the log, or filter the focused list or table", "slash")
OPEN = Verb("Open what is under the cursor", "enter", focus=frozenset({"list", "question"}))
ACCEPT = Verb("Accept what was entered", "enter", focus=frozenset({"form", "text"}))
CLOSE = Verb("Close what is on top, or leave the input", "escape")
BACK = Verb("Back to what was shown before", "left_square_bracket")
FORWARD = Verb("Forward again", "right_square_bracket")
GO = Verb("Go to a row by its number, code or name", "colon")
MARK = Verb("Mark, or switch, what is under the cursor", "space", focus=_LISTS)
SORT = Verb("Sort", "s")
BOOKMARK = Verb("Bookmark or star; again: undo", "b")
BOOKMARKS = Verb("List the bookmarks", "B")
DELETE = Verb("Delete; runs and tunings go to the trash", "d", "delete")
TRASH = Verb("Show the trash", "T")
EXPORT = Verb("Export to a file", "e")
PLAYLIST = Verb("Save a playlist", "p")
COPY = Verb("Copy", "y", focus=_LISTS)
COPY_MORE = Verb("Copy more: a cell, row or table in a format", "Y")
LINK = Verb("Open or copy a link", "o")
RENAME = Verb("Rename", "r")
NOTE = Verb("Add a note", "N")
CREATE = Verb("New", "n", focus=_LISTS)
EDIT = Verb("Edit: fill the form, go to the query", "E")
AGAIN = Verb("Run again: resume, repeat or retry", "R")
CANCEL_JOB = Verb("Cancel a job or a count", "x")
CANCEL_QUERY = Verb("Cancel a query while typing", "ctrl+c")
UNDO = Verb("Undo", "u")
COMPARE = Verb("Compare: a second list, lists side by side", "c")
CLEAR_MARKS = Verb("Clear all marks", "U")
VIEW = Verb("Next view or section", "v")
VIEW_TOO = Verb("Next view of the smaller part: titles, layers, axes", "V")
WHOLE = Verb("Inspect: all values of the row, uncut", "i")
WHY = Verb("Why this recommendation", "w")
ADD = Verb("Add artists that you like", "a")
WIDEN = Verb("All results of one kind", "A")
MODEL = Verb("Choose the model", "m")
ME = Verb("Go to your own profile", "M")
FILTERS = Verb("Filters of recommendations", "f")
PERIOD = Verb("Period: count the listens of a year, or from one day to another", "P")
LOVE = Verb("Love the artist; again: undo", "plus")
BLOCK = Verb("Block or dislike the artist; again: undo", "minus")
TASTE = Verb("List loved and blocked artists", "H")
TRAIN = Verb("Train a model", "t")
IMPORT = Verb("Import a history", "I")
REVIEW = Verb("Year in review", "W")
TAKEAWAYS = Verb("Take-aways of the comparison", "exclamation_mark")
SQL = Verb("SQL", "S")
SUBMIT = Verb("Start, save or run what the form or editor holds", "ctrl+s")
RESET = Verb("Reset the form", "ctrl+r")
NEXT_HIT = Verb("Next line with the text", "asterisk")
PREVIOUS_HIT = Verb("Previous line with the text", "number_sign")
TABLES = Verb("Show or hide the tables", "f2")
WIDER = Verb("Wider column", "greater_than_sign")
NARROWER = Verb("Narrower column", "less_than_sign")
NATURAL_WIDTH = Verb("Column as wide as its values", "vertical_line")
LOGARITHMIC = Verb("Linear or logarithmic scale", "O")
YES = Verb("Yes", "y", focus=frozenset({"question"}))
NO = Verb("No", "n", focus=frozenset({"question"}))
JUMP = Verb("Jump to a pane by its letter", "apostrophe")
HELP = Verb("Help", "question_mark")
PALETTE = Verb("Find any command by its name", "ctrl+p")
THEME = Verb("Change the theme", "f6")
TOUR = Verb("Tour", "full_stop")
SUSPEND = Verb("Suspend; `fg` returns", "ctrl+z")
QUIT = Verb("Quit", "q")
UNBOUND = Verb("No key by default: in the palette", NO_KEY)

ZOOM_IN = Verb("Zoom in", "z", kind="zoom")
ZOOM_OUT = Verb("Zoom out", "Z", kind="zoom")
ZOOM_ALL = Verb("Zoom out as far as possible", "0", kind="zoom")
DOWN = Verb("Down", "down", "j", "movement")
UP = Verb("Up", "up", "k", "movement")
LEFT = Verb("Left: a column, value, or (h) pane", "left", "h", "movement")
RIGHT = Verb("Right: a column, value, or (l) pane", "right", "l", "movement")
PAGE_DOWN = Verb("A page down", "pagedown", kind="movement")
PAGE_UP = Verb("A page up", "pageup", kind="movement")
PAGE_LEFT = Verb("A page to the left", "shift+left", kind="movement")
PAGE_RIGHT = Verb("A page to the right", "shift+right", kind="movement")
HALF_DOWN = Verb("Half a page down", "ctrl+d", kind="movement")
HALF_UP = Verb("Half a page up", "ctrl+u", kind="movement")
FIRST = Verb("To the first row", "home", kind="movement")
TOP = Verb("To the first row, as in vim (pressed twice)", "g", kind="movement")
LAST = Verb("To the last row", "end", "G", "movement")


def screen_verb(key: str, title: str) -> Verb:
    """The verb that shows a screen: a number key; without one, the palette."""
    return Verb(f"Show {title}", key or NO_KEY)


VERBS: dict[str, Verb] = {name: verb for name, verb in globals().items() if isinstance(verb, Verb)}
"""All verbs but those of the number keys, by name, in this order."""
