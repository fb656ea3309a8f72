"""Processes of ours that speak JSON Lines (see `jobs.json_lines`): started, listened to, and ended with who listens."""

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
"""Is given, once a process has begun, what asks it to stop."""


def _unheard(stop: Callable[[], None]) -> None:
    """Nobody wants to stop it."""


async def last_word(
    command: Sequence[str], hear: Callable[["AnyMessage"], R | None], what: str, begun: Begun = _unheard
) -> R:
    """Start a process and hear its lines until one is the last.

    Args:
        command: its command line.
        hear: takes each message; what it makes of the last one is the result, of all others None.
        what: what the process does, for people: "builds the index".
        begun: see `Begun`.

    Raises:
        UserError: it cannot be started, ends without a last word, or fails: its own sentence.
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
        raise UserError(f"The process that {what} ended without a word (exit code {code}): start again.")
    finally:
        if process.returncode is None:
            _terminate(process)
            await process.wait()


def _terminate(process: asyncio.subprocess.Process) -> None:
    """Ask a process to stop; it cleans up, and says so."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()


def home_option(home: Home) -> list[str]:
    """How a process is told the home. The platform's own is not named: its cache is elsewhere than `--home`'s."""
    return ["--home", str(home.root)] if home.cache == home.root / "cache" else []
