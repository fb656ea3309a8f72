"""Explore's two ranked lists, a second model's beside the first, and the panel that explains one of their rows."""

from typing import TYPE_CHECKING, ClassVar

from musicrec_tui.dataset.records import Artist
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.requests import RecommendRequest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import COMPARE, WHY
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell.base import HUGE_WIDTH, BaseScreen

if TYPE_CHECKING:
    from musicrec_tui.tui.explore.recommendations import Recommendations

_WHY = "-why"


class Reasons(Part):
    """Explains a row of a ranked list in a panel, which the screen shows while it has the class `-why`."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.why", "why", WHY, "Why this recommendation",
                "How much each of the user's artists adds to the score.", footer="why", guest=True),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes) -> None:
        self._screen, self._panes = screen, panes
        self._explained: Recommendations | None = None

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    def begin(self) -> None:
        """Where the screen is huge the panel is there without being asked for."""
        self._screen.set_class(self._screen.app.size.width >= HUGE_WIDTH, _WHY)

    def action_why(self) -> None:
        """Show the panel, or hide it. Where it takes the place of the list it takes the focus, too."""
        if self._screen.has_class(_WHY):
            self.close()
            return
        self._screen.add_class(_WHY)
        self._explain()
        self._screen.call_after_refresh(self._focus_panel)

    def _focus_panel(self) -> None:
        """The list may be hidden now."""
        if not self._followed().region:
            self._panes.why.focus()

    def close(self) -> None:
        """Back to the list."""
        had_focus = self._panes.why.has_focus
        self._screen.remove_class(_WHY)
        if had_focus:
            self._screen.call_after_refresh(self._followed().focus)

    def cursor_moved(self, rows: RowList) -> None:
        """The cursor of a list is somewhere else; a list without the focus moves only when it is loaded."""
        moved = next((ranked for ranked in self._panes.ranked if ranked is rows), None)
        if moved is not None and (moved.has_focus or moved is self._followed()):
            self._explained = moved
            self._explain()

    def list_changed(self, ranked: "Recommendations") -> None:
        """There may be nothing to explain now."""
        if ranked is self._followed() and ranked.value is None:
            self._explain()

    def _followed(self) -> "Recommendations":
        """The list whose rows are explained."""
        if self._explained is not None and self._explained.display:
            return self._explained
        return self._panes.first

    def _explain(self) -> None:
        """Ask about the row under the cursor, where the panel is shown."""
        if not self._screen.has_class(_WHY):
            return
        ranked, panel = self._followed(), self._panes.why
        if isinstance(ranked.value, Artist) and ranked.request is not None:
            panel.load(self._screen.session, ranked.run, ranked.request.user, ranked.value)
        else:
            panel.say_instead("There is no recommendation to explain.")


class RankedLists(Part):
    """The list of the session's model, and a second one beside it when it is wanted."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.second", "second_list", COMPARE, "Second model's list",
                "Show a second model's list beside the first; again: hide it.",
                footer="second", guest=True),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes) -> None:
        self._screen, self._panes = screen, panes

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    def load(self, request: RecommendRequest) -> None:
        """Ask for the ranked list anew, and for the second one where there is one."""
        self._panes.first.load(self._screen.session, request)
        if self._panes.second.model is not None:
            self._panes.second.load(self._screen.session, request)

    def action_second_list(self) -> None:
        """Ask which model it is to be; where there is a second list, take it away."""
        if self._panes.second.model is not None:
            self._set_second(None)
            return
        from musicrec_tui.tui.explore.model_picker import ModelPicker

        session = self._screen.session
        others = [run for run in session.usable if run != session.chosen]
        popularity = session.chosen is not None
        if not others and not popularity:
            notify_latest(self._screen, "There is no second model yet. Press t to train one.", group="models")
            return
        picker = ModelPicker(session, others, None, title="Show beside it", popularity=popularity)
        self._screen.app.push_screen(picker, self._set_second)

    def runs_changed(self) -> None:
        """The lists are called as their runs are now; a second list whose run is gone goes with it."""
        second = self._panes.second
        for ranked in self._panes.ranked:
            ranked.name_anew(self._screen.session)
        if second.model and second.model not in {run.id for run in self._screen.session.usable}:
            self._set_second(None)

    def _set_second(self, model: str | None) -> None:
        """Show this model's list beside the first; None: no list."""
        first, second = self._panes.first, self._panes.second
        if model is None and second.model is None:
            return  # nothing was chosen
        if second.has_focus:
            first.focus()
        second.model, second.display = model, model is not None
        if model is not None and first.request is not None:
            second.load(self._screen.session, first.request)
        self.compare()

    def compare(self) -> None:
        """Give each list what the other one has, and how long its bars are."""
        from musicrec_tui.tui.explore.recommendations import scale_of

        first, second = self._panes.first, self._panes.second
        both = second.model is not None
        scale = scale_of(first, second) if both else 0.0
        first.compare_with(second.ranks if both else None, scale)
        second.compare_with(first.ranks if both else None, scale)
