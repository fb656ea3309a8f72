"""Runs our short-lived processes and reads their JSON Lines (see `jobs.json_lines`)."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home

if TYPE_CHECKING:
    from musicrec_tui.jobs.json_lines import AnyMessage

_LONGEST_LINE = 2**20

R = TypeVar("R")


Begun = Callable[[Callable[[], None]], None]
"""Called once the process runs, with a function that asks it to stop."""


def _unheard(stop: Callable[[], None]) -> None:
    """The process cannot be stopped."""


async def process_result(
    command: Sequence[str], hear: Callable[["AnyMessage"], R | None], what: str, begun: Begun = _unheard
) -> R:
    """Start a process and read its messages until one gives the result.

    Args:
        command: its command line.
        hear: called with each message; returns the result for the last one, None for all others.
        what: what the process does, for people: "builds the index".
        begun: see `Begun`.

    Raises:
        UserError: it cannot be started, ends without a result, or fails (then with its own sentence).
        Cancelled: it was asked to stop.
    """
    from musicrec_tui.jobs import json_lines
    from musicrec_tui.jobs.environment import for_child

    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, limit=_LONGEST_LINE, env=for_child(),
        )  # fmt: skip
    except (OSError, ValueError) as error:  # ValueError: a NUL among the words, which no file name can have
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"Cannot start the process that {what}: {reason}.", exit_code=1) from error
    begun(lambda: _terminate(process))
    try:
        assert process.stdout is not None  # noqa: S101  (it was started with a pipe)
        async for raw in process.stdout:
            match message := json_lines.decode(raw):
                case json_lines.Failure(sentence):
                    raise UserError(sentence, exit_code=1)
                case json_lines.Stopped():
                    raise Cancelled
            if (result := hear(message)) is not None:
                return result
        code = await process.wait()
        raise UserError(f"The process that {what} ended without a message (exit code {code}): start again.")
    finally:
        if process.returncode is None:
            _terminate(process)
            await process.wait()


def _terminate(process: asyncio.subprocess.Process) -> None:
    """Send SIGTERM; the process cleans up and reports that it stopped."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()


def home_option(home: Home) -> list[str]:
    """The `--home` option for a process; none for the platform's default home, whose cache lies elsewhere."""
    return ["--home", str(home.root)] if home.cache == home.root / "cache" else []
