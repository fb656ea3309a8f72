"""The Explore screen: look up artists and users at typing speed, and see recommendations."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.constants import MAX_FPS
from textual.widgets import Input

from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import FIND, VIEW, VIEW_TOO
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.explore.actions import FilterChoice, Models, PeriodChoice, Playlists, Profiles, YearInReview
from musicrec_tui.tui.explore.bookmarks import Bookmarks
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.explore.history import History
from musicrec_tui.tui.explore.links import Links
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.explore.ranked_lists import RankedLists, Reasons
from musicrec_tui.tui.explore.taste import Taste
from musicrec_tui.tui.explore.while_opening import WhileOpening
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen

if TYPE_CHECKING:
    from musicrec_tui.tui.explore.recommendations import Recommendations


class ExploreScreen(BaseScreen):
    """Four panes: search, the user, the artist, and the recommendations.

    The panes show, and post messages; the parts do the work, each with the others that it needs. Commands whose action
    is not here are those of a part; every message is handed to its parts here.
    """

    MODE = "explore"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (  # in the footer's order
        Command("explore.search", "search", FIND, "Search artists and users", "Type to find artists and users.",
                footer="search", guest=True,
                also="find lookup"),
        *Profiles.COMMANDS[:1], *Playlists.COMMANDS, *Models.COMMANDS[:1], *FilterChoice.COMMANDS,
        *PeriodChoice.COMMANDS, *Taste.COMMANDS, *Models.COMMANDS[1:], *Profiles.COMMANDS[1:], *Reasons.COMMANDS,
        *RankedLists.COMMANDS,
        Command("explore.view", "next_view", VIEW, "Next view of the user", "Listens, titles, or hours of the day.",
                footer="view", guest=True),
        Command("explore.titles", "turn_titles", VIEW_TOO, "The artist's releases, or recordings",
                "Switch between the two where only one fits.", footer="releases", guest=True,
                also="albums tracks songs"),
        *Links.COMMANDS, *YearInReview.COMMANDS, *WhileOpening.COMMANDS, *Bookmarks.COMMANDS, *History.COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self.panes = panes = Panes(self)
        self._panes_wanted = False
        self.opening = WhileOpening(self, panes)
        self.reasons = Reasons(self, panes)
        self.lists = RankedLists(self, panes)
        self.current = current = Current(self, panes, self.lists)
        self.history = History(self, current)
        self.bookmarks = Bookmarks(self, panes, current)
        self.taste = Taste(self, panes, current)
        self.parts.add(
            Profiles(self, panes, current, self.history), Playlists(self, panes, current), Models(self, panes),
            FilterChoice(self, panes, current), PeriodChoice(self, panes),
            self.taste, self.reasons, self.lists, self.opening, self.bookmarks,
            self.history, Links(self, panes, current), YearInReview(self, panes, current),
        )  # fmt: skip

    def compose_body(self) -> ComposeResult:
        """The search; the other panes come after the first frame."""
        yield from self.panes.compose()

    def on_mount(self) -> None:
        """Have the focus where the search is."""
        self.panes.search.action_leave()
        self.musicrec.memory.state_getters["explored"] = self.history.state

    def _want_panes(self) -> None:
        """Add the panes that the first frame and the title's counts do not wait for."""
        if not self._panes_wanted:
            self._panes_wanted = True
            start(self, "panes", self._mount_panes)

    async def _mount_panes(self) -> None:
        """Add them, and fill them where there is something to explore; the counts are painted before that."""
        await asyncio.sleep(1 / MAX_FPS)
        await self.panes.mount()
        self.on_dataset_opened()

    # What the session tells.

    async def on_index_progress(self, event: messages.IndexProgress) -> None:
        """The index is being built."""
        self._want_panes()
        await self.opening.show_progress(event)

    async def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """There is nothing to explore."""
        self._want_panes()
        await self.opening.show_failure(event)

    def on_dataset_opened(self) -> None:
        """Fill the panes."""
        self._want_panes()
        if self.panes.ready:
            self.opening.close()
            self.reasons.begin()
            self.refresh_bindings()  # there is something to explore
            self.call_after_refresh(self._fill)  # first the counts and the panes, where one can type already

    def _fill(self) -> None:
        """Look up what the panes show at first."""
        self.current.fill_search()
        start(self, "begin", self.history.begin)

    def on_run_chosen(self) -> None:
        """Another model recommends."""
        self.current.model_changed()

    def on_period_chosen(self) -> None:
        """Other listens count."""
        if self.panes.ready:
            self.current.period_changed()

    def on_runs_changed(self) -> None:
        """A run came, went, or failed that was to be used here."""
        if self.panes.mounted:
            self.panes.artist.await_model()
            self.lists.runs_changed()

    def on_training_offered(self, event: messages.TrainingOffered) -> None:
        """Say what is offered."""
        if event.sentence:
            notify_latest(self, event.sentence, group="models", timeout=20)

    # What panes and other screens ask for.

    def on_artist_wanted(self, event: messages.ArtistWanted) -> None:
        """Open an artist."""
        self.history.leave(event.origin)
        self.current.open_artist(event.artist)

    def on_artist_named(self, event: messages.ArtistNamed) -> None:
        """Open an artist whose key or name is known."""
        start(self, "named", self.current.find_artist, event.name)

    def on_user_wanted(self, event: messages.UserWanted) -> None:
        """Open a user."""
        self.history.leave(event.origin)
        self.current.open_user(event.user)

    def on_recommendations_listed(self, event: "Recommendations.Listed") -> None:
        """A ranked list has other rows."""
        self.lists.compare()
        self.reasons.list_changed(event.rows)

    @on(RowList.Moved)
    def _cursor_moved(self, event: RowList.Moved) -> None:
        """The cursor of a list is somewhere else."""
        self.reasons.cursor_moved(event.rows)

    def on_why_panel_closed(self) -> None:
        """The panel says that it is not wanted any more."""
        self.reasons.close()

    # The screen's own commands.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to explore before the log is open."""
        if action == "search":
            return not isinstance(self.focused, Input) and not self.opening.is_open  # AC/DC
        if action == "turn_titles" and self.has_class("-wide"):
            return False
        if action in ("next_view", "turn_titles"):
            return self.panes.ready
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Begin a search."""
        self.panes.search.focus_input()

    def action_next_view(self) -> None:
        """Something else about the user."""
        self.panes.user.next_view()

    def action_turn_titles(self) -> None:
        """The artist's releases, or recordings."""
        self.panes.artist.turn_titles()
