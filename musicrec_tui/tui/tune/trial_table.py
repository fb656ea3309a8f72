"""The table of a tuning's trials: varied parameters, objective, seconds."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from musicrec_tui.evaluation.metrics import metric_title
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.resizing import WIDTH_COMMANDS, Resizable, Sized
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import LazyRows, Row
from musicrec_tui.tui.common.run_status import Look
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.values import text_of

_NUMBER, _STATE, _VALUE, _SECONDS = 5, 2, 10, 7
_NARROWEST = 9
_MORE = 3
_PARAMETERS = "parameters"
BEST, NEWEST = "best", "newest"
_TRIAL_LOOKS = {
    "finished": Look("✓", "finished", "$text-success"),
    "pruned": Look("✂", "pruned", DIM),
    "failed": Look("✗", "failed", "$text-error"),
}


class TrialTable(RowList, Resizable):
    """Trials, the best or the newest first. A cursor on the first row stays there, otherwise on its trial."""

    ARRANGED = ("filter",)

    OWN_COMMANDS = (*RowList.OWN_COMMANDS, *WIDTH_COMMANDS)
    BINDINGS = bindings(WIDTH_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.order = BEST
        self._names: tuple[str, ...] = ()
        self._trials: dict[int, Trial] = {}
        self._metrics: tuple[str, ...] = ()
        self._tuning: TuningInfo | None = None

    def show(self, tuning: TuningInfo) -> None:
        """Show the trials of a tuning."""
        if tuning == self._tuning:
            return
        another = self._tuning is None or self._tuning.id != tuning.id
        self._tuning = tuning
        self._names = tuning.spec.varied if tuning.spec else ()
        self._trials = {trial.number: trial for trial in tuning.trials}
        self._metrics = tuple(dict.fromkeys(name for trial in tuning.trials for name in trial.metrics))
        self.table_name = f"Trials of {tuning.label}"
        self._set(to_top=another)

    @property
    def trial(self) -> Trial | None:
        """The trial under the cursor."""
        return self._trials.get(self.value) if isinstance(self.value, int) else None

    def record_of(self, row: Row) -> object | None:
        """A trial."""
        return self._trials.get(row.value) if isinstance(row.value, int) else None

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a trial: parameters, value, metrics, costs."""
        return run_records.trial(record.params, self._metrics) if isinstance(record, Trial) else ()

    def turn_order(self) -> None:
        """Order by time instead of value, and back."""
        self.order = NEWEST if self.order == BEST else BEST
        self._set(to_top=True)

    def column_here(self) -> Sized | None:
        """The parameters' columns, which have the same width."""
        names, wide = self._columns(self.scrollable_content_region.width - 1)
        return Sized(_PARAMETERS, wide) if names and wide > 0 else None

    def draw_widths(self) -> None:
        """Redraw the rows and the titles."""
        self.refresh()
        for head in self.screen.query(TrialHead):
            head.refresh()

    def head(self, width: int) -> Content:
        """The column titles; ▾ marks the order, `+2` counts the parameters that do not fit."""
        names, wide = self._columns(width)
        more = fit(f"+{len(self._names) - len(names)}", _MORE) if len(names) < len(self._names) else ""
        line = fit("trial ▾" if self.order == NEWEST else "trial", _NUMBER + _STATE + 1) + "".join(
            fit(name, wide - 1, right=True) + " " for name in names
        )
        value = metric_title(self._tuning.spec.objective) if self._tuning and self._tuning.spec else "value"
        value += " ▾" if self.order == BEST else ""
        told = line + more + fit(value, _VALUE, right=True) + fit("fit s", _SECONDS, right=True)
        return Content(fit(told, width)).stylize(DIM)

    def _set(self, *, to_top: bool) -> None:
        """Order the trials."""
        if self.order == BEST:
            key = lambda one: (one.state != "finished", -(one.value or 0.0), one.number)  # noqa: E731
            ordered = sorted(self._trials.values(), key=key)
        else:
            ordered = sorted(self._trials.values(), key=lambda one: (one.at, one.number), reverse=True)
        numbers = [trial.number for trial in ordered]
        old, here = self.cursor, self.value
        stays = not to_top and old > 0 and here in self._trials
        place = numbers.index(here) if stays and isinstance(here, int) else 0
        top = int(self.scroll_y) + place - old if stays else 0
        self.set_rows(LazyRows(len(numbers), lambda at: self.row(numbers[at])), no_trial(self._tuning), cursor=place)
        if stays and self.arrangement.active:  # a filter leaves other places
            self._return_to(here)
        elif stays:
            self.scroll_to(y=max(0, top), animate=False, force=True)

    def row(self, number: int) -> Row:
        """A trial as a row."""
        return Row(lambda width: self._draw(self._trials[number], width), number)

    def _columns(self, width: int) -> tuple[tuple[str, ...], int]:
        """The parameters that fit, and the width of each in cells."""
        room = width - _NUMBER - _STATE - 1 - _VALUE - _SECONDS
        if (chosen := self.width_of(_PARAMETERS)) is not None:
            all_fit = chosen * len(self._names) <= room
            return self._names[: len(self._names) if all_fit else max(1, (room - _MORE) // chosen)], min(chosen, room)
        wide = max(map(len, self._names), default=0) + 2
        if wide * len(self._names) <= room:
            return self._names, wide
        if _NARROWEST * len(self._names) <= room:
            return self._names, room // len(self._names)
        return self._names[: max(0, (room - _MORE) // _NARROWEST)], _NARROWEST  # the others are counted

    def _draw(self, trial: Trial, width: int) -> Content:
        """A trial as a line of text."""
        names, wide = self._columns(width)
        shown = trial_look(trial)
        told = "".join(fit(_short(getattr(trial.params, name)), wide - 1, right=True) + " " for name in names)
        told += " " * _MORE if len(names) < len(self._names) else ""
        value = f"{trial.value:.4f}" if trial.value is not None else "–"
        fit_seconds = trial.seconds.get("fit")
        seconds = f"{fit_seconds:.2f}" if fit_seconds is not None else "–"
        return Content.assemble(
            f"{trial.number:>{_NUMBER - 1}} ", (shown.symbol, shown.style), "  ", told,
            (fit(value, _VALUE, right=True), "bold" if trial.state == "finished" else DIM),
            (fit(seconds, _SECONDS, right=True), DIM),
        )  # fmt: skip


class TrialHead(Widget):
    """The line of column titles above the table."""

    def __init__(self, table: TrialTable) -> None:
        super().__init__()
        self._table = table

    def render(self) -> RenderResult:
        """Titles above their columns: the table's rows are one cell in, and its scroll bar may take one."""
        width = self._table.scrollable_content_region.width or self.size.width
        return Content(" ") + self._table.head(max(0, width - 1))


def _short(value: object) -> str:
    """A parameter's value in few cells."""
    return f"{value:.4g}" if isinstance(value, float) else text_of(value)


def trial_look(trial: Trial) -> Look:
    """The display of a trial's state."""
    return _TRIAL_LOOKS[trial.state]


def no_trial(tuning: TuningInfo | None) -> str:
    """The sentence where a tuning has no trials: whether some may still come, and what to do if not."""
    if tuning is None or tuning.status.live:
        return "No trial has finished yet."
    ended = "Cancelled" if tuning.status is Status.CANCELLED else "Ended"
    return f"{ended} before a trial finished.{' Press R to resume.' if tuning.resumable else ''}"
