"""The lines of the form: an `Entry` for each parameter and each option of a run."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.runs.engine import Engine, engine_of
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.spark import needs
from musicrec_tui.tui.tabular.values import text_of

LONGEST_RUN_NAME = 60
SPLIT_KINDS = ("random", "leave-last", "time")
ON_VALIDATION, ON_TEST = "validation", "test"
AS_TYPED, SEARCH = "as typed", "search"


@dataclass(frozen=True)
class Entry:
    """A line of the form.

    Attributes:
        key: the parameter's name, or `run.<option>`.
        label: shown before the input.
        default: as typed text.
        description: a sentence that is shown while the line has the focus.
        hint: unit and bounds, shown behind the input.
        choices: the possible values; empty: free text.
        read: an option's value from its text; raises ValueError with the sentence where it is none.
    """

    key: str
    label: str
    default: str
    description: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    read: Callable[[str], Any] = str.strip


def between(kind: Callable[[str], float], least: float, most: float, sentence: str) -> Callable[[str], Any]:
    """Reads a number within bounds; `sentence` where it is none."""

    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if least <= (value := kind(text.strip())) <= most:
                return value
        raise ValueError(sentence)

    return read


def read_name(text: str) -> str:
    """The name of a run or tuning."""
    if len(name := text.strip()) > LONGEST_RUN_NAME:
        raise ValueError(f"A name has at most {LONGEST_RUN_NAME} characters.")
    return name


def read_engine(text: str) -> Engine:
    """The engine of a run; the address of a cluster is that of the settings."""
    return engine_of("spark" if text == "spark" else "local")


MODEL_KEY = "run.model"


def model_entry() -> Entry:
    """The choice of the model, those of other packages among them."""
    return Entry(MODEL_KEY, "model", "als", "What to train.", choices=tuple(registry.models()))


_SHARE = between(float, 0, 0.9, "A share from 0 to 0.9, such as 0.2.")

SETTINGS = Entry(
    "run.settings", "settings", AS_TYPED,
    "search: tries values by validation for one minute, for the parameters that have their default; trains the best.",
    choices=(AS_TYPED, SEARCH),
)  # fmt: skip
"""Where the parameters of a run come from."""

ENGINE = Entry(
    "run.engine", "engine", "local",
    "local: this machine. spark: an Apache Spark cluster, whose address is the setting spark_master.",
    choices=("local", "spark"), read=read_engine,
)  # fmt: skip
"""What trains a run, or evaluates trials; offered where Spark is installed."""

OPTIONS = (
    SETTINGS,
    Entry("run.on", "evaluate on", ON_VALIDATION,
          "validation: for choosing. test: trains on train + validation, evaluates on test; every use of test "
          "is counted.",
          choices=(ON_VALIDATION, ON_TEST)),
    Entry("run.split", "split", "random",
          "random: each user's artists at random. leave-last: those heard last. time: listens after two points "
          "in time.",
          choices=SPLIT_KINDS),
    Entry("run.test", "test part", "0.2", "Share of each user's artists (time split: of the listens) held out "
                                          "for test.",
          "0 to 0.9", read=_SHARE),
    Entry("run.validation", "validation part", "0.1", "Share held out for validation, by which runs are sorted.",
          "0 to 0.9", read=_SHARE),
    Entry("run.protocol", "time protocol", "discovery",
          "For the time split. discovery: later parts hold only artists new to the user; repeat: all artists.",
          choices=("discovery", "repeat")),
    Entry("run.split_seed", "split seed", "42", "For the random split. Only runs with the same split are comparable.",
          "0 or more",
          read=between(int, 0, 2**63 - 1, "The split's seed must be a whole number, 0 or more.")),
    Entry("run.seed", "fit seed", "42", "Start of the model's random numbers.", "0 to 4294967295",
          read=between(int, 0, 2**32 - 1, "The fit's seed must be a whole number from 0 to 4294967295.")),
    Entry("run.k", "k", "10", "Length of the ranked lists that the metrics use.", "1 to 1,000",
          read=between(int, 1, 1000, "k must be a whole number from 1 to 1000.")),
    Entry("run.name", "name", "", "Name of the run; blank = model and number, such as ALS #3.", "optional",
          read=read_name),
)  # fmt: skip


def engine_entries() -> tuple[Entry, ...]:
    """The line of the engine, where Spark is installed."""
    return (ENGINE,) if needs.installed() else ()


def parameter_entries(model: str) -> tuple[Entry, ...]:
    """The entries of a model's parameters, made from its struct."""
    return tuple(_entry(field) for field in param_fields.fields(model))


def _entry(field: param_fields.Field) -> Entry:
    """A parameter as a line of the form."""
    free = field.kind != "choice"
    bounds = field.bounds.replace(" and at most ", " to ")  # "above 0 to 1,000" has room beside the input
    hint = " ".join(filter(None, [bounds, field.unit]))
    if free and field.choices:
        hint = " or ".join(filter(None, [hint, *field.choices]))
    return Entry(
        field.name, field.name.replace("_", " "), text_of(field.default), field.description,
        hint or {"list": "commas between", "int_or_choice": "a number"}.get(field.kind, ""),
        () if free else field.choices,
    )  # fmt: skip


def _exact(value: Any) -> str:
    """A value as text that is parsed to the same value: a tuner's numbers have many digits."""
    text = text_of(value)
    return repr(value) if isinstance(value, float) and float(text) != value else text


def texts_of(request: TrainRequest) -> dict[str, str]:
    """What the form would hold for a request; the name is left out, since it is that run's, and Spark's address."""
    split = request.split
    texts = {field.name: _exact(getattr(request.params, field.name)) for field in param_fields.fields(request.model)}
    if needs.installed():
        texts[ENGINE.key] = request.engine.name
    return texts | {
        "run.model": request.model,
        SETTINGS.key: AS_TYPED,
        "run.on": ON_TEST if request.final else ON_VALIDATION,
        "run.split": split.kind,
        "run.test": f"{split.test:g}",
        "run.validation": f"{split.validation:g}",
        "run.protocol": split.protocol,
        "run.split_seed": str(split.seed),
        "run.seed": str(request.seed),
        "run.k": str(request.k),
    }
