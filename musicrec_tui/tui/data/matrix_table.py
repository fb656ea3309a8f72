"""The picture of the matrix as a table: a row for each cell that is not empty."""

from musicrec_tui.dataset.portrait import Block, BlockCell
from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.tui.common.cells import number
from musicrec_tui.tui.tabular.pictures import Map
from musicrec_tui.tui.tabular.sheet import Sheet

_COLUMNS = (
    Column("first_user_place", "whole"), Column("users", "whole"), Column("first_user"),
    Column("first_artist_place", "whole"), Column("artists", "whole"), Column("first_artist"),
    Column("pairs", "whole"), Column("plays", "whole"), Column("estimated", "truth"),
)  # fmt: skip


def sheet(block: Block, shape: tuple[int, int], cursor: tuple[int, int] | None) -> Sheet:
    """What is in a block.

    Args:
        block: of the matrix.
        shape: how many users and artists the matrix has; places count from 1.
        cursor: the row and the column of the block under the cursor; None where that is several cells.
    """
    window = block.window
    rows, columns = len(block.users), len(block.artists)
    here = next((one for one in block.cells if (one.row, one.column) == cursor), None)
    users = _span("users", window.top, rows * window.users, shape[0])
    artists = _span("artists", window.left, columns * window.artists, shape[1])
    title = f"Matrix: {users} × {artists}"

    def pictures() -> tuple[Map]:
        cells = [(one.row, one.column, float(max(1, one.plays))) for one in block.cells]
        step = f"{window.users} users × {window.artists} artists a cell, plays"
        return (Map(f"{title}, {step}", "artists", "users", (rows, columns), cells, told=",.0f", logarithmic=True),)

    return Sheet(
        title, _COLUMNS, lambda: [_row(block, one, shape) for one in block.cells],
        here=_row(block, here, shape) if here is not None else None, cell=len(_COLUMNS) - 2, pictures=pictures,
    )  # fmt: skip


def _row(block: Block, cell: BlockCell, shape: tuple[int, int]) -> Cells:
    """A cell: whose it is, and what was played."""
    window = block.window
    user, artist = window.top + cell.row * window.users, window.left + cell.column * window.artists
    return (
        user + 1, min(window.users, shape[0] - user), block.users[cell.row],
        artist + 1, min(window.artists, shape[1] - artist), block.artists[cell.column],
        cell.pairs, cell.plays, block.share < 1,
    )  # fmt: skip


def _span(what: str, first: int, count: int, of: int) -> str:
    """Places as people count them."""
    return f"{what} {number(first + 1)}–{number(min(of, first + count))}"
