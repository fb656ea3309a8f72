"""The commands of every widget that shows a table or a plot: copy, export, show whole."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.commands import Command

if TYPE_CHECKING:
    from musicrec_tui.tui.tabular.formats import Extent
    from musicrec_tui.tui.tabular.sheet import Sheet

TABLE_COMMANDS = (
    Command("table.copy", "copy_row", "y", "Copy the row", "Copy the row under the cursor.", guest=True),
    Command("table.copy_as", "copy_as", "Y", "Copy as …", "Copy a cell, a row or the table as CSV, JSON and others.",
            guest=True),
    Command("table.export", "export_table", "e", "Export this table or plot",
            "Write the whole table or plot to a file."),
    Command("table.export_too", "export_table_too", "E", "Export this table or plot",
            "The same, in lists where e does something else."),
    Command("table.whole", "show_whole", "space", "Show the whole row", "All values of the row, with nothing cut.",
            shown="space", guest=True),
)  # fmt: skip
_BY_ACTION = {command.action: command for command in TABLE_COMMANDS}


@dataclass
class CopyWanted(Message):
    """The row under the cursor, or the cell, is to be copied; `ask`: how much, and as what, is to be asked."""

    sheet: "Sheet"
    ask: bool = False
    extent: "Extent" = "row"


@dataclass
class ExportWanted(Message):
    """The table is to be exported."""

    sheet: "Sheet"


@dataclass
class WholeWanted(Message):
    """The row under the cursor is to be shown whole."""

    sheet: "Sheet"


class TabularWidget(Widget):
    """Says what is wanted of its table; the app does it (`shell.tables`).

    A subclass lists `TABLE_COMMANDS` among its own. Where it, or a node that it is in, has another command of the same
    key, that one keeps it: space marks runs in Compare, `e` trains again in Train.
    """

    auto_links = var(False)
    """Nothing that it draws is a link. Textual looks for some in every line, and copies the line."""

    def sheet(self) -> "Sheet | None":
        """What it shows; None where that is nothing (yet). Asked often, so rows are made by `loaded` only."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A table can be copied where it has rows."""
        command = _BY_ACTION.get(action)
        if command is None:
            return super().check_action(action, parameters)
        if action == "export_table_too":
            return self._key_is_taken(_BY_ACTION["export_table"]) and self.sheet() is not None
        if self._key_is_taken(command):
            return False
        sheet = self.sheet()
        return sheet is not None and (sheet.here is not None or action != "show_whole")

    def action_copy_row(self) -> None:
        """Copy the row, or, of a plot, all that it shows."""
        self._want(CopyWanted)

    def action_copy_as(self) -> None:
        """Ask what to copy."""
        if (sheet := self.sheet()) is not None:
            self.post_message(CopyWanted(sheet, ask=True))

    def action_export_table(self) -> None:
        """Have it written."""
        self._want(ExportWanted)

    action_export_table_too = action_export_table

    def action_show_whole(self) -> None:
        """Have the row shown."""
        self._want(WholeWanted)

    def _want(self, wanted: type[CopyWanted] | type[ExportWanted] | type[WholeWanted]) -> None:
        """Say what is wanted."""
        if (sheet := self.sheet()) is not None:
            self.post_message(wanted(sheet))

    def _key_is_taken(self, command: Command) -> bool:
        """Whether somebody else has its key, with the user's own keys."""
        keymap = commands.keymap_of(self)
        keys = set(command.moved(keymap).keys.split(","))
        return any(
            other.id not in _IDS and keys & set(other.moved(keymap).keys.split(","))
            for node in self.ancestors_with_self
            for other in commands.own(node)
        )


_IDS = {command.id for command in TABLE_COMMANDS}
