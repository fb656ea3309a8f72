"""Explore's panes: the search is in the first frame, the others are imported and mounted when that is drawn."""

import asyncio
from importlib import import_module
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


class Panes(BaseScreen):
    """A screen with a search, and (once `furnished`) panes about a user, an artist, and what is recommended."""

    def __init__(self) -> None:
        super().__init__()
        self.furnished = False
        self.lays_out_twice = True

    def compose_body(self) -> ComposeResult:
        """The search, where one can type at once."""
        with Horizontal(id="panes"), Vertical(id="left"):
            yield SearchPane()

    async def furnish(self) -> None:
        """Add the other panes: importing them, and the styles of their 70 widgets, takes a while.

        So does DuckDB's Python, and both at a time would take turns, which is slower. DuckDB itself needs no Python to
        open the index meanwhile.
        """
        await asyncio.to_thread(import_module, "musicrec_tui.dataset.index.cache")
        from musicrec_tui.tui.explore.artist_pane import ArtistPane
        from musicrec_tui.tui.explore.recommendations import Recommendations, SecondList
        from musicrec_tui.tui.explore.user_pane import UserPane
        from musicrec_tui.tui.explore.why_panel import WhyPanel

        self.musicrec.read_styles()
        ranked = Horizontal(Recommendations(), SecondList(), WhyPanel(), id="ranked")
        with self.app.batch_update():
            await self.query_one("#left").mount(UserPane())
            await self.query_one("#panes").mount(Vertical(ArtistPane(), ranked, id="right"))
        self.furnished = True
        self.lays_out_twice = False

    @property
    def user_pane(self) -> "UserPane":
        """All about the user."""
        return cast("UserPane", self.query_one("#user"))

    @property
    def artist_pane(self) -> "ArtistPane":
        """All about the artist."""
        return cast("ArtistPane", self.query_one("#artist"))

    @property
    def first(self) -> "Recommendations":
        """The list of the session's model."""
        return cast("Recommendations", self.query_one("#recommendations"))

    @property
    def second(self) -> "SecondList":
        """The list of a second model."""
        return cast("SecondList", self.query_one("#second"))

    @property
    def ranked_lists(self) -> "tuple[Recommendations, ...]":
        """Both; none before they are there."""
        return (self.first, self.second) if self.furnished else ()

    @property
    def why_panel(self) -> "WhyPanel":
        """The reasons."""
        return cast("WhyPanel", self.query_one("#why"))
