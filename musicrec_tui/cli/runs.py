"""`runs`: trained models, their results, and their labels."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import Place, listed_run, log_for_job, opened
from musicrec_tui.errors import UserError
from musicrec_tui.runs import figures
from musicrec_tui.runs.grouping import Order, grouped
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.status import Status
from musicrec_tui.text import counted, printable

if TYPE_CHECKING:
    from musicrec_tui.cli.labels import Shelf
    from musicrec_tui.runs.outdated import LogChange

Action = Literal[
    "list", "show", "retrain", "cancel", "rename", "note", "star", "unstar", "delete", "trash", "restore", "empty"
]


_NEWEST = 50
OUTDATED = "outdated"
_READ_BY_CLUSTER = "read by a cluster"


def runs(
    action: Annotated[
        Action, typer.Argument(help="What to do; all but list, trash and empty need a RUN, rename and note a TEXT.")
    ] = "list",
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help=options.RUN_HELP)] = None,
    text: options.NewText = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Sort by a metric (`recall@10`), or by fit, evaluate, peak_memory_mb or model_bytes.",
        ),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="List all runs, not the newest 50 and the starred ones only.")
    ] = False,
    yes: options.Yes = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """List the runs; show, retrain, cancel, rename, annotate, star, delete or restore one.

    With --data only the runs of that log are listed. With --sort the list has groups of comparable runs, best first in
    each; runs that were evaluated on test are sorted by costs only.

    `show` says how many listens the log has gained since the run was trained; `retrain` trains the same model with the
    same settings on the log as it is now.

    `delete` moves a run to the trash: `trash` lists its runs, `restore` restores one, and `empty` deletes all of them
    (or one RUN) permanently. Runs are deleted after 30 days in the trash (setting `trash_days`).
    """
    if action == "list":
        if run is not None:
            raise UserError("`runs list` takes no RUN; `runs show RUN` shows one.")
        _list(place, sort=sort, everything=everything, as_json=as_json)
    elif action != "show" and action != "retrain":
        _shelf(place).change(action, run, text, yes=yes, as_json=as_json)
    elif run is None:
        raise UserError(f"`runs {action}` needs a RUN: an id, its beginning, or a name.")
    elif action == "retrain":
        _retrain(place, listed_run(place, run), as_json=as_json)
    else:
        found = listed_run(place, run)
        change = _change_since(place, found)
        if as_json:
            output.print_json(found.to_json() | {"log_change": change.to_json() if change else None})
        else:
            print_run(found, change.sentence(place.settings.time_zone) if change else "")


def _change_since(place: Place, run: RunInfo) -> "LogChange | None":
    """How the log has changed since a run was trained; None: not at all, or that cannot be known.

    No index is built for this: where the files have changed and were not read since, new listens are not counted.
    """
    from musicrec_tui.dataset.index import cache
    from musicrec_tui.dataset.log import Log
    from musicrec_tui.runs import outdated

    if run.spec is None:
        return None
    try:
        dataset = cache.open_index(Log(run.spec.data, run.spec.layout), place.home)
    except UserError:  # the log is gone
        return None
    if dataset is None:
        return outdated.uncounted_change(run) if cache.is_whole(Path(run.spec.index)) else None
    try:
        return outdated.change_since(run, dataset.info)
    finally:
        dataset.close()


def _outdated(place: Place, found: Sequence[RunInfo]) -> set[str]:
    """The finished runs whose log has changed since.

    An index is opened only where a log's files are not those that a run was trained on: the index has another name.
    """
    from musicrec_tui.dataset.index.schema import index_name
    from musicrec_tui.dataset.log import Log

    present: dict[tuple[tuple[str, ...], str], str] = {}
    old = set()
    for run in found:
        if run.spec is None or run.status is not Status.FINISHED:
            continue
        log = run.spec.data, run.spec.layout
        if log not in present:
            try:  # one elsewhere has one index, of whatever state: that has to be looked into
                present[log] = index_name(Log(*log)) if Log(*log).here is not None else _READ_BY_CLUSTER
            except UserError:  # the log is gone
                present[log] = ""
        if present[log] not in ("", Path(run.spec.index).name) and _change_since(place, run) is not None:
            old.add(run.id)
    return old


def _retrain(place: Place, run: RunInfo, *, as_json: bool) -> None:
    """Train a run's model with the same settings on the log as it is now, and print it."""
    from musicrec_tui.cli import following
    from musicrec_tui.dataset.log import Log
    from musicrec_tui.jobs import supervisor
    from musicrec_tui.runs import outdated, store
    from musicrec_tui.runs.job_info import ended

    if run.spec is None:
        raise UserError(f"{run.label} {run.status.phrase}: its settings cannot be read.", exit_code=1)
    if not place.named:
        place.log = Log(run.spec.data, run.spec.layout)
    log = log_for_job(place, run.spec.engine)
    request = outdated.request_again(run.spec, log.content)
    started = following.followed(lambda: supervisor.submit(place.home, request, log, foreground=True))
    again = ended(store.read_run(place.home, started.id))
    output.print_json(again.to_json()) if as_json else print_run(again)


