"""What the app does with tables: copy them, have them exported, show a row whole."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ReturnType

from musicrec_tui.tui.common.notifying import NotifyingApp, tell
from musicrec_tui.tui.common.working import start

if TYPE_CHECKING:
    from musicrec_tui.tui.common.tabular_widget import CopyWanted, ExportWanted, WholeWanted
    from musicrec_tui.tui.tabular.clipboard import CopyChoice
    from musicrec_tui.tui.tabular.sheet import Sheet


class TabularApp(NotifyingApp[ReturnType]):
    """An app whose lists, tables and plots can be copied and exported."""

    _copied_as: "CopyChoice | None" = None
    """What was chosen last in this session, if anything was."""

    @property
    def on_this_machine(self) -> bool:
        """Whether the user sits at the machine that the app runs on, and has its clipboard."""
        return True

    def on_copy_wanted(self, event: "CopyWanted") -> None:
        """Copy the row at once (of a plot, all), or ask what is meant."""
        from musicrec_tui.tui.tabular.clipboard import CopyChoice

        sheet, last = event.sheet, self._copied_as or CopyChoice()
        if event.ask:
            from musicrec_tui.tui.shell.copy_dialog import CopyDialog

            self.push_screen(CopyDialog(sheet, last), partial(self._chosen, sheet))
        else:
            self.copy_of(sheet, CopyChoice(event.extent if sheet.here is not None else "table", last.format))

    def on_export_wanted(self, event: "ExportWanted") -> None:
        """Ask for a file name, and write."""
        from musicrec_tui.tui.shell.export_dialog import ExportDialog
        from musicrec_tui.tui.tabular import exports

        sheet = event.sheet
        work = partial(exports.write, sheet)
        self.push_screen(
            ExportDialog(exports.title(sheet), exports.file_name(sheet), work, formats=exports.formats(sheet))
        )

    def on_whole_wanted(self, event: "WholeWanted") -> None:
        """Show the row under the cursor."""
        from musicrec_tui.tui.shell.whole_row import WholeRow

        self.push_screen(WholeRow(event.sheet))

    def copy_of(self, sheet: "Sheet", choice: "CopyChoice") -> None:
        """Copy what is meant of a table."""
        start(self, "copy", self._copy, sheet, choice)

    def _chosen(self, sheet: "Sheet", choice: "CopyChoice | None") -> None:
        """The dialog was answered."""
        if choice is not None:
            self._copied_as = choice
            self.copy_of(sheet, choice)

    async def _copy(self, sheet: "Sheet", choice: "CopyChoice") -> None:
        """Give it to the terminal and to the system, and tell what became of it."""
        from musicrec_tui.tui.tabular import clipboard, formats

        columns, rows = clipboard.rows_to_copy(sheet, choice.extent)
        if not rows:
            tell(self, "There is nothing to copy.", group="copy", severity="warning")
            return
        text = await asyncio.to_thread(formats.format_rows, columns, rows, choice.format, choice.extent)
        copied = clipboard.copied_sentence(sheet, choice, len(rows))
        if clipboard.fits(text):
            self.copy_to_clipboard(text)
            tell(self, copied, group="copy")
            if self.on_this_machine:
                await clipboard.fill_system(text)
        elif self.on_this_machine and await clipboard.fill_system(text):
            tell(self, f"{copied} It is in this machine's clipboard only.", group="copy")
        else:
            tell(self, clipboard.too_large(text), group="copy", severity="warning")
