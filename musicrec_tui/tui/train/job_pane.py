"""The pane of a run: state, progress, result, metrics by epoch, layers and log."""

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.evaluation.metrics import metric_title
from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, bar, folded, number, packed
from musicrec_tui.tui.common.run_status import (
    by_spark,
    duration,
    elapsed_seconds,
    how_far,
    label_lines,
    look,
    megabytes,
    percent,
    titled,
)
from musicrec_tui.tui.common.working import after_refresh
from musicrec_tui.tui.tabular.values import described
from musicrec_tui.tui.train.layer_list import LayerList
from musicrec_tui.tui.train.log_pane import LogPane
from musicrec_tui.tui.train.metric_plot import MetricPlot
from musicrec_tui.tui.train.run_state import RunState

_ROOMY = 70
_HEADLINES = ("ndcg", "recall", "precision", "map", "auc")


class JobPane(Vertical):
    """Draws a run and its events on a change. The screen reads the events."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._shown: tuple[RunInfo, RunState, str, str] | None = None
        self._told = Content()

    def on_resize(self) -> None:
        """Redraw for the new width, after the layout."""
        if self._shown is not None:
            after_refresh(self, self.show, *self._shown)

    def compose(self) -> ComposeResult:
        """Facts, plots, layers, log."""
        yield Static(id="job-facts", markup=False)
        yield MetricPlot(id="job-plot")
        yield LayerList(id="job-model")
        yield LogPane(id="job-log")

    def show(self, run: RunInfo, run_state: RunState, problem: str = "", outdated: str = "") -> None:
        """Draw the run.

        Args:
            run: from the store.
            run_state: the state from its events and log.
            problem: why they cannot be read; empty: they were read.
            outdated: how the log has changed since the run was trained; empty: not at all.
        """
        self._shown = run, run_state, problem, outdated
        width = max(20, self.query_one("#job-facts").content_size.width or self.size.width - 2)
        told = job_facts(run, run_state, width, outdated)
        if not told.is_same(self._told):
            self._told = told
            self.query_one("#job-facts", Static).update(told)
        self.query_one(MetricPlot).show(run_state, _no_epochs(run))
        self.query_one(MetricPlot).table_name = f"Metrics of {run.label} by epoch"
        self.set_class(not run_state.epochs, "-no-epochs")
        self.set_class(not run_state.log and not problem, "-no-log")
        self.query_one(LayerList).show(run_state.summary, _no_layers(run, begun=bool(run_state.epochs)))
        note = problem or ("The log is empty." if run.status.live else "No log.")
        self.query_one(LogPane).show(run_state.log, note, cut=run_state.log_cut)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        """On a low screen the focused part gets the room."""
        self.set_class(self.query_one(LogPane).has_focus_within, "-reads-log")
        self.set_class(self.query_one(MetricPlot).has_focus, "-reads-plot")

    def swap(self) -> None:
        """Show the layers instead of the log, and back, if only one has room."""
        self.toggle_class("-model")

    def search(self) -> None:
        """Open the search line of the log."""
        self.remove_class("-model")
        self.query_one(LogPane).action_search()

    def read_plot(self) -> None:
        """Focus the plot."""
        self.screen.set_focus(self.query_one(MetricPlot))

    @property
    def has_plot(self) -> bool:
        """Whether the plot has epochs."""
        return self.query_one(MetricPlot).has_epochs

    @property
    def has_more_metrics(self) -> bool:
        """Whether some metrics are not displayed."""
        return self.query_one(MetricPlot).has_more

    def next_metrics(self) -> None:
        """Plot the metrics that are not displayed."""
        self.query_one(MetricPlot).next_metrics()


def _no_epochs(run: RunInfo) -> str:
    """The sentence in place of a plot."""
    if run.status is Status.FINISHED:
        return "This model is fitted in one step: there are no epochs to plot."
    if run.status.live:
        return "The epochs are plotted here; a model that is fitted in one step has none."
    return "No epoch finished."


def _no_layers(run: RunInfo, *, begun: bool) -> str:
    """The sentence in place of layers, which are known before the first epoch."""
    if run.status.live and not begun:
        return "The layers appear when training starts."
    return (
        "This model has no layers."
        if begun or run.status is Status.FINISHED
        else "It ended before its layers were known."
    )


def job_facts(run: RunInfo, run_state: RunState, width: int, outdated: str = "") -> Content:
    """The lines above the plot: name, state, progress or result, cost, parameters; wrapped to `width` cells."""
    lines = [
        _head(run),
        Content(folded(outdated, width)).stylize("$text-warning"),
        *label_lines(run),
        *_state(run, run_state, width),
        _figures(run, run_state, width),
        *_asked_for(run, width),
    ]
    return Content("\n").join(line for line in lines if line.plain.strip())


def _head(run: RunInfo) -> Content:
    """Name and state."""
    shown = look(run.status)
    return Content.assemble((printable(titled(run), 62), "bold"), "  ", (f"{shown.symbol} {shown.word}", shown.style))


def _asked_for(run: RunInfo, width: int) -> list[Content]:
    """The lines on parameters (in a narrow pane only changed ones), split and ratings."""
    if run.spec is None:
        return []
    parameters = described(run.spec.params, run.members, only_changed=width < _ROOMY)
    split = f"on {run.evaluated_on} · {run.spec.split.label()} · fit seed {run.spec.seed}{by_spark(run)}"
    told = [f"{run.model}: {parameters}", split]
    if run.result and run.result.ratings:
        told.append(printable(run.result.ratings))
    return [Content(folded(line, width)).stylize(DIM) for line in told]


def _state(run: RunInfo, run_state: RunState, width: int) -> list[Content]:
    """The line on the state: progress, result, or reason and advice."""
    if run.status is Status.QUEUED:
        return [Content("Waiting for a free slot: other jobs are running. It starts automatically.")]
    if run.status is Status.RUNNING:
        return [_progress(run_state, width)]
    if run.status is Status.FINISHED:
        return [_result(run, width)]
    if run.status is Status.CANCELLED:
        return [Content("Cancelled by you.")]
    advice = f" {printable(run.advice, 400)}" if run.advice else ""
    return [Content.assemble((printable(run.reason, 600) or "The reason is unknown.", "$text-error"), advice)]


def _progress(run_state: RunState, width: int) -> Content:
    """`training  epoch 3 of 20  ██████▍        31%  ~0:40 left`, or what fits of it."""
    progress = run_state.progress
    if progress is None:
        return Content("Starting: loading libraries.")
    words, share, left = how_far(progress)
    if run_state.epochs and progress.phase == run_state.epochs[-1].phase:
        words += f", epoch {run_state.epochs[-1].epoch} of {run_state.epochs[-1].of}"
    if share is None:
        return Content(f"{words} …")
    tail = f" {percent(share):>4}{f'  {left} left' if left else ''}"
    room = width - cell_len(words) - cell_len(tail) - 1
    if room < 8:
        return Content.assemble(words, "\n", (bar(share, max(1, width - cell_len(tail))), "$accent"), tail)
    return Content.assemble(words, " ", (bar(share, room), "$accent"), tail)


def _result(run: RunInfo, width: int) -> Content:
    """The main metrics, and the part of the data they were measured on."""
    told = [
        f"{metric_title(name)} {value:.4f}" for wanted in _HEADLINES for name, value in run.metrics.items()
        if name.partition("@")[0] == wanted and (wanted != "auc" or "@" not in name)
    ]  # fmt: skip
    looks = ""
    if run.evaluated_on == "test":
        times = "once" if run.test_looks <= 1 else f"{run.test_looks} times"
        looks = f" (this test part was used {times})"
    cautions = [f"{run.cold_users:,} cold starts served by popularity"] if run.cold_users else []
    cautions += [run.below_popularity] if run.below_popularity else []
    more = "".join(f"\n{folded(caution, width)}" for caution in cautions)
    return Content.assemble(("\n".join(packed(told, width)), "bold"), f"  on {run.evaluated_on}{looks}{more}")


def _figures(run: RunInfo, run_state: RunState, width: int) -> Content:
    """The line on time, device, memory and size of the data."""
    told = []
    elapsed = elapsed_seconds(run)
    if elapsed is not None:
        told.append(f"{duration(elapsed)} {'waiting' if run.started_at is None else 'elapsed'}")
    if run_state.device:
        memory = f" ({megabytes(run_state.device_memory_mb)})" if run_state.device_memory_mb else ""
        told.append(run_state.device + memory)
    if run_state.memory_mb:
        told.append(f"{'peak ' if run.status is Status.FINISHED else ''}memory {megabytes(run_state.memory_mb)}")
    if run_state.data:
        told.append(f"{number(run_state.data.users)} users × {number(run_state.data.artists)} artists")
        told.append(f"{number(run_state.data.train)} pairs")
    return Content("\n".join(packed(told, width))).stylize(DIM)
