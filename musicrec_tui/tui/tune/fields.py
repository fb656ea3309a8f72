"""What the form of a tuning asks: the plan, a line for each parameter, and the options."""

from musicrec_tui.errors import UserError
from musicrec_tui.evaluation.metrics import OBJECTIVES
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.runs import grids
from musicrec_tui.tui.forms import fields
from musicrec_tui.tui.forms.fields import Entry, between, read_name
from musicrec_tui.tui.tabular.values import text_of

OPTUNA, OWN, DECK = "optuna", "own grid", "deck grid"
VARY = "vary"


def _axes(model: str) -> dict[str, param_fields.Axis]:
    """What Optuna can vary of a model, by name; nothing where it can vary nothing."""
    try:
        return {axis.name: axis for axis in param_fields.axes(model)}
    except UserError:
        return {}


TUNABLE = tuple(model for model in registry.MODELS if _axes(model))
MODEL = Entry(fields.MODEL.key, "model", "als", "What to tune.", choices=TUNABLE)
PLAN = Entry(
    "tune.plan", "plan", OPTUNA,
    "optuna: it chooses and learns. own grid: each combination of your values. deck grid: its 90.",
    choices=(OPTUNA, OWN, DECK),
)  # fmt: skip
TRIALS = Entry("tune.trials", "trials", "30", "How many trials Optuna may make.", "1 to 100,000",
               read=between(int, 1, 100_000, "A whole number from 1 to 100,000."))  # fmt: skip

_SHARED = ("run.split", "run.test", "run.validation", "run.protocol", "run.split_seed", "run.seed", "run.k")
OPTIONS = (
    Entry("tune.objective", "objective", "ndcg@k",
          "The metric on validation to raise. The deck raised auc@k; test is never looked at.",
          choices=tuple(metric.name for metric in OBJECTIVES)),
    Entry("tune.processes", "processes", "2", "Trials at once, each in a process of its own.", "1 to 64",
          read=between(int, 1, 64, "A whole number from 1 to 64.")),
    *(entry for entry in fields.OPTIONS if entry.key in _SHARED),
    Entry("run.name", "name", "", "What to call the tuning; empty: ALS tuning #3 and the like.", "optional",
          read=read_name),
)  # fmt: skip


def plans(model: str) -> tuple[str, ...]:
    """The plans that a model can be tuned by."""
    return (OPTUNA, OWN, DECK) if model == "als" else (OPTUNA, OWN)


def parameters(model: str, plan: str) -> tuple[Entry, ...]:
    """The entries of a model's parameters, as a plan wants them typed."""
    return tuple(
        _entry(field, model, plan)
        for field in param_fields.fields(model)
        if plan != DECK or field.name not in grids.DECK.axes
    )


def pieces(text: str, kind: str) -> list[str]:
    """The values of a line of an own grid; lists of numbers have semicolons between."""
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
