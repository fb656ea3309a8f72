"""What the app does with tables: copy them, have them exported, show a row whole."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App

from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.tui.common.arrangement import Order
    from musicrec_tui.tui.common.tabular_widget import CopyWanted, ExportWanted, SortWanted, WholeWanted
    from musicrec_tui.tui.tabular.clipboard import CopyChoice
    from musicrec_tui.tui.tabular.sheet import Sheet


class TableActions:
    """Copies and exports lists, tables and plots of any screen, and shows their rows whole."""

    def __init__(self, app: App[Any], session: Session) -> None:
        self._app, self._session = app, session
        self._copied_as: CopyChoice | None = None  # what was chosen last, if anything was

    def copy(self, event: "CopyWanted") -> None:
        """Copy the row at once (of a plot, all), or ask what is meant."""
        from musicrec_tui.tui.tabular.clipboard import CopyChoice

        sheet, last = event.sheet, self._copied_as or CopyChoice()
        if event.ask:
            from musicrec_tui.tui.shell.copy_dialog import CopyDialog

            self._app.push_screen(CopyDialog(sheet, last), partial(self._chosen, sheet))
        else:
            self.copy_of(sheet, CopyChoice(event.extent if sheet.here is not None else "table", last.format))

    def export(self, event: "ExportWanted") -> None:
        """Ask for a file name, and write."""
        from musicrec_tui.tui.shell.export_dialog import ExportDialog
        from musicrec_tui.tui.tabular import exports

        sheet = event.sheet
        work = partial(exports.write, sheet)
        self._app.push_screen(
            ExportDialog(
                exports.title(sheet),
                exports.file_name(sheet),
                work,
                formats=exports.formats(sheet),
                most=exports.most(sheet),
            )
        )

    def show_whole(self, event: "WholeWanted") -> None:
        """Show the row under the cursor."""
        from musicrec_tui.tui.shell.whole_row import WholeRow

        self._app.push_screen(WholeRow(event.sheet))

    def sort(self, event: "SortWanted") -> None:
        """Ask for the column to sort by."""
        from musicrec_tui.tui.shell.sort_picker import KEEP, SortPicker

        def chosen(order: "Order | str | None") -> None:
            if order != KEEP and not isinstance(order, str):
                event.choose(order)

        self._app.push_screen(SortPicker(event.fields, event.present, event.title_of), chosen)

    def copy_of(self, sheet: "Sheet", choice: "CopyChoice") -> None:
        """Copy what is meant of a table."""
        start(self._app, "copy", self._copy, sheet, choice)

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
            notify_latest(self._app, "There is nothing to copy.", group="copy", severity="warning")
            return
        text = await asyncio.to_thread(formats.format_rows, columns, rows, choice.format, choice.extent)
        on_this_machine = not self._session.restricted  # guests sit at another one, and have its clipboard
        copied = clipboard.copied_sentence(sheet, choice, len(rows))
        if clipboard.fits(text):
            self._app.copy_to_clipboard(text)
            notify_latest(self._app, copied, group="copy")
            if on_this_machine:
                await clipboard.fill_system(text)
        elif on_this_machine and await clipboard.fill_system(text):
            notify_latest(self._app, f"{copied} It is only in this machine's clipboard.", group="copy")
        else:
            notify_latest(self._app, clipboard.too_large(text), group="copy", severity="warning")
