"""The input line of the SQL screen, and the history of queries, saved for the next start."""

import contextlib
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from musicrec_tui import files
from musicrec_tui.dataset.sql.guard import LONGEST
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.verbs import ACCEPT, DOWN, UP

MOST_QUERIES = 200
_LARGEST = 2**26
"""Bytes of the saved queries."""
_BUSY = "Another program is writing its queries."


def load_history(home: Home) -> list[str]:
    """The saved queries, oldest first; none if there is no readable file."""
    try:
        return _read_history(home)
    except OSError:
        return []


def _read_history(home: Home) -> list[str]:
    """The same, but with the error of a file that is there and cannot be read."""
    try:
        return msgspec.json.decode(files.read_bytes(home.sql_history, _LARGEST), type=list[str])[-MOST_QUERIES:]
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return []


def add_to_history(home: Home, query: str) -> None:
    """Append a query to the saved ones, without duplicates; a home that cannot be written to is ignored."""
    with contextlib.suppress(UserError, UnicodeEncodeError), files.alone(home.root / ".sql_history.lock", _BUSY):
        try:
            known = _read_history(home)
        except OSError:  # it cannot be read for the moment: it must not be replaced
            return
        queries = [*(one for one in known if one != query), query]
        files.write_bytes(home.sql_history, msgspec.json.encode(queries[-MOST_QUERIES:]), mode=0o600)


class _OneLine(LineInput):
    """An input that joins the lines of a pasted text."""

    def on_paste(self, event: events.Paste) -> None:
        """Insert the lines as one; Textual would insert only the first."""
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(printable(" ".join(event.text.split()), None))


class QueryLine(Horizontal):
    """An input with a history: up and down select earlier queries, Enter runs the query."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("sql.run", "run", ACCEPT, "Run the query", "Run the query.", footer="run", palette=False),
        Command("sql.earlier", "recall(-1)", UP, "Earlier query", "SQL line: the query before.",
                footer="earlier", palette=False, guest=True, own_keys="up"),
        Command("sql.later", "recall(1)", DOWN, "Later query", "SQL line: the query after.", palette=False,
                guest=True, own_keys="down"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Asked(Message):
        """The user runs a query."""

        sql: str

    def __init__(self) -> None:
        super().__init__(id="query-line")
        self._history: list[str] = []
        self._place = 0
        self._draft = ""

    def compose(self) -> ComposeResult:
        """Label and input."""
        yield Static("SQL", id="query-mark", markup=False)
        yield _OneLine(placeholder="SELECT …", id="query", select_on_focus=False, max_length=LONGEST)

    @property
    def entry(self) -> Input:
        """The input."""
        return self.query_one(Input)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands need the focus in the input."""
        return self.entry.has_focus if action in ("run", "recall") else True

    def set_history(self, queries: list[str]) -> None:
        """Set the history, oldest first."""
        self._history = [printable(query, None) for query in queries]
        self._place = len(self._history)

    def insert(self, text: str) -> None:
        """Insert a name at the cursor, separated from the word before; focus the input."""
        entry = self.entry
        before = entry.value[: entry.cursor_position]
        entry.insert_text_at_cursor(text if not before or before[-1] in " (,." else f" {text}")
        entry.focus()

    def point_at(self, position: int) -> None:
        """Put the cursor on the position of an error."""
        self.entry.cursor_position = min(position, len(self.entry.value))

    def action_recall(self, step: int) -> None:
        """Show another query of the history; the typed text is its last entry."""
        place = self._place + step
        if not 0 <= place <= len(self._history):
            return
        if self._place == len(self._history):
            self._draft = self.entry.value
        self._place = place
        self.entry.value = self._draft if place == len(self._history) else self._history[place]
        self.entry.cursor_position = len(self.entry.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Run the query on Enter."""
        event.stop()
        self.action_run()

    def action_run(self) -> None:
        """Post `Asked` with the query."""
        if self.entry.value.strip():
            self.post_message(self.Asked(self.entry.value))
