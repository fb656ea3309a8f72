"""Models of other packages: those that are installed beside this one and name a model as an entry point.

    [project.entry-points."musicrec_tui.recommenders"]
    slim = "musicrec_slim:MODEL"

What a model says of itself is read once, by a process of its own (`recommenders.describe`), and cached by distribution
and version. Its parameters are made anew from that here, so that a program which shows or stores them never imports the
other package: only what fits, scores or explains does (`factory`). A package that cannot be used costs a sentence.
"""

import contextlib
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, cast

import msgspec

import musicrec_tui
from musicrec_tui import files, paths
from musicrec_tui.entry_points import Installed, installed
from musicrec_tui.recommenders.params import Model, ModelParams

GROUP = "musicrec_tui.recommenders"
DESCRIBING = "MUSICREC_DESCRIBING"
"""The environment variable of the process that describes: it looks for no extensions itself."""
_LARGEST, _PATIENCE = 2**20, 60.0
_FAULT_SECONDS = 60.0
"""So long a fault is remembered: what was missing may be installed since."""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: `kind` is int, float or choice; `bounds` and `extra` are those of its `msgspec.Meta`."""

    name: str
    kind: Literal["int", "float", "choice"]
    default: float | int | str
    description: str
    bounds: dict[str, float | int] = {}
    extra: dict[str, Any] = {}
    choices: tuple[str, ...] = ()


class Description(msgspec.Struct, frozen=True, tag=True):
    """What a model of another package says of itself; `abilities` are those of `base.Capabilities` that it has."""

    name: str
    title: str
    sentence: str
    recommender: str
    less: str
    parameters: tuple[Parameter, ...]
    fit_module: str = ""
    staged_by: str = ""
    abilities: tuple[str, ...] = ()


class Fault(msgspec.Struct, frozen=True, tag=True):
    """Why a package's model cannot be used."""

    fault: str


class Extension(NamedTuple):
    """A model of another package."""

    installed: Installed
    described: Description
    model: Model


def find_extensions(own: Sequence[str]) -> tuple[dict[str, Extension], tuple[str, ...]]:
    """The models of other packages by name, and a sentence for each that cannot be used.

    Args:
        own: the names that are taken.
    """
    found: dict[str, Extension] = {}
    faults = []
    for one in [] if os.environ.get(DESCRIBING) else installed(GROUP):
        described = _described(one)
        if isinstance(described, Fault):
            faults.append(f"{one.label} cannot be used: {described.fault}")
        elif described.name in (*own, *found):
            faults.append(f"{one.label} cannot be used: there is a model named {described.name} already.")
        else:
            found[described.name] = Extension(one, described, _model_of(one, described))
    return found, tuple(faults)


def _described(one: Installed) -> Description | Fault:
    """What a model says of itself: from the cache, else asked of a process that imports it."""
    cached = (
        paths.find_home().cache
        / "extensions"
        / f"{_plain(one.distribution)}-{_plain(one.version)}-{_plain(one.name)}.json"
    )
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        known = msgspec.json.decode(files.read_bytes(cached, _LARGEST), type=Description | Fault)
        if isinstance(known, Description) or time.time() - cached.stat().st_mtime < _FAULT_SECONDS:
            return known
    answer = _asked(one)
    with contextlib.suppress(OSError):
        files.make_folder(cached.parent)
        files.write_bytes(cached, msgspec.json.encode(answer))
    return answer


def _plain(text: str) -> str:
    """A text as a part of a file's name."""
    return "".join(sign if sign.isalnum() or sign in ".-+_" else "_" for sign in text)[:80]


def _asked(one: Installed) -> Description | Fault:
    """The answer of `recommenders.describe`."""
    root = str(Path(musicrec_tui.__file__).resolve().parent.parent)
    surroundings = os.environ | {
        DESCRIBING: "1", "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), root])),
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "musicrec_tui.recommenders.describe", one.value], env=surroundings,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False,
        )  # fmt: skip
        return msgspec.json.decode(done.stdout, type=Description | Fault)
    except subprocess.TimeoutExpired:
        return Fault(f"its description took more than {_PATIENCE:.0f} seconds.")
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Fault(f"its description cannot be read ({type(error).__name__}).")


def _model_of(one: Installed, described: Description) -> Model:
    """The model, with parameters of its own that are made from the description."""
    return Model(
        params=_params_of(described),
        title=described.title,
        recommender=described.recommender,
        needed_bytes=lambda params, size: _own(one).needed_bytes(params, size),
        less=described.less,
        fit_module=described.fit_module,
        staged_by=described.staged_by,
        effort=lambda params: _own(one).effort(params),
        distribution=f"{one.distribution} {one.version}",
    )


def _own(one: Installed) -> Model:
    """The package's own model, for processes that fit."""
    module, _, name = one.value.partition(":")
    model: Model = getattr(importlib.import_module(module), name)
    return model


def _params_of(described: Description) -> type[ModelParams]:
    """The struct of its parameters."""
    made = msgspec.defstruct(
        f"{described.name.title().replace('_', '')}Params",
        [(one.name, _annotation(one), one.default) for one in described.parameters],
        bases=(ModelParams,), frozen=True, forbid_unknown_fields=True, tag_field="model", tag=described.name,
        namespace={"__doc__": described.sentence}, module=__name__,
    )  # fmt: skip
    return cast("type[ModelParams]", made)


def _annotation(one: Parameter) -> Any:
    """A parameter's type, as `params.about` would have described it."""
    kinds: Mapping[str, Any] = {"int": int, "float": float}
    bare = kinds[one.kind] if one.kind in kinds else Literal[one.choices]  # a tuple is as many choices
    bounds: dict[str, Any] = dict(one.bounds)
    return Annotated[bare, msgspec.Meta(description=one.description, extra_json_schema=one.extra or None, **bounds)]
