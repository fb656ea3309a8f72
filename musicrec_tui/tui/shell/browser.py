"""The driver of the app in a browser: what textual-serve starts programs with, made to end and to hand out nothing."""

import asyncio
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

from textual import messages
from textual.app import App
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """Draws to a server that shows it in a page."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Made on the event loop, which the thread that reads will want to tell of the end."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.program, self.loop = app, asyncio.get_running_loop()

    def run_input_thread(self) -> None:
        """Read until the server is gone; then nobody sees the app any more, and it ends."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self.loop.call_soon_threadsafe(self.program.post_message, messages.ExitApp())

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Open nothing in the guest's browser."""

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Hand no file to the guest's browser."""
        binary.close()
