"""The host's asyncio client: starts it when first needed, asks, restarts it after a crash. Light: the TUI uses it."""

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Coroutine
from typing import Any

import msgspec

from musicrec_tui.jobs import environment
from musicrec_tui.jobs.host_protocol import AnyAnswer, AnyAsk, Refused, Request, Response
from musicrec_tui.paths import Home

_LONGEST_LINE = 256 * 2**20
_LARGEST_LOG = 2**20


class _HostDiedError(Exception):
    """The host ended before it answered."""


class HostClient:
    """Asks the host; as many requests at once as one likes. Belongs to one event loop.

    Usage: `answer = await client.ask(Recommend(...))`, and `await client.close()` in the end.

    Args:
        home: where it writes its log.
        people: where opinions are; None: in the same home.
        pause: seconds that its first start waits. It keeps a processor busy for a second with its imports, and
            a program that has just started has something to draw first.
    """

    def __init__(self, home: Home, *, people: Home | None = None, pause: float = 0.0) -> None:
        self._home, self._people = home, people or home
        self._pause = pause
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._pending: dict[int, asyncio.Future[AnyAnswer]] = {}
        self._ids = itertools.count(1)
        self._starting = asyncio.Lock()
        self._closed = False

    async def ask(self, ask: AnyAsk) -> AnyAnswer:
        """The host's answer; a `Refused` with a sentence where there is none to be had. Cancelling it is harmless."""
        for _attempt in range(2):
            if self._closed:
                break
            try:
                return await self._ask_once(ask)
            except _HostDiedError:
                continue
            except OSError as error:
                return Refused(f"The process that computes recommendations cannot be started: {error.strerror}.")
        if self._closed:
            return Refused("The program is closing.")
        return Refused(
            "The process that computes recommendations died twice on this request; "
            f"what it last said is in {self._home.logs / 'host.log'}.",
            defect=True,
        )

    async def start(self) -> None:
        """Start the host before it is needed, so that the first answer comes sooner.

        Raises:
            OSError: it cannot be started.
        """
        with contextlib.suppress(_HostDiedError):  # the program is closing
            await self._started()

    async def close(self) -> None:
        """End the host: its stdin is closed, and it is killed where it does not go at once."""
        self._closed = True
        async with self._starting:
            process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 0.15)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._reader is not None:
            await self._reader

    async def _ask_once(self, ask: AnyAsk) -> AnyAnswer:
        process = await self._started()
        number = next(self._ids)
        future: asyncio.Future[AnyAnswer] = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        try:
            stdin = process.stdin
            if stdin is None or process.returncode is not None:
                raise _HostDiedError
            stdin.write(msgspec.json.encode(Request(number, ask)) + b"\n")
            with contextlib.suppress(ConnectionError):  # the reader sees the end, too, and says so to all who wait
                await stdin.drain()
            return await future
        finally:
            self._pending.pop(number, None)

    async def _started(self) -> Process:
        """The host's process, started where there is none that lives."""
        async with self._starting:
            pause, self._pause = self._pause, 0.0
            await asyncio.sleep(pause)
            if self._closed:
                raise _HostDiedError
            if self._process is None or self._process.returncode is not None or self._reader_ended():
                self._process = await _uncancelled(self._spawn())
                self._reader = asyncio.create_task(self._read(self._process), name="host reader")
            return self._process

    def _reader_ended(self) -> bool:
        return self._reader is not None and self._reader.done()

    async def _spawn(self) -> Process:
        log = self._open_log()
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "musicrec_tui.jobs.host", str(self._people.opinions),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env=environment.for_child(), limit=_LONGEST_LINE, start_new_session=True,
            )  # fmt: skip
        finally:
            if log >= 0:
                os.close(log)

    def _open_log(self) -> int:
        """The host's log, emptied when it has grown; `DEVNULL` where it cannot be written."""
        path = self._home.logs / "host.log"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            if os.fstat(descriptor).st_size > _LARGEST_LOG:
                os.ftruncate(descriptor, 0)
        except OSError:
            return subprocess.DEVNULL
        return descriptor

    async def _read(self, process: Process) -> None:
        """Hand answers to those who wait for them, until the host ends."""
        assert process.stdout is not None  # noqa: S101  (it was started with a pipe)
        try:
            while line := await process.stdout.readline():
                self._deliver(line)
        except (ValueError, OSError):  # a line beyond all limits: this host cannot be understood any more
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        for future in self._pending.values():
            if not future.done():
                future.set_exception(_HostDiedError())

    def _deliver(self, line: bytes) -> None:
        try:
            response = msgspec.json.decode(line, type=Response)
        except msgspec.MsgspecError:
            return  # not from our code; what was asked stays unanswered until the host ends
        future = self._pending.get(response.id)
        if future is not None and not future.done():
            future.set_result(response.answer)


async def _uncancelled(start: Coroutine[Any, Any, Process]) -> Process:
    """A process that is being started; where that is cancelled meanwhile, it is ended and not left behind."""
    starting = asyncio.ensure_future(start)
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        process = await starting
        process.kill()
        await process.communicate()
        raise
