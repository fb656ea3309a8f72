"""The app takes up what was shown last when the log is open, and keeps what is shown when it ends."""

from typing import TYPE_CHECKING

from textual.widgets import Input

from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.memory import Memory

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.app import App

    from musicrec_tui.tui.session import Session

    class _Base(App[int]):
        session: Session
        memory: Memory
else:
    _Base = object


class Remembering(_Base):
    """An app with a `memory`."""

    async def take_up(self) -> None:
        """The log is open: the model that was chosen, and the screen; Explore takes up its own part."""
        dataset = self.session.dataset
        shown = self.memory.shown(dataset.info.content) if dataset is not None else None
        if self.memory.complaint:
            tell(self, self.memory.complaint, group="state", severity="warning", timeout=20)
            self.memory.complaint = ""
        if shown is None:
            return
        run = next((run for run in self.session.usable if run.id == shown.run), None)
        if run is not None or shown.run == "":
            self.session.choose(run)
        busy = len(self.screen_stack) > 1 or isinstance(self.focused, Input)
        if shown.screen in self.MODES and self.current_mode == "explore" and not busy:
            await self.switch_mode(shown.screen)

    def exit(self, result: int | None = None, return_code: int = 0, message: "RenderableType | None" = None) -> None:
        """Keep what is shown: whatever ends the app (a key, SIGTERM, SIGHUP) comes this way."""
        try:
            self._keep()
        finally:
            super().exit(result, return_code, message)

    def _keep(self) -> None:
        """Write the state, where there is a log that no guest looks at."""
        session = self.session
        if session.dataset is None or session.restricted:
            return
        content = session.dataset.info.content
        run = (session.chosen.id if session.chosen else "") if session.user_chose else None
        self.memory.keep(content, self.memory.now(content, self.current_mode or "explore", run))
