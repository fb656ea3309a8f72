"""The pane of a tuning: facts, trials, heat map, best value by trial, importance."""

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult, RenderResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from musicrec_tui.evaluation.metrics import metric_title
from musicrec_tui.runs import tuning_views
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_edges import edges_of
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, TuneSpec
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, bar, folded
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.run_status import duration, label_lines, look, megabytes, titled
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.common.text_plots import plot_lines, short_figure
from musicrec_tui.tui.common.working import after_refresh
from musicrec_tui.tui.tabular import plots
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tabular.values import described, text_of
from musicrec_tui.tui.tune.heat_map import HeatMap
from musicrec_tui.tui.tune.importance import Importance
from musicrec_tui.tui.tune.trial_table import TrialHead, TrialTable, no_trial, trial_look

VIEWS = ("trials", "map", "course")
_ROOMY = 60


class BestCurve(TabularWidget, can_focus=True):
    """The best objective so far, by trial."""

    OWN_COMMANDS = TABLE_COMMANDS
    BINDINGS = bindings(TABLE_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._best: list[tuple[int, float]] = []
        self._trials: list[tuple[int, float]] = []
        self._total = 0
        self._title = "Best so far"
        self._note = ""

    def show(self, tuning: TuningInfo) -> None:
        """Show a tuning."""
        self._best = tuning_views.best_so_far(tuning.trials)
        self._trials = tuning_views.values_by_end(tuning.trials)
        self._title = f"Best so far of {tuning.label}"
        self._total = max(tuning.total, len(tuning.trials))
        self._note = "The curve appears after the first trial." if tuning.status.live else no_trial(tuning)
        self.refresh()

    def sheet(self) -> Sheet | None:
        """The best objective by number of trials."""
        return plots.curves(self._title, "trials", {"best": self._best} if self._best else {})

    def render(self) -> RenderResult:
        """Title, curve, and the number of trials below."""
        if not self._best:
            return Content.assemble(("Best so far", "bold"), "\n", (self._note, DIM))
        title = Content.assemble(("Best so far", "bold"), f"  {short_figure(self._best[-1][1])}")
        width, height = self.size.width, max(2, self.size.height - 1)
        points, dots = ([(float(place), value) for place, value in one] for one in (self._best, self._trials))
        lines = plot_lines(points, self._total, "trials, each a dot", width, height, dots=dots)
        return Content("\n").join([title, *lines])


class TuningPane(Vertical):
    """Draws a tuning: on a low screen one view at a time (see `tune.tcss`), else all three."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, classes=f"-view-{VIEWS[0]}")
        self._shown: TuningInfo | None = None
        self.view = VIEWS[0]

    def compose(self) -> ComposeResult:
        """Facts; trials with details of one; map; curve and importance."""
        table = TrialTable(id="trials")
        yield Static(id="tuning-facts", markup=False)
        with Vertical(id="tuning-trials"):
            yield TrialHead(table)
            yield table
            yield Static(id="trial-detail", markup=False)
        with Container(id="tuning-plots"):
            yield HeatMap(id="tuning-map")
            with Vertical(id="tuning-course"):
                yield BestCurve(id="tuning-curve")
                yield Importance(id="tuning-importance")

    def on_resize(self) -> None:
        """Redraw for the new width, after the layout."""
        if self._shown is not None:
            after_refresh(self, self.show, self._shown)

    def show(self, tuning: TuningInfo) -> None:
        """Draw the tuning."""
        self._shown = tuning
        width = max(20, self.query_one("#tuning-facts").content_size.width or self.size.width - 2)
        self.query_one("#tuning-facts", Static).update(tuning_facts(tuning, width))
        self.query_one(TrialTable).show(tuning)
        self.query_one(TrialHead).refresh()
        self.query_one(HeatMap).show(tuning)
        self.query_one(BestCurve).show(tuning)
        self.query_one(Importance).show(tuning)
        self._show_detail()

    def turn_order(self) -> None:
        """Order the trials by time instead of value, and back."""
        self.query_one(TrialTable).turn_order()
        self.query_one(TrialHead).refresh()

    def next_view(self) -> None:
        """Show the next view."""
        self.show_view(VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)])

    def show_view(self, wanted: str) -> None:
        """Show a view, if only one has room."""
        self.view = wanted
        self.remove_class(*(f"-view-{view}" for view in VIEWS), update=False)  # so that styles are looked up once
        self.add_class(f"-view-{wanted}")

    @on(RowList.Moved, "#trials")
    def _moved(self, event: RowList.Moved) -> None:
        """Show the details of another trial."""
        event.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        """Show the details of the trial under the cursor."""
        trial = self.query_one(TrialTable).trial
        spec = self._shown.spec if self._shown else None
        line = self.query_one("#trial-detail", Static)
        width = line.content_size.width or self.size.width - 2
        line.update(trial_detail(trial, spec, width) if trial is not None and spec is not None else Content(""))


def tuning_facts(tuning: TuningInfo, width: int) -> Content:
    """The lines on a tuning: name, state, progress, best, costs, plan; wrapped to `width` cells."""
    shown = look(tuning.status)
    head = Content.assemble(
        (printable(titled(tuning), 62), "bold"), "  ", (f"{shown.symbol} {shown.word}", shown.style),
        (f"  {len(tuning.trials):,} of {tuning.total:,} trials", ""),
    )  # fmt: skip
    lines = [
        head,
        *label_lines(tuning),
        *_state(tuning, width),
        _best(tuning, width),
        *_edges(tuning, width),
        _figures(tuning),
        _asked_for(tuning, width),
    ]
    return Content("\n").join(line for line in lines if line.plain.strip())


def _edges(tuning: TuningInfo, width: int) -> list[Content]:
    """Of a finished tuning, where the best value of a parameter lies at the end of what was tried."""
    if tuning.status is not Status.FINISHED:
        return []
    return [Content(folded(edge.sentence, width)).stylize("$text-warning") for edge in edges_of(tuning)]


def trial_detail(trial: Trial, spec: TuneSpec, width: int) -> Content:
    """The lines on a trial: state, value, error, parameters, costs, metrics; wrapped to `width` cells."""
    shown = trial_look(trial)
    value = f"  {metric_title(spec.objective)} {trial.value:.4f}" if trial.value is not None else ""
    when = " when it was stopped early, because other trials were better" if trial.state == "pruned" else ""
    seconds = " · ".join(f"{name} {trial_duration(took)}" for name, took in trial.seconds.items())
    memory = f"memory {megabytes(trial.peak_memory_mb)}" if trial.peak_memory_mb else ""
    metrics = " · ".join(
        f"{metric_title(name)} {value:.4f}" for name, value in trial.metrics.items() if name != spec.objective
    )
    epochs = f"{len(trial.steps)} epochs" if trial.steps else ""
    lines = [
        Content.assemble((f"trial {trial.number}", "bold"), "  ", (f"{shown.symbol} {shown.word}", shown.style),
                         (value, "bold"), when),
        Content(printable(trial.reason, 600)).stylize("$text-error"),
        Content(folded(described(trial.params), width)),
        Content(" · ".join(filter(None, [seconds, epochs, memory]))).stylize(DIM),
        Content(folded(metrics, width)).stylize(DIM),
    ]  # fmt: skip
    return Content("\n").join(line for line in lines if line.plain)


def trial_duration(seconds: float) -> str:
    """The duration of a trial, which may be far below a second."""
    return f"{seconds:.2f} s" if seconds < 60 else duration(seconds)


def _state(tuning: TuningInfo, width: int) -> list[Content]:
    """The line on the state: progress, or reason and advice."""
    if tuning.status is Status.QUEUED:
        return [Content("Waiting for a free slot: other jobs are running. It starts automatically.")]
    if tuning.status is Status.RUNNING:
        return [_progress(tuning, width)]
    if tuning.status is Status.FINISHED:
        return []
    if tuning.status is Status.CANCELLED:
        return [Content("Cancelled by you. Press R to resume; finished trials are saved.")]
    advice = {
        Status.DIED: "Press R to resume; finished trials are saved.",
        Status.FAILED: f"{printable(tuning.advice, 400)} Press R to resume.",
    }.get(tuning.status, printable(tuning.advice))
    return [Content.assemble((printable(tuning.reason, 600) or "The reason is unknown.", "$text-error"), " ", advice)]


def _progress(tuning: TuningInfo, width: int) -> Content:
    """`██████▍        31%  ~0:40 left`; the remaining time is an estimate."""
    done = len(tuning.trials)
    if not done and tuning.progress is None:
        return Content("Starting: loading libraries.")
    share = min(1.0, done / tuning.total) if tuning.total else 0.0
    left = ""
    if tuning.progress is not None and tuning.progress.eta_seconds is not None:
        left = f"  ≈{duration(tuning.progress.eta_seconds)} left"
    tail = f" {share:4.0%}{left}"
    line = Content.assemble((bar(share, max(1, width - cell_len(tail))), "$accent"), tail)
    if tuning.reason:
        line += Content.assemble("\n", printable(tuning.reason, 300))
    return line


def _best(tuning: TuningInfo, width: int) -> Content:
    """The best value, with its parameters if there is room."""
    best, spec = tuning.best, tuning.spec
    if best is None or spec is None or best.value is None:
        return Content("")
    names = spec.varied or tuple(spec.plan.axes if isinstance(spec.plan, Grid) else ())
    told = " · ".join(f"{name} {text_of(getattr(best.params, name))}" for name in names)
    value = f"{metric_title(spec.objective)} {best.value:.4f}"
    by = f"best {value} by trial {best.number}" + (f": {told}" if width >= _ROOMY else "")
    return Content(folded(by, width)).stylize("bold", len("best "), len(f"best {value}"))


def _figures(tuning: TuningInfo) -> Content:
    """The line on time, processes, and failed and pruned trials."""
    told = []
    if tuning.started_at and tuning.last_at:
        told.append(f"{duration((tuning.last_at - tuning.started_at).total_seconds())} elapsed")
    if tuning.spec:
        told.append(_place(tuning.spec))
    failed = sum(trial.state == "failed" for trial in tuning.trials)
    pruned = sum(trial.state == "pruned" for trial in tuning.trials)
    ended = ((failed, "failed"), (pruned, "pruned"))
    told += [f"{count} trial{'s' if count != 1 else ''} {word}" for count, word in ended if count]
    return Content(" · ".join(told)).stylize(DIM)


def _place(spec: TuneSpec) -> str:
    """Where the trials run: how many processes, or which cluster."""
    if spec.engine.spark:
        return f"tasks of {printable(spec.engine.label, 100)}"
    return f"{spec.processes} process{'es' if spec.processes != 1 else ''}"


def _asked_for(tuning: TuningInfo, width: int) -> Content:
    """The line on plan, split and seed."""
    spec = tuning.spec
    if spec is None:
        return Content("")
    plan = "grid" if isinstance(spec.plan, Grid) else "Optuna"
    over = f" over {', '.join(spec.varied)}" if width >= _ROOMY else ""
    return Content(folded(f"{plan}{over} · {spec.split.label()} · fit seed {spec.seed}", width)).stylize(DIM)
