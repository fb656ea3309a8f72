"""Explore's panes: the search is in the first frame, the others are imported and mounted when the log is open."""

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from musicrec_tui.tui.explore.search_pane import SearchPane
from musicrec_tui.tui.shell.base import BaseScreen

if TYPE_CHECKING:
    from musicrec_tui.tui.explore.artist_pane import ArtistPane
    from musicrec_tui.tui.explore.recommendations import Recommendations, SecondList
    from musicrec_tui.tui.explore.user_pane import UserPane
    from musicrec_tui.tui.explore.why_panel import WhyPanel


class Panes:
    """A search, and (once they are `mounted`) panes about a user, an artist, and what is recommended."""

    def __init__(self, screen: BaseScreen) -> None:
        self._screen = screen
        self.mounted = False
        screen.lays_out_twice = True  # the second layout draws the first frame

    @property
    def ready(self) -> bool:
        """Whether the panes are there, and an open log to show in them."""
        return self.mounted and self._screen.session.dataset is not None

    def compose(self) -> ComposeResult:
        """The search, where one can type at once."""
        with Horizontal(id="panes"), Vertical(id="left"):
            yield SearchPane()

    async def mount(self) -> None:
        """Add the other panes: importing them, and the styles of their 70 widgets, takes a while."""
        from musicrec_tui.tui.explore.artist_pane import ArtistPane
        from musicrec_tui.tui.explore.recommendations import Recommendations, SecondList
        from musicrec_tui.tui.explore.user_pane import UserPane
        from musicrec_tui.tui.explore.why_panel import WhyPanel

        screen = self._screen
        screen.musicrec.read_styles()
        ranked = Horizontal(Recommendations(), SecondList(), WhyPanel(), id="ranked")
        with screen.app.batch_update():
            await screen.query_one("#left").mount(UserPane())
            await screen.query_one("#panes").mount(Vertical(ArtistPane(), ranked, id="right"))
        self.mounted = True
        screen.lays_out_twice = False

    @property
    def search(self) -> SearchPane:
        """The search."""
        return self._screen.query_one(SearchPane)

    @property
    def user(self) -> "UserPane":
        """All about the user."""
        return cast("UserPane", self._screen.query_one("#user"))

    @property
    def artist(self) -> "ArtistPane":
        """All about the artist."""
        return cast("ArtistPane", self._screen.query_one("#artist"))

    @property
    def first(self) -> "Recommendations":
        """The list of the session's model."""
        return cast("Recommendations", self._screen.query_one("#recommendations"))

    @property
    def second(self) -> "SecondList":
        """The list of a second model."""
        return cast("SecondList", self._screen.query_one("#second"))

    @property
    def ranked(self) -> "tuple[Recommendations, ...]":
        """Both lists; none before they are there."""
        return (self.first, self.second) if self.mounted else ()

    @property
    def why(self) -> "WhyPanel":
        """The reasons."""
        return cast("WhyPanel", self._screen.query_one("#why"))
