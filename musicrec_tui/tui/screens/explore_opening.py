"""What Explore does before the log is open: tells how far its index is, shows what there is already, can be stopped."""

import asyncio
import contextlib

from musicrec_tui.errors import UserError
from musicrec_tui.tui import messages
from musicrec_tui.tui.screens.base import BaseScreen
from musicrec_tui.tui.widgets.explore.opening_pane import OpeningPane
from musicrec_tui.tui.working import start


class WhileOpening(BaseScreen):
    """A screen with an opening pane, which it leads."""

    def __init__(self) -> None:
        super().__init__()
        self._looked = False

    def on_index_progress(self, event: messages.IndexProgress) -> None:
        """The bar moves; below it is what the log shows without an index."""
        self.query_one(OpeningPane).show_progress(event, self.session.reason)
        self.refresh_bindings()
        if not self._looked:
            self._looked = True
            start(self, "look", self._look)

    def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """There is nothing to explore."""
        self.query_one(OpeningPane).show_failure(event.sentence, stopped=self.session.stopped)
        self.refresh_bindings()

    def action_stop_indexing(self) -> None:
        """Have the indexer stop; its last word ends the wait."""
        if self.session.stop_indexing is not None:
            self.session.stop_indexing()

    def action_build(self) -> None:
        """Open the log after all."""
        start(self.musicrec, "begin", self.musicrec.open_log)

    async def _look(self) -> None:
        """Show the files and the first rows; what is wrong with them the indexer says."""
        from musicrec_tui.dataset.sources.preview import preview

        with contextlib.suppress(UserError):
            seen = await asyncio.to_thread(preview, self.session.data, self.session.layout)
            self.query_one(OpeningPane).show_preview(seen)
