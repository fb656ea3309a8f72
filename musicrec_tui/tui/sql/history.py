"""What was asked before, oldest first, kept in the home for the next start."""

import contextlib

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

MOST = 200
_BUSY = "Another program is writing its queries."


def load(home: Home) -> list[str]:
    """The queries of earlier sessions; none where there is no file, or none that can be read."""
    try:
        return msgspec.json.decode(home.sql_history.read_bytes(), type=list[str])[-MOST:]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def add(home: Home, query: str) -> None:
    """Keep a query, once, behind those that this program or another one kept; a home that is full keeps none."""
    with contextlib.suppress(UserError, UnicodeEncodeError), files.alone(home.root / ".sql_history.lock", _BUSY):
        queries = [*(one for one in load(home) if one != query), query]
        files.write_bytes(home.sql_history, msgspec.json.encode(queries[-MOST:]), mode=0o600)
