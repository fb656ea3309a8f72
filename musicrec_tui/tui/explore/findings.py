"""What a search found so far: artists and users, a page at a time, each with how many there are."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from musicrec_tui.dataset.records import Artist, ArtistPage, User, UserPage
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.explore.drawing import artist_row, heading_row, note_row, user_row

T = TypeVar("T")

NO_LETTERS = "No exact match"


class Section(Generic[T]):
    """One kind of what was found, best first.

    Args:
        what: what they are, in the plural; also what its heading means when it is chosen.
        title: what the heading says.
        found: the first of them.
        total: how many there are.
        draw: how one looks.
        remark: stands above the heading; empty where there is nothing to say.
    """

    def __init__(
        self, what: str, title: str, found: Sequence[T], total: int, draw: Callable[[T], Row], remark: str = ""
    ) -> None:
        self.what = what
        self.total = total
        self._title = title
        self._found = list(found)
        self._draw = draw
        self._remark = remark
        self._shown = 0

    def __len__(self) -> int:
        """How many were fetched."""
        return len(self._found)

    def rows(self, limit: int | None = None) -> list[Row]:
        """The heading and the first so many, or all that were fetched; nothing where there is nothing."""
        if not self._found:
            return []
        shown = self._found[:limit]
        self._shown = len(shown)
        remark = [note_row(self._remark)] if self._remark else []
        return [*remark, heading_row(self._heading, self.what), *map(self._draw, shown)]

    def add(self, found: Sequence[T]) -> list[Row]:
        """The rows for some more."""
        self._found.extend(found)
        self._shown = len(self._found)
        return [self._draw(one) for one in found]

    def _heading(self) -> str:
        """`artists  200 of 18,432`."""
        shown = f"{number(self._shown)} of " if self._shown < self.total else ""
        return f"{self._title}  {shown}{number(self.total)}"


def artists_section(page: ArtistPage) -> Section[Artist]:
    """Artists; similar names are marked as such."""
    if page.forgiven:
        return Section("artists", "similar names", page.rows, page.total, artist_row, NO_LETTERS)
    return Section("artists", "artists", page.rows, page.total, artist_row)


def users_section(page: UserPage) -> Section[User]:
    """Users."""
    return Section("users", "users", page.rows, page.total, user_row)
