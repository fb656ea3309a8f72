"""The log of a job: its lines, and a search."""

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
from musicrec_tui.tui.common.row_list import LazyRows, Row, RowList
from musicrec_tui.tui.tabular.records import Field, field

_BEFORE = 10


class LogSearch:
    """The lines that have a text, upper and lower case alike. Lines that are added later count, too.

    Attributes:
        text: what is looked for; empty: nothing.
        places: the numbers of the lines, ascending.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.places: list[int] = []
        self._seen = 0
        self._pattern = re.compile(re.escape(text), re.IGNORECASE)

    def look(self, lines: Sequence[str]) -> None:
        """Go through the lines that were added since the last look."""
        if self.text:
            self.places += [at for at in range(self._seen, len(lines)) if self._pattern.search(lines[at])]
        self._seen = len(lines)

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Where a line has the text: (first character, one past the last)."""
        return [match.span() for match in self._pattern.finditer(line)] if self.text else []

    def after(self, place: int) -> int | None:
        """The first such line after a place, else the very first; None where there is none."""
        if not self.places:
            return None
        return self.places[bisect.bisect_right(self.places, place) % len(self.places)]

    def before(self, place: int) -> int | None:
        """The last such line before a place, else the very last; None where there is none."""
        return self.places[bisect.bisect_left(self.places, place) - 1] if self.places else None

    def told(self, place: int) -> str:
        """`3 of 17 lines`, where `place` is one of them; else how many there are."""
        if not self.places:
            return "in no line"
        total = counted(len(self.places), "line")
        number = bisect.bisect_left(self.places, place)
        here = number < len(self.places) and self.places[number] == place
        return f"{number + 1:,} of {total}" if here else f"in {total}"


class LogLine(NamedTuple):
    """A line, counted from the first one that is shown."""

    number: int
    text: str


_LINE = (field("text", lambda one: one.text), field("line", lambda one: one.number, "whole"))


class LogLines(RowList):
    """The lines. As long as the cursor is on the last one, it goes on to those that are added."""

    NEW_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "log.next",
            "hit(1)",
            "n",
            "Next hit",
            "The next line that has the text.",
            footer="next",
            shown="n N",
            guest=True,
        ),
        Command("log.previous", "hit(-1)", "N", "Hit before", "The line before that has it.", guest=True),
    )
    OWN_COMMANDS = (*RowList.OWN_COMMANDS, *NEW_COMMANDS)
    BINDINGS = bindings(NEW_COMMANDS)

    def __init__(self) -> None:
        super().__init__(id="log-lines")
        self.lines: Sequence[str] = ()
        self.found = LogSearch()
        self._count = 0

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """A line's."""
        return _LINE

    def grow(self, lines: Sequence[str], note: str) -> None:
        """Show the lines that were shown, and those that were added to them since."""
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
        """Look for a text, and go to the first line from `start` on that has it."""
        self.found = LogSearch(text)
        self.found.look(self.lines)
        self._rows = _rows(self.lines, self.found)
        place = self.found.after(start - 1)
        self.cursor = start if place is None else place
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a search there are no hits, and n and N are the screen's."""
        return bool(self.found.text) if action == "hit" else super().check_action(action, parameters)

    def action_hit(self, step: int) -> None:
        """Go to the next line that has the text, or the one before; from the last to the first and back."""
        place = self.found.after(self.cursor) if step > 0 else self.found.before(self.cursor)
        if place is not None:
            self.cursor = place


def _rows(lines: Sequence[str], found: LogSearch) -> LazyRows:
    """The lines of a log as rows."""

    def make(at: int) -> Row:
        return Row(partial(_draw, lines[at], found), lines[at], LogLine(at + 1, lines[at]))

    return LazyRows(len(lines), make)


def _draw(line: str, found: LogSearch, width: int) -> Content:
    """A line, with the text that is looked for standing out."""
    hits = found.spans(line)
    if hits and cell_len(line[: hits[0][1]]) >= width:
        line = "…" + line[max(0, hits[0][0] - _BEFORE) :]  # else the hit would be where the line is cut
    content = Content(crop(line, width))
    for first, last in found.spans(content.plain):
        content = content.stylize("bold reverse", first, last)
    return content


class LogPane(Vertical):
    """The lines of the job that is shown, and below them the line for what is looked for."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "log.close", "close", "escape", "End the search", "Back from the search line.", palette=False, guest=True
        ),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._shown: tuple[int, str, bool] = 0, "", False
        self._start = 0

    def compose(self) -> ComposeResult:
        """Lines and search."""
        yield LogLines()
        entry = LineInput(placeholder="find in the log", id="log-search")
        entry.display = False
        yield entry

    def on_mount(self) -> None:
        """Name it."""
        self._entitle()

    @property
    def lines(self) -> LogLines:
        """The lines."""
        return self.query_one(LogLines)

    def show(self, lines: Sequence[str], note: str, *, cut: bool) -> None:
        """Show a job's log, where it has news.

        Args:
            lines: clean; the same list as the last time where lines were only added to it.
            note: stands in for no lines.
            cut: whether the log began before the first of them.
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
        """Ask for a text."""
        entry = self.query_one("#log-search", Input)
        self._start = max(0, self.lines.cursor)
        entry.display = True
        entry.value = ""
        self.screen.set_focus(entry)  # at once: keys that were typed right behind go there

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc ends a search; where there is none it is the screen's."""
        if action == "close":
            return self.query_one("#log-search", Input).display or bool(self.lines.found.text)
        return super().check_action(action, parameters)

    def action_close(self) -> None:
        """Forget the search."""
        self._leave()
        self.lines.search("", self.lines.cursor)
        self._entitle()

    @on(Input.Changed, "#log-search")
    def _typed(self, event: Input.Changed) -> None:
        """Find while one types."""
        event.stop()
        self.lines.search(event.value, self._start)
        self._entitle()

    @on(Input.Submitted, "#log-search")
    def _submitted(self, event: Input.Submitted) -> None:
        """Into the lines."""
        event.stop()
        self._leave()

    @on(RowList.Moved, "#log-lines")
    def _moved(self) -> None:
        """Say which of the hits this is."""
        self._entitle()

    def _leave(self) -> None:
        """Hide the search line; the lines have the focus."""
        self.query_one("#log-search", Input).display = False
        self.lines.focus()

    def _entitle(self) -> None:
        """The title: how much of the log this is, and where the text was found."""
        count, _, cut = self._shown
        self.lines.table_name = f"Log, the last {count:,} lines" if cut else "Log"
        title = Content(self.lines.table_name)
        found = self.lines.found
        if found.text:
            looked_for = crop(printable(found.text), 16)
            title += Content.assemble(f" · “{looked_for}” ", (found.told(self.lines.cursor), "bold"))
        self.lines.set_title(title)
