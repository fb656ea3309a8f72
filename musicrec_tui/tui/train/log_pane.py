"""The log of a run: lines that follow the end, and a search."""

import bisect
import re
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.cells import crop
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.inputs import LineInput
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import LazyRows, Row
from musicrec_tui.tui.common.verbs import CLOSE, NEXT_HIT, PREVIOUS_HIT
from musicrec_tui.tui.tabular.records import Field, field

_BEFORE = 10


class LogSearch:
    """A case-insensitive search in the lines of a log, also in lines that are added later.

    Attributes:
        text: the searched text; empty: none.
        places: indices of the lines with the text, ascending.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.places: list[int] = []
        self._seen = 0
        self._pattern = re.compile(re.escape(text), re.IGNORECASE)

    def look(self, lines: Sequence[str]) -> None:
        """Search the lines that were added since the last call."""
        if self.text:
            self.places += [at for at in range(self._seen, len(lines)) if self._pattern.search(lines[at])]
        self._seen = len(lines)

    def spans(self, line: str) -> list[tuple[int, int]]:
        """The hits in a line as (start, end) indices."""
        return [match.span() for match in self._pattern.finditer(line)] if self.text else []

    def after(self, place: int) -> int | None:
        """The first hit after an index, else the first of all; None: no hits."""
        if not self.places:
            return None
        return self.places[bisect.bisect_right(self.places, place) % len(self.places)]

    def before(self, place: int) -> int | None:
        """The last hit before an index, else the last of all; None: no hits."""
        return self.places[bisect.bisect_left(self.places, place) - 1] if self.places else None

    def position_of(self, place: int) -> str:
        """`3 of 17 lines` for a hit, else `in 17 lines`."""
        if not self.places:
            return "in no line"
        total = counted(len(self.places), "line")
        number = bisect.bisect_left(self.places, place)
        here = number < len(self.places) and self.places[number] == place
        return f"{number + 1:,} of {total}" if here else f"in {total}"


class LogLine(NamedTuple):
    """A line of the log; its number counts displayed lines from 1."""

    number: int
    text: str


_LINE = (field("text", lambda one: one.text), field("line", lambda one: one.number, "whole"))


class LogLines(RowList):
    """The lines of a log. A cursor on the last line follows added ones."""

    ARRANGED = ()

    NEW_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("log.next", "hit(1)", NEXT_HIT, "Next match", "The next line with the text.", footer="next",
                shown="* #", guest=True),
        Command("log.previous", "hit(-1)", PREVIOUS_HIT, "Previous match", "The previous line with the text.",
                guest=True),
    )  # fmt: skip
    OWN_COMMANDS = (*RowList.OWN_COMMANDS, *NEW_COMMANDS)
    BINDINGS = bindings(NEW_COMMANDS)

    def __init__(self) -> None:
        super().__init__(id="log-lines")
        self.lines: Sequence[str] = ()
        self.found = LogSearch()
        self._count = 0

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a line."""
        return _LINE

    def grow(self, lines: Sequence[str], note: str) -> None:
        """Show the same lines with those that were added."""
        at_end = self.cursor >= self._count - 1
        self.lines, self._count = lines, len(lines)
        self.found.look(lines)
        if not self.rows or not lines:
            self.set_rows(_rows(lines, self.found), note, cursor=len(lines) - 1)
            return
        self._rows = _rows(lines, self.found)
        self._resize()
        self.refresh()
        if at_end:
            self.cursor = len(lines) - 1

    def search(self, text: str, start: int) -> None:
        """Search for a text, and move the cursor to the first hit from `start` on."""
        self.found = LogSearch(text)
        self.found.look(self.lines)
        self._rows = _rows(self.lines, self.found)
        place = self.found.after(start - 1)
        self.cursor = start if place is None else place
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`n` and `N` need a search; without one they are the screen's."""
        return bool(self.found.text) if action == "hit" else super().check_action(action, parameters)

    def action_hit(self, step: int) -> None:
        """Move the cursor to the next or previous hit, wrapping around."""
        place = self.found.after(self.cursor) if step > 0 else self.found.before(self.cursor)
        if place is not None:
            self.cursor = place


