"""The Compare screen: all runs of this log with metrics and costs, up to four of them compared."""

from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from musicrec_tui.runs import store
from musicrec_tui.runs.grouping import grouped
from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.runs.takeaways import Takeaways
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.page import Entries, Page
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.screen_state import CompareState, LogState
from musicrec_tui.tui.common.verbs import CLEAR_MARKS, CLOSE, COMPARE, OPEN, TAKEAWAYS, VIEW
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.compare.lists_view import ListsView
from musicrec_tui.tui.compare.pane import VIEWS, ComparePane
from musicrec_tui.tui.compare.run_table import LETTERS, RunTable, RunTableHead
from musicrec_tui.tui.jobs.job_actions import JobActions
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.messages import ArtistWanted, UserWanted
from musicrec_tui.tui.shell.screen_memory import ScreenMemory

_QUESTIONS = (("Fast?", "fast"), ("Easy to tune?", "easy"), ("Good predictions?", "good"))
_SIGNS = {"yes": "✓", "middling": "~", "no": "✗", "unknown": "?"}
_EMPTY = "There are no runs of this log yet. Press 2 to train one; popularity and ALS take seconds."
_HIGH_VIEWS = ("scatter", "lists")
_LOADING = "The log is still being read. Its runs appear when it is open."


class TakeawaysScreen(Dialog[None]):
    """The take-aways: three questions with an answer for each model. `t`, Esc and `q` close them."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("takeaways.close", "dismiss", CLOSE, "Close", "Close the take-aways.", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, page: Takeaways) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Page(classes="dialog help"):
            for question, name in _QUESTIONS if self._page.models else ():
                verdicts = [(one.model, getattr(one, name)) for one in self._page.models]
                answers = [
                    (model, f"{_SIGNS[verdict.word]} {verdict.word}: {verdict.sentence}") for model, verdict in verdicts
                ]
                yield Entries(question, answers, 12)
            yield Static(self._page.basis, markup=False)
            if self._page.models:
                yield Static(self._page.rules, markup=False, classes="rules")

    def on_mount(self) -> None:
        """Set the titles; focus the page."""
        page = self.query_one(Page)
        page.border_title = "Take-aways"
        page.border_subtitle = "esc closes · j k scroll"
        page.focus()


class CompareScreen(BaseScreen):
    """Compares runs by metrics and costs."""

    MODE = "compare"
    COMPARE_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("compare.use", "use", OPEN, "Use in Explore", "Recommend with this run in Explore.",
                footer="use", guest=True),
        Command("compare.view", "next_view", VIEW, "Next view",
                "Metrics, differences with intervals, groups of users, users with the largest differences, "
                "scatter plot, lists.",
                footer="view", guest=True),
        Command("compare.lists", "lists", COMPARE, "Lists side by side",
                "Recommendations of the marked runs for one user: the selected one, else the one with the "
                "largest difference.",
                footer="lists", guest=True),
        Command("compare.takeaways", "takeaways", TAKEAWAYS, "Take-aways",
                "For each model: is it fast, easy to tune, and good?", footer="take-aways", guest=True),
        Command("compare.forget", "forget", CLEAR_MARKS, "Clear marks", "Clear all marks.", guest=True),
    )  # fmt: skip
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (*COMPARE_COMMANDS, *JobActions.COMMANDS)
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._listed: object = None
        self.state = ScreenMemory(self, "compared", self.shown, self.restore_state)
        trash = store.trash_of(self.session.home)
        self.parts.add(JobActions(self, lambda: self.job, trash, self.session.refresh_runs))

    def compose_body(self) -> ComposeResult:
        """The table, the pane of the chosen runs, and the help line."""
        table = RunTable(id="runs")
        yield RunTableHead(table)
        yield table
        yield ComparePane()
        yield Static(id="compare-meaning", markup=False)

    def on_mount(self) -> None:
        """List the runs; focus the table."""
        self.on_runs_changed()
        self.table.focus()
        self.state.begin()

    def on_screen_resume(self) -> None:
        """Update after another screen was shown."""
        self.on_runs_changed()
        self.state.restore_once()

    def shown(self) -> CompareState:
        """What is shown, for the next start."""
        table = self.table
        return CompareState(self.job.id if self.job else "", tuple(table.marked), table.column.title, *table.ordered_by,
                        view=self.query_one(ComparePane).view)  # fmt: skip

    def restore_state(self, shown: LogState) -> None:
        """Restore that."""
        before = shown.compared
        self.table.recollect(before.marked, before.figure, before.ordered, turned=before.turned)
        self._order()
        self.table.go_to(before.run)
        if before.view in VIEWS:
            self.query_one(ComparePane).show_view(before.view)
            self._make_room()

    @property
    def table(self) -> RunTable:
        """The runs."""
        return self.query_one("#runs", RunTable)

    @property
    def job(self) -> RunInfo | None:
        """The run under the cursor."""
        value = self.table.value if self.is_mounted else None
        return value if isinstance(value, RunInfo) else None

    @property
    def own_runs(self) -> list[RunInfo]:
        """The runs of the open log, and damaged ones, whose log is unknown; newest first."""
        content = self.session.dataset.info.content if self.session.dataset else None
        return [run for run in self.session.runs if run.content in ("", content)]

    @on(RunTable.Ordered)
    def _order(self) -> None:
        """List the runs in the new order."""
        self._listed = None
        self.on_runs_changed()

    def on_runs_changed(self) -> None:
        """Update the table on added, removed or finished runs; progress is not displayed here."""
        listed = self.session.dataset, self.session.failure, [_at_rest(run) for run in self.own_runs]
        if listed == self._listed:
            return
        self._listed = listed
        if self.session.dataset is None:
            self.table.set_groups([], self.session.failure or _LOADING)
        else:
            self.table.set_groups(grouped(self.own_runs, self.table.order), _EMPTY)
        self._draw()

    def on_dataset_opened(self) -> None:
        """Now it is known which runs are of this log."""
        self.on_runs_changed()
        self.state.restore_once()

    def on_dataset_failed(self) -> None:
        """Show the error in the table."""
        self.on_runs_changed()

    @on(RowList.Moved, "#runs")
    @on(RunTable.Changed)
    def _draw(self) -> None:
        """Draw the chosen runs, and the help line of the selected column."""
        self.query_one(RunTableHead).refresh()
        column = self.table.column
        self.query_one("#compare-meaning", Static).update(
            Content.assemble((f"{column.title}  ", "bold $accent"), column.meaning)
        )
        pane = self.query_one(ComparePane)
        pane.show(self.session, self.chosen(), column, several_groups=self.table.several_groups)

    def chosen(self) -> list[RunInfo]:
        """The marked runs; with one mark, it and the run under the cursor; without any that run alone."""
        known = {row.value.id: row.value for row in self.table.loaded if isinstance(row.value, RunInfo)}
        chosen = [known[run] for run in self.table.marked if run in known]
        here = self.table.value
        if len(chosen) < 2 and isinstance(here, RunInfo) and here not in chosen:
            chosen.append(here)
        return chosen[: len(LETTERS)]

    @on(RowList.Chosen, "#runs")
    def action_use(self) -> None:
        """Recommend with the run under the cursor."""
        run = self.table.value
        if not isinstance(run, RunInfo):
            return
        if run.status is Status.FINISHED:
            self.session.choose(run)
            sentence = f"Explore recommends with {run.label} now: press 1 to go there."
        else:
            sentence = f"{run.label} {run.status.phrase}: only a finished run can recommend."
        notify_latest(self, sentence, group="compare")

    def action_forget(self) -> None:
        """Clear marks."""
        self.table.marked = []
        self.table.refresh()
        self._draw()

    def action_next_view(self) -> None:
        """Show the next view."""
        self.query_one(ComparePane).next_view()
        self._make_room()

    def action_lists(self) -> None:
        """Show the lists view."""
        self.query_one(ComparePane).show_view("lists")
        self._make_room()

    def _make_room(self) -> None:
        """For a high view, hide the help line on a low screen."""
        self.set_class(self.query_one(ComparePane).view in _HIGH_VIEWS, "-view-is-high")

    def action_takeaways(self) -> None:
        """Open the take-aways."""
        from musicrec_tui.runs.takeaways import takeaways

        self.app.push_screen(TakeawaysScreen(takeaways(self.own_runs, self.session.tunings)))

    @on(RowList.Chosen, "#compare-users")
    def _user_chosen(self, event: RowList.Chosen) -> None:
        """Open a user in Explore."""
        start(self, "user", self._open_user, str(event.value))

    async def _open_user(self, key: str) -> None:
        """Look up the user and open them in Explore."""
        from musicrec_tui.dataset.lookups import users

        if self.session.dataset is None:
            return
        user = await asked(self, users.find_user, self.session.dataset, key)
        if user is not None:
            await self._explore(UserWanted, user)

    @on(ListsView.Opened)
    async def _artist_opened(self, event: ListsView.Opened) -> None:
        """Open an artist of a list in Explore."""
        await self._explore(ArtistWanted, event.artist)

    async def _explore(self, kind: type[Message], what: object) -> None:
        """Show Explore with a user or artist; `[` returns here."""
        self.session.broadcast(kind, what, self.MODE)
        await self.app.run_action("show('explore')")


def _at_rest(run: RunInfo) -> RunInfo:
    """A run without the fields that change while it runs."""
    return msgspec.structs.replace(
        run, progress=None, epoch=None, trend=None, memory_mb=0, last_at=None, silent_seconds=0
    )
