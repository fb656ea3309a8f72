"""Tables whose columns the user resizes; the widths are saved for the next start."""

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import msgspec
from textual.dom import DOMNode
from textual.widget import Widget

from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.screen_state import TableState
from musicrec_tui.tui.common.verbs import NARROWER, NATURAL_WIDTH, WIDER

WIDTH_COMMANDS = (
    Command("table.wider", "resize(1)", WIDER, "Wider column",
            "Make the selected column (else the first visible one) wider; or drag its end with the mouse.",
            shown=">", guest=True),
    Command("table.narrower", "resize(-1)", NARROWER, "Narrower column", "Make the column narrower.",
            shown="<", guest=True),
    Command("table.natural", "natural_width", NATURAL_WIDTH, "Reset the column's width",
            "Fit the column to its values and the screen.", shown="|", guest=True),
)  # fmt: skip
_NARROWEST, _WIDEST = 4, 400
_LONGEST_NAME = 80
_MOST = 100


class Sized(NamedTuple):
    """A column: its raw name, and its width in cells."""

    name: str
    cells: int


class Resizable(Widget):
    """A table with an id. A subclass lists `WIDTH_COMMANDS` among its own."""

    STEP: ClassVar[int] = 4
    """Cells for each press of a key."""

    @abstractmethod
    def column_here(self) -> Sized | None:
        """The column that the resize keys act on; None if there is none."""

    @abstractmethod
    def draw_widths(self) -> None:
        """Redraw the columns."""

    @property
    def left(self) -> TableState:
        """The saved state of the table: row, first column, widths."""
        return saved_tables(self).get(self.id or "", TableState())

    def leave(self, left: TableState) -> None:
        """Save this state."""
        saved_tables(self)[self.id or ""] = left

    def width_of(self, name: str) -> int | None:
        """The width that the user gave to the column of this raw name, in cells; None: none."""
        cells = self.left.widths.get(_key(name))
        return None if cells is None else max(_NARROWEST, min(_WIDEST, cells))

    def set_width(self, name: str, cells: int | None) -> None:
        """Set the width of a column in cells; None: its natural width."""
        widths = {key: old for key, old in self.left.widths.items() if key != _key(name)}
        if cells is not None:
            widths[_key(name)] = cells
        self.leave(msgspec.structs.replace(self.left, widths=dict(list(widths.items())[-_MOST:])))
        self.draw_widths()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The resize commands need a column."""
        if action in ("resize", "natural_width"):
            return self.column_here() is not None
        return super().check_action(action, parameters)

    def action_resize(self, direction: int) -> None:
        """Make the column a step wider or narrower."""
        if (column := self.column_here()) is not None:
            self.set_width(column.name, column.cells + direction * self.STEP)

    def action_natural_width(self) -> None:
        """Give the column its natural width."""
        if (column := self.column_here()) is not None:
            self.set_width(column.name, None)


def saved_tables(node: DOMNode) -> dict[str, TableState]:
    """The saved states of the log's tables by their ids, to read and change; discarded before a log is open."""
    memory, session = getattr(node.app, "memory", None), getattr(node.app, "session", None)
    if memory is None or session is None or session.dataset is None:
        return {}
    tables: dict[str, TableState] = memory.tables(session.dataset.info.content)
    return tables


def _key(name: str) -> str:
    """A column's name as a key of the state file: clean, and of limited length."""
    return printable(name, _LONGEST_NAME)
