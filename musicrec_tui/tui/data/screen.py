"""The Data screen: sections on the open log: overview, columns, rows, codes, matrix, activity."""

from importlib import import_module
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import ContentSwitcher, Static

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.screen_state import DataState
from musicrec_tui.tui.common.verbs import SQL, UNBOUND, VIEW
from musicrec_tui.tui.data.section import Section, SectionBar
from musicrec_tui.tui.data.waiting import Waiting
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen

_SECTIONS = {
    "overview": ("Overview", "overview.Overview", "The files that were read, and rows that were skipped or repaired."),
    "columns": ("Columns", "column_facts.ColumnsSection", "Type, missing and distinct values of every column."),
    "rows": ("Rows", "raw_rows.RowsSection", "The rows as they stand in the files."),
    "codes": ("Codes", "code_tables.CodesSection", "The user or artist of each row and column of the matrix."),
    "matrix": ("Matrix", "matrix_section.MatrixSection", "A picture of the users × artists matrix."),
    "activity": ("Activity", "activity_section.ActivitySection", "The long tail, and listening by month and hour."),
}
"""Name: title, where its widget is (imported when it is first shown), and a sentence."""
_WAITING = "waiting-section"


def _command(name: str, title: str, help_: str) -> Command:
    """The command to show a section; without a key, in the palette."""
    return Command(f"data.{name}", f"section('{name}')", UNBOUND, f"Data: {title}", help_, guest=True,
                   also="year month hour" if name == "activity" else "")  # fmt: skip


class DataScreen(BaseScreen):
    """Shows one section at a time; each is made when first shown."""

    MODE = "data"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("data.sql", "sql", SQL, "SQL line", "Run one SELECT on the tables of the index.",
                footer="SQL",
                also="query select database"),
        *(_command(name, title, help_) for name, (title, _, help_) in _SECTIONS.items()),
        Command("data.next", "turn(1)", VIEW, "Next section", "Go to the next section.", footer="section",
                guest=True),
        Command("data.previous", "turn(-1)", UNBOUND, "Previous section", "Go to the previous section.",
                guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def compose_body(self) -> ComposeResult:
        """The bar of sections, the current section, and a line for errors."""
        yield SectionBar(tuple((title, name) for name, (title, *_) in _SECTIONS.items()))
        yield ContentSwitcher(id="sections")
        yield Static(id="data-note", markup=False)

    def on_mount(self) -> None:
        """Show the error, or a section."""
        self._note(self.session.failure)
        self.musicrec.memory.state_getters["examined"] = self.state
        self.call_later(self._begin)

    def state(self) -> DataState | None:
        """The screen's state; None before a section is shown."""
        section = (self.switcher.current or "").removesuffix("-section")
        return DataState(section) if section in _SECTIONS else None

    async def _begin(self) -> None:
        """Show the restored section; before the log is open, the first rows of its files."""
        if self.session.dataset is not None:
            await self._show_first()
        elif not self.session.failure:
            waiting = Waiting(self.session, id=_WAITING)
            await self.switcher.add_content(waiting, set_current=True)
            waiting.focus_first()

    def on_index_progress(self, event: messages.IndexProgress) -> None:
        """Show the progress of indexing."""
        for waiting in self.query(Waiting):
            waiting.show_progress(event.phase, event.share)

    def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """Show the error."""
        self._note(event.sentence)

    async def on_dataset_opened(self) -> None:
        """Replace the first rows by the restored section."""
        await self._show_first()
        await self.query(Waiting).remove()

    async def _show_first(self) -> None:
        """Show the restored section, else the overview."""
        if (dataset := self.session.dataset) is not None:
            shown = self.musicrec.memory.shown(dataset.info.content)
            section = shown.examined.section if shown is not None else ""
            await self.action_section(section if section in _SECTIONS else "overview")

    @property
    def switcher(self) -> ContentSwitcher:
        """The container of the sections made so far."""
        return self.query_one("#sections", ContentSwitcher)

    def _note(self, sentence: str) -> None:
        """Show a sentence instead of the sections; empty: show the sections."""
        note = self.query_one("#data-note", Static)
        note.update(sentence)
        note.display, self.switcher.display = bool(sentence), not sentence

    @on(SectionBar.Picked)
    async def _picked(self, event: SectionBar.Picked) -> None:
        """Show the clicked section."""
        await self.action_section(event.section)

    async def action_section(self, name: str) -> None:
        """Show a section; make it if needed."""
        if self.session.dataset is None:
            return
        self._note("")
        switcher = self.switcher
        made = switcher.query(f"#{name}-section")
        if not made:
            module, _, kind = _SECTIONS[name][1].partition(".")
            section = getattr(import_module(f"{__package__}.{module}"), kind)
            await switcher.add_content(section(self.session, id=f"{name}-section"))
        switcher.current = f"{name}-section"
        self.query_one(SectionBar).show(name)
        if (shown := switcher.query_one(f"#{name}-section", Section)).is_mounted:  # else a click has just made it
            shown.focus_first()
        self.refresh_bindings()

    async def action_turn(self, step: int) -> None:
        """Show the next or previous section, wrapping around."""
        names = list(_SECTIONS)
        present = (self.switcher.current or "").removesuffix("-section")
        if present in names:
            await self.action_section(names[(names.index(present) + step) % len(names)])

    async def action_sql(self) -> None:
        """Show the SQL screen."""
        await self.musicrec.switch_mode("sql")
