"""What a start says about keys: the changes of an update, once for each home, and defaults that gave way."""

import asyncio
from collections.abc import Sequence

from textual.dom import DOMNode

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.notifying import notify_latest

CHANGES = (
    "Keys have changed, so that each means the same on all screens: s sorts, b bookmarks, i shows a whole row, "
    "z zooms, [ goes back, Esc never leaves a screen. ? lists them."
)
_SECONDS = 30
_TABLE = b"1\n"
"""The version of the key table."""


async def announce(node: DOMNode, home: Home, notes: Sequence[str]) -> None:
    """Show the changes, where this home has not seen them, and the defaults that gave way."""
    if await asyncio.to_thread(_is_news, home):
        notify_latest(node, CHANGES, group="keys", timeout=_SECONDS)
    if notes:
        notify_latest(node, "\n".join(notes), group="own keys", severity="warning", timeout=_SECONDS)


def _is_news(home: Home) -> bool:
    """Whether an earlier version used this home, and nothing was said yet; from now on it was.

    A home that cannot be written to is never told.
    """
    if home.keys_announced.exists():
        return False
    used = home.tour.exists() or home.state.exists()
    try:
        files.write_bytes(home.keys_announced, _TABLE)
    except UserError:
        return False
    return used
