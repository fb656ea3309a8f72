"""The extra `neural`, TensorFlow and Keras: which models and parameters need it. Light: nothing of it is loaded here.

By name and not by an import statement: the host reads models and must never reach TensorFlow, and the import contract
that guarantees it counts the imports inside functions too.
"""

import importlib
import importlib.util
from collections.abc import Iterable
from types import ModuleType

from musicrec_tui import gpu, installation
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.params import Need
from musicrec_tui.recommenders.registry import Params

EXTRA = "neural"
_LIBRARIES = ("tensorflow", "keras")


def installed() -> bool:
    """Whether the extra is installed (not whether it can be loaded)."""
    return all(importlib.util.find_spec(library) is not None for library in _LIBRARIES)


def how_to_install(extra: str = EXTRA) -> str:
    """The command, as a sentence."""
    return f"Install it with: {installation.command_for(extra)}"


def missing(params: Params) -> Need | None:
    """What in these parameters needs the extra, with a whole sentence, where it is not installed.

    Of models that join others, the members that are named by model count; those that are runs, the caller knows.
    """
    model = registry.named(params.model)
    if model.members:
        named = (param_fields.member(one) for one in getattr(params, model.members))
        needs = (missing(one) for one in named if one)
        return next((need._replace(parameter=model.members) for need in needs if need), None)
    need = model.neural.need(params) if model.neural else None
    if need is None or installed():
        return None
    sentence = f"{need.sentence} needs TensorFlow (the extra `{EXTRA}`), which is not installed. {how_to_install()}"
    return need._replace(sentence=sentence)


def missing_sentence(model: str) -> str:
    """What of a model needs the extra, for lists of models; empty: nothing, or it is installed."""
    needing = registry.named(model).neural
    if needing is None or installed():
        return ""
    return f"Needs TensorFlow (the extra `{EXTRA}`), which is not installed: {needing.which}. {how_to_install()}"


def refuse_what_is_missing(fits: Iterable[Params]) -> None:
    """Refuse fits of which one needs libraries that are not installed.

    Raises:
        UserError: the sentence says how to install them.
    """
    for params in () if installed() else fits:
        if need := missing(params):
            raise UserError(need.sentence, exit_code=1)


def load(params: Params) -> ModuleType:
    """The module that fits this model with TensorFlow.

    Raises:
        UserError: it is not installed, or cannot be loaded.
    """
    model = registry.named(params.model)
    assert model.neural is not None, params.model  # noqa: S101  (narrows a type)
    refuse_what_is_missing([params])
    try:
        return importlib.import_module(model.neural.module)
    except ImportError as error:
        raise UserError(
            f"{model.title} is trained with TensorFlow, which cannot be loaded here ({error}). {how_to_install()}",
            exit_code=1,
        ) from error


def used(params: Params) -> bool:
    """Whether TensorFlow is loaded to fit this: it is needed, or it is there and may find a GPU."""
    model = registry.named(params.model)
    if model.neural is None:
        return False
    return model.neural.need(params) is not None or (installed() and bool(gpu.devices()))