def _rows(lines: Sequence[str], found: LogSearch) -> LazyRows:
    """The lines of a log as rows."""

    def make(at: int) -> Row:
        return Row(partial(_draw, lines[at], found), lines[at], LogLine(at + 1, lines[at]))

    return LazyRows(len(lines), make)


def _draw(line: str, found: LogSearch, width: int) -> Content:
    """A line with the hits highlighted."""
    hits = found.spans(line)
    if hits and cell_len(line[: hits[0][1]]) >= width:
        line = "…" + line[max(0, hits[0][0] - _BEFORE) :]  # else the hit would be where the line is cut
    content = Content(crop(line, width))
    for first, last in found.spans(content.plain):
        content = content.stylize("bold reverse", first, last)
    return content


class LogPane(Vertical):
    """The lines of a run's log, and the search line below."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("log.close", "close", CLOSE, "End the search", "Leave the search line.", palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._shown: tuple[int, str, bool] = 0, "", False
        self._start = 0

    def compose(self) -> ComposeResult:
        """Lines and search line."""
        yield LogLines()
        entry = LineInput(placeholder="find in the log", id="log-search")
        entry.display = False
        yield entry

    def on_mount(self) -> None:
        """Set the title."""
        self._entitle()

    @property
    def lines(self) -> LogLines:
        """The lines."""
        return self.query_one(LogLines)

    def show(self, lines: Sequence[str], note: str, *, cut: bool) -> None:
        """Show a run's log on a change.

        Args:
            lines: clean; the same list object as before if lines were only added.
            note: shown without lines.
            cut: whether earlier lines are missing.
        """
        state = len(lines), note, cut
        shown = self.lines
        if lines is shown.lines and state == self._shown:
            return
        if lines is not shown.lines:
            shown.set_rows((), note)
            shown.found = LogSearch(shown.found.text)
        self._shown = state
        shown.grow(lines, note)
        self._entitle()

    def action_search(self) -> None:
        """Open the search line."""
        entry = self.query_one("#log-search", Input)
        self._start = max(0, self.lines.cursor)
        entry.display = True
        entry.value = ""
        self.screen.set_focus(entry)  # at once: keys that were typed right behind go there

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc ends a search; without one it is the screen's."""
        if action == "close":
            return self.query_one("#log-search", Input).display or bool(self.lines.found.text)
        return super().check_action(action, parameters)

    def action_close(self) -> None:
        """End the search."""
        self._leave()
        self.lines.search("", self.lines.cursor)
        self._entitle()

    @on(Input.Changed, "#log-search")
    def _typed(self, event: Input.Changed) -> None:
        """Search while the user types."""
        event.stop()
        self.lines.search(event.value, self._start)
        self._entitle()

    @on(Input.Submitted, "#log-search")
    def _submitted(self, event: Input.Submitted) -> None:
        """Focus the lines."""
        event.stop()
        self._leave()

    @on(RowList.Moved, "#log-lines")
    def _moved(self) -> None:
        """Update the number of the hit in the title."""
        self._entitle()

    def _leave(self) -> None:
        """Hide the search line; focus the lines."""
        self.query_one("#log-search", Input).display = False
        self.lines.focus()

    def _entitle(self) -> None:
        """Set the title: number of lines if some are missing, and the hits of the search."""
        count, _, cut = self._shown
        self.lines.table_name = f"Log, the last {count:,} lines" if cut else "Log"
        title = Content(self.lines.table_name)
        found = self.lines.found
        if found.text:
            looked_for = crop(printable(found.text), 16)
            title += Content.assemble(f" · “{looked_for}” ", (found.position_of(self.lines.cursor), "bold"))
        self.lines.set_title(title)
