"""What Explore does with two ranked lists: a second model's beside the first, what both have marked in both."""

from typing import TYPE_CHECKING, ClassVar

from textual import on

from musicrec_tui.dataset.records import Artist
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.requests import Wish
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell.base import HUGE_WIDTH

if TYPE_CHECKING:
    from musicrec_tui.tui.explore.recommendations import Recommendations

_WHY = "-why"


class Reasons(Panes):
    """A screen with ranked lists and a panel that explains one of their rows. Its class `-why` shows the panel."""

    WHY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.why", "why", "w", "Why this recommendation",
                "What each of the user's own artists gives to the score.", footer="why", guest=True),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._explained: Recommendations | None = None

    def begin_why(self) -> None:
        """Where the screen is huge the panel is there without being asked for."""
        self.set_class(self.app.size.width >= HUGE_WIDTH, _WHY)

    def action_why(self) -> None:
        """Show the panel, or take it away. Where it takes the place of the list it takes the focus, too."""
        if self.has_class(_WHY):
            self.close_why()
            return
        self.add_class(_WHY)
        self._explain()
        self.call_after_refresh(self._focus_why)

    def _focus_why(self) -> None:
        """The list may be hidden now."""
        if not self._followed().region:
            self.why_panel.focus()

    def on_why_panel_closed(self) -> None:
        """It says itself that it is not wanted any more."""
        self.close_why()

    def close_why(self) -> None:
        """Back to the list."""
        had_focus = self.why_panel.has_focus
        self.remove_class(_WHY)
        if had_focus:
            self.call_after_refresh(self._followed().focus)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        """The cursor of a list is somewhere else; a list without the focus moves only when it is loaded."""
        moved = next((ranked for ranked in self.ranked_lists if ranked is event.rows), None)
        if moved is not None and (moved.has_focus or moved is self._followed()):
            self._explained = moved
            self._explain()

    def on_recommendations_listed(self, event: "Recommendations.Listed") -> None:
        """There may be nothing to explain now."""
        if event.rows is self._followed() and event.rows.value is None:
            self._explain()

    def _followed(self) -> "Recommendations":
        """The list whose rows are explained."""
        if self._explained is not None and self._explained.display:
            return self._explained
        return self.first

    def _explain(self) -> None:
        """Ask about the row under the cursor, where somebody looks."""
        if not self.has_class(_WHY):
            return
        ranked, panel = self._followed(), self.why_panel
        if isinstance(ranked.value, Artist) and ranked.wish is not None:
            panel.load(self.session, ranked.run, ranked.wish.user, ranked.value)
        else:
            panel.say_instead("There is no recommendation to explain.")


class TwoLists(Panes):
    """A screen with recommendations, and a second list of them that is there when it is wanted."""

    LIST_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.second", "second_list", "c", "A second model's list beside the first",
                "Choose a second model's list; again: away with it.",
                footer="second", guest=True),
    )  # fmt: skip

    def recommend(self, wish: Wish) -> None:
        """Ask for the ranked list anew, and for the second one where there is one."""
        self.first.load(self.session, wish)
        if self.second.model is not None:
            self.second.load(self.session, wish)

    def action_second_list(self) -> None:
        """Ask which model it is to be; where there is a second list, take it away."""
        if self.second.model is not None:
            self._set_second(None)
            return
        from musicrec_tui.tui.explore.model_picker import ModelPicker

        others = [run for run in self.session.usable if run != self.session.chosen]
        popularity = self.session.chosen is not None
        if not others and not popularity:
            tell(self, "There is no second model yet: train one (t).", group="models")
            return
        picker = ModelPicker(others, None, title="Beside it, the list of", popularity=popularity)
        self.app.push_screen(picker, self._set_second)

    def on_runs_changed(self) -> None:
        """A second list whose run is gone goes with it; so does the promise of a model that failed."""
        if not self.furnished:
            return
        self.artist_pane.await_model()
        if self.second.model and self.second.model not in {run.id for run in self.session.usable}:
            self._set_second(None)

    def _set_second(self, model: str | None) -> None:
        """Show this model's list beside the first; None: no list."""
        second = self.second
        if model is None and second.model is None:
            return  # nothing was chosen
        if second.has_focus:
            self.first.focus()
        second.model, second.display = model, model is not None
        if model is not None and self.first.wish is not None:
            second.load(self.session, self.first.wish)
        self._compare_lists()

    def on_recommendations_listed(self, event: "Recommendations.Listed") -> None:
        """One of them has another list."""
        self._compare_lists()

    def _compare_lists(self) -> None:
        """Tell each list what the other one has, and how long its bars are."""
        from musicrec_tui.tui.explore.recommendations import scale_of

        first, second = self.first, self.second
        both = second.model is not None
        scale = scale_of(first, second) if both else 0.0
        first.compare_with(second.ranks if both else None, scale)
        second.compare_with(first.ranks if both else None, scale)
