"""The queries that were asked, and those that the user saved: two files of the home."""

import contextlib
from pathlib import Path

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

MOST_QUERIES = 200
_LARGEST = 2**26
"""Bytes of a file of queries."""
_BUSY = "Another program is writing its queries."


def load_history(home: Home) -> list[str]:
    """The queries that were asked, oldest first; none if there is no readable file."""
    return _load(home.sql_history)


def add_to_history(home: Home, query: str) -> None:
    """Append a query to those that were asked, without duplicates; a home that cannot be written to is ignored."""
    with contextlib.suppress(UserError, UnicodeEncodeError), files.alone(home.root / ".sql_history.lock", _BUSY):
        try:
            known = _read(home.sql_history)
        except OSError:  # it cannot be read for the moment: it must not be replaced
            return
        _write(home.sql_history, [*(one for one in known if one != query), query])


def load_saved(home: Home) -> list[str]:
    """The saved queries, oldest first; none if there is no readable file."""
    return _load(home.sql_saved)


def toggle_saved(home: Home, query: str) -> bool:
    """Save a query, or remove it if it is saved; returns whether it is saved now.

    Raises:
        UserError: the file cannot be written.
        OSError: it cannot be read for the moment.
    """
    with files.alone(home.root / ".sql_saved.lock", _BUSY):
        saved = _read(home.sql_saved)
        rest = [one for one in saved if one != query]
        _write(home.sql_saved, rest if len(rest) < len(saved) else [*saved, query])
        return len(rest) == len(saved)


def _load(path: Path) -> list[str]:
    """The queries of a file; none if it cannot be read."""
    try:
        return _read(path)
    except OSError:
        return []


def _read(path: Path) -> list[str]:
    """The queries of a file, none if it is not there or damaged; with the error of one that cannot be read."""
    try:
        return msgspec.json.decode(files.read_bytes(path, _LARGEST), type=list[str])[-MOST_QUERIES:]
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return []


def _write(path: Path, queries: list[str]) -> None:
    """Write the last queries, readable by the user only."""
    files.write_bytes(path, msgspec.json.encode(queries[-MOST_QUERIES:]), mode=0o600)
