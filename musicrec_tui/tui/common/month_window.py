"""The months that a timeline shows: all of them, or as many as one has zoomed in to."""

from datetime import datetime

from musicrec_tui.dataset.records import Month
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.verbs import LEFT, RIGHT, ZOOM_ALL, ZOOM_IN, ZOOM_OUT

TIMELINE_COMMANDS = (
    Command("timeline.in", "zoom(1)", ZOOM_IN, "Zoom in", "Show half as many months.", footer="zoom", palette=False,
            guest=True),
    Command("timeline.out", "zoom(-1)", ZOOM_OUT, "Zoom out", "Show twice as many months.", palette=False, guest=True),
    Command("timeline.all", "zoom(0)", ZOOM_ALL, "All months", "Show all months.", palette=False, guest=True),
    Command("timeline.left", "shift(-1)", LEFT, "Earlier months", "Show earlier months.", footer="months",
            shown="←→", palette=False, guest=True),
    Command("timeline.right", "shift(1)", RIGHT, "Later months", "Show later months.", palette=False, guest=True),
)  # fmt: skip
"""A widget with a timeline has these, an `action_zoom` and an `action_shift`."""
_FEWEST = 3


class MonthWindow:
    """A part of a row of months."""

    def __init__(self) -> None:
        self._months: tuple[Month, ...] = ()
        self._first = 0
        self._count = 0

    def show(self, months: tuple[Month, ...]) -> None:
        """Take other months: all are shown, but for those after today's at the end, which wrong clocks made."""
        if months != self._months:
            today = f"{datetime.now():%Y-%m}"
            begun = sum(month.month <= today for month in months)
            self._months, self._first, self._count = months, 0, begun or len(months)

    @property
    def months(self) -> tuple[Month, ...]:
        """Those that are shown."""
        return self._months[self._first : self._first + self._count]

    def zoom(self, step: int) -> None:
        """Show half as many (1), twice as many (-1) or all (0), around the same middle."""
        middle, total = self._first + self._count / 2, len(self._months)
        wanted = {1: max(_FEWEST, -(-self._count // 2)), -1: self._count * 2}.get(step, total)
        self._count = min(total, wanted)
        self._first = self._within(round(middle - self._count / 2))

    def shift(self, step: int) -> None:
        """Move by a quarter of what is shown."""
        self._first = self._within(self._first + step * max(1, self._count // 4))

    def _within(self, first: int) -> int:
        """The nearest first month from which so many are there."""
        return max(0, min(len(self._months) - self._count, first))
