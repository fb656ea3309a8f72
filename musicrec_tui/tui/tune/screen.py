"""The Tune screen: the tunings on the left; on the right the form for a new one, or the tuning under the cursor."""

from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ContentSwitcher

from musicrec_tui.jobs import supervisor
from musicrec_tui.runs import tuning_store
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.live_list import NEW, LiveList
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.run_status import look, silent_row, titled
from musicrec_tui.tui.common.screen_state import LogState, TuneState
from musicrec_tui.tui.common.verbs import CLOSE, CREATE, SORT, SUBMIT, UNBOUND, VIEW, VIEW_TOO
from musicrec_tui.tui.jobs.job_actions import JobActions, start_job
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.screen_memory import ScreenMemory
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tune.heat_map import HeatMap
from musicrec_tui.tui.tune.trial_table import NEWEST, TrialTable
from musicrec_tui.tui.tune.tune_form import TuneForm
from musicrec_tui.tui.tune.tuning_actions import TuningActions
from musicrec_tui.tui.tune.tuning_pane import VIEWS, TuningPane


class TuningList(LiveList[TuningInfo]):
    """Tunings with their state, number of trials, and best value."""

    TITLE: ClassVar[str] = "Tunings"
    NEW_ROW: ClassVar[str] = "+ new tuning"

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a tuning."""
        return run_records.TUNING

    def draw_item(self, item: TuningInfo, width: int) -> Content:
        """A tuning as a row: symbol, name, `12 of 90`, best value; the state as a word if there is room."""
        shown = look(item.status)
        best = f"{item.best.value:.3f}" if item.best and item.best.value is not None else "–"
        word = f" {shown.word:<9}" if width >= 38 else ""
        tail = f"{word} {f'{len(item.trials):,} of {item.total:,}':>8} {best:>5}"
        room = width - 2 - cell_len(tail)
        return Content.assemble((shown.symbol, shown.style), " ", fit(titled(item), room), tail)

    def has_second(self, item: TuningInfo) -> bool:
        """A tuning that shows no sign of life has a second row."""
        return bool(item.silence)

    def draw_second(self, item: TuningInfo, width: int) -> Content:
        """How long it has shown none."""
        return silent_row(item.silence, width)


class TuneScreen(BaseScreen):
    """Starts tunings and shows their progress, read from their folders, so also those of earlier sessions."""

    MODE = "tune"
    NEW_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("tune.start", "start", SUBMIT, "Start tuning",
                "Start tuning with these settings.", footer="start", guest=True),
        Command("tune.view", "view", VIEW, "Next view", "Trials, the map of two parameters, or the best so far.",
                footer="view", guest=True),
        Command("tune.order", "order", SORT, "Order of the trials", "Best or newest trials first.",
                footer="order", guest=True),
        Command("tune.across", "turn(0)", VIEW_TOO, "Map: next parameters",
                "Choose the next two parameters of the map.", footer="axes", guest=True),
        Command("tune.down", "turn(1)", UNBOUND, "Map: next down", "Choose the parameter down the map.", guest=True),
        Command("tune.new", "new", CREATE, "New tuning", "Go to the form for a new tuning.", footer="new", guest=True),
        Command("tune.list", "tunings", CLOSE, "Back to the tunings", "Leave the form or the trials.",
                palette=False, guest=True),
    )  # fmt: skip
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        *NEW_COMMANDS[:-2], *TuningActions.COMMANDS, *NEW_COMMANDS[-2:], *JobActions.COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self.state = ScreenMemory(self, "tuned", self.shown, self.restore_state)
        trash = tuning_store.trash_of(self.session.home)
        self.parts.add(
            TuningActions(self, lambda: self.tuning),
            JobActions(self, lambda: self.tuning, trash, self.session.refresh_tunings),
        )

    def compose_body(self) -> ComposeResult:
        """The list of tunings, and the form or a tuning."""
        with Horizontal():
            yield TuningList(id="tunings")
            with ContentSwitcher(id="tune-right", initial="tune-form"):
                yield TuneForm(id="tune-form")
                yield TuningPane(id="tune-tuning")

    def on_mount(self) -> None:
        """List the tunings; focus the list."""
        self.on_tunings_changed()
        self.tunings.focus()
        self.state.begin()

    def on_screen_resume(self) -> None:
        """Update after another screen was shown."""
        self.on_tunings_changed()
        self.state.restore_once()

    def shown(self) -> TuneState:
        """What is shown, for the next start."""
        return TuneState(self.tuning.id if self.tuning else "", self.pane.view, self.query_one(TrialTable).order)

    def restore_state(self, shown: LogState) -> None:
        """Restore that; not if the form or another tuning was opened meanwhile."""
        if shown.tuned.view in VIEWS:
            self.pane.show_view(shown.tuned.view)
        if shown.tuned.order == NEWEST:
            self.pane.turn_order()
        if self.tuning is None and self.focused in (None, self.tunings):
            self.tunings.go_to(shown.tuned.tuning)

    @property
    def tunings(self) -> TuningList:
        """The list of tunings."""
        return self.query_one("#tunings", TuningList)

    @property
    def tuning(self) -> TuningInfo | None:
        """The tuning under the cursor; None on the row for a new one."""
        return self.tunings.item if self.is_mounted else None

    @property
    def pane(self) -> TuningPane:
        """The pane of a tuning."""
        return self.query_one(TuningPane)

    def on_tunings_changed(self) -> None:
        """Update the list and the displayed tuning, unless another screen is shown."""
        if not self.is_current:
            return
        dataset = self.session.dataset
        self.query_one(TuneForm).has_times = dataset is None or dataset.info.has_times
        content = dataset.info.content if dataset else ""
        known = [one for one in self.session.tunings if not content or one.content in ("", content)]
        self.tunings.show(known)
        self._show()

    def on_dataset_opened(self) -> None:
        """Now it is known which tunings are of this log, and whether it has timestamps."""
        self.on_tunings_changed()
        self.state.restore_once()

    @on(RowList.Moved, "#tunings")
    def _show(self) -> None:
        """Show the tuning under the cursor, or the form."""
        tuning = self.tuning
        self.query_one("#tune-right", ContentSwitcher).current = "tune-tuning" if tuning else "tune-form"
        if tuning is not None:
            self.pane.show(tuning)
        self.refresh_bindings()

    @on(RowList.Chosen, "#tunings")
    def _enter(self) -> None:
        """Enter: focus the form, or the trials."""
        if self.tuning is None:
            self.action_new()
            return
        table = self.query_one(TrialTable)
        if table.focusable:
            table.focus()
        else:
            self.pane.show_view("trials")
            self.call_after_refresh(table.focus)

    @on(TuneForm.Asked)
    def _asked(self, asked: TuneForm.Asked) -> None:
        """Start a tuning."""
        start_job(self, lambda log: supervisor.submit_tuning(self.session.home, asked.request, log), self.show_job)

    async def show_job(self, job: str) -> None:
        """Put the cursor on a tuning that has just been started."""
        await self.session.refresh_tunings()
        self.on_tunings_changed()
        self.tunings.go_to(job)
        self.tunings.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands depend on the tuning under the cursor."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        tuning = self.tuning
        allowed = {
            "start": tuning is None,
            "view": tuning is not None and not self._sees_all(),
            "order": tuning is not None and self.query_one(TrialTable).is_on_screen,
            "turn": tuning is not None and self._can_turn(),
            "tunings": not self.tunings.has_focus,
        }
        return allowed[action] if action in allowed else super().check_action(action, parameters)

    def _sees_all(self) -> bool:
        """Whether all views are displayed."""
        return self.has_class("-high") and not self.has_class("-narrow")

    def _can_turn(self) -> bool:
        """Whether the map is visible and has other parameters."""
        heat_map = self.query_one(HeatMap)
        return heat_map.is_on_screen and len(heat_map.names) > 1

    def action_start(self) -> None:
        """Start a tuning with the form's values."""
        self.query_one(TuneForm).action_start()

    def action_new(self) -> None:
        """Focus the form."""
        self.tunings.go_to(NEW)
        self._show()
        self.query_one(TuneForm).enter()

    def action_tunings(self) -> None:
        """Focus the list of tunings."""
        self.tunings.focus()

    def action_view(self) -> None:
        """Show the next view: trials, map or course."""
        self.tunings.focus()
        self.pane.next_view()
        self.call_after_refresh(self.refresh_bindings)

    def action_order(self) -> None:
        """Order the trials by value or by time."""
        self.pane.turn_order()

    def action_turn(self, which: int) -> None:
        """Select another parameter of the map."""
        self.query_one(HeatMap).turn(which)
