"""The Textual driver of `serve`: it ends with the server, and opens no URLs in the browser."""

import asyncio
from typing import Any

from textual import messages
from textual.app import App
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """The web driver for guests."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Made on the event loop, which the thread that reads will want to tell of the end."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.program, self.loop = app, asyncio.get_running_loop()

    def run_input_thread(self) -> None:
        """Read input until the server is gone; then exit the app."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self.loop.call_soon_threadsafe(self.program.post_message, messages.ExitApp())

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Do nothing: no URL is opened in the guest's browser."""
