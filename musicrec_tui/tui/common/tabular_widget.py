"""The commands of every widget that shows a table or a plot: copy, export, show whole."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.verbs import COPY, COPY_MORE, EXPORT, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from musicrec_tui.tui.common.arrangement import Order
    from musicrec_tui.tui.tabular.formats import Extent
    from musicrec_tui.tui.tabular.records import Field
    from musicrec_tui.tui.tabular.sheet import Sheet

TABLE_COMMANDS = (
    Command("table.copy", "copy_row", COPY, "Copy the row", "Copy the row under the cursor.", guest=True),
    Command("table.copy_as", "copy_as", COPY_MORE, "Copy as …",
            "Copy a cell, a row or the table as CSV, JSON and others.", guest=True,
                also="clipboard markdown"),
    Command("table.export", "export_table", EXPORT, "Export this table or plot",
            "Write the whole table or plot to a file.",
                also="csv parquet json save download write"),
    Command("table.whole", "show_whole", WHOLE, "Show the whole row", "All values of the row, uncut.", guest=True,
                also="details inspect full"),
)  # fmt: skip
_BY_ACTION = {command.action: command for command in TABLE_COMMANDS}


@dataclass
class CopyWanted(Message):
    """Asks the app to copy the row or the cell; `ask`: with a dialog for extent and format."""

    sheet: "Sheet"
    ask: bool = False
    extent: "Extent" = "row"


@dataclass
class ExportWanted(Message):
    """Asks the app to export the table."""

    sheet: "Sheet"


@dataclass
class WholeWanted(Message):
    """Asks the app to show the whole row under the cursor."""

    sheet: "Sheet"


@dataclass
class SortWanted(Message):
    """Asks the app for the column to sort by, which `choose` is called with (None: as listed).

    `title_of` gives the title of a column by its name.
    """

    fields: "Sequence[Field]"
    present: "Order | None"
    choose: "Callable[[Order | None], None]"
    title_of: "Callable[[str], str]"


class TabularWidget(Widget):
    """A widget whose table can be copied, exported and shown by row; the app does it (`shell.tables`).

    A subclass lists `TABLE_COMMANDS` among its own. Another command of the same key wins, of the widget or an
    ancestor: `e` exports all rows of a query in SQL.
    """

    auto_links = var(False)
    """It draws no links. With the default, Textual searches every line for some, and copies the line."""

    def sheet(self) -> "Sheet | None":
        """The displayed table; None if there is none. Called often: rows are only made by `Sheet.loaded`."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The commands need a table, `show_whole` a row; keys of other commands are left alone."""
        command = _BY_ACTION.get(action)
        if command is None:
            return super().check_action(action, parameters)
        if self._key_is_taken(command):
            return False
        sheet = self.sheet()
        return sheet is not None and (sheet.here is not None or action != "show_whole")

    def action_copy_row(self) -> None:
        """Copy the row; of a plot, the table."""
        self._want(CopyWanted)

    def action_copy_as(self) -> None:
        """Open the copy dialog."""
        if (sheet := self.sheet()) is not None:
            self.post_message(CopyWanted(sheet, ask=True))

    def action_export_table(self) -> None:
        """Export the table."""
        self._want(ExportWanted)

    def action_show_whole(self) -> None:
        """Show the whole row."""
        self._want(WholeWanted)

    def _want(self, wanted: type[CopyWanted] | type[ExportWanted] | type[WholeWanted]) -> None:
        """Post a message with the table."""
        if (sheet := self.sheet()) is not None:
            self.post_message(wanted(sheet))

    def _key_is_taken(self, command: Command) -> bool:
        """Whether another command of this widget or its ancestors has the same key, in the user's keymap."""
        keymap = commands.keymap_of(self)
        keys = set(command.moved(keymap).keys.split(","))
        return any(
            other.id not in _IDS and keys & set(other.moved(keymap).keys.split(","))
            for node in self.ancestors_with_self
            for other in commands.own(node)
        )


_IDS = {command.id for command in TABLE_COMMANDS}
