"""`compare`: runs side by side, and how significant their differences are."""

from typing import TYPE_CHECKING, Annotated

import typer

from musicrec_tui.cli import options, output, recipient
from musicrec_tui.cli.place import any_run, model_run
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import host_protocol
from musicrec_tui.runs.info import RunInfo

if TYPE_CHECKING:
    from musicrec_tui.runs.comparison import Comparison, Row

_NAME, _INTERVAL = 15, 29  # cells
Users = Annotated[
    int,
    typer.Option(
        "--users", metavar="N", min=0, max=100_000, help="How many of the users with the largest differences to list."
    ),
]


def compare(
    names: Annotated[
        list[str], typer.Argument(metavar="RUN RUN...", help="Two or more runs; differences are to the first.")
    ],
    metric: Annotated[
        str, typer.Option(metavar="NAME", help="Metric that groups and users are compared by. Default: NDCG@K.")
    ] = "",
    users: Users = 5,
    lists: Annotated[
        bool, typer.Option("--lists", help="Print each run's recommendations for one user instead, side by side.")
    ] = False,
    scatter: Annotated[
        bool, typer.Option("--scatter", help="Print how many users have which values in both runs instead.")
    ] = False,
    user: recipient.UserId = None,
    profile: recipient.Profile = None,
    like: recipient.Like = None,
    k: options.K = None,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Compare runs: a verdict, then metrics with intervals, differences and costs.

    Only runs on the same data, split and candidate set are ranked. The verdict is on NDCG@K (the setting
    `primary_metric` names another), tested by itself over all pairs of runs; the other metrics are one family.
    Intervals (low, high; ± is half the width of a run's own) and p-values hold for the whole family: an interval
    excludes 0 exactly where p < 0.05. Won, tied, lost are the users with a better, equal and worse value.

    --user shows why a run is better for one user: the lists as they were evaluated, with the held-out artists (✓).
    --lists shows recommendations instead; without --user, --profile or --like those of the user with the largest
    difference.
    """
    if len(names) < 2:
        raise UserError("`compare` needs two runs or more, such as `compare best latest`.")
    from musicrec_tui.runs import comparison

    comparison.check_number(len(names))
    asked = recipient.RecipientOptions(user, profile, like or [])
    if (profile is not None or like or k is not None) and not lists:
        raise UserError("--profile, --like and -k need --lists: models are evaluated for users of the log only.")
    if asked or lists:
        from musicrec_tui.cli import comparing_users

        chosen = _different(names, [model_run(place, name) for name in names])
        if lists:
            comparing_users.lists(place, chosen, asked, place.k(k), metric=metric, as_json=as_json)
        else:
            comparing_users.evaluated(place, chosen, asked, as_json=as_json)
        return
    found = _different(names, [any_run(place, name) for name in names])
    if scatter:
        from musicrec_tui.cli import comparing_users

        comparing_users.scatter(found, metric, as_json=as_json)
        return
    _print(found, host_protocol.Compare(
        runs=tuple(str(run.folder) for run in found), metric=metric, users=users,
        primary=place.settings.primary_metric,
    ), as_json=as_json)  # fmt: skip


def _print(found: list[RunInfo], ask: host_protocol.Compare, *, as_json: bool) -> None:
    """The verdict, figures, differences and costs."""
    from musicrec_tui.jobs import statistics as paired  # computed in this process: one question is not worth a host
    from musicrec_tui.runs import comparison

    compared = comparison.compare(found)
    statistics = paired.compare(ask) if compared.comparable else None
    verdict = statistics.verdict if statistics else compared.sentence
    if as_json:
        output.print_json({**_plain(compared), "verdict": verdict, "statistics": statistics})
        return
    output.print_line(verdict)
    output.print_line()
    _print_values(compared)
    if statistics is not None:
        for run, against in zip(found[1:], statistics.against, strict=True):
            _print_against(run, found[0], against, statistics)
    _print_costs(compared)
    if compared.comparable:
        output.print_line(compared.sentence)
    if compared.ranking:
        output.print_line("Best first: " + ", ".join(compared.labels[place] for place in compared.ranking) + ".")


def _different(names: list[str], found: list[RunInfo]) -> list[RunInfo]:
    """The runs, which must be distinct: `best` and `latest` are easily the same."""
    seen: dict[str, str] = {}
    for name, run in zip(names, found, strict=True):
        if run.id in seen:
            raise UserError(
                f"`{seen[run.id]}` and `{name}` are the same run, {run.label}. `musicrec-tui runs` lists all."
            )
        seen[run.id] = name
    return found


def _plain(compared: "Comparison") -> dict[str, object]:
    """The comparison's own fields."""
    return {name: getattr(compared, name) for name in compared.__struct_fields__}


def _print_values(compared: "Comparison") -> None:
    """Every metric of every run; the best has a star."""
    roomy = _NAME + _INTERVAL * len(compared.runs) <= output.console().width
    rows = [(row.metric, *(_value(row, place, roomy) for place in range(len(compared.runs)))) for row in compared.rows]
    output.print_table(("metric", *compared.labels), rows)


def _value(row: "Row", place: int, roomy: bool) -> str:
    """One run's value with its interval, or with half its width where the terminal is too narrow."""
    value, interval = row.values[place], row.intervals[place]
    beside = ""
    if interval:
        beside = f" ({output.interval(interval)})" if roomy else f" ±{(interval[1] - interval[0]) / 2:.3f}"
    return f"{output.shown(value)}{beside}{' *' if row.best == place else ''}"


def _print_against(
    run: RunInfo, first: RunInfo, against: host_protocol.Against, statistics: host_protocol.Compared
) -> None:
    """How one run differs from the first: in all metrics, by group, by user."""
    output.print_line()
    rows = [
        (
            one.metric, f"{one.difference:+.4f}", f"{one.family_low:+.4f}", f"{one.family_high:+.4f}",
            host_protocol.p_text(one.p, statistics.least_family_p),
            f"{one.wins}/{one.ties}/{one.losses}",
        )
        for one in against.metrics
    ]  # fmt: skip
    heads = ("metric", "mean", "low", "high", "p", "won/tied/lost")
    output.print_table(heads, rows, title=f"{run.label} minus {first.label}")
    metric = statistics.metric
    if against.groups:
        output.print_line()
        groups = [
            (group.group, group.users, f"{group.difference:+.4f}", f"{group.low:+.4f} to {group.high:+.4f}")
            for group in against.groups
        ]
        output.print_table((metric, "users", "difference", "95 % interval"), groups)
    if against.differing:
        output.print_line()
        users = [(user.user, user.first, user.other, f"{user.other - user.first:+.4f}") for user in against.differing]
        output.print_table((f"{metric} of user", first.label, run.label, "difference"), users)
        [tested] = [one for one in against.metrics if one.metric == metric]
        output.note_cut(len(users), tested.wins + tested.losses, "differing users")


def _print_costs(compared: "Comparison") -> None:
    """What each run cost."""
    costs: list[tuple[output.Cell, ...]] = [
        (f"seconds: {phase}", *(seconds.get(phase) for seconds in compared.seconds))
        for phase in dict.fromkeys(phase for seconds in compared.seconds for phase in seconds)
    ]
    costs.append(("peak memory, MB", *compared.peak_memory_mb))
    costs.append(("model size, MB", *(None if size is None else size / 1e6 for size in compared.model_bytes)))
    if "spark" in compared.engines:
        costs.append(("trained by", *compared.engines))
    output.print_line()
    output.print_table(("cost", *compared.labels), costs)
