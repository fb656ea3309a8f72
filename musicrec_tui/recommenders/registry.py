"""All models. Light: of each its parameters and what it says of itself; `factory` makes recommenders.

The models of other packages are looked for when all models, or one that is not of this package, are asked for; that
may start processes (see `extensions`). Importing this module looks for nothing.
"""

import difflib
import functools
import importlib
import operator
import re
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import extensions
from musicrec_tui.recommenders.extensions import Extension
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
OWN: dict[str, Model] = {name: importlib.import_module(f"musicrec_tui.recommenders.{name}").MODEL for name in _NAMES}
"""The models of this package, by name."""
Params = ModelParams
"""The parameters of any model."""


class _Found(NamedTuple):
    """All that there is."""

    models: dict[str, Model]
    extensions: dict[str, Extension]
    faults: tuple[str, ...]
    params: Any


_found: list[_Found] = []
_looking = threading.Lock()

if TYPE_CHECKING:
    AnyParams = ModelParams
else:

    def __getattr__(name: str) -> Any:
        """`AnyParams`: the parameters of any model, distinguished in files by their tag.

        A field of a struct is annotated with its name in quotes, which msgspec looks up when it first decodes one.
        """
        if name == "AnyParams":
            return _all().params
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _all() -> _Found:
    """What there is, looked for once."""
    with _looking:
        if not _found:
            others, faults = extensions.find_extensions(_NAMES)
            models = OWN | {name: one.model for name, one in others.items()}
            params = functools.reduce(operator.or_, [model.params for model in models.values()])
            _found.append(_Found(models, others, faults, params))
        return _found[0]


def models() -> dict[str, Model]:
    """All models by name, those of this package first."""
    return _all().models


def of_extensions() -> dict[str, Extension]:
    """The models of other packages by name."""
    return _all().extensions


def faults() -> tuple[str, ...]:
    """A sentence for each package whose model cannot be used."""
    return _all().faults


_UNKNOWN = re.compile(r"Invalid value '([^']*)' - at `\$(?:\.\w+)*\.model`")


def missing_model(fault: str) -> tuple[str, str] | None:
    """Reason and advice where a file names a model that is not installed here, from the error of decoding it."""
    if (found := _UNKNOWN.search(fault)) is None:
        return None
    return f"Its model, {printable(found[1], 60)}, is of a package that is not installed here.", "Install that package."


def is_model(name: str) -> bool:
    """Whether there is a model of that name."""
    return name in OWN or name in models()


def named(name: str) -> Model:
    """The model of that name.

    Raises:
        UserError: there is none.
    """
    if name in OWN:
        return OWN[name]
    try:
        return models()[name]
    except KeyError:
        shown = printable(repr(name), 60)
        close = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_")[:60], models(), 1)
        meant = f" (did you mean {close[0]}?)" if close else ""
        raise UserError(f"There is no model named {shown}{meant}; the models are {', '.join(models())}.") from None
