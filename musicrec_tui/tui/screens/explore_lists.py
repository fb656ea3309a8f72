"""What Explore does with two ranked lists: a second model's beside the first, what both have marked in both."""

from typing import TYPE_CHECKING, ClassVar

from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.requests import Wish
from musicrec_tui.tui.screens.explore_panes import Panes

if TYPE_CHECKING:
    from musicrec_tui.tui.widgets.explore.recommendations import Recommendations


class TwoLists(Panes):
    """A screen with recommendations, and a second list of them that is there when it is wanted."""

    LIST_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.second", "second_list", "c", "A second model's list beside the first",
                "Choose a second model's list; again: away with it.",
                footer="second"),
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
        from musicrec_tui.tui.screens.model_picker import ModelPicker

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
        from musicrec_tui.tui.widgets.explore.recommendations import scale_of

        first, second = self.first, self.second
        both = second.model is not None
        scale = scale_of(first, second) if both else 0.0
        first.compare_with(second.ranks if both else None, scale)
        second.compare_with(first.ranks if both else None, scale)
