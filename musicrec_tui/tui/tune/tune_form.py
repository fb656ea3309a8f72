"""The form of a tuning: its lines, their check into a `TuneRequest`, and how many trials that means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from musicrec_tui.errors import UserError
from musicrec_tui.evaluation.metrics import OBJECTIVES
from musicrec_tui.recommenders import neural, param_fields, registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import grids
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from musicrec_tui.text import printable
from musicrec_tui.tui.forms import entries
from musicrec_tui.tui.forms.check import Checked, options
from musicrec_tui.tui.forms.choice import Choice
from musicrec_tui.tui.forms.entries import Entry, between, read_name
from musicrec_tui.tui.forms.form import Form
from musicrec_tui.tui.forms.form_line import FormLine
from musicrec_tui.tui.tabular.values import text_of

OPTUNA, OWN, DECK = "optuna", "own grid", "original"
VARY = "vary"
PLAN = Entry(
    "tune.plan", "plan", OPTUNA,
    "optuna: learns from trials. own grid: all combinations of your values. original: the 2023 project's grid of 90.",
    choices=(OPTUNA, OWN, DECK),
)  # fmt: skip
TRIALS = Entry("tune.trials", "trials", "30", "Number of trials.", "1 to 100,000",
               read=between(int, 1, 100_000, "A whole number from 1 to 100,000."))  # fmt: skip
PROCESSES = Entry(
    "tune.processes", "processes", "2", "Trials at the same time, each in its own process.", "1 to 64",
    read=between(int, 1, 64, "A whole number from 1 to 64."),
)  # fmt: skip
_SHARED = ("run.split", "run.test", "run.validation", "run.protocol", "run.split_seed", "run.seed", "run.k")
TUNE_OPTIONS = (
    Entry("tune.objective", "objective", "ndcg@k",
          "The validation metric to maximise. The original project used auc@k. Test is never used.",
          choices=tuple(metric.name for metric in OBJECTIVES)),
    PROCESSES,
    *(entry for entry in entries.OPTIONS if entry.key in _SHARED),
    Entry("run.name", "name", "", "Name of the tuning; blank = model and number, such as ALS tuning #3.", "optional",
          read=read_name),
)  # fmt: skip
_EXPANDED_WHILE_TYPING = 1_000


def _axes(model: str) -> dict[str, param_fields.Axis]:
    """The parameters of a model that Optuna can vary, by name."""
    try:
        return {axis.name: axis for axis in param_fields.axes(model)}
    except UserError:
        return {}


def model_entry() -> Entry:
    """The choice of the model, of those that have something to tune."""
    tunable = tuple(model for model in registry.models() if _axes(model))
    return Entry(entries.MODEL_KEY, "model", "als", "What to tune.", choices=tunable)


def plans_of(model: str) -> tuple[str, ...]:
    """The possible plans for a model."""
    return (OPTUNA, OWN, DECK) if model == "als" else (OPTUNA, OWN)


def parameter_entries(model: str, plan: str) -> tuple[Entry, ...]:
    """The entries of a model's parameters for a plan."""
    return tuple(
        _entry(field, model, plan)
        for field in param_fields.fields(model)
        if plan != DECK or field.name not in grids.DECK.axes
    )


def split_values(text: str, kind: str) -> list[str]:
    """The values of a line of an own grid, separated by commas (lists of numbers: by semicolons)."""
    return [piece.strip() for piece in text.split(";" if kind == "list" else ",")]


def _entry(field: param_fields.Field, model: str, plan: str) -> Entry:
    """A parameter as a line of the form."""
    axis = _axes(model).get(field.name)
    default, hint, more = text_of(field.default), " or ".join(filter(None, [field.bounds, *field.choices])), ""
    if plan == OPTUNA and axis is not None:
        hint = "/".join(axis.choices) or f"{axis.low:g} to {axis.high:g}"
        default, more = VARY, f" {VARY}, or a value."
    elif plan == OWN:
        more = " Semicolons between lists." if field.kind == "list" else " Commas between values."
    return Entry(field.name, field.name.replace("_", " "), default, field.description + more, hint)


def check_tuning(texts: Mapping[str, str], *, has_times: bool = True) -> Checked[TuneRequest]:
    """Check all lines of the form.

    Args:
        texts: by `Entry.key`.
        has_times: whether the log has timestamps.
    """
    errors: dict[str, str] = {}
    base, plan = _plan(texts, errors)
    if plan is not None and base is not None:
        errors |= _missing_libraries(base, plan)
    used = [entry for entry in (*TUNE_OPTIONS, entries.ENGINE) if entry.key in texts and _applies(entry.key, texts)]
    fields = options(used, texts, errors, has_times=has_times)
    if errors or plan is None or base is None:
        return Checked(None, errors)
    fields["objective"] = fields["objective"].replace("@k", f"@{fields['k']}")
    return Checked(TuneRequest(base=base, plan=plan, **fields), {})


def _applies(key: str, texts: Mapping[str, str]) -> bool:
    """Whether a line is used: a cluster has its own number of trials at the same time."""
    return key != PROCESSES.key or texts.get(entries.ENGINE.key) != "spark"


def _missing_libraries(base: Params, plan: Grid | Search) -> dict[str, str]:
    """An error where a trial needs libraries that are not installed; large grids are looked at when they start."""
    large = isinstance(plan, Grid) and plan.trials > _EXPANDED_WHILE_TYPING
    needs = map(neural.missing, [base] if large else grids.variants(plan, base))
    return next(({need.parameter or entries.MODEL_KEY: need.sentence} for need in needs if need), {})


