"""`train`: starts the same job as the screen, and follows it to its end."""

from typing import TYPE_CHECKING, Annotated

import typer

from musicrec_tui.cli import options, outcome, output, runs
from musicrec_tui.cli.place import indexed_log
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields, registry

if TYPE_CHECKING:
    from musicrec_tui.runs.info import RunInfo


def train(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help=f"One of {', '.join(registry.MODELS)}; `models` lists their parameters."),
    ],
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter (repeatable; see `models`)."),
    ] = None,
    split: options.Split = "random",
    protocol: options.TimeProtocol = None,
    test_size: options.TestSize = 0.2,
    validation_size: options.ValidationSize = 0.1,
    final: Annotated[bool, typer.Option("--final", help="Fit on train + validation, evaluate on test.")] = False,
    seed: options.Seed = 42,
    k: options.K = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="Name of the run.")] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Start it and return; `runs` shows its status.")] = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> int:
    """Train a model and evaluate it.

    Training runs in its own process: Ctrl-C cancels it, a lost connection does not.
    """
    from musicrec_tui.cli import following  # the supervisor's asyncio is not for each command's start
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import store
    from musicrec_tui.runs.spec import TrainRequest

    request = TrainRequest(
        params=param_fields.parse(model, parse_assignments(assignments or [])), final=final,
        split=options.split_of(split, test_size, validation_size, seed, protocol), seed=seed, k=place.k(k), name=name,
    )  # fmt: skip
    log = indexed_log(place)

    def start() -> "RunInfo":
        return supervisor.submit(place.home, request, log, foreground=not detach)

    run = start() if detach else following.ended(store.read_run(place.home, following.followed(start).id))
    if as_json:
        output.print_json(run.to_json())
    elif detach:
        output.print_line(f"Started {run.label} (id {run.id}).")
    else:
        runs.print_run(run)
    return outcome.FINE


def parse_assignments(texts: list[str], wanted: str = "--set needs name=value, such as factors=64") -> dict[str, str]:
    """`["factors=64"]` as names and values.

    Raises:
        UserError: a text has no "=", or a name is given twice.
    """
    named: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not name:
            raise UserError(f"{wanted}, not {text!r}.")
        if name in named:
            raise UserError(f"{wanted.split()[0]} {name} is given twice.")
        named[name] = value
    return named
