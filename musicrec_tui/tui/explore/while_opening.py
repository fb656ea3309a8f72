"""Explore before the log is open: shows the index's progress and what is there already; can be stopped."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, ClassVar

from musicrec_tui.errors import UserError
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import AGAIN, CANCEL_JOB
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen, Body

if TYPE_CHECKING:
    from musicrec_tui.tui.explore.opening_pane import OpeningPane


class WhileOpening(Part):
    """Shows an opening pane in the place of the others while there is no index, and where none can be made."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.stop", "stop_indexing", CANCEL_JOB, "Stop building the index",
                "Stop building the index; nothing is saved.", footer="cancel", guest=True),
        Command("explore.build", "build", AGAIN, "Build the index", "Build the index after it was stopped.",
                footer="build", guest=True),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes) -> None:
        self._screen, self._panes = screen, panes
        self._opening: OpeningPane | None = None
        self._looked = False

    def can(self, action: str) -> bool:
        """Stop what is being built; build what was stopped."""
        session = self._screen.session
        return session.stopped if action == "build" else session.stop_indexing is not None

    @property
    def is_open(self) -> bool:
        """Whether the opening pane is there, and there is nothing to explore."""
        return self._opening is not None

    async def show_progress(self, event: messages.IndexProgress) -> None:
        """The bar moves; below it is what the log shows without an index."""
        (await self._opened()).show_progress(event, self._screen.session.reason)
        self._screen.refresh_bindings()
        if not self._looked:
            self._looked = True
            start(self._screen, "look", self._look)

    async def show_failure(self, event: messages.DatasetFailed) -> None:
        """There is nothing to explore."""
        (await self._opened()).show_failure(event.sentence, stopped=self._screen.session.stopped)
        self._screen.refresh_bindings()

    async def _opened(self) -> "OpeningPane":
        """The opening pane, in the place of the others."""
        if self._opening is None:
            from musicrec_tui.tui.explore.opening_pane import OpeningPane

            self._screen.musicrec.read_styles()
            self._opening = OpeningPane()
            self._screen.query_one("#panes").display = False
            self._screen.set_focus(None)
            await self._screen.query_one(Body).mount(self._opening)
        return self._opening

    def close(self) -> None:
        """There is something to explore."""
        if self._opening is not None:
            self._opening.remove()
            self._opening = None
            self._screen.query_one("#panes").display = True
            self._panes.search.action_leave()

    def action_stop_indexing(self) -> None:
        """Have the indexer stop; its last word ends the wait."""
        if (stop := self._screen.session.stop_indexing) is not None:
            stop()

    def action_build(self) -> None:
        """Open the log after all, as its files are now."""
        session = self._screen.session
        session.log = session.log.fresh()
        start(self._screen.app, "begin", self._screen.musicrec.open_log)

    async def _look(self) -> None:
        """Show the files and the first rows; what is wrong with them the indexer says."""
        from musicrec_tui.dataset.sources.preview import preview

        session = self._screen.session
        with contextlib.suppress(UserError):
            seen = await asyncio.to_thread(preview, session.log)
            if self._opening is not None:
                self._opening.show_preview(seen)
