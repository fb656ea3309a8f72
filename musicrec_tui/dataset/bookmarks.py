"""Bookmarks: users and artists that the user wants to find again, by their keys, which outlive an index."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from musicrec_tui import files, sealed
from musicrec_tui.dataset.artist_keys import current_key
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.shortage import shortage
from musicrec_tui.text import normal_name, printable

SCHEMA = 1
Kind = Literal["artist", "user"]


class Bookmark(msgspec.Struct, frozen=True):
    """A user or an artist of any log.

    Attributes:
        kind: which of both.
        key: as the index has it (a profile's user too).
        name: what it is called, raw.
        at: when it was bookmarked, UTC.
    """

    kind: Kind
    key: str
    name: str
    at: datetime

    @property
    def place(self) -> tuple[Kind, str]:
        """What makes two bookmarks the same one."""
        return self.kind, self.key


class _Kept(msgspec.Struct, frozen=True):
    """The file's content, the latest last."""

    bookmarks: tuple[Bookmark, ...] = ()


def bookmark_of(what: Artist | User) -> Bookmark:
    """A bookmark of now."""
    if isinstance(what, Artist):
        return artist(what.key, what.name)
    return Bookmark("user", what.key, what.user_id, datetime.now(UTC))


def artist(key: str, name: str) -> Bookmark:
    """A bookmark of now, for an artist of which only this is known."""
    return Bookmark("artist", key, name, datetime.now(UTC))


def list_bookmarks(home: Home) -> list[Bookmark]:
    """All bookmarks, the latest first; none where there is no file.

    Raises:
        UserError: the file is damaged.
    """
    if not home.bookmarks.exists():
        return []
    try:
        kept = sealed.read(home.bookmarks, _Kept, SCHEMA).bookmarks
        return [replace(one, key=current_key(one.key)) for one in reversed(kept)]
    except UserError as error:
        advice = shortage(error) or "Delete that file to begin anew."
        raise UserError(f"{error} {advice}", exit_code=error.exit_code) from error


def add_bookmark(home: Home, bookmark: Bookmark) -> bool:
    """Save a bookmark; False if it exists already.

    Raises:
        UserError: the file is damaged, or cannot be written.
    """
    with _alone(home):
        there = list_bookmarks(home)
        if bookmark.place in {one.place for one in there}:
            return False
        _write(home, [bookmark, *there])
    return True


def remove_bookmark(home: Home, bookmark: Bookmark) -> bool:
    """Remove a bookmark; False where it is gone already.

    Raises:
        UserError: the file is damaged, or cannot be written.
    """
    with _alone(home):
        there = list_bookmarks(home)
        left = [one for one in there if one.place != bookmark.place]
        if len(left) == len(there):
            return False
        _write(home, left)
    return True


def find_bookmark(home: Home, text: str, kind: Kind | None = None) -> Bookmark:
    """The bookmark of this key or name.

    Raises:
        UserError: there is none, or several are called so.
    """
    meant = [one for one in list_bookmarks(home) if kind in (None, one.kind)]
    found = [one for one in meant if one.key == text] or [
        one for one in meant if normal_name(one.name) == normal_name(text)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UserError(f"There is no bookmark {printable(text)!r}; `musicrec-tui bookmarks` lists them.")
    keys = ", ".join(f"{one.kind} {printable(one.key)!r}" for one in found[:5])
    raise UserError(f"{len(found)} bookmarks are called {printable(text)!r}: say which by its key ({keys}) or kind.")


def _write(home: Home, bookmarks: list[Bookmark]) -> None:
    """Write all of them; what somebody listens to is nobody else's business."""
    sealed.write(home.bookmarks, _Kept(tuple(reversed(bookmarks))), SCHEMA, mode=0o600)


def _alone(home: Home) -> AbstractContextManager[None]:
    """Hold the lock of the bookmarks, so that two programs lose nothing of each other."""
    return files.alone(home.root / ".bookmarks.lock", "Another program is changing the bookmarks; try again.")
