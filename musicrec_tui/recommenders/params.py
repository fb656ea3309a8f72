"""What all models have in common: how their parameters are described, and what a model says of itself.

The form, `--set`, the tuner and the docs are all drawn from a model's parameters: a struct whose fields are described
by `about`. Light: front ends load every model's description, and no library that fits or scores.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta


class ModelParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="model"):
    """The parameters of a model; its tag is the model's name."""

    @property
    def model(self) -> str:
        """The model's name."""
        return str(self.__struct_config__.tag)


def about(
    sentence: str, *, unit: str = "", tune: tuple[float | str, ...] = (), timed: tuple[float, ...] = (),
    new: float | None = None, **bounds: Any,
) -> Meta:  # fmt: skip
    """The description of a parameter.

    Args:
        sentence: what it does.
        unit: of its number.
        tune: what a search may try: choices, or the lowest and the highest value and "log" for logarithmic steps;
            empty: a search leaves it alone.
        timed: choices that a search may try where it is asked to, on a log with timestamps.
        new: the default of new runs, of a parameter that files of earlier versions lack: the struct's default is what
            these mean.
        bounds: as `msgspec.Meta` has them (`ge`, `le`, `min_length` …).
    """
    extra: dict[str, Any] = {name: value for name, value in (("unit", unit), ("tune", tune), ("timed", timed)) if value}
    if new is not None:
        extra["new"] = new
    return Meta(description=sentence, extra_json_schema=extra or None, **bounds)


Weighting = Annotated[
    Literal["binary", "counts", "log"],
    about("What a user's artist counts: 1, its plays, or log(1 + plays).", tune=("binary", "log")),
]
Neighbours = Annotated[
    int,
    about("Artists that each artist speaks for, the nearest.", unit="artists", tune=(20, 1000, "log"), ge=1, le=10_000),
]
HalfLife = Annotated[
    float,
    about("Recency: an artist that the user last played this long ago counts half (at least 0.3; 0 = off).",
          unit="days", timed=(0.0, 3.0, 7.0, 14.0, 30.0, 90.0, 365.0), ge=0, le=100_000),
]  # fmt: skip
Patience = Annotated[
    int,
    about("Early stopping: epochs without a better validation NDCG@10 (0 = off).", unit="epochs", ge=0, le=1000),
]
Step = Annotated[float, about("Adam's step size.", tune=(0.0005, 0.01, "log"), gt=0, le=1)]


class Size(NamedTuple):
    """How large a train part is."""

    users: int
    artists: int
    pairs: int


PAIR_BYTES = 12
"""Of an entry of a sparse matrix."""


def neighbours_bytes(params: Any, size: Size) -> int:
    """The memory of the `neighbours` largest entries of each artist: its blocks, and the matrix that they become."""
    kept: int = min(params.neighbours, size.artists)
    return 2 * PAIR_BYTES * size.artists * kept


def _no_effort(_: Any) -> float:
    return 0.0


class Need(NamedTuple):
    """Why a fit needs TensorFlow.

    Attributes:
        parameter: the name of the one whose value needs it; empty: the model does, whatever its parameters are.
        sentence: a sentence, or its subject.
    """

    parameter: str
    sentence: str


class Neural(NamedTuple):
    """What of a model TensorFlow fits; see `recommenders.neural`.

    Attributes:
        module: the module that does, by its whole name.
        which: of the model, in words.
        need: of parameters, why they need it; None: they do not.
    """

    module: str
    which: str
    need: Callable[[Any], Need | None]


class Model(NamedTuple):
    """What a model says of itself; its package in `recommenders` has it as `MODEL`.

    Attributes:
        params: its parameters; the first line of their docstring is the model's own description.
        title: what front ends call it.
        recommender: where its class is, as "module:class" below `recommenders`; see `base.Recommender`.
        needed_bytes: of parameters and the size of train, the memory that its fit takes at its peak, beside what every
            fit and the libraries take; an estimate.
        less: how its fit needs less memory, as a sentence.
        fit_module: what has to be loaded to fit it and not to score with it; empty: nothing.
        neural: what of it TensorFlow fits; None: nothing.
        staged_by: the parameter that counts its sweeps, where one fit gives what fits of fewer would have given; its
            recommender is a `base.Staged`. Empty: every fit is one of its own.
        effort: of parameters, about how long a fit takes among others of the same model.
        members: the parameter that names the models or runs which it joins; empty: it joins none.
        distribution: the package that it is of, with its version; empty: this one.
    """

    params: type[ModelParams]
    title: str
    recommender: str
    needed_bytes: Callable[[Any, Size], int]
    less: str
    fit_module: str = ""
    neural: Neural | None = None
    staged_by: str = ""
    effort: Callable[[Any], float] = _no_effort
    members: str = ""
    distribution: str = ""

    @property
    def name(self) -> str:
        """How files, the command line and programs call it."""
        return str(self.params.__struct_config__.tag)

    @property
    def sentence(self) -> str:
        """What it is."""
        return " ".join((self.params.__doc__ or "").split())
