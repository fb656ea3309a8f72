"""What is said of one tuning: state, progress, estimate, best, what it was asked for; and of one trial."""

from rich.cells import cell_len
from textual.content import Content

from musicrec_tui.runs.status import Status
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, TuneSpec
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import DIM, bar, folded
from musicrec_tui.tui.common.run_status import Look, duration, look, megabytes, titled
from musicrec_tui.tui.jobs.label_lines import label_lines
from musicrec_tui.tui.tabular.values import described, text_of

_ROOMY = 60
_TRIAL_LOOKS = {
    "finished": Look("✓", "finished", "$text-success"),
    "pruned": Look("✂", "pruned", DIM),
    "failed": Look("✗", "failed", "$text-error"),
}


def facts(tuning: TuningInfo, width: int) -> Content:
    """Some lines on a tuning, for a pane of `width` cells; longer ones wrap."""
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
        _figures(tuning),
        _asked_for(tuning, width),
    ]
    return Content("\n").join(line for line in lines if line.plain.strip())


def trial_look(trial: Trial) -> Look:
    """The look of a trial's state."""
    return _TRIAL_LOOKS[trial.state]


def detail(trial: Trial, spec: TuneSpec, width: int) -> Content:
    """All that is known of a trial: parameters, metrics, what it cost, why it failed; folded to `width` cells."""
    shown = trial_look(trial)
    value = f"  {spec.objective} {trial.value:.4f}" if trial.value is not None else ""
    when = " when it was stopped: others were better by then" if trial.state == "pruned" else ""
    seconds = " · ".join(f"{name} {duration_of(took)}" for name, took in trial.seconds.items())
    memory = f"memory {megabytes(trial.peak_memory_mb)}" if trial.peak_memory_mb else ""
    metrics = " · ".join(f"{name} {value:.4f}" for name, value in trial.metrics.items() if name != spec.objective)
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


def duration_of(seconds: float) -> str:
    """Seconds of a trial, which may be far below one."""
    return f"{seconds:.2f} s" if seconds < 60 else duration(seconds)


def _state(tuning: TuningInfo, width: int) -> list[Content]:
    """What there is to say in each state, and what to do."""
    if tuning.status is Status.QUEUED:
        return [Content("Waits for a free slot: other jobs are at work. It starts by itself.")]
    if tuning.status is Status.RUNNING:
        return [_progress(tuning, width)]
    if tuning.status is Status.FINISHED:
        return []
    if tuning.status is Status.CANCELLED:
        return [Content("Somebody stopped it. r goes on with it: trials that ended are kept.")]
    advice = {
        Status.DIED: "r resumes it: trials that ended are kept.",
        Status.FAILED: f"{printable(tuning.advice, 400)} r resumes it.",
    }.get(tuning.status, printable(tuning.advice))
    return [Content.assemble((printable(tuning.reason, 600) or "No reason is known.", "$text-error"), " ", advice)]


def _progress(tuning: TuningInfo, width: int) -> Content:
    """`██████▍        31%  ~0:40 left`; the time that is left is an estimate, hence the `~`."""
    done = len(tuning.trials)
    if not done and tuning.progress is None:
        return Content("Starting: the libraries are being loaded.")
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
    """The best so far, and where there is room by which parameters."""
    best, spec = tuning.best, tuning.spec
    if best is None or spec is None or best.value is None:
        return Content("")
    names = spec.varied or tuple(spec.plan.axes if isinstance(spec.plan, Grid) else ())
    told = " · ".join(f"{name} {text_of(getattr(best.params, name))}" for name in names)
    value = f"{spec.objective} {best.value:.4f}"
    by = f"best {value} by trial {best.number}" + (f": {told}" if width >= _ROOMY else "")
    return Content(folded(by, width)).stylize("bold", len("best "), len(f"best {value}"))


def _figures(tuning: TuningInfo) -> Content:
    """Time, processes, what came to nothing."""
    told = []
    if tuning.started_at and tuning.last_at:
        told.append(f"{duration((tuning.last_at - tuning.started_at).total_seconds())} elapsed")
    if tuning.spec:
        told.append(f"{tuning.spec.processes} process{'es' if tuning.spec.processes != 1 else ''}")
    failed = sum(trial.state == "failed" for trial in tuning.trials)
    pruned = sum(trial.state == "pruned" for trial in tuning.trials)
    ended = ((failed, "failed"), (pruned, "pruned"))
    told += [f"{count} trial{'s' if count != 1 else ''} {word}" for count, word in ended if count]
    return Content(" · ".join(told)).stylize(DIM)


def _asked_for(tuning: TuningInfo, width: int) -> Content:
    """The plan, the split and the seed."""
    spec = tuning.spec
    if spec is None:
        return Content("")
    plan = "grid" if isinstance(spec.plan, Grid) else "Optuna"
    over = f" over {', '.join(spec.varied)}" if width >= _ROOMY else ""
    return Content(folded(f"{plan}{over} · {spec.split.label()} · fit seed {spec.seed}", width)).stylize(DIM)
