"""The list of tunings."""

from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content

from musicrec_tui.runs.tunings.info import TuningInfo
from musicrec_tui.tui.common.cells import fit
from musicrec_tui.tui.common.live_list import LiveList
from musicrec_tui.tui.common.run_status import look, titled
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field


class TuningList(LiveList[TuningInfo]):
    """Tunings with their state, how many trials ended, and the best value."""

    TITLE: ClassVar[str] = "Tunings"
    NEW_ROW: ClassVar[str] = "+ new tuning"

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """A tuning's."""
        return run_records.TUNING

    def draw_item(self, item: TuningInfo, width: int) -> Content:
        """Symbol, name, `12 of 90`, best; the state's word where there is room."""
        shown = look(item.status)
        best = f"{item.best.value:.3f}" if item.best and item.best.value is not None else "–"
        word = f" {shown.word:<9}" if width >= 38 else ""
        tail = f"{word} {f'{len(item.trials):,} of {item.total:,}':>8} {best:>5}"
        room = width - 2 - cell_len(tail)
        return Content.assemble((shown.symbol, shown.style), " ", fit(titled(item), room), tail)
