"""`tune` and `tunings`: many trials of one model, evaluated on validation."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, outcome, output, runs
from musicrec_tui.cli.place import Place, indexed_log
from musicrec_tui.cli.training import Conf, Master, Model, parse_assignments, settings_of
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields

if TYPE_CHECKING:
    from musicrec_tui.cli.labels import Shelf
    from musicrec_tui.runs.trials import Trial
    from musicrec_tui.runs.tuning_info import TuningInfo
    from musicrec_tui.runs.tuning_spec import Grid, Search

Action = Literal[
    "list", "show", "resume", "train", "cancel", "rename", "note", "star", "unstar", "delete", "trash", "restore",
    "empty",
]  # fmt: skip
_SHOWN = 20

GridName = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="`deck` (the original project's 90 fits of ALS), or a TOML file: factors = [32, 64] …"
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", metavar="NAME=A,B,...", help="A parameter of a grid with its values (repeatable)."),
]
Trials = Annotated[
    int | None,
    typer.Option(min=1, max=100_000, help="Number of trials that Optuna chooses (default without a grid: 30)."),
]
Fixed = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A fixed parameter (repeatable).")]
Engine = Annotated[
    Literal["local", "spark"],
    typer.Option(
        help="Where trials run: on this machine, or as tasks of an Apache Spark cluster (any model; needs the extra "
        "spark)."
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        min=1, max=64, help="Number of trials at the same time (default: 2; with --engine spark the cluster's cores)."
    ),
]
Over = Annotated[
    list[str] | None,
    typer.Option(
        "--over", metavar="NAME", help="A parameter that Optuna varies (repeatable). Default: all tunable ones."
    ),
]


def tune(
    model: Model,
    grid: GridName = "",
    vary: Vary = None,
    trials: Trials = None,
    over: Over = None,
    assignments: Fixed = None,
    objective: Annotated[str, typer.Option(metavar="METRIC", help="Metric to maximise. Default: ndcg@K.")] = "",
    processes: Processes = None,
    engine: Engine = "local",
    master: Master = "",
    conf: Conf = None,
    split: options.Split = "random",
    protocol: options.TimeProtocol = None,
    test_size: options.TestSize = 0.2,
    validation_size: options.ValidationSize = 0.1,
    seed: options.Seed = 42,
    k: options.K = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="Name of the tuning.")] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Start it and return; `tunings` shows its status.")] = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> int:
    """Try many parameter values of a model: a grid, or values that Optuna chooses.

    Each trial is fitted on train and evaluated on validation; test is not used. Ctrl-C cancels, `tunings resume`
    continues, and finished trials are not repeated. `tunings train` fits the best on train + validation and evaluates
    it on test.

    With `--engine spark` each trial is a task of a cluster: it does there what it does on this machine, with the same
    result. So `tune als --engine spark` tries the local ALS, many settings at once; the ALS of `train --engine spark`
    weighs regularization otherwise, and is not tuned by it.
    """
    from musicrec_tui.cli import following
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import tuning_store
    from musicrec_tui.runs.engine import engine_of
    from musicrec_tui.runs.job_info import ended
    from musicrec_tui.runs.tuning_spec import PROCESSES, TuneRequest

    request = TuneRequest(
        plan=_plan(model, grid, vary or [], trials, tuple(over or ())),
        base=param_fields.parse(model, parse_assignments(assignments or [])),
        engine=engine_of(engine, master, settings_of(conf or [])), processes=processes or PROCESSES,
        objective=objective or f"ndcg@{place.k(k)}",
        split=options.split_of(split, test_size, validation_size, seed, protocol), seed=seed, k=place.k(k), name=name,
    )  # fmt: skip
    if processes and request.engine.spark:
        raise UserError("--processes is for this machine: limit a cluster with --conf spark.cores.max=N.")
    log = indexed_log(place)

    def start() -> "TuningInfo":
        return supervisor.submit_tuning(place.home, request, log, foreground=not detach)

    tuning = start() if detach else ended(tuning_store.read_tuning(place.home, following.followed(start).id))
    _tell(tuning, as_json=as_json, detached=detach)
    return outcome.FINE


def tunings(
    action: Annotated[
        Action, typer.Argument(help="What to do; all but list, trash and empty need a TUNING, rename and note a TEXT.")
    ] = "list",
    tuning: Annotated[
        str | None, typer.Argument(metavar="[TUNING]", help="An id or its unique beginning, a name, or `latest`.")
    ] = None,
    text: options.NewText = None,
    yes: options.Yes = False,
    heat: Annotated[
        list[str] | None,
        typer.Option("--heat", metavar="NAME", help="show only: print a heat map of two parameters (give it twice)."),
    ] = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="train only: name of the run.")] = "",
    *,
    place: options.HomePlace,
    as_json: options.Json = False,
) -> int:
    """List the tunings; show, resume, cancel, rename, annotate, star or delete one, or train its best trial.

    `delete`, `trash`, `restore` and `empty` work as in `runs`.
    """
    from musicrec_tui.cli import following
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import store as run_store
    from musicrec_tui.runs import tuning_store
    from musicrec_tui.runs.job_info import ended

    if action == "list":
        _list(sorted(tuning_store.list_tunings(place.home), key=lambda one: not one.starred), as_json=as_json)
        return outcome.FINE
    if action != "show" and action != "resume" and action != "train":
        _shelf(place).change(action, tuning, text, yes=yes, as_json=as_json)
        return outcome.FINE
    if tuning is None:
        raise UserError(f"`tunings {action}` needs a TUNING: an id, its beginning, a name, or `latest`.")
    found = tuning_store.find_tuning(place.home, tuning)
    if action == "train":
        started = following.followed(lambda: supervisor.train_best(place.home, found, name=name, foreground=True))
        run = ended(run_store.read_run(place.home, started.id))
        output.print_json(run.to_json()) if as_json else runs.print_run(run)
        return outcome.FINE
    if action == "resume":
        followed = following.followed(lambda: supervisor.resume_tuning(place.home, found, foreground=True))
        found = ended(tuning_store.read_tuning(place.home, followed.id))
    output.print_json(_told(found)) if as_json else _print(found, tuple(heat or ()))
    return outcome.FINE


def _shelf(place: Place) -> "Shelf[TuningInfo]":
    """The tunings and their trash."""
    from musicrec_tui.cli.labels import Shelf
    from musicrec_tui.runs import tuning_store

    trash = tuning_store.trash_of(place.home)

    def find_trashed(text: str) -> "TuningInfo":
        return tuning_store.pick_tuning(
            [one.job for one in trash.entries()], text.strip(), "musicrec-tui tunings trash"
        )

    return Shelf(
        "tunings",
        trash,
        lambda text: tuning_store.find_tuning(place.home, text),
        find_trashed,
        place.settings.trash_days,
    )


def _plan(model: str, grid: str, vary: list[str], trials: int | None, over: tuple[str, ...]) -> "Grid | Search":
    """The grid or search that the options describe.

    Raises:
        UserError: they exclude each other, or the model cannot vary a parameter that they name.
    """
    from musicrec_tui.recommenders import param_fields
    from musicrec_tui.runs import grids
    from musicrec_tui.runs.tuning_spec import Search

    given = [option for option, value in (("--grid", grid), ("--vary", vary), ("--trials", trials)) if value]
    if len(given) > 1:
        raise UserError(f"{' and '.join(given)} exclude each other: give a grid, or let Optuna choose trials.")
    if grid:
        return grids.read_grid(grid, model)
    if vary:
        told = parse_assignments(vary, "--vary needs name=values, such as factors=32,64")
        typed = {name: [getattr(param_fields.parse(model, {name: value}), name) for value in values.split(",")]
                 for name, values in told.items()}  # fmt: skip
        return grids.check_grid(typed, model, "--vary")
    param_fields.axes(model, over)
    return Search(trials or 30, over)


def _tell(tuning: "TuningInfo", *, as_json: bool, detached: bool) -> None:
    """Print the result, or that it was started."""
    if as_json:
        output.print_json(_told(tuning))
    elif detached:
        output.print_line(f"Started {tuning.label} (id {tuning.id}).")
    else:
        _print(tuning)


def _list(found: "list[TuningInfo]", *, as_json: bool) -> None:
    """Print all tunings of the home."""
    if as_json:
        output.print_json({"tunings": [one.to_json() for one in found]})
        return
    if not found:
        output.print_line("No tunings yet. Start one, for example with `musicrec-tui tune als --grid deck`.")
        return
    from musicrec_tui.cli.labels import print_warnings, starred

    rows = [
        (
            one.id, starred(one.label, star=one.starred), str(one.status), f"{len(one.trials):,} of {one.total:,}",
            one.spec.objective if one.spec else None, one.best.value if one.best else None,
            one.spec.split.label() if one.spec else None,
        )
        for one in found
    ]  # fmt: skip
    output.print_table(("tuning", "name", "status", "trials", "objective", "best", "split"), rows)
    output.note_cut(len(rows), len(rows), "tunings")
    print_warnings(found)


def _told(tuning: "TuningInfo") -> dict[str, object]:
    """A tuning for programs, with the parameters whose best value lies at an end of what was tried."""
    from musicrec_tui.runs.tuning_edges import edges_of

    return tuning.to_json() | {"edges": [edge._asdict() for edge in edges_of(tuning)]}


def _print(tuning: "TuningInfo", heat: tuple[str, ...] = ()) -> None:
    """Print a tuning with its trials, the best first."""
    from musicrec_tui.cli.labels import silence

    best, spec = tuning.best, tuning.spec
    facts: list[tuple[str, output.Cell]] = [
        ("tuning", tuning.id),
        ("name", tuning.label),
        ("note", tuning.given.note or None),
        ("starred", "yes" if tuning.starred else None),
        ("label", tuning.label_damage or None),
        ("log", tuning.log_damage or None),
        ("status", str(tuning.status)),
        ("caution", silence(tuning) or None),
        ("reason", f"{tuning.reason} {tuning.advice}".strip() or None),
        ("engine", spec.engine.label if spec and spec.engine.spark else None),
        ("trials", f"{len(tuning.trials):,} of {tuning.total:,}"),
        ("objective", f"{spec.objective} on validation, {spec.split.label()}" if spec else None),
        ("best", f"{best.value:.4f} by trial {best.number}" if best and best.value is not None else None),
        ("folder", str(tuning.folder)),
    ]
    output.print_facts((name, value) for name, value in facts if value is not None)
    varied = tuning.varied
    output.print_line()
    ordered = sorted(tuning.trials, key=lambda trial: (trial.value is None, -(trial.value or 0.0), trial.number))
    rows = [_row(trial, varied) for trial in ordered[:_SHOWN]]
    output.print_table(("trial", "state", *varied, "value", "fit s"), rows)
    output.note_cut(len(rows), len(ordered), "trials")
    from musicrec_tui.runs.tuning_edges import edges_of

    for edge in edges_of(tuning):
        output.print_line(edge.sentence)
    _print_importance(tuning)
    if heat:
        _print_heat(tuning, heat)


def _row(trial: "Trial", varied: tuple[str, ...]) -> tuple[output.Cell, ...]:
    """A trial as a line of the table."""
    values = [getattr(trial.params, name) for name in varied]
    told = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in values]
    return (trial.number, trial.state, *told, trial.value, trial.seconds.get("fit"))


def _print_importance(tuning: "TuningInfo") -> None:
    """Print how much each parameter matters, or why that is unknown."""
    from musicrec_tui.jobs.tuning import study

    output.print_line()
    if tuning.spec is None:
        return
    try:
        shares = study.importance(tuning.trials, tuning.spec.model)
    except UserError as error:
        output.print_line(str(error))
        return
    output.print_table(("parameter", "importance (PED-ANOVA)"), list(shares.items()))


def _print_heat(tuning: "TuningInfo", names: tuple[str, ...]) -> None:
    """The best objective for each pair of values of two parameters.

    Raises:
        UserError: the names are not two, or the model has no such parameter.
    """
    from musicrec_tui.runs import tuning_views

    known = [field.name for field in param_fields.fields(tuning.spec.model)] if tuning.spec else []
    if len(names) != 2 or not set(names) <= set(known):
        raise UserError(f"--heat needs two of {', '.join(known) or 'no parameters'}: give it twice.")
    drawn = tuning_views.heat(tuning.trials, *names)
    rows = [(value, *cells) for value, cells in zip(drawn.rows, drawn.cells, strict=True)]
    output.print_line()
    output.print_table((f"{drawn.y} ↓ {drawn.x} →", *drawn.columns), rows)
