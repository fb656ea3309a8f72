"""The displayed part of the matrix: zooming and moving as arithmetic, without widgets."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from musicrec_tui.dataset.picture import DOTS_HIGH, DOTS_WIDE
from musicrec_tui.dataset.portrait import Order, Window

MatrixStyle = Literal["dots", "shades", "figures"]
VIEWS: tuple[MatrixStyle, ...] = ("dots", "shades", "figures")


@dataclass(frozen=True)
class Camera:
    """A view of the matrix with a cursor. Positions count users and artists from 0 in the chosen order.

    A character shows `cell` users × artists. In the view `dots` it has several dots, so that a bin of the window is a
    part of it; otherwise a bin is a cell.
    """

    users: int
    artists: int
    rows: int
    """Lines of the screen; `columns` likewise."""
    columns: int
    view: MatrixStyle = "dots"
    order: Order = "activity"
    zoom: int = 0
    """0 shows the whole matrix, each level half as many users and artists."""
    user: int = 0
    """The position of the cursor; `artist` likewise."""
    artist: int = 0
    top: int = 0
    """The first displayed user; `left` is the first artist."""
    left: int = 0

    @property
    def bins(self) -> tuple[int, int]:
        """Bins per character, down and across."""
        return (DOTS_HIGH, DOTS_WIDE) if self.view == "dots" else (1, 1)

    @property
    def step(self) -> tuple[int, int]:
        """Users and artists per bin."""
        high, wide = self.bins
        return (
            max(1, math.ceil(self.users / (self.rows * high * 2**self.zoom))),
            max(1, math.ceil(self.artists / (self.columns * wide * 2**self.zoom))),
        )

    @property
    def cell(self) -> tuple[int, int]:
        """Users and artists per character."""
        return self.step[0] * self.bins[0], self.step[1] * self.bins[1]

    @property
    def cursor(self) -> tuple[int, int]:
        """The line and the column of the cursor on the screen."""
        return (self.user - self.top) // self.cell[0], (self.artist - self.left) // self.cell[1]

    @property
    def window(self) -> Window:
        """The window to request from the index."""
        high, wide = self.bins
        users, artists = self.step
        return Window(self.order, self.top, self.left, self.rows * high, self.columns * wide, users, artists)

    @property
    def under_cursor(self) -> tuple[range, range]:
        """The users and artists under the cursor."""
        (row, column), (users, artists) = self.cursor, self.cell
        first, left = self.top + row * users, self.left + column * artists
        return range(first, min(first + users, self.users)), range(left, min(left + artists, self.artists))

    def moved(self, down: int, across: int) -> "Camera":
        """With the cursor moved by characters; the window follows if needed."""
        users, artists = self.cell
        return replace(self, user=self.user + down * users, artist=self.artist + across * artists)._seen()

    def pointed(self, row: int, column: int) -> "Camera":
        """With the cursor on a character of the screen."""
        at_row, at_column = self.cursor
        return self.moved(row - at_row, column - at_column)

    def zoomed(self, step: int) -> "Camera":
        """Zoomed in (1) or out (-1) around the cursor."""
        row, column = self.cursor
        nearer = replace(self, zoom=max(0, min(self._deepest(), self.zoom + step)))
        high, wide = nearer.cell
        return replace(nearer, top=self.user - row * high, left=self.artist - column * wide)._seen()

    def whole(self) -> "Camera":
        """Zoomed out to the whole matrix."""
        return replace(self, zoom=0, top=0, left=0)._seen()

    def changed(
        self, *, rows: int = 0, columns: int = 0, view: MatrixStyle | None = None, order: Order | None = None
    ) -> "Camera":
        """With another size, view or order; another order starts at its beginning."""
        other = replace(self, rows=rows or self.rows, columns=columns or self.columns, view=view or self.view)
        if order is not None and order != self.order:
            other = replace(other, order=order, user=0, artist=0, top=0, left=0)
        return replace(other, zoom=min(other.zoom, other._deepest()))._seen()

    def _deepest(self) -> int:
        """The largest zoom, at which a bin is one user and one artist."""
        high, wide = self.bins
        times = max(self.users / (self.rows * high), self.artists / (self.columns * wide), 1.0)
        return math.ceil(math.log2(times))

    def _seen(self) -> "Camera":
        """With the cursor inside the matrix, the cursor inside the window, and edges on whole cells."""
        users, artists = self.cell
        user = max(0, min(self.users - 1, self.user))
        artist = max(0, min(self.artists - 1, self.artist))
        top = _edge(self.top, user, users, self.rows, self.users)
        left = _edge(self.left, artist, artists, self.columns, self.artists)
        return replace(self, user=user, artist=artist, top=top, left=left)


def _edge(edge: int, cursor: int, cell: int, cells: int, total: int) -> int:
    """The edge nearest to `edge` at which a window of `cells` lies within `total` and contains the cursor."""
    at = cursor // cell
    last = max(0, math.ceil(total / cell) - cells)
    first = max(0, min(last, edge // cell))
    return min(max(first, at - cells + 1), at) * cell
