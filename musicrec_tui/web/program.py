"""The program behind one page: a process that draws into a WebSocket."""

import asyncio
import contextlib
import json
import logging
import shlex
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import Download, DownloadManager

from musicrec_tui.services.tokens import VARIABLES

_DRIVER = "musicrec_tui.tui.shell.browser:BrowserDriver"
_PATIENCE_SECONDS = 5.0
_log = logging.getLogger(__name__)
SMALLEST, LARGEST = 10, 500


def command_line(words: Sequence[str]) -> str:
    """The program as `AppService` wants it: a line for a POSIX shell, which the program takes the place of.

    Args:
        words: the program's arguments, none of which the shell will read: every one is quoted.
    """
    program = shlex.join([sys.executable, "-P", "-m", "musicrec_tui", *words])
    return f"unset {' '.join(VARIABLES.values())}; TEXTUAL_DRIVER={_DRIVER} exec {program}"  # guests have no tokens


def cells(value: object, default: int) -> int:
    """A width or a height that a browser asks for, within what can be drawn."""
    try:
        asked = int(str(value))
    except ValueError:
        return default
    return min(max(asked, SMALLEST), LARGEST)


class Program(AppService):
    """One program and the WebSocket that shows it; when either ends, so does the other.

    The program's temporary files are in a folder that is deleted when it has ended, even if it was killed.
    """

    def __init__(self, command: str, socket: web.WebSocketResponse) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="musicrec-page-")
        super().__init__(
            f"export TMPDIR={shlex.quote(self._folder.name)}; {command}",
            write_bytes=socket.send_bytes, write_str=socket.send_str, close=self._close,
            download_manager=DownloadManager(),
        )  # fmt: skip
        self._socket = socket
        self._stopping: asyncio.Task[None] | None = None

    async def _close(self) -> None:
        """Tell the page that this is the end."""
        await self._socket.close()

    async def run(self) -> None:
        """Draw until the program ends, or drawing fails."""
        try:
            with contextlib.suppress(asyncio.CancelledError):  # raised too if a program ends before its stderr is read
                await super().run()
        finally:
            await self._close()

    def stopping(self) -> asyncio.Task[None]:
        """The task that has the program end and waits for it. The page's end and the server's may both want it."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._end())
        return self._stopping

    async def _end(self) -> None:
        """Ask the program to end; one that does not listen, or cannot be asked, is killed."""
        try:
            await asyncio.wait_for(super().stop(), _PATIENCE_SECONDS)
        except TimeoutError:
            pass
        except Exception:  # noqa: BLE001  (what drawing raised; the program must end and its place be freed anyway)
            _log.exception("A page ended with an error.")
        if (process := self._process) is not None:
            with contextlib.suppress(OSError):
                self.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), _PATIENCE_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        with contextlib.suppress(OSError):  # its own children may still write there
            self._folder.cleanup()

    async def on_meta(self, data: bytes) -> None:
        """Take note of the end and of files to download; the program may not open addresses in the browser."""
        kind = json.loads(data).get("type")
        if kind == "exit":
            await self._close()
        elif kind == "deliver_file_start":
            await super().on_meta(data)

    async def download(self, key: str) -> Download | None:
        """The file that the program offers under a key, which its own page alone knows; None: there is none."""
        with contextlib.suppress(KeyError):
            return await self._download_manager.get_download_metadata(key)
        return None

    def chunks(self, key: str) -> AsyncGenerator[bytes, None]:
        """The bytes of such a file."""
        return self._download_manager.download(key)

    async def hear(self) -> None:
        """Hand what is typed in the page to the program, until the page is closed."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                await self._take(message.data)

    async def _take(self, text: str) -> None:
        """One message of the page's; what is none is left alone."""
        try:
            kind, *rest = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            return
        value = rest[0] if rest else None
        if kind == "stdin" and isinstance(value, str):
            await self.send_bytes(value.encode("utf-8", "replace"))
        elif kind == "resize" and isinstance(value, dict):
            await self.set_terminal_size(cells(value.get("width"), 80), cells(value.get("height"), 24))
        elif kind == "ping":
            await self._socket.send_json(["pong", value])
        elif kind == "focus":
            await self.focus()
        elif kind == "blur":
            await self.blur()
