"""The picture of the matrix: dots, shades or numbers, with a cursor; and its table."""

from typing import ClassVar

from rich.cells import cell_len, chop_cells
from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message

from musicrec_tui.dataset import picture
from musicrec_tui.dataset.portrait import Block, BlockCell
from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, fit, number, short
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.two_keys import TwoKeys
from musicrec_tui.tui.common.verbs import (
    DOWN,
    FIRST,
    HALF_DOWN,
    HALF_UP,
    LAST,
    LEFT,
    PAGE_DOWN,
    PAGE_LEFT,
    PAGE_RIGHT,
    PAGE_UP,
    RIGHT,
    SORT,
    TOP,
    UP,
    VIEW_TOO,
    ZOOM_ALL,
    ZOOM_IN,
    ZOOM_OUT,
)
from musicrec_tui.tui.data.camera import VIEWS, Camera
from musicrec_tui.tui.tabular.pictures import Map
from musicrec_tui.tui.tabular.sheet import Sheet

_LABEL, _FIGURE, _HEADS = 12, 8, 2
_HERE = "bold reverse"
_COLUMNS = (
    Column("first_user_place", "whole"), Column("users", "whole"), Column("first_user"),
    Column("first_artist_place", "whole"), Column("artists", "whole"), Column("first_artist"),
    Column("pairs", "whole"), Column("plays", "whole"), Column("estimated", "truth"),
)  # fmt: skip


