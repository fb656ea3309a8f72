"""What Explore does with reasons: the whole "why" of the recommendation under the cursor, in a panel."""

from typing import TYPE_CHECKING, ClassVar

from textual import on

from musicrec_tui.dataset.records import Artist
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.screens.explore_panes import Panes
from musicrec_tui.tui.shell.base import HUGE_WIDTH

if TYPE_CHECKING:
    from musicrec_tui.tui.widgets.explore.recommendations import Recommendations

_WHY = "-why"


class Reasons(Panes):
    """A screen with ranked lists and a panel that explains one of their rows. Its class `-why` shows the panel."""

    WHY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.why", "why", "w", "Why this recommendation",
                "What each of the user's own artists gives to the score.", footer="why"),
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