def _shelf(place: Place) -> "Shelf[RunInfo]":
    """The runs and their trash."""
    from musicrec_tui.cli.labels import Shelf
    from musicrec_tui.runs import picking, store

    trash = store.trash_of(place.home)

    def find_trashed(text: str) -> RunInfo:
        return picking.pick_named([one.job for one in trash.entries()], text.strip(), "musicrec-tui runs trash")

    return Shelf("runs", trash, lambda text: listed_run(place, text), find_trashed, place.settings.trash_days)


def print_run(run: RunInfo, outdated: str = "") -> None:
    """Print one run: its settings, its course, its results; and, if the log has changed since, how."""
    from musicrec_tui.cli.labels import silence
    from musicrec_tui.runs.result_files import damage_of

    facts: list[tuple[str, output.Cell]] = [
        ("run", run.id),
        ("name", run.label),
        ("note", run.given.note or None),
        ("starred", "yes" if run.starred else None),
        ("label", run.label_damage or None),
        ("log", run.log_damage or None),
        ("model", run.model),
        ("engine", run.spec.engine.label if run.spec and run.spec.engine.spark else None),
        ("status", str(run.status)),
        ("caution", silence(run) or None),
        ("outdated", outdated or None),
        ("reason", " ".join(filter(None, [run.reason, run.advice])) or None),
        *(("damage", sentence) for sentence in damage_of(run)),
        ("created (UTC)", run.created_at),
        ("device", run.device or None),
        ("folder", str(run.folder)),
    ]
    facts += _settings(run)
    if run.evaluated_on == "test" and run.test_looks > 1:
        facts.append(
            (
                "caution",
                f"{run.test_looks} runs were evaluated on this test part: the best of them looks better than it is",
            )
        )
    if run.result and run.result.ratings:
        facts.append(("ratings", run.result.ratings))
    if run.result and run.result.left_out:
        facts.append(("left out", f"{counted(run.result.left_out, 'user')} whose every candidate is held out"))
    if run.cold_users and run.result:
        served = f"{run.cold_users:,} of {counted(run.result.users, 'user')} without usable training data"
        facts.append(("cold start", f"{served}: served by popularity"))
    if run.below_popularity:
        facts.append(("caution", run.below_popularity))
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


def _settings(run: RunInfo) -> list[tuple[str, output.Cell]]:
    """What the run was asked for; nothing where it is damaged. Parameters without a value are left out."""
    if run.spec is None:
        return []
    parameters = {name: _typed(value) for name, value in run.to_json()["parameters"].items()}
    return [
        ("parameters", "  ".join(f"{name}={value}" for name, value in parameters.items() if value) or None),
        ("joins", ", ".join(run.members.values()) or None),
        ("split", run.spec.split.label()),
        ("seed", str(run.spec.seed)),
        ("data", "  ".join(run.spec.data)),
        ("evaluated on", run.evaluated_on),
        ("settings found by tuning", run.spec.tuning or None),
    ]


def _print_groups(run: RunInfo) -> None:
    """The means of each group of users."""
    names = ["users", *(name for name in run.metrics if name in run.intervals)]
    rows: list[tuple[output.Cell, ...]] = [
        (name, *(_member(group.get(name), name) for group in run.groups.values())) for name in names
    ]
    output.print_table(("group of users", *run.groups), rows)


