"""What the form asks for, checked: from texts to parameters and a split, or a sentence for each line that is wrong."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.params import Params
from musicrec_tui.text import printable
from musicrec_tui.tui.forms.fields import ON_TEST, parameters, text_of

LONGEST_RUN_NAME = 60
W = TypeVar("W")


class Wish(NamedTuple):
    """All that a run is started from, but for the data."""

    params: Params
    split: SplitSpec
    seed: int
    final: bool
    k: int
    name: str


class Checked(NamedTuple, Generic[W]):
    """What came of checking: the wish, or what is wrong, by the key of the line."""

    wish: W | None
    errors: dict[str, str]


def check(texts: Mapping[str, str], *, has_times: bool = True) -> Checked[Wish]:
    """Check all lines of the form.

    Args:
        texts: what is typed, by `Entry.key`; all options, and all parameters of the model.
        has_times: whether the log says when; without times only a random split is possible.
    """
    model = texts["run.model"]
    errors: dict[str, str] = {}
    assignments = {entry.key: texts[entry.key] for entry in parameters(model)}
    for name, text in assignments.items():
        try:
            param_fields.parse(model, {name: text})
        except UserError as error:
            errors[name] = printable(str(error))
    final = texts["run.on"] == ON_TEST
    values = options(texts, errors, has_times=has_times, final=final)
    if errors:
        return Checked(None, errors)
    wish = Wish(
        param_fields.parse(model, assignments), split_of(texts, values), values["run.seed"], final, values["run.k"],
        texts["run.name"].strip(),
    )  # fmt: skip
    return Checked(wish, {})


def split_of(texts: Mapping[str, str], values: Mapping[str, Any]) -> SplitSpec:
    """The split that a form asks for, from its choices and the values of its options."""
    return SplitSpec(
        kind=texts["run.split"],  # type: ignore[arg-type]  # a choice of the form
        test=values["run.test"], validation=values["run.validation"], seed=values["run.split_seed"],
        protocol=texts["run.protocol"],  # type: ignore[arg-type]  # a choice of the form
    )  # fmt: skip


def options(texts: Mapping[str, str], errors: dict[str, str], *, has_times: bool, final: bool) -> dict[str, Any]:
    """The options' values; what is wrong goes to `errors`.

    Args:
        texts: what is typed, by `Entry.key`.
        errors: sentences by the key of the line, added to.
        has_times: whether the log says when.
        final: whether the evaluation is on test.
    """
    values: dict[str, Any] = {}
    for key, (kind, fits, sentence) in _RULES.items():
        try:
            value = kind(texts[key].strip())
        except ValueError:
            errors[key] = sentence
            continue
        if fits(value):
            values[key] = value
        else:
            errors[key] = sentence
    if not {"run.test", "run.validation"} & errors.keys():
        errors.update(_shares(values["run.test"], values["run.validation"], final))
    if len(texts["run.name"].strip()) > LONGEST_RUN_NAME:
        errors["run.name"] = f"A name has at most {LONGEST_RUN_NAME} characters."
    if not has_times and texts["run.split"] != "random":
        errors["run.split"] = "This log does not say when people listened, so only a random split is possible."
    return values


def _shares(test: float, validation: float, final: bool) -> dict[str, str]:
    """The two shares together: something must be left to train on, and something to evaluate on."""
    if test + validation > 0.95:
        return {"run.validation": f"Test and validation take {test + validation:.0%}; leave 5% or more to train on."}
    if final and test == 0:
        return {"run.test": "An evaluation on test needs a test part above 0."}
    if not final and validation == 0:
        return {"run.validation": "An evaluation on validation needs a validation part above 0."}
    return {}


_SHARE = "A share from 0 to 0.9, such as 0.2."
_Rule = tuple[Callable[[str], Any], Callable[[Any], bool], str]
_RULES: dict[str, _Rule] = {
    "run.test": (float, lambda share: 0 <= share <= 0.9, _SHARE),
    "run.validation": (float, lambda share: 0 <= share <= 0.9, _SHARE),
    "run.split_seed": (int, lambda seed: 0 <= seed < 2**63, "The split's seed must be a whole number, 0 or more."),
    "run.seed": (int, lambda seed: 0 <= seed < 2**32, "The fit's seed must be a whole number from 0 to 4294967295."),
    "run.k": (int, lambda k: 1 <= k <= 1000, "k must be a whole number from 1 to 1000."),
}


def described(parameters_of_run: Params, *, only_changed: bool = False) -> str:
    """A run's parameters in one line: those that differ from the default come first, then the others, if wanted."""
    model = str(parameters_of_run.__struct_config__.tag)
    values = msgspec.structs.asdict(parameters_of_run)
    fields = param_fields.fields(model)
    changed = [field for field in fields if values[field.name] != field.default]
    rest = [] if only_changed else [field for field in fields if field not in changed]
    told = " · ".join(f"{field.name} {text_of(values[field.name])}" for field in (*changed, *rest))
    if only_changed and fields and len(changed) < len(fields):
        return f"{told} · others as by default" if told else "parameters as by default"
    return told or "no parameters"