class MatrixView(TabularWidget, TwoKeys, can_focus=True):
    """Draws a block of the matrix; posts `Looked` when window or cursor change."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("matrix.in", "zoom(1)", ZOOM_IN, "Zoom in",
                "Half as many users and artists, around the cursor.", footer="zoom", shown="z Z",
                guest=True),
        Command("matrix.out", "zoom(-1)", ZOOM_OUT, "Zoom out", "Twice as many users and artists.", guest=True),
        Command("matrix.whole", "whole", ZOOM_ALL, "The whole matrix", "All users and artists.", footer="all",
                guest=True),
        Command("matrix.view", "view", VIEW_TOO, "Dots, shades or figures",
                "Draw pairs as dots, play counts as shades, or as numbers.", footer="view",
                guest=True),
        Command("matrix.order", "order", SORT, "Sort by activity or by code",
                "The most active users and most popular artists first, or by code.", footer="sort",
                guest=True),
        Command("matrix.down", "move(1, 0)", DOWN, "Down", "Users further down.", shown="j ↓", palette=False,
                guest=True),
        Command("matrix.up", "move(-1, 0)", UP, "Up", "Users further up.", shown="k ↑", palette=False, guest=True),
        Command("matrix.right", "move(0, 1)", RIGHT, "Right", "Artists further right.", shown="l →", palette=False,
                guest=True),
        Command("matrix.left", "move(0, -1)", LEFT, "Left", "Artists further left.", shown="h ←", palette=False,
                guest=True),
        Command("matrix.half_down", "half(1)", HALF_DOWN, "Half a screen down", "Half a screen of users further down.",
                palette=False, guest=True),
        Command("matrix.half_up", "half(-1)", HALF_UP, "Half a screen up", "Half a screen of users further up.",
                palette=False, guest=True),
        Command("matrix.first", "edge(-1)", FIRST, "The first user", "To the first row of the matrix.", palette=False,
                guest=True),
        Command("matrix.top", "edge(-1)", TOP, "The first user", "To the first row of the matrix.", palette=False,
                twice=True, guest=True),
        Command("matrix.bottom", "edge(1)", LAST, "The last user", "To the last row of the matrix.", palette=False,
                guest=True),
        Command("matrix.page_down", "page(1, 0)", PAGE_DOWN, "A screen down", "A screen of users further down.",
                palette=False, guest=True),
        Command("matrix.page_up", "page(-1, 0)", PAGE_UP, "A screen up", "A screen of users further up.",
                palette=False, guest=True),
        Command("matrix.page_right", "page(0, 1)", PAGE_RIGHT, "A screen right", "A screen of artists to the right.",
                palette=False, guest=True),
        Command("matrix.page_left", "page(0, -1)", PAGE_LEFT, "A screen left", "A screen of artists to the left.",
                palette=False, guest=True),
        *TABLE_COMMANDS,
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    class Looked(Message):
        """The window or the cursor changed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.camera: Camera | None = None
        self._block: Block | None = None
        self._last = Content.styled("Calculating …", DIM)
        self._shape = (1, 1)

    def open(self, users: int, artists: int) -> None:
        """Set the shape of the matrix."""
        self._shape = (users, artists)
        self.on_resize()

    def show(self, block: Block) -> None:
        """Draw a block."""
        self._block = block
        self.refresh()

    @property
    def block(self) -> Block | None:
        """The drawn block, if it is that of the camera's window."""
        if self._block is not None and self.camera is not None and self._block.window == self.camera.window:
            return self._block
        return None

    def sheet(self) -> Sheet | None:
        """The drawn block as a table."""
        if self.block is None or self.camera is None:
            return None
        cursor = self.camera.cursor if self.camera.bins == (1, 1) else None
        return block_sheet(self.block, self._shape, cursor)

    def on_resize(self) -> None:
        """Adapt the camera to the new size."""
        if self.size.width and self.size.height:
            self._look(self._fitted(self.camera or Camera(*self._shape, 1, 1)))

    def _fitted(self, camera: Camera) -> Camera:
        """The camera for the size of the widget in its view."""
        rows, columns = self.size.height, self.size.width
        if camera.view == "figures":
            rows, columns = rows - _HEADS, (columns - _LABEL) // _FIGURE
        return camera.changed(rows=max(1, rows), columns=max(1, columns))

    def _look(self, camera: Camera) -> None:
        """Set the camera; post `Looked` on a change."""
        if camera != self.camera:
            self.camera = camera
            self.refresh()
            self.post_message(self.Looked())

    def action_zoom(self, step: int) -> None:
        """Zoom in or out."""
        if self.camera is not None:
            self._look(self.camera.zoomed(step))

    def action_whole(self) -> None:
        """Show the whole matrix."""
        if self.camera is not None:
            self._look(self.camera.whole())

    def action_move(self, down: int, across: int) -> None:
        """Move the cursor by a character."""
        if self.camera is not None:
            self._look(self.camera.moved(down, across))

    def action_page(self, down: int, across: int) -> None:
        """Move the cursor by a screen."""
        if self.camera is not None:
            self._look(self.camera.moved(down * self.camera.rows, across * self.camera.columns))

    def action_half(self, direction: int) -> None:
        """Move the cursor by half a screen of users."""
        if self.camera is not None:
            self._look(self.camera.moved(direction * max(1, self.camera.rows // 2), 0))

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or last user."""
        if self.camera is not None:
            self._look(self.camera.moved(direction * self.camera.users, 0))

    def action_view(self) -> None:
        """Select the next view."""
        if self.camera is not None:
            view = VIEWS[(VIEWS.index(self.camera.view) + 1) % len(VIEWS)]
            self._look(self._fitted(self.camera.changed(view=view)))

    def action_order(self) -> None:
        """Sort by code instead of activity, and back."""
        if self.camera is not None:
            self._look(self.camera.changed(order="code" if self.camera.order == "activity" else "activity"))

    def on_click(self, click: events.Click) -> None:
        """Move the cursor to the click; a click on the cursor zooms in."""
        if self.camera is None or (offset := click.get_content_offset(self)) is None:
            return
        row, column = offset.y, offset.x
        if self.camera.view == "figures":
            row, column = row - _HEADS, (column - _LABEL) // _FIGURE
        if not (0 <= row < self.camera.rows and 0 <= column < self.camera.columns):
            return
        pointed = self.camera.pointed(row, column)
        self._look(pointed if pointed != self.camera else self.camera.zoomed(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in."""
        event.stop()
        self.action_zoom(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out."""
        event.stop()
        self.action_zoom(-1)

    def render(self) -> RenderResult:
        """The picture; the last one until a new window is calculated."""
        if self.block is not None and self.camera is not None:
            draw = _figures if self.camera.view == "figures" else _pattern
            self._last = draw(self.block, self.camera)
        return self._last


def _pattern(block: Block, camera: Camera) -> Content:
    """Dots or shades; the cursor is reversed, as `+` among shades, since a reversed shade looks like another."""
    drawn = picture.dots(block) if camera.view == "dots" else picture.shades(block)
    row, column = camera.cursor
    lines = [Content.styled(line, "$accent") for line in drawn]
    here = Content.styled(drawn[row][column] if camera.view == "dots" else "+", _HERE)
    lines[row] = lines[row][:column] + here + lines[row][column + 1 :]
    return Content("\n").join(lines)


def _figures(block: Block, camera: Camera) -> Content:
    """Plays as numbers, with the names of artists above and users beside (of several, the first)."""
    row_here, column_here = camera.cursor
    users, artists = camera.cell
    plays = {(cell.row, cell.column): cell.plays for cell in block.cells}
    heads = [
        column_head(
            name, column_places(camera.left + column * artists, artists, camera.artists), here=column == column_here
        )
        for column, name in enumerate(block.artists)
    ]
    lines = [Content(" " * _LABEL) + Content("").join(head[line] for head in heads) for line in range(_HEADS)]
    for row, user in enumerate(block.users):
        more = _more(camera.top + row * users, users, camera.users)
        parts = [Content.styled(fit(user, _LABEL - len(more)) + more, "bold" if row == row_here else DIM)]
        for column in range(len(block.artists)):
            here = (row, column) == (row_here, column_here)
            count = plays.get((row, column))
            text = fit("·" if count is None else short(count), _FIGURE - 1, right=True)
            parts += [Content(" "), Content.styled(text, _HERE if here else DIM if count is None else "bold")]
        lines.append(Content("").join(parts))
    return Content("\n").join(lines)


def _more(first: int, count: int, of: int) -> str:
    """The number of a row's users beside the first one: ` +4`; empty: none."""
    others = min(count, of - first) - 1
    return f" +{short(others)}" if others > 0 else ""


def column_places(first: int, count: int, of: int) -> str:
    """The artists of a column, counted from 1: `7–12`; empty: a single one."""
    if count == 1:
        return ""
    told = f"{first + 1:,}–{min(first + count, of):,}"
    return told if len(told) < _FIGURE else f"{first + 1:,}–"


def column_head(name: str, places: str, *, here: bool) -> tuple[Content, Content]:
    """A column's two title lines: a name, broken at a space if possible; or the first of several and their range."""
    room = _FIGURE - 1
    clean = printable(name)
    first = clean if places or cell_len(clean) <= room else chop_cells(clean, room)[0]
    if first != clean and " " in clean[: len(first) + 1]:
        first = clean[: clean.rindex(" ", 0, len(first) + 1)]
    rest = places or clean[len(first) :].lstrip()
    style = "bold" if here else DIM
    return (
        Content.styled(f" {fit(first, room, right=True)}", style),
        Content.styled(f" {fit(rest, room, right=True)}", style),
    )


def block_sheet(block: Block, shape: tuple[int, int], cursor: tuple[int, int] | None) -> Sheet:
    """The non-empty cells of a block as a table.

    Args:
        block: of the matrix.
        shape: number of users and artists of the matrix.
        cursor: the row and column of the block under the cursor; None: several cells.
    """
    window = block.window
    rows, columns = len(block.users), len(block.artists)
    here = next((one for one in block.cells if (one.row, one.column) == cursor), None)
    users = _place_span("users", window.top, rows * window.users, shape[0])
    artists = _place_span("artists", window.left, columns * window.artists, shape[1])
    title = f"Matrix: {users} × {artists}"

    def pictures() -> tuple[Map]:
        cells = [(one.row, one.column, float(max(1, one.plays))) for one in block.cells]
        step = f"{window.users} users × {window.artists} artists a cell, plays"
        return (
            Map(f"{title}, {step}", "artists", "users", (rows, columns), cells, value_format=",.0f", logarithmic=True),
        )

    return Sheet(
        title, _COLUMNS, lambda: [_row(block, one, shape) for one in block.cells],
        here=_row(block, here, shape) if here is not None else None, cell=len(_COLUMNS) - 2, pictures=pictures,
    )  # fmt: skip


def _row(block: Block, cell: BlockCell, shape: tuple[int, int]) -> Cells:
    """A cell as a row: users, artists, pairs and plays."""
    window = block.window
    user, artist = window.top + cell.row * window.users, window.left + cell.column * window.artists
    return (
        user + 1, min(window.users, shape[0] - user), block.users[cell.row],
        artist + 1, min(window.artists, shape[1] - artist), block.artists[cell.column],
        cell.pairs, cell.plays, block.share < 1,
    )  # fmt: skip


def _place_span(what: str, first: int, count: int, of: int) -> str:
    """Positions counted from 1."""
    return f"{what} {number(first + 1)}–{number(min(of, first + count))}"