def trials_sentence(request: TuneRequest) -> str:
    """The sentence on the number of trials."""
    if isinstance(request.plan, Search):
        over = ", ".join(request.plan.over) or "all parameters with a range"
        return f"{request.plan.trials:,} trials; Optuna varies {over}."
    trials = request.plan.trials
    staged_by = registry.named(request.model).staged_by
    sweeps = len(request.plan.axes.get(staged_by, ()))
    if sweeps > 1:
        return f"{trials:,} trials from {trials // sweeps:,} fits: one fit gives all its {staged_by}."
    return f"{trials:,} trials, each a fit."


def _plan(texts: Mapping[str, str], errors: dict[str, str]) -> tuple[Params | None, Grid | Search | None]:
    """The fixed parameters and the plan; error sentences are added to `errors`."""
    model, plan = texts["run.model"], texts["tune.plan"]
    given = {entry.key: texts[entry.key] for entry in parameter_entries(model, plan)}
    over = tuple(name for name, text in given.items() if plan == OPTUNA and text.strip().lower() == VARY)
    fixed = {name: [text] for name, text in given.items() if name not in over}
    if plan not in (OPTUNA, DECK):
        kinds = {field.name: field.kind for field in param_fields.fields(model)}
        fixed = {name: split_values(text, kinds[name]) for name, text in given.items()}
    parsed = {name: _values(model, name, typed, errors) for name, typed in fixed.items()}
    trials = 0
    if plan == OPTUNA:
        try:
            trials = TRIALS.read(texts[TRIALS.key])
        except ValueError as error:
            errors[TRIALS.key] = str(error)
    if errors:
        return None, None
    try:
        base = param_fields.parse(model, {name: typed[0] for name, typed in fixed.items()})
    except UserError as error:
        errors[next(iter(given))] = printable(str(error))
        return None, None
    if plan == DECK:
        return base, grids.DECK
    if plan == OPTUNA:
        if not over:
            errors[next(iter(given))] = f"Leave at least one parameter at “{VARY}”."
        return base, Search(trials, over)
    return base, _grid({name: values for name, values in parsed.items() if len(values) > 1}, base, given, errors)


def _grid(
    axes: Mapping[str, list[object]], base: Params, given: Mapping[str, str], errors: dict[str, str]
) -> Grid | None:
    """The grid of the parameters with several values."""
    if not axes:
        errors[next(iter(given))] = "A grid needs several values of at least one parameter, such as 32, 64."
        return None
    try:
        grid = grids.check_grid(axes, base.model, "here")
        if grid.trials <= _EXPANDED_WHILE_TYPING or grid.trials > grids.MOST:
            grids.expand(grid, base)  # a larger one is looked at when it is started
    except UserError as error:
        errors[next(iter(axes))] = printable(str(error))
        return None
    return grid


def _values(model: str, name: str, typed: list[str], errors: dict[str, str]) -> list[object]:
    """The distinct values of a parameter."""
    try:
        found = [getattr(param_fields.parse(model, {name: text}), name) for text in typed]
    except UserError as error:
        errors[name] = printable(str(error))
        return []
    return list(dict.fromkeys(found))


class TuneForm(Form[TuneRequest]):
    """The form; shows the number of trials, and posts `Asked` to start the tuning."""

    OPTIONS: tuple[Entry, ...]
    SHAPING: ClassVar[tuple[str, ...]] = (entries.MODEL_KEY, PLAN.key)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        self.HEAD = (model_entry(), PLAN, TRIALS)
        self.OPTIONS = (*TUNE_OPTIONS, *entries.engine_entries())
        super().__init__(id=id)

    @dataclass
    class Asked(Message):
        """The user starts a tuning with a valid form."""

        request: TuneRequest

    def compose_foot(self) -> ComposeResult:
        """The line with the number of trials."""
        yield Static(id="form-count", markup=False)

    def parameters(self) -> tuple[Entry, ...]:
        """An entry for each parameter."""
        return parameter_entries(self.typed.model, self.typed.options[PLAN.key])

    def judge(self) -> Checked[TuneRequest]:
        """See `check_tuning`."""
        return check_tuning(self.meant(), has_times=self.has_times)

    def ask(self, request: TuneRequest) -> None:
        """Post the request."""
        self.post_message(self.Asked(request))

    def applies(self, key: str) -> bool:
        """Only Optuna uses the number of trials, only this machine that of processes."""
        if key == TRIALS.key:
            return self.typed.options[PLAN.key] == OPTUNA
        return _applies(key, self.typed.options) and super().applies(key)

    def settle(self) -> None:
        """Offer the plans of the model; replace an impossible one by the first."""
        possible = plans_of(self.typed.model)
        if self.typed.options[PLAN.key] not in possible:
            self.typed.options[PLAN.key] = possible[0]
        line = next(line for line in self.query(FormLine) if line.entry is PLAN)
        assert isinstance(line.control, Choice)  # noqa: S101  (narrows a type)
        line.control.choices = possible
        line.control.value = self.typed.options[PLAN.key]

    def check(self) -> Checked[TuneRequest]:
        """Check, and show the number of trials."""
        checked = super().check()
        told = trials_sentence(checked.request) if checked.request else "Fix the lines marked ✗."
        self.query_one("#form-count", Static).update(Content(told))
        return checked