def _member(value: float | None, name: str) -> output.Cell:
    """A group's value; its number of users is a whole number."""
    return int(value) if value is not None and name == "users" else value


def _list(place: Place, *, sort: str, everything: bool, as_json: bool) -> None:
    """The newest runs of the home, or those of the log that the user named."""
    from musicrec_tui.cli import labels
    from musicrec_tui.runs import store
    from musicrec_tui.runs.outdated import is_earlier_state

    content = None
    if place.named:
        with opened(place) as dataset:
            content = dataset.info.content
    if content is None and not (sort or everything or as_json):
        newest, total = store.newest_runs(place.home, _NEWEST)
    else:
        newest = store.list_runs(place.home)
        if content is not None:  # outdated ones, too: they are of this log
            newest = [run for run in newest if run.content == content or is_earlier_state(run, place.log, content)]
        total = len(newest)
    found = sorted(newest, key=lambda run: not run.starred)
    if sort:
        _print_sorted(newest, sort, as_json=as_json)
        return
    if as_json:
        output.print_json({"runs": [run.to_json() for run in found]})
        return
    if not found:
        output.print_line("No runs yet. Train one, for example with `musicrec-tui train als`.")
        return
    old = _outdated(place, found)
    several = any(run.engine == "spark" for run in found)
    rows = [
        (
            run.id, labels.starred(run.label, star=run.starred), *([run.engine] if several else []),
            OUTDATED if run.id in old else str(run.status),
            run.evaluated_on,
            f"@{run.k}" if run.spec else None, run.headline,
            run.metrics.get("auc"), run.seconds.get("fit"), run.split.label() if run.split else None,
        )
        for run in found
    ]  # fmt: skip
    head = ("run", "name", *(["engine"] if several else []), "status", "part", "k", "ndcg", "auc", "fit s", "split")
    output.print_table(head, rows)
    output.note_cut(len(rows), total, "runs")
    if len(rows) < total:
        output.print_line("`runs --all` lists all of them.")
    if old:
        output.print_line(
            "Outdated: the log has changed. `runs show RUN` says how, `runs retrain RUN` trains it again."
        )
    labels.print_warnings(found)
    if lost := store.lost_evaluations(place.home):
        output.print_line(f"{counted(lost, 'evaluation')} on test parts cannot be read: they are not counted.")


def _print_sorted(found: Sequence[RunInfo], name: str, *, as_json: bool) -> None:
    """Print the groups.

    Args:
        found: newest first.
        name: of a metric (`recall@10`; `recall@k` is the run's own K) or a cost.
        as_json: for programs.

    Raises:
        UserError: no such figure.
    """
    order = _order(found, name)
    groups = grouped(found, order)
    if as_json:
        output.print_json({"sort": name, "groups": [
            {"title": group.title, "ranked": group.ranked, "places": group.places,
             "runs": [run.to_json() for run in group.runs]}
            for group in groups
        ]})  # fmt: skip
        return
    for group in groups:
        places = group.places or (None,) * len(group.runs)
        rows: list[tuple[output.Cell, ...]] = [
            (place, run.id, run.label, str(run.status), order.value(run))
            for run, place in zip(group.runs, places, strict=True)
        ]
        output.print_table(("place", "run", "name", "status", name), rows, title=group.title)
        output.print_line()
    output.note_cut(len(found), len(found), "runs")


def _order(found: Sequence[RunInfo], name: str) -> Order:
    """The metric or cost that a name means."""
    figure, costs = figures.named(name), [cost.name for cost in figures.COSTS]
    if figure is None or (name not in costs and all(figures.value(run, name) is None for run in found)):
        known = dict.fromkeys(metric for run in found for metric in run.metrics)
        raise UserError(f"No run has {printable(name)!r}. Sort by one of: {', '.join([*known, *costs])}.")
    return Order(partial(figures.value, name=name), figure.better, metric=name not in costs)


def _typed(value: object) -> str:
    """A parameter as `--set` takes it."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
