"""`runs`: what was trained, and what it is worth."""

from typing import Annotated, Literal

import typer

from musicrec_tui.cli import choosing, options, output
from musicrec_tui.cli.opening import opened
from musicrec_tui.errors import UserError
from musicrec_tui.runs.info import RunInfo

Action = Literal["list", "show", "delete"]


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(runs)


def runs(
    action: Annotated[Action, typer.Argument(help="What to do; show and delete want a RUN.")] = "list",
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help=options.RUN_HELP)] = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Order the list by a metric (`recall@10`), or by fit, evaluate, peak_memory_mb, model_bytes.",
        ),
    ] = "",
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """List the runs, show one, or delete one.

    The list has the runs of one log where --data is given, else all. With --sort it is in groups of runs that were
    measured alike, best first in each; runs that were measured on test are ordered by costs only.
    """
    place = options.Place(data, home, layout)
    if action == "list":
        if run is not None:
            raise UserError("`runs list` takes no RUN; `runs show RUN` shows one.")
        _list(place, only_its_data=data is not None, sort=sort, as_json=as_json)
        return
    if run is None:
        raise UserError(f"`runs {action}` needs a RUN: an id, its beginning, or a name.")
    found = choosing.any_run(place, run)
    if action == "delete":
        from musicrec_tui.runs import store

        store.delete_run(place.home, found)
        output.print_json({"deleted": found.id}) if as_json else output.print_line(
            f"Deleted {found.label} ({found.id})."
        )
    elif as_json:
        output.print_json(found.to_json())
    else:
        print_run(found)


def print_run(run: RunInfo) -> None:
    """All that is known of one run: what it was told to do, how it went, what it is worth."""
    facts: list[tuple[str, output.Cell]] = [
        ("run", run.id),
        ("name", run.label),
        ("model", run.model),
        ("status", str(run.status)),
        ("why", " ".join(filter(None, [run.reason, run.advice])) or None),
        ("created (UTC)", run.created_at),
        ("device", run.device or None),
        ("folder", str(run.folder)),
    ]
    if run.spec:
        told = run.to_json()["parameters"]
        facts += [
            ("parameters", "  ".join(f"{name}={_typed(value)}" for name, value in told.items()) or None),
            ("split", run.spec.split.label()),
            ("seed", str(run.spec.seed)),
            ("data", "  ".join(run.spec.data)),
            ("evaluated on", run.evaluated_on),
        ]
    if run.evaluated_on == "test" and run.test_looks > 1:
        facts.append(("caution", f"{run.test_looks} runs looked at this test part: choosing by it flatters the chosen"))
    if run.result and run.result.ratings:
        facts.append(("ratings", run.result.ratings))
    facts += [(f"seconds: {phase}", seconds) for phase, seconds in run.seconds.items()]
    facts.append(("peak memory, MB", run.peak_memory_mb))
    facts.append(("model size, MB", None if run.model_bytes is None else run.model_bytes / 1e6))
    output.print_facts((name, value) for name, value in facts if value is not None)
    if run.metrics:
        output.print_line()
        rows = [(name, value, output.interval(run.intervals.get(name))) for name, value in run.metrics.items()]
        output.print_table(("metric", run.evaluated_on, "95 % interval"), rows)
    if run.groups:
        output.print_line()
        _print_groups(run)


def _print_groups(run: RunInfo) -> None:
    """The means of each group of users."""
    names = ["users", *(name for name in run.metrics if name in run.intervals)]
    rows: list[tuple[output.Cell, ...]] = [
        (name, *(_member(group.get(name), name) for group in run.groups.values())) for name in names
    ]
    output.print_table(("among users", *run.groups), rows)


def _member(value: float | None, name: str) -> output.Cell:
    """A group's figure; how many users it has is a whole number."""
    return int(value) if value is not None and name == "users" else value


def _list(place: options.Place, *, only_its_data: bool, sort: str, as_json: bool) -> None:
    """All runs of the home, or those of one log."""
    from musicrec_tui.runs import store

    content = None
    if only_its_data:
        with opened(place) as dataset:
            content = dataset.info.content
    found = store.list_runs(place.home, content)
    if sort:
        from musicrec_tui.cli import runs_in_order

        runs_in_order.show(found, sort, as_json=as_json)
        return
    if as_json:
        output.print_json({"runs": [run.to_json() for run in found]})
        return
    if not found:
        output.print_line("There are no runs yet: train one, for instance `musicrec-tui train als`.")
        return
    rows = [
        (
            run.id, run.label, str(run.status), run.evaluated_on, f"@{run.k}", run.headline,
            run.metrics.get("auc"), run.seconds.get("fit"), run.split.label() if run.split else None,
        )
        for run in found
    ]  # fmt: skip
    output.print_table(("run", "name", "status", "part", "k", "ndcg", "auc", "fit s", "split"), rows)
    output.note_cut(len(rows), len(rows), "runs")


def _typed(value: object) -> str:
    """A parameter as `--set` takes it."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
