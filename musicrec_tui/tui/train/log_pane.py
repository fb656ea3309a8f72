"""The log of a job: its lines, and a search."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import crop
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.train.log_lines import Found, LogLines


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
        entry = Input(placeholder="find in the log", compact=True, id="log-search")
        entry.cursor_blink = False
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
            shown.found = Found(shown.found.text)
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
