"""The dialog of saved queries."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE

_NONE = "No saved queries yet. In the SQL screen, press b on a result to save its query."


class SavedQueries(Dialog[str | None]):
    """Lists the saved queries, the latest first; answers with the chosen one."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("saved.close", "dismiss(None)", CLOSE, "Close", "Back to the query.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, queries: Sequence[str]) -> None:
        super().__init__()
        self._queries = queries

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            yield RowList(id="saved")

    def on_mount(self) -> None:
        """Fill it."""
        dialog, rows = self.query_one(".dialog"), self.query_one(RowList)
        dialog.border_title, dialog.border_subtitle = "Saved queries", "↵ takes it · esc closes"
        rows.set_rows([Row(partial(_draw, query), query) for query in reversed(self._queries)], _NONE)
        self.set_focus(rows)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the query."""
        event.stop()
        self.dismiss(str(event.value))


def _draw(query: str, width: int) -> Content:
    """A query as one line."""
    return Content(fit(" ".join(query.split()), width))
