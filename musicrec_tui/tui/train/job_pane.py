"""Watch one job: what it is, how far it is, its metrics by epoch, its model and its log."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.tui.common.working import after_refresh
from musicrec_tui.tui.train.facts import facts
from musicrec_tui.tui.train.layer_list import LayerList
from musicrec_tui.tui.train.log_pane import LogPane
from musicrec_tui.tui.train.metric_plot import MetricPlot
from musicrec_tui.tui.train.watched import Watched


class JobPane(Vertical):
    """Draws a run and what its events add up to, where there is news. Reading them is the screen's work."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._shown: tuple[RunInfo, Watched, str] | None = None
        self._told = Content()

    def on_resize(self) -> None:
        """Lines are laid out for the width, which is known when the layout is."""
        if self._shown is not None:
            after_refresh(self, self.show, *self._shown)

    def compose(self) -> ComposeResult:
        """Facts, plots, model, log."""
        yield Static(id="job-facts", markup=False)
        yield MetricPlot(id="job-plot")
        yield LayerList(id="job-model")
        yield LogPane(id="job-log")

    def show(self, run: RunInfo, watched: Watched, problem: str = "") -> None:
        """Draw the run as it is now.

        Args:
            run: as the store has it.
            watched: its events and its log.
            problem: why they cannot be read, else empty.
        """
        self._shown = run, watched, problem
        width = max(20, self.query_one("#job-facts").content_size.width or self.size.width - 2)
        told = facts(run, watched, width)
        if not told.is_same(self._told):
            self._told = told
            self.query_one("#job-facts", Static).update(told)
        self.query_one(MetricPlot).show(watched, _no_epochs(run))
        self.query_one(MetricPlot).table_name = f"Metrics of {run.label} by epoch"
        self.set_class(not watched.epochs, "-no-epochs")
        self.set_class(not watched.log and not problem, "-no-log")
        self.query_one(LayerList).show(watched.summary, _no_layers(run))
        note = problem or ("Nothing was logged yet." if run.status.live else "No log.")
        self.query_one(LogPane).show(watched.log, note, cut=watched.log_cut)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        """What is read gets the room, where there is little."""
        self.set_class(self.query_one(LogPane).has_focus_within, "-reads-log")
        self.set_class(self.query_one(MetricPlot).has_focus, "-reads-plot")

    def swap(self) -> None:
        """Where there is room for one only: the model's layers in the place of the log, and back."""
        self.toggle_class("-model")

    def search(self) -> None:
        """Ask for a text to find in the log."""
        self.remove_class("-model")
        self.query_one(LogPane).action_search()

    def read_plot(self) -> None:
        """Into the plot."""
        self.screen.set_focus(self.query_one(MetricPlot))

    @property
    def has_plot(self) -> bool:
        """Whether there are epochs to read."""
        return self.query_one(MetricPlot).has_epochs

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


def _no_layers(run: RunInfo) -> str:
    """Why no layers are told."""
    if run.status.live:
        return "The layers are told when training begins."
    return "This model has no layers." if run.status is Status.FINISHED else "It ended without telling its layers."
