"""`train`: starts the same job as the screen, and follows it to its end."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, outcome, output, runs
from musicrec_tui.cli.place import Place, log_for_job, opened
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.runs import auto_search

if TYPE_CHECKING:
    from musicrec_tui.dataset.log import IndexedLog
    from musicrec_tui.runs.info import RunInfo
    from musicrec_tui.runs.spec import TrainRequest
    from musicrec_tui.runs.tuning_info import TuningInfo
    from musicrec_tui.runs.tuning_spec import TuneRequest

Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help=f"One of {', '.join(registry.OWN)}; `models` lists their parameters, and other packages' models.",
    ),
]
_Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter (repeatable; see `models`)."),
]
_Auto = Annotated[
    bool, typer.Option("--auto", help="First search for good settings by validation (not for those of --set).")
]
_AutoSeconds = Annotated[int, typer.Option(min=1, max=1_000_000, help="With --auto: how long to search.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Train again without confirmation what an equal run has trained.")]
_Engine = Annotated[
    Literal["local", "spark"],
    typer.Option(help="What trains it: this machine, or an Apache Spark cluster (`als`; needs the extra spark)."),
]
Master = Annotated[
    str, typer.Option(metavar="URL", help="With --engine spark: the cluster. Default: the setting `spark_master`.")
]
Conf = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="With --engine spark: a setting of Spark (repeatable)."),
]


def train(
    model: Model,
    assignments: _Assignments = None,
    split: options.Split = "random",
    protocol: options.TimeProtocol = None,
    test_size: options.TestSize = 0.2,
    validation_size: options.ValidationSize = 0.1,
    auto: _Auto = False,
    auto_seconds: _AutoSeconds = auto_search.SECONDS,
    final: Annotated[bool, typer.Option("--final", help="Fit on train + validation, evaluate on test.")] = False,
    engine: _Engine = "local",
    master: Master = "",
    conf: Conf = None,
    seed: options.Seed = 42,
    k: options.K = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="Name of the run.")] = "",
    yes: _Yes = False,
    detach: Annotated[bool, typer.Option("--detach", help="Start it and return; `runs` shows its status.")] = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> int:
    """Train a model and evaluate it.

    Training runs in its own process: Ctrl-C cancels it, a lost connection does not. With `--auto` a tuning tries
    settings by validation within a stated time (one minute), then the run is trained with the best; `tunings` has the
    trials. Where one fit takes longer than that, it says so and takes the defaults.

    With `--engine spark` the cluster reads a log at an address (`--data hdfs://…`, `s3a://…`, `file://…`) in the same
    job, which writes its index: after that every command takes the address. A path is indexed on this machine.

    On a terminal it asks before it repeats an equal run: the same model, settings, seed and data.
    """
    from musicrec_tui.cli import following  # the supervisor's asyncio is not for each command's start
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import picking, store
    from musicrec_tui.runs.engine import engine_of
    from musicrec_tui.runs.job_info import ended
    from musicrec_tui.runs.spec import TrainRequest

    assigned = parse_assignments(assignments or [])
    request = TrainRequest(
        params=param_fields.parse(model, assigned), final=final,
        split=options.split_of(split, test_size, validation_size, seed, protocol), seed=seed, k=place.k(k), name=name,
        engine=engine_of(engine, master, settings_of(conf or [])),
    )  # fmt: skip
    search = _search_for(place, request, auto_seconds, assigned) if auto else None
    log = log_for_job(place, request.engine)
    if search is not None:
        return _search_and_train(place, search, log, detach=detach, as_json=as_json)

    def start() -> "RunInfo":
        return supervisor.submit(place.home, request, log, foreground=not detach)

    if log.content:
        _ask_about_equal_run(picking.equal_run(store.list_runs(place.home), request, log.content), yes=yes)
    run = start() if detach else ended(store.read_run(place.home, following.followed(start).id))
    _tell(run, detached=detach, as_json=as_json)
    return outcome.FINE


def _ask_about_equal_run(equal: "RunInfo | None", *, yes: bool) -> None:
    """Ask whether to repeat an equal run; without a terminal (or with --yes) say that it is repeated.

    Raises:
        Cancelled: no.
    """
    if equal is None:
        return
    state = "is already at work" if equal.status.live else "is finished"
    sentence = f"{equal.label} (id {equal.id}) has the same model, settings and log, and {state}."
    if yes or not sys.stdin.isatty():
        outcome.say(f"{sentence} It is trained again.")
    else:
        output.confirm(f"{sentence} Train it again")


def _search_for(place: Place, request: "TrainRequest", seconds: int, fixed: dict[str, str]) -> "TuneRequest":
    """The search before a run; with recency where the log has timestamps.

    Raises:
        UserError: there is nothing to search for, or the run is for Spark.
    """
    if request.engine.spark:
        raise UserError("--auto searches on this machine: it does not go with --engine spark.")
    auto_search.search_for(request, seconds, fixed)  # refused before the log is read
    with opened(place) as dataset:
        return auto_search.search_for(request, seconds, fixed, has_times=dataset.info.has_times)


def _tell(run: "RunInfo", *, detached: bool, as_json: bool) -> None:
    """Print the run, or that it was started."""
    if as_json:
        output.print_json(run.to_json())
    elif detached:
        output.print_line(f"Started {run.label} (id {run.id}).")
    else:
        runs.print_run(run)


def _search_and_train(place: Place, search: "TuneRequest", log: "IndexedLog", *, detach: bool, as_json: bool) -> int:
    """Start a search, whose tuner starts the run; follow both to their ends.

    Raises:
        UserError: the search or the run failed.
    """
    from musicrec_tui.cli import following
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import store, tuning_store
    from musicrec_tui.runs.job_info import ended

    def start() -> "TuningInfo":
        return supervisor.submit_tuning(place.home, search, log, foreground=not detach)

    if detach:
        tuning = start()
        line = f"Started {tuning.label} (id {tuning.id}); the run starts after {search.seconds:,} s."
        output.print_json(tuning.to_json()) if as_json else output.print_line(line)
        return outcome.FINE
    outcome.say(f"Searching for settings for {search.seconds:,} s: {', '.join(search.varied)}.")
    tuning = ended(tuning_store.read_tuning(place.home, following.followed(start).id))
    begun = store.run_of_tuning(place.home, tuning.id)
    _tell(
        ended(store.read_run(place.home, following.followed(lambda: begun).id)),
        detached=False,
        as_json=as_json,
    )
    return outcome.FINE


def settings_of(texts: list[str]) -> dict[str, str]:
    """`["spark.executor.memory=4g"]` as names and values.

    Raises:
        UserError: a text has no "=", or a name is given twice.
    """
    named: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or name.strip() in named:
            raise UserError(f"--conf needs name=value, once for each name, not {text!r}.")
        named[name.strip()] = value
    return named


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
