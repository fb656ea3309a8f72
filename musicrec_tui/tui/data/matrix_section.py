"""Matrix: its shape, a picture of any part, and the pair under the cursor."""

from collections import OrderedDict

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.dataset import picture
from musicrec_tui.dataset.lookups.block import Matrix
from musicrec_tui.dataset.portrait import Block, Window
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.data.camera import Camera
from musicrec_tui.tui.data.matrix_view import MatrixView
from musicrec_tui.tui.data.section import Section
from musicrec_tui.tui.shell.session import Session

_KEPT = 16
_SORTED = {"activity": "most active first", "code": "by code"}


class MatrixSection(Section):
    """The picture, with a line on the matrix above, and lines on scale and cursor below."""

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002
        super().__init__(session, id=id)
        self._matrix: Matrix | None = None
        self._blocks: OrderedDict[Window, Block] = OrderedDict()
        self._wanted: Window | None = None
        self._adding = False

    def compose(self) -> ComposeResult:
        """Lines and picture."""
        yield Static(id="matrix-shape", markup=False)
        yield MatrixView(id="matrix-view")
        yield Static(id="matrix-scale", markup=False)
        yield Static(id="matrix-cursor", markup=False)

    @property
    def view(self) -> MatrixView:
        """The picture."""
        return self.query_one(MatrixView)

    def on_mount(self) -> None:
        """Show the whole matrix."""
        info = self.dataset.info
        self.query_one("#matrix-shape", Static).update(
            Content.assemble(
                (number(info.users), "bold"), " users × ", (number(info.artists), "bold"), " artists · ",
                (number(info.plays), "bold"), " pairs · ", (f"{info.plays / (info.users * info.artists):.3%}", "bold"),
                " filled",
            )
        )  # fmt: skip
        self.view.open(info.users, info.artists)

    def on_unmount(self) -> None:
        """Close the matrix's connection to the index."""
        if self._matrix is not None:
            self._matrix.close()

    def focus_first(self) -> None:
        """The picture."""
        self.screen.set_focus(self.view)

    @on(MatrixView.Looked)
    def _looked(self) -> None:
        """Draw the window, from the cache if possible."""
        camera = self.view.camera
        if camera is None:
            return
        if (known := self._blocks.get(camera.window)) is not None:
            self._blocks.move_to_end(camera.window)
            self._wanted = None
            self.view.show(known)
        else:
            self._wanted = camera.window
            if not self._adding:
                self._adding = True
                start(self, "matrix", self._add)
        self._tell(camera)

    async def _add(self) -> None:
        """Calculate the requested window, then the latest one requested meanwhile."""
        try:
            while (window := self._wanted) is not None:
                self._wanted = None
                block = await asked(self, self._block, window)
                if block is None:
                    return
                self._blocks[window] = block
                while len(self._blocks) > _KEPT:
                    self._blocks.popitem(last=False)
                camera = self.view.camera
                if camera is not None and camera.window == window:
                    self.view.show(block)
                    self._tell(camera)
        finally:
            self._adding = False

    def _block(self, window: Window) -> Block:
        """The block of a window; called in a thread."""
        if self._matrix is None:
            self._matrix = Matrix(self.dataset)
        return self._matrix.block(window)

    def _tell(self, camera: Camera) -> None:
        """Update the lines below the picture."""
        block = self.view.block
        self.query_one("#matrix-scale", Static).update(scale_line(camera, block))
        self.query_one("#matrix-cursor", Static).update(cursor_line(camera, block))


def scale_line(camera: Camera, block: Block | None) -> Content:
    """The line on what a character of the picture shows, and on the order."""
    users, artists = camera.step
    of = f"{_count(users, 'user')} × {_count(artists, 'artist')}"
    if camera.view == "dots":
        told = f"a dot: {of} with a play"
    elif camera.view == "figures":
        told = f"a figure: the plays of {of}"
    else:
        told = f"{of} each, plays: {picture.legend(block) if block is not None else '…'}"
    estimated = f" · ≈ from {block.share:.0%} of the pairs" if block is not None and block.share < 1 else ""
    return Content.styled(f"{told} · {_SORTED[camera.order]}{estimated}", "$foreground 70%")


def cursor_line(camera: Camera, block: Block | None) -> Content:
    """The line on users, artists and plays under the cursor."""
    users, artists = camera.under_cursor
    parts = ["", ""]
    figures = "calculating …"
    if block is not None:
        (high, wide), (row, column) = camera.bins, camera.cursor
        parts = [_first(block.users, row * high), _first(block.artists, column * wide)]
        own = [cell for cell in block.cells if cell.row // high == row and cell.column // wide == column]
        pairs, plays = sum(cell.pairs for cell in own), sum(cell.plays for cell in own)
        about = "≈ " if block.share < 1 else ""
        cells = len(users) * len(artists)
        figures = f"{about}{_count(plays, 'play')}"
        if cells > 1:
            figures += f", {about}{_count(pairs, 'pair')} in {number(cells)} cells ({min(1.0, pairs / cells):.2%})"
    return Content.assemble(
        _range("user", users, camera.users), (parts[0], "bold"), " × ",
        _range("artist", artists, camera.artists), (parts[1], "bold"), "\n", (figures, "bold $accent"),
    )  # fmt: skip


def _range(what: str, places: range, of: int) -> str:
    """Positions from 1, as a prefix of a name."""
    if len(places) == 1:
        return f"{what} {number(places.start + 1)} of {number(of)}: "
    return f"{what}s {number(places.start + 1)}–{number(places.stop)} of {number(of)}, from "


def _first(names: tuple[str, ...], place: int) -> str:
    """The name at a position, clean and cut."""
    return printable(names[place], 40) if place < len(names) else "–"


def _count(count: int, unit: str) -> str:
    """`1 user`, `12 users`."""
    return f"{number(count)} {unit}{'' if count == 1 else 's'}"
