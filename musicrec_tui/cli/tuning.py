"""`tune` and `tunings`: many trials of one model, judged on validation."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, outcome, output, runs, splitting
from musicrec_tui.cli.opening import indexed_log
from musicrec_tui.cli.training import parse_assignments
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields, registry

if TYPE_CHECKING:
    from musicrec_tui.cli.labels import Shelf
    from musicrec_tui.runs.trials import Trial
    from musicrec_tui.runs.tuning_info import TuningInfo
    from musicrec_tui.runs.tuning_spec import Grid, Search

Action = Literal[
    "list", "show", "resume", "train", "rename", "note", "star", "unstar", "delete", "trash", "restore", "empty",
]  # fmt: skip
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(tune)
    app.command()(tunings)


def tune(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help=f"One of {', '.join(registry.MODELS)}; `models` tells more.")
    ],
    grid: Annotated[
        str, typer.Option(metavar="NAME", help="`deck` (90 fits of ALS), or a TOML file: factors = [32, 64] …")
    ] = "",
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="NAME=A,B,...", help="A parameter of a grid with its values; again for more."),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Let Optuna choose so many (default: 30, without a grid).")
    ] = None,
    over: Annotated[
        list[str] | None, typer.Option("--over", metavar="NAME", help="What Optuna varies; again for more.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter that is not varied.")
    ] = None,
    objective: Annotated[str, typer.Option(metavar="METRIC", help="What to raise; the deck raised auc@10.")] = "",
    processes: Annotated[int, typer.Option(min=1, max=64, help="Trials at once.")] = 2,
    split: splitting.Split = "random",
    protocol: splitting.TimeProtocol = None,
    test_size: splitting.TestSize = 0.2,
    validation_size: splitting.ValidationSize = 0.1,
    seed: splitting.Seed = 42,
    k: options.K = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="What to call the tuning.")] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Start it and return; `tunings` tells how it went.")] = False,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> int:
    """Try many parameters of a model: a grid, or what Optuna thinks of.

    Each trial is fitted on train and judged on validation; test is not touched. Ctrl-C cancels, `tunings resume` goes
    on, and no finished trial is lost. `tunings train` fits the best on train + validation and tests it.
    """
    from musicrec_tui.cli import following
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import tuning_store
    from musicrec_tui.runs.tuning_spec import TuneRequest

    place = options.Place(data, home, layout)
    request = TuneRequest(
        plan=_plan(model, grid, vary or [], trials, tuple(over or ())),
        base=param_fields.parse(model, parse_assignments(assignments or [])), processes=processes,
        objective=objective or f"ndcg@{place.k(k)}",
        split=splitting.spec(split, test_size, validation_size, seed, protocol), seed=seed, k=place.k(k), name=name,
    )  # fmt: skip
    log = indexed_log(place)

    def start() -> "TuningInfo":
        return supervisor.submit_tuning(place.home, request, log)

    tuning = start() if detach else following.ended(tuning_store.read_tuning(place.home, following.followed(start).id))
    _tell(tuning, as_json=as_json, detached=detach)
    return outcome.FINE


def tunings(
    action: Annotated[
        Action, typer.Argument(help="What to do; all but list, trash and empty want a TUNING, rename and note a TEXT.")
    ] = "list",
    tuning: Annotated[
        str | None, typer.Argument(metavar="[TUNING]", help="An id or its unique beginning, a name, or `latest`.")
    ] = None,
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="The new name, or the note; '' for none.")
    ] = None,
    yes: options.Yes = False,
    heat: Annotated[
        list[str] | None, typer.Option("--heat", metavar="NAME", help="Two parameters: show their map (show only).")
    ] = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="What to call the run (train only).")] = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> int:
    """List the tunings, show one, resume one, train and test the best of one, name, star or delete one.

    `delete` moves a tuning to the trash, as `runs delete` does with a run; `trash`, `restore` and `empty` are as there.
    """
    from musicrec_tui.cli import following
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import store as run_store
    from musicrec_tui.runs import tuning_store

    place = options.Place(None, home)
    if action == "list":
        _list(sorted(tuning_store.list_tunings(place.home), key=lambda one: not one.starred), as_json=as_json)
        return outcome.FINE
    if action != "show" and action != "resume" and action != "train":
        _shelf(place).keep(action, tuning, text, yes=yes, as_json=as_json)
        return outcome.FINE
    if tuning is None:
        raise UserError(f"`tunings {action}` needs a TUNING: an id, its beginning, a name, or `latest`.")
    found = tuning_store.find_tuning(place.home, tuning)
    if action == "train":
        started = following.followed(lambda: supervisor.train_best(place.home, found, name=name))
        run = following.ended(run_store.read_run(place.home, started.id))
        output.print_json(run.to_json()) if as_json else runs.print_run(run)
        return outcome.FINE
    if action == "resume":
        followed = following.followed(lambda: supervisor.resume_tuning(place.home, found))
        found = following.ended(tuning_store.read_tuning(place.home, followed.id))
    output.print_json(found.to_json()) if as_json else _print(found, tuple(heat or ()))
    return outcome.FINE


def _shelf(place: options.Place) -> "Shelf[TuningInfo]":
    """Where tunings are, and their trash."""
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
    """What the options ask to try.

    Raises:
        UserError: they do not go together, or the model cannot vary what they name.
    """
    from musicrec_tui.recommenders import param_fields
    from musicrec_tui.runs import grids
    from musicrec_tui.runs.tuning_spec import Search

    given = [option for option, value in (("--grid", grid), ("--vary", vary), ("--trials", trials)) if value]
    if len(given) > 1:
        raise UserError(f"{' and '.join(given)} do not go together: a grid, or trials that Optuna chooses.")
    if grid:
        return grids.read_grid(grid, model)
    if vary:
        told = parse_assignments(vary, "--vary wants name=values, such as factors=32,64")
        typed = {name: [getattr(param_fields.parse(model, {name: value}), name) for value in values.split(",")]
                 for name, values in told.items()}  # fmt: skip
        return grids.check_grid(typed, model, "--vary")
    param_fields.axes(model, over)
    return Search(trials or 30, over)


def _tell(tuning: "TuningInfo", *, as_json: bool, detached: bool) -> None:
    """What came of it, or that it was started."""
    if as_json:
        output.print_json(tuning.to_json())
    elif detached:
        output.print_line(f"Started {tuning.label}; its id is {tuning.id}.")
    else:
        _print(tuning)


def _list(found: "list[TuningInfo]", *, as_json: bool) -> None:
    """All tunings of the home."""
    if as_json:
        output.print_json({"tunings": [one.to_json() for one in found]})
        return
    if not found:
        output.print_line("There are no tunings yet: start one, for instance `musicrec-tui tune als --grid deck`.")
        return
    from musicrec_tui.cli.labels import starred

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


def _print(tuning: "TuningInfo", heat: tuple[str, ...] = ()) -> None:
    """All that is known of a tuning, the best trials first."""
    best, spec = tuning.best, tuning.spec
    facts: list[tuple[str, output.Cell]] = [
        ("tuning", tuning.id),
        ("name", tuning.label),
        ("note", tuning.given.note or None),
        ("starred", "yes" if tuning.starred else None),
        ("label", tuning.label_damage or None),
        ("status", str(tuning.status)),
        ("why", f"{tuning.reason} {tuning.advice}".strip() or None),
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
    _print_importance(tuning)
    if heat:
        _print_heat(tuning, heat)


def _row(trial: "Trial", varied: tuple[str, ...]) -> tuple[output.Cell, ...]:
    """A trial as a line of the table."""
    values = [getattr(trial.params, name) for name in varied]
    told = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in values]
    return (trial.number, trial.state, *told, trial.value, trial.seconds.get("fit"))


def _print_importance(tuning: "TuningInfo") -> None:
    """How much each parameter matters, or why that cannot be told."""
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
        UserError: there are not two, or the model has no such parameter.
    """
    from musicrec_tui.runs import tuning_views

    known = [field.name for field in param_fields.fields(tuning.spec.model)] if tuning.spec else []
    if len(names) != 2 or not set(names) <= set(known):
        raise UserError(f"--heat wants two of {', '.join(known) or 'no parameters'}: give it twice.")
    drawn = tuning_views.heat(tuning.trials, *names)
    rows = [(value, *cells) for value, cells in zip(drawn.rows, drawn.cells, strict=True)]
    output.print_line()
    output.print_table((f"{drawn.y} ↓ {drawn.x} →", *drawn.columns), rows)
