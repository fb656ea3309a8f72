"""The options of the forms of Train and Tune, checked: from texts to a request's fields, or a sentence for a line."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.tui.forms.entries import Entry

R = TypeVar("R")


class Checked(NamedTuple, Generic[R]):
    """The result of a check: the request, or error sentences by the key of their line."""

    request: R | None
    errors: dict[str, str]


def options(
    entries: Iterable[Entry], texts: Mapping[str, str], errors: dict[str, str], *, has_times: bool, final: bool = False
) -> dict[str, Any]:
    """The request's fields from the form's options; error sentences are added to `errors`.

    Args:
        entries: the options of the form. The part of a key behind its dot is the field of the request.
        texts: what is typed, by `Entry.key`.
        errors: sentences by the key of the line, added to.
        has_times: whether the log has timestamps.
        final: whether the run is evaluated on test.
    """
    values: dict[str, Any] = {}
    for entry in entries:
        try:
            values[entry.key.partition(".")[2]] = entry.read(texts[entry.key])
        except ValueError as error:
            errors[entry.key] = str(error)
    if not {"run.test", "run.validation"} & errors.keys():
        errors.update(_shares(values["test"], values["validation"], final))
    if not has_times and texts["run.split"] != "random":
        errors["run.split"] = "This log has no timestamps, so only a random split is possible."
    if errors:
        return {}
    split = SplitSpec(
        kind=values.pop("split"), test=values.pop("test"), validation=values.pop("validation"),
        seed=values.pop("split_seed"), protocol=values.pop("protocol"),
    )  # fmt: skip
    return values | {"split": split}


def _shares(test: float, validation: float, final: bool) -> dict[str, str]:
    """Errors of the two shares together: data to train on and to evaluate on must remain."""
    if test + validation > 0.95:
        return {
            "run.validation": f"Test and validation take {test + validation:.0%}; at least 5% must remain for training."
        }
    if final and test == 0:
        return {"run.test": "An evaluation on test needs a test part above 0."}
    if not final and validation == 0:
        return {"run.validation": "An evaluation on validation needs a validation part above 0."}
    return {}
