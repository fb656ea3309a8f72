"""The editor of the SQL screen: several lines, highlighted, completed by the tables' names, with a history."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import TextArea

from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.verbs import RIGHT, SUBMIT

_WORDS = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "ORDER",
    "BY",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "CROSS",
    "ON",
    "USING",
    "AS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "ILIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "DISTINCT",
    "UNION",
    "ALL",
    "EXCEPT",
    "INTERSECT",
    "WITH",
    "ASC",
    "DESC",
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "TRUE",
    "FALSE",
    "CAST",
    "OVER",
    "PARTITION",
    "QUALIFY",
    "EXISTS",
    "VALUES",
    "DESCRIBE",
    "EXPLAIN",
    "SUMMARIZE",
]
_TOKENS = re.compile(
    r"(?P<comment>--.*$)|(?P<text>'(?:[^']|'')*'?)|(?P<number>\b\d[\d_]*(?:\.\d+)?\b)|(?P<word>\b[A-Za-z_]\w*\b)"
)
_STYLES = {"comment": "dim italic", "text": "green", "number": "magenta"}
_KEYWORDS = frozenset(_WORDS)
_BEGUN = re.compile(r"[A-Za-z_]\w*$")


class QueryEditor(TextArea):
    """Ctrl+S runs the query; `↑` in the first line and `↓` in the last go through the history, `→` completes."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("sql.run", "run", SUBMIT, "Run the query", "Run the query; the focus stays.", footer="run"),
        Command("sql.complete", "cursor_right", RIGHT, "Complete the name", "Complete the name, at the end of a line.",
                footer="complete", palette=False, guest=True, own_keys="right"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS[:1])

    @dataclass
    class Asked(Message):
        """The user runs a query."""

        sql: str

    def __init__(self) -> None:
        super().__init__(id="query", compact=True, placeholder="SELECT …   ^s runs it", highlight_cursor_line=False)
        self.cursor_blink = False
        self._history: list[str] = []
        self._place = 0
        self._draft = ""
        self._names: tuple[str, ...] = ()
        self._suggested_at = (0, 0)

    def set_history(self, queries: list[str]) -> None:
        """Set the history, oldest first."""
        self._history = [clean(query) for query in queries]
        self._place = len(self._history)

    def set_names(self, names: Iterable[str]) -> None:
        """Set the names of tables and columns that are completed."""
        self._names = tuple(dict.fromkeys(names))

    def put(self, query: str) -> None:
        """Replace the query; the cursor goes to its end."""
        self.load_text(clean(query))
        self.move_cursor(self.document.end)

    def insert_name(self, name: str) -> None:
        """Insert a name at the cursor, separated from the word before; focus the editor."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        self.insert(name if not before or before[-1] in " (,." else f" {name}")
        self.screen.set_focus(self)

    def point_at(self, position: int) -> None:
        """Put the cursor on the position of an error."""
        before = self.text[:position].split("\n")
        self.move_cursor((len(before) - 1, len(before[-1])))

    def get_line(self, line_index: int) -> Text:
        """A line with its keywords, texts, numbers and comments highlighted."""
        line = super().get_line(line_index)
        for token in _TOKENS.finditer(line.plain):
            kind = token.lastgroup or ""
            style = _STYLES.get(kind, "bold" if token[0].upper() in _KEYWORDS else "")
            if style:
                line.stylize(style, token.start(), token.end())
        return line

    def update_suggestion(self) -> None:
        """Suggest the rest of the first name that begins with the word before the cursor, at the end of a line.

        Keywords are small where the word is.
        """
        row, column = self.cursor_location
        line = self.document.get_line(row)
        begun = _BEGUN.search(line[:column])
        self.suggestion, self._suggested_at = "", (row, column)
        if begun is not None and column == len(line):
            word = begun[0]
            words = map(str.lower, _WORDS) if word.islower() else _WORDS
            found = (name for name in (*self._names, *words) if name.lower().startswith(word.lower()))
            self.suggestion = next((name[len(word) :] for name in found if len(name) > len(word)), "")

    def on_text_area_selection_changed(self) -> None:
        """Drop a suggestion that was made for another place than the cursor's."""
        if self.cursor_location != self._suggested_at:
            self.suggestion = ""

    def action_cursor_right(self, select: bool = False) -> None:
        """Complete the name at the end of a line; else to the right."""
        self.on_text_area_selection_changed()
        super().action_cursor_right(select)

    def on_paste(self, event: events.Paste) -> None:
        """Take the control characters out of a pasted text, which Textual then inserts."""
        event.stop()
        event.text = clean(event.text)

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; in the first line to the query before."""
        if self.cursor_location[0] == 0 and not select:
            self._recall(-1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; in the last line to the query after."""
        if self.cursor_location[0] == self.document.line_count - 1 and not select:
            self._recall(1)
        else:
            super().action_cursor_down(select)

    def _recall(self, step: int) -> None:
        """Show another query of the history; the typed text is its last entry."""
        place = self._place + step
        if not 0 <= place <= len(self._history):
            return
        if self._place == len(self._history):
            self._draft = self.text
        self._place = place
        self.put(self._draft if place == len(self._history) else self._history[place])

    def action_run(self) -> None:
        """Post `Asked` with the query."""
        if self.text.strip():
            self.post_message(self.Asked(self.text))


def clean(query: str) -> str:
    """A query with its lines, without control characters."""
    return "\n".join(printable(line, None) for line in query.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
