"""What Train and Tune check alike: a form's options, from texts to values, or a sentence for each wrong line."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from musicrec_tui.dataset.split_spec import SplitSpec

LONGEST_RUN_NAME = 60
W = TypeVar("W")
_SHARE = "A share from 0 to 0.9, such as 0.2."
_Rule = tuple[Callable[[str], Any], Callable[[Any], bool], str]
_RULES: dict[str, _Rule] = {
    "run.test": (float, lambda share: 0 <= share <= 0.9, _SHARE),
    "run.validation": (float, lambda share: 0 <= share <= 0.9, _SHARE),
    "run.split_seed": (int, lambda seed: 0 <= seed < 2**63, "The split's seed must be a whole number, 0 or more."),
    "run.seed": (int, lambda seed: 0 <= seed < 2**32, "The fit's seed must be a whole number from 0 to 4294967295."),
    "run.k": (int, lambda k: 1 <= k <= 1000, "k must be a whole number from 1 to 1000."),
}


class Checked(NamedTuple, Generic[W]):
    """What came of checking: the wish, or what is wrong, by the key of the line."""

    wish: W | None
    errors: dict[str, str]


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
