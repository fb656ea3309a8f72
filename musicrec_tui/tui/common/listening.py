"""Processes of ours that speak JSON Lines (see `jobs.speaking`): started, listened to, and ended with who listens."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

_LONGEST_LINE = 2**20

L = TypeVar("L")
R = TypeVar("R")


Begun = Callable[[Callable[[], None]], None]
"""Is given, once a process has begun, what asks it to stop."""


def _unheard(stop: Callable[[], None]) -> None:
    """Nobody wants to stop it."""


async def last_word(
    command: Sequence[str], kind: type[L], hear: Callable[[L], R | None], what: str, begun: Begun = _unheard
) -> R:
    """Start a process and hear its lines until one is the last.

    Args:
        command: its command line.
        kind: what a line is.
        hear: takes each line; what it makes of the last one is the result, of all others None. May raise.
        what: what the process does, for people: "builds the index".
        begun: see `Begun`.

    Raises:
        UserError: it cannot be started, or ends without a last word.
    """
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
            if (result := hear(msgspec.json.decode(raw, type=kind))) is not None:
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
