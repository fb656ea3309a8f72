"""Tables whose columns the user makes wider and narrower; how they were left is kept for the next start."""

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import msgspec
from textual.dom import DOMNode
from textual.widget import Widget

from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.screen_state import Table

WIDTH_COMMANDS = (
    Command("table.wider", "resize(1)", "greater_than_sign", "Wider column",
            "Make the column wider: the selected one, else the first that is seen; the mouse drags its end.",
            shown=">", guest=True),
    Command("table.narrower", "resize(-1)", "less_than_sign", "Narrower column", "Make the column narrower.",
            shown="<", guest=True),
    Command("table.natural", "natural_width", "vertical_line", "Natural width of the column",
            "Let the column be as wide as its values and the screen have it.", shown="|", guest=True),
)  # fmt: skip
_NARROWEST, _WIDEST = 4, 400
_LONGEST_NAME = 80
_MOST = 100


class Sized(NamedTuple):
    """A column: its raw name, and in how many cells it is drawn."""

    name: str
    cells: int


class Resizable(Widget):
    """A table with an id. A subclass lists `WIDTH_COMMANDS` among its own."""

    STEP: ClassVar[int] = 4
    """Cells for each press of a key."""

    @abstractmethod
    def column_here(self) -> Sized | None:
        """The column that keys make wider; None where there is none."""

    @abstractmethod
    def draw_widths(self) -> None:
        """Draw the columns anew."""

    @property
    def left(self) -> Table:
        """How the table was left."""
        return kept_tables(self).get(self.id or "", Table())

    def leave(self, left: Table) -> None:
        """Have that kept."""
        kept_tables(self)[self.id or ""] = left

    def width_of(self, name: str) -> int | None:
        """The cells that the user gave to a column of this raw name; None: none."""
        cells = self.left.widths.get(_key(name))
        return None if cells is None else max(_NARROWEST, min(_WIDEST, cells))

    def set_width(self, name: str, cells: int | None) -> None:
        """Give a column so many cells; None: as it comes."""
        widths = {key: old for key, old in self.left.widths.items() if key != _key(name)}
        if cells is not None:
            widths[_key(name)] = cells
        self.leave(msgspec.structs.replace(self.left, widths=dict(list(widths.items())[-_MOST:])))
        self.draw_widths()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there are columns."""
        if action in ("resize", "natural_width"):
            return self.column_here() is not None
        return super().check_action(action, parameters)

    def action_resize(self, direction: int) -> None:
        """A step wider or narrower."""
        if (column := self.column_here()) is not None:
            self.set_width(column.name, column.cells + direction * self.STEP)

    def action_natural_width(self) -> None:
        """As it comes."""
        if (column := self.column_here()) is not None:
            self.set_width(column.name, None)


def kept_tables(node: DOMNode) -> dict[str, Table]:
    """How the tables of the log were left, by their ids: to be read and changed; of no use before the log is open."""
    memory, session = getattr(node.app, "memory", None), getattr(node.app, "session", None)
    if memory is None or session is None or session.dataset is None:
        return {}
    tables: dict[str, Table] = memory.tables(session.dataset.info.content)
    return tables


def _key(name: str) -> str:
    """A name as it can be kept: files may call a column anything."""
    return printable(name, _LONGEST_NAME)
