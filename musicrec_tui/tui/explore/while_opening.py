"""What Explore does before the log is open: tells how far its index is, shows what there is already, can be stopped."""

import asyncio
import contextlib
from typing import TYPE_CHECKING

from musicrec_tui.errors import UserError
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.explore.search_pane import SearchPane
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen, Body

if TYPE_CHECKING:
    from musicrec_tui.tui.explore.opening_pane import OpeningPane


class WhileOpening(BaseScreen):
    """A screen whose panes make room for an opening pane where there is no index, or none can be made."""

    def __init__(self) -> None:
        super().__init__()
        self._opening: OpeningPane | None = None
        self._looked = False

    @property
    def is_opening(self) -> bool:
        """Whether the opening pane is there, and there is nothing to explore."""
        return self._opening is not None

    async def on_index_progress(self, event: messages.IndexProgress) -> None:
        """The bar moves; below it is what the log shows without an index."""
        (await self._opened()).show_progress(event, self.session.reason)
        self.refresh_bindings()
        if not self._looked:
            self._looked = True
            start(self, "look", self._look)

    async def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """There is nothing to explore."""
        (await self._opened()).show_failure(event.sentence, stopped=self.session.stopped)
        self.refresh_bindings()

    async def _opened(self) -> "OpeningPane":
        """The opening pane, in the place of the others."""
        if self._opening is None:
            from musicrec_tui.tui.explore.opening_pane import OpeningPane

            self.musicrec.read_styles()
            self._opening = OpeningPane()
            self.query_one("#panes").display = False
            self.set_focus(None)
            await self.query_one(Body).mount(self._opening)
        return self._opening

    def close_opening(self) -> None:
        """There is something to explore."""
        if self._opening is not None:
            self._opening.remove()
            self._opening = None
            self.query_one("#panes").display = True
            self.query_one(SearchPane).action_leave()

    def action_stop_indexing(self) -> None:
        """Have the indexer stop; its last word ends the wait."""
        if self.session.stop_indexing is not None:
            self.session.stop_indexing()

    def action_build(self) -> None:
        """Open the log after all, as its files are now."""
        self.session.log = self.session.log.fresh()
        start(self.app, "begin", self.musicrec.open_log)

    async def _look(self) -> None:
        """Show the files and the first rows; what is wrong with them the indexer says."""
        from musicrec_tui.dataset.sources.preview import preview

        with contextlib.suppress(UserError):
            seen = await asyncio.to_thread(preview, self.session.log)
            if self._opening is not None:
                self._opening.show_preview(seen)
