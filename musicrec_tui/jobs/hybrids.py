"""The members that a model joins: from what a user types to runs, and from runs to what they were fitted with."""

import msgspec

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import neural, param_fields, registry
from musicrec_tui.recommenders.hybrid import AUTO
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import store
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status
from musicrec_tui.text import printable

ALWAYS = ("ease", "als factors=128", "als regularization=80 alpha=20", "rp3beta")
"""Strong and quick: members of a hybrid that chooses by itself and finds no run of their model."""
MOST_RUNS = 5


def resolved(home: Home, request: TrainRequest, content: str) -> TrainRequest:
    """A request in which a hybrid's members are ids of runs, or models; those of all other models as they are.

    Args:
        home: whose runs.
        request: as a person made it: members by id, name or model.
        content: the content hash of the log that the hybrid is for.

    Raises:
        UserError: a member is not finished, is of another log or split, or is a hybrid itself.
    """
    if not (field := registry.named(request.model).members):
        return request
    named = getattr(request.params, field)
    if named == (AUTO,):
        if getattr(request.params, "weights", ()):
            raise UserError("Weights need members that are named: with auto the weights are found on validation.")
        members = _best_runs(home, request, content)
    else:
        members = tuple(_resolved(home, one, content, request.split) for one in named)
    return msgspec.structs.replace(request, params=msgspec.structs.replace(request.params, **{field: members}))


def _best_runs(home: Home, request: TrainRequest, content: str) -> tuple[str, ...]:
    """The best finished run of each model by NDCG@K on validation, and those of `ALWAYS` where there is none.

    Runs that cannot be fitted here, for want of TensorFlow, are left out.
    """
    best: dict[str, tuple[float, str]] = {}
    for run in store.list_runs(home, content):
        spec, result = run.spec, run.result
        if (
            spec is None
            or result is None
            or run.status is not Status.FINISHED
            or spec.final
            or spec.split != request.split
        ):
            continue
        value = result.metrics.get(f"ndcg@{request.k}")
        joins = (
            not registry.named(spec.model).members and spec.model != "popularity" and not neural.missing(spec.params)
        )
        if value is not None and joins:
            best[spec.model] = max(best.get(spec.model, (value, run.id)), (value, run.id))
    ranked = [run for _, run in sorted(best.values(), reverse=True)]
    return (*ranked[:MOST_RUNS], *(one for one in ALWAYS if one.split()[0] not in best))


def _resolved(home: Home, member: str, content: str, split: SplitSpec) -> str:
    """One member: a model's name with its settings, or a run's id."""
    if params := param_fields.member(member):
        if registry.named(params.model).members:
            raise UserError(f"A {params.model} cannot be a member of a hybrid; name its members instead.")
        return " ".join(member.split())
    run = store.find_run(home, member, content)
    label = printable(run.label)
    if run.status is not Status.FINISHED or run.spec is None:
        raise UserError(f"{label} {run.status.phrase}, so it cannot be a member of a hybrid.")
    if run.spec.split != split:
        raise UserError(
            f"{label} has another split, whose train part may overlap the hybrid's test part; train it on this split."
        )
    if registry.named(run.spec.model).members:
        raise UserError(f"{label} is a hybrid, and a hybrid cannot be a member of one; name its members instead.")
    return run.id


def members(home: Home, request: TrainRequest) -> list[tuple[Params, int]]:
    """Parameters and seed of each member of the hybrid that a request asks for; of other models nothing.

    A model's name stands for its defaults, but for the settings behind it, and the hybrid's seed.

    Raises:
        UserError: a run is gone, or no longer what it was.
    """
    field = registry.named(request.model).members
    return [_parameters(home, member, request) for member in getattr(request.params, field)] if field else []


def _parameters(home: Home, member: str, request: TrainRequest) -> tuple[Params, int]:
    """What one member is fitted with."""
    if params := param_fields.member(member):
        return params, request.seed
    run = store.read_run(home, member)
    if run.spec is None:
        raise UserError(f"The hybrid's member {printable(run.label)} cannot be read any more.", exit_code=1)
    return run.spec.params, run.spec.seed
