"""The list of themes to choose from."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Draw, Row
from musicrec_tui.tui.common.verbs import CLOSE
from musicrec_tui.tui.shell.themes import ThemeChoice


class ThemePicker(Dialog[str | None]):
    """Answers with a theme's name."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("themes.close", "dismiss(None)", CLOSE, "Close", "Close without changes.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, choices: Sequence[ThemeChoice], present: str) -> None:
        super().__init__()
        self._choices, self._present = choices, present

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            yield RowList(id="themes")

    def on_mount(self) -> None:
        """List the themes, the cursor on the current one."""
        dialog = self.query_one(".dialog")
        dialog.border_title = "Theme"
        dialog.border_subtitle = "↵ chooses and saves it · esc closes"
        names = [choice.name for choice in self._choices]
        rows = [Row(_drawn(choice, choice.name == self._present), choice.name) for choice in self._choices]
        themes = self.query_one(RowList)
        themes.set_rows(rows, cursor=names.index(self._present) if self._present in names else None)
        themes.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the theme."""
        self.dismiss(str(event.value))


def _drawn(choice: ThemeChoice, present: bool) -> Draw:
    """The drawing of a theme's row; ● marks the current one."""

    def draw(width: int) -> Content:
        told = f"{choice.kind} · {choice.origin}"
        return Content.assemble("● " if present else "  ", (fit(choice.name, 22), "bold"), (fit(told, width - 24), DIM))

    return draw
