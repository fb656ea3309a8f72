"""The line that a query is typed on, with what was asked before."""

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

MOST_QUERIES = 200
_BUSY = "Another program is writing its queries."


def load_history(home: Home) -> list[str]:
    """The queries of earlier sessions; none where there is no file, or none that can be read."""
    try:
        return msgspec.json.decode(home.sql_history.read_bytes(), type=list[str])[-MOST_QUERIES:]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def add_to_history(home: Home, query: str) -> None:
    """Keep a query, once, behind those that this program or another one kept; a home that is full keeps none."""
    with contextlib.suppress(UserError, UnicodeEncodeError), files.alone(home.root / ".sql_history.lock", _BUSY):
        queries = [*(one for one in load_history(home) if one != query), query]
        files.write_bytes(home.sql_history, msgspec.json.encode(queries[-MOST_QUERIES:]), mode=0o600)


class _OneLine(LineInput):
    """An input that takes all lines of what is pasted, as one."""

    def on_paste(self, event: events.Paste) -> None:
        """Put the lines behind one another; Textual would keep the first only."""
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(printable(" ".join(event.text.split()), None))


class QueryLine(Horizontal):
    """An input with a history: up and down go through it, Enter asks."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("sql.run", "run", "enter", "Run the query", "SQL line: ask it.", footer="run", palette=False),
        Command("sql.earlier", "recall(-1)", "up", "Earlier query", "SQL line: what was asked before.",
                footer="earlier", palette=False, guest=True),
        Command("sql.later", "recall(1)", "down", "Later query", "SQL line: what was asked after that.", palette=False,
                guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    @dataclass
    class Asked(Message):
        """Enter."""

        sql: str

    def __init__(self) -> None:
        super().__init__(id="query-line")
        self._history: list[str] = []
        self._place = 0
        self._draft = ""

    def compose(self) -> ComposeResult:
        """The mark and the input."""
        yield Static("SQL", id="query-mark", markup=False)
        yield _OneLine(placeholder="SELECT …", id="query", select_on_focus=False, max_length=LONGEST)

    @property
    def entry(self) -> Input:
        """The input."""
        return self.query_one(Input)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The line is for who types."""
        return self.entry.has_focus if action in ("run", "recall") else True

    def set_history(self, queries: list[str]) -> None:
        """What can be recalled, oldest first."""
        self._history = [printable(query, None) for query in queries]
        self._place = len(self._history)

    def insert(self, text: str) -> None:
        """Put a name where the cursor is, apart from the word before it, and go on typing."""
        entry = self.entry
        before = entry.value[: entry.cursor_position]
        entry.insert_text_at_cursor(text if not before or before[-1] in " (,." else f" {text}")
        entry.focus()

    def point_at(self, position: int) -> None:
        """Put the cursor where a query is wrong."""
        self.entry.cursor_position = min(position, len(self.entry.value))

    def action_recall(self, step: int) -> None:
        """Another query of the history; what was being typed is the last of them."""
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
        """The input takes Enter for itself."""
        event.stop()
        self.action_run()

    def action_run(self) -> None:
        """Ask it."""
        if self.entry.value.strip():
            self.post_message(self.Asked(self.entry.value))
