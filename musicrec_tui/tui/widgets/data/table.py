"""Tables as rows of text: column heads, types, and cells cut to fair widths."""

from rich.cells import cell_len
from textual.content import Content

from musicrec_tui.dataset.records import Table
from musicrec_tui.text import printable
from musicrec_tui.tui.widgets.cells import fit
from musicrec_tui.tui.widgets.row_list import Draw, Row

_WIDEST, _NARROWEST = 40, 10
_NUMBERS = ("INT", "BIGINT", "DOUBLE", "UBIG", "HUGE")
DIM = "$foreground 60%"


def table_rows(table: Table, first: int = 0) -> list[Row]:
    """A row of column names, which the cursor passes over, and the table's rows; columns from `first` on."""
    wanted = wanted_widths(table)
    right = [kind.upper().startswith(_NUMBERS) for kind in table.types]
    right += [False] * (len(table.columns) - len(right))
    head = Row(_drawn(table.columns, wanted, right, first, "bold $foreground 70%"))
    return [head, *(Row(_drawn(row, wanted, right, first, ""), at) for at, row in enumerate(table.rows))]


def wanted_widths(table: Table) -> list[int]:
    """The width that each column needs to be whole."""
    return [
        max([cell_len(printable(name)), *(cell_len(_text(row[at])) for row in table.rows)])
        for at, name in enumerate(table.columns)
    ]


def widths(wanted: list[int], room: int) -> list[int]:
    """Widths of the leading columns that fit into `room`, two cells apart: none squeezed below what can be read."""
    given: list[int] = []
    for width in wanted:
        least = min(width, _NARROWEST)
        if given and sum(given) + 2 * len(given) + least > room:
            break
        given.append(least)
    spare = room - sum(given) - 2 * (len(given) - 1)
    while spare > 0:
        growing = [at for at, width in enumerate(given) if width < min(wanted[at], _WIDEST)]
        if not growing:
            break
        for at in growing[:spare]:
            given[at] += 1
            spare -= 1
    return given


def _drawn(cells: tuple[str | None, ...], wanted: list[int], right: list[bool], first: int, style: str) -> Draw:
    """A row; a missing value is a dim dash."""

    def draw(room: int) -> Content:
        parts = [
            Content.styled(
                fit("–" if cell is None else cell, width, right=to_the_right), DIM if cell is None else style
            )
            for cell, width, to_the_right in zip(
                cells[first:], widths(wanted[first:], room), right[first:], strict=False
            )
        ]
        return Content("  ").join(parts)

    return draw


def _text(cell: str | None) -> str:
    """What a cell shows."""
    return "–" if cell is None else printable(cell)
