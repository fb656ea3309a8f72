"""The lines at the head of a pane: a name with its figures, listens by month, and what else there is to say."""

from typing import ClassVar

from textual.app import RenderResult
from textual.content import Content

from musicrec_tui.dataset.records import Month
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.month_window import TIMELINE_COMMANDS, MonthWindow
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.text_plots import timeline, year_line
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet


class Facts(TabularWidget, can_focus=True):
    """The name on the left, the figures on the right, the timeline below with its years, and remarks.

    The years take a line where the pane is high enough; the timeline zooms.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (*TIMELINE_COMMANDS, *TABLE_COMMANDS)
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._subject = ""
        self.table_name = "Listens by month"
        self._figures: Content = Content()
        self._months: tuple[Month, ...] | None = None
        self._remarks: tuple[str, ...] = ()
        self._window = MonthWindow()

    def show(self, name: str, figures: Content, months: tuple[Month, ...], remarks: tuple[str, ...] = ()) -> None:
        """Set all; the name is raw (empty: the pane says it elsewhere). Of the remarks those that fit are shown."""
        self._subject, self._figures, self._months = name, figures, months
        self._remarks = remarks
        self._window.show(months)
        self.refresh()

    def action_zoom(self, step: int) -> None:
        """Show fewer months (1), more (-1) or all (0)."""
        self._window.zoom(step)
        self.refresh()

    def action_shift(self, step: int) -> None:
        """Show earlier or later months."""
        self._window.shift(step)
        self.refresh()

    def sheet(self) -> Sheet | None:
        """The months."""
        return plots.months(self.table_name, self._months or ())

    def render(self) -> RenderResult:
        """Everything takes the width that there is."""
        if self._months is None:
            return Content()
        width = self.size.width
        first = self._figures
        if self._subject:
            name = fit(self._subject, max(0, width - self._figures.cell_length - 2))
            first = Content.assemble((name, "bold $text-primary"), "  ", self._figures)
        shown, remarks = self._window.months, self._told(width)
        lines = [first.truncate(width, ellipsis=True), timeline(shown, width)]
        if shown and self.size.height > len(lines) + bool(remarks):
            lines.append(year_line(shown, width))
        return Content("\n").join([*lines, remarks] if remarks else lines)

    def _told(self, width: int) -> Content:
        """The remarks in one line."""
        line = ""
        for remark in self._remarks:
            longer = f"{line} · {remark}" if line else remark
            line = longer if len(longer) <= width else line
        return Content.styled(line, DIM)
