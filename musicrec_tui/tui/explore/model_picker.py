"""Which run recommends: the finished runs of this log, and popularity."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Draw, Row
from musicrec_tui.tui.common.run_status import titled
from musicrec_tui.tui.common.verbs import CLOSE
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.runs.store import RunInfo


class ModelPicker(Dialog[str]):
    """Answers with a run's id, or "" for popularity."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("models.close", "dismiss(None)", CLOSE, "Close", "Close without changes.", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(
        self, session: Session, runs: "Sequence[RunInfo]", present: str | None, title: str = "Recommend with", *,
        popularity: bool = True,
    ) -> None:  # fmt: skip
        """Offer `runs`, and `popularity` where that is a choice; `present` is the one that is taken already, if any."""
        super().__init__()
        self._session = session
        self._runs, self._present = sorted(runs, key=lambda run: not run.starred), present
        self._title, self._popularity = title, popularity

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            yield RowList(id="models")

    def on_mount(self) -> None:
        """Fill it in, the cursor on the present model."""
        dialog = self.query_one(".dialog")
        dialog.border_title = self._title
        dialog.border_subtitle = "↵ chooses · esc closes"
        rows = [Row(_drawn(titled(run), self._detail(run), run.id == self._present), run.id) for run in self._runs]
        if self._popularity:
            rows.append(Row(_drawn("popularity", "the most popular artists", self._present == ""), ""))
        models = self.query_one(RowList)
        models.set_rows(rows, cursor=next((at for at, row in enumerate(rows) if row.value == self._present), 0))
        models.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take it."""
        self.dismiss(str(event.value))

    def _detail(self, run: "RunInfo") -> str:
        """Its headline metric, and what that was measured on; that of an outdated run has no place beside others."""
        if self._session.log_change(run):
            return "outdated: the log has changed"
        return f"NDCG@{run.k} {run.headline:.3f} {run.evaluated_on}" if run.headline is not None else "not evaluated"


def _drawn(label: str, detail: str, present: bool) -> Draw:
    """How a run is drawn; ● is the one that recommends now."""

    def draw(width: int) -> Content:
        return Content.assemble("● " if present else "  ", (fit(label, 22), "bold"), (fit(detail, width - 24), DIM))

    return draw
