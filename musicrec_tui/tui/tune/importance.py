"""The importance of a tuning's parameters as bars, calculated by a process."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from textual import work
from textual.app import RenderResult
from textual.content import Content

from musicrec_tui.dataset.table_files import Column
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import json_lines
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, bar, crop, fit
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.listening import process_result
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.tabular.pictures import Bars
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tune.trial_table import no_trial

_SHARE = 5


async def importances(tuning: Path) -> dict[str, float]:
    """The importance by parameter (shares of 1), the largest first; cancelling stops the process.

    Args:
        tuning: its folder.

    Raises:
        UserError: it cannot be calculated, for instance with too few trials.
    """

    def hear(message: json_lines.AnyMessage) -> dict[str, float] | None:
        return message.shares if isinstance(message, json_lines.Importances) else None

    command = [sys.executable, "-P", "-m", "musicrec_tui.jobs.tuning.importances", str(tuning)]
    return await process_result(command, hear, "calculates the importance")


class _Told(NamedTuple):
    """The result for a number of trials: shares of 1, or a note why there are none."""

    trials: int
    shares: Mapping[str, float]
    note: str = ""


_NOTHING = _Told(-1, {}, "Calculating …")


class Importance(TabularWidget, can_focus=True):
    """Bars of importance; recalculated while visible, when trials were added."""

    OWN_COMMANDS = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._tuning: TuningInfo | None = None
        self._told: dict[str, _Told] = {}
        self._asked: TuningInfo | None = None

    def show(self, tuning: TuningInfo) -> None:
        """Show a tuning."""
        self._tuning = tuning
        self.refresh()
        self._ask_where_seen()

    def on_show(self) -> None:
        """Calculate what was not needed while it was hidden."""
        self._ask_where_seen()

    def _ask_where_seen(self) -> None:
        """Start a calculation if it is visible and outdated; one process at a time for a tuning."""
        tuning = self._tuning
        if tuning is None or not tuning.trials or not self.is_on_screen:
            return
        waits = self._asked is not None and self._asked.id == tuning.id
        if not waits and self._told.get(tuning.id, _NOTHING).trials != len(tuning.trials):
            self._asked = tuning
            self._ask(tuning)

    @work(group="importance", exclusive=True)
    async def _ask(self, tuning: TuningInfo) -> None:
        """Calculate the importance and draw it."""
        try:
            self._told[tuning.id] = _Told(len(tuning.trials), await importances(tuning.folder))
        except UserError as error:
            self._told[tuning.id] = _Told(len(tuning.trials), {}, printable(str(error), 300))
        finally:
            if self._asked is tuning:
                self._asked = None
        self.refresh()
        self._ask_where_seen()

    def sheet(self) -> Sheet | None:
        """The shares, once they are calculated."""
        tuning = self._tuning
        told = self._told.get(tuning.id, _NOTHING) if tuning is not None else _NOTHING
        if tuning is None or not told.shares:
            return None
        columns = (Column("parameter"), Column("share", "number"))
        title, shares = f"Importance in {tuning.label}", list(told.shares.items())
        return Sheet(title, columns, lambda: shares, pictures=lambda: (Bars(title, shares, ".1%"),))

    def render(self) -> RenderResult:
        """A bar for each parameter, and the number of those that do not fit."""
        width, room = self.size.width, max(1, self.size.height - 1)
        told = self._told.get(self._tuning.id, _NOTHING) if self._tuning else _NOTHING
        title = Content.assemble(("Importance", "bold"), (crop("  PED-ANOVA", max(0, width - 10)), DIM))
        if not told.shares:
            note = told.note if self._tuning and self._tuning.trials else no_trial(self._tuning)
            return Content.assemble(title, "\n", (note, DIM))
        label = max(map(len, told.shares))
        wide = max(1, width - label - _SHARE - 1)
        lines = [
            Content.assemble(fit(name, label), " ", (bar(share, wide), "$accent"), f"{share:>{_SHARE}.0%}")
            for name, share in told.shares.items()
        ]
        if len(lines) > room:
            lines = [*lines[: room - 1], Content(f"… and {len(lines) - room + 1} more").stylize(DIM)]
        return Content("\n").join([title, *lines])
