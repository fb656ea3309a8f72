"""The two ways to a clipboard: the terminal's (OSC 52), and that of the system we run on (pyperclip).

Nobody answers OSC 52, so the system's is filled too, wherever that can be done. Over SSH only the terminal's is the
user's own.
"""

import asyncio
import contextlib
import sys

from musicrec_tui.jobs.environment import for_child

LARGEST = 74_000
"""Bytes of UTF-8 that terminals take: several cut an OSC 52 at 100,000 characters of Base64, and tell nobody."""

_SECOND_WAY = (sys.executable, "-P", "-X", "utf8", "-m", "pyperclip", "--copy")
_PATIENCE = 5.0


def fits(text: str) -> bool:
    """Whether a terminal takes so much."""
    return len(text.encode()) <= LARGEST


def too_large(text: str) -> str:
    """Why a text was not copied, and what to do."""
    return (
        f"{len(text.encode()) / 1000:,.0f} kB are more than a terminal's clipboard takes ({LARGEST // 1000} kB), and "
        "there is no other: nothing was copied. Export the table instead (e, or E)."
    )


async def fill_system(text: str) -> bool:
    """Give a text to the system's clipboard; whether there is one.

    In a process of its own, since pyperclip starts others whose complaints would be painted over the screen.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *_SECOND_WAY, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, env=for_child(), start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    try:
        await asyncio.wait_for(process.communicate(text.encode()), _PATIENCE)
    except (TimeoutError, OSError):
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    return process.returncode == 0
