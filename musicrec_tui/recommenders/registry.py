"""All models. Light: of each its parameters and what it says of itself; `factory` makes recommenders."""

import importlib
import re
from typing import TYPE_CHECKING, Union

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import extensions
from musicrec_tui.recommenders.params import Model, ModelParams
from musicrec_tui.text import printable

# A line for each, in the order in which front ends show them: a module or package beside this one, with its `MODEL`.
_NAMES = (
    "als",
    "ncf",
    "ease",
    "rp3beta",
    "item_knn",
    "bpr",
    "mult_vae",
    "hybrid",
    "popularity",
)
MODELS: dict[str, Model] = {name: importlib.import_module(f"musicrec_tui.recommenders.{name}").MODEL for name in _NAMES}
EXTENSIONS, FAULTS = extensions.find_extensions(_NAMES)
"""The models of other packages by name, and a sentence for each that cannot be used."""
MODELS |= {name: one.model for name, one in EXTENSIONS.items()}

if TYPE_CHECKING:
    Params = ModelParams
else:
    Params = Union[tuple(model.params for model in MODELS.values())]  # noqa: UP007  (made of values)
"""The parameters of any model, distinguished in files by their tag."""


_UNKNOWN = re.compile(r"Invalid value '([^']*)' - at `\$(?:\.\w+)*\.model`")


def missing_model(fault: str) -> tuple[str, str] | None:
    """Reason and advice where a file names a model that is not installed here, from the error of decoding it."""
    if (found := _UNKNOWN.search(fault)) is None:
        return None
    return f"Its model, {printable(found[1], 60)}, is of a package that is not installed here.", "Install that package."


def named(name: str) -> Model:
    """The model of that name.

    Raises:
        UserError: there is none.
    """
    try:
        return MODELS[name]
    except KeyError:
        raise UserError(f"There is no model named {name!r}; the models are {', '.join(MODELS)}.") from None
