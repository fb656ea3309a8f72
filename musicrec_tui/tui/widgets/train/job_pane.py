"""Watch one job: what it is, how far it is, its metrics by epoch, its model and its log."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.tui.widgets.train.facts import facts, model_lines
from musicrec_tui.tui.widgets.train.lines import Lines
from musicrec_tui.tui.widgets.train.metric_plot import MetricPlot
from musicrec_tui.tui.widgets.train.watched import Watched


class JobPane(Vertical):
    """Draws a run and what its events add up to. Reading them is the screen's work."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._shown: tuple[RunInfo, Watched, list[str]] | None = None

    def on_resize(self) -> None:
        """Lines are laid out for the width, which is known when the layout is."""
        if self._shown is not None:
            self.call_after_refresh(self.show, *self._shown)

    def compose(self) -> ComposeResult:
        """Facts, plots, model, log."""
        yield Static(id="job-facts", markup=False)
        yield MetricPlot(id="job-plot")
        yield Lines("Model", id="job-model")
        yield Lines("Log", tail=True, id="job-log")

    def show(self, run: RunInfo, watched: Watched, printed: list[str]) -> None:
        """Draw the run as it is now.

        Args:
            run: as the store has it.
            watched: its events.
            printed: the last lines of log.txt, cleaned.
        """
        self._shown = run, watched, printed
        width = max(20, self.query_one("#job-facts").content_size.width or self.size.width - 2)
        self.query_one("#job-facts", Static).update(facts(run, watched, width))
        self.query_one(MetricPlot).show(watched, _no_epochs(run))
        self.query_one(MetricPlot).table_name = f"Metrics of {run.label} by epoch"
        self.set_class(not watched.epochs, "-no-epochs")
        self.query_one("#job-model", Lines).show(model_lines(watched, width))
        told = [Content(line) for line in (*watched.log, *printed)]
        self.query_one("#job-log", Lines).show(told, "Nothing was logged yet." if run.status.live else "No log.")

    def swap(self) -> None:
        """Where there is room for one only: the model's layers in the place of the log, and back."""
        self.toggle_class("-model")

    @property
    def has_more_metrics(self) -> bool:
        """Whether there are metrics that have no room."""
        return self.query_one(MetricPlot).has_more

    def next_metrics(self) -> None:
        """Plot the metrics that had no room."""
        self.query_one(MetricPlot).next_metrics()


def _no_epochs(run: RunInfo) -> str:
    """Why there is no plot."""
    if run.status is Status.FINISHED:
        return "This model is fitted in one step: there are no epochs to plot."
    if run.status.live:
        return "The plot begins with the first epoch."
    return "It ended before its first epoch."
