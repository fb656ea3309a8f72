"""What the form asks for, checked: from texts to parameters and a split, or a sentence for each line that is wrong."""

from collections.abc import Mapping
from typing import NamedTuple

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.text import printable
from musicrec_tui.tui.forms.check import Checked, options, split_of
from musicrec_tui.tui.forms.fields import ON_TEST, parameters


class Wish(NamedTuple):
    """All that a run is started from, but for the data."""

    params: Params
    split: SplitSpec
    seed: int
    final: bool
    k: int
    name: str


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
