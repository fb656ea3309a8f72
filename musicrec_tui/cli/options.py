"""The options that several commands share, and what they mean."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from musicrec_tui.cli.place import Place
from musicrec_tui.dataset.filters import LONGEST_QUIET, MOST
from musicrec_tui.dataset.split_spec import SplitKind, SplitSpec
from musicrec_tui.errors import UserError

Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data", metavar="PATH",
        help="The log: a file, folder or glob (repeatable), or an address that Spark has read, see `train`. "
        "Default: MUSICREC_DATA, else the sample.",
    ),
]  # fmt: skip
Format = Annotated[
    str,
    typer.Option("--format", metavar="NAME", help="Layout of the log (see `formats`). Default: detected."),
]
HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR",
        help="Folder of runs, settings and indexes. Default: MUSICREC_HOME, else your data folder.",
    ),
]  # fmt: skip
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="ROLE=COLUMN",
        help="Column of a role: time=played_at, time=Date+Time, or user=3 for the third column (repeatable).",
    ),
]  # fmt: skip
Dates = Annotated[
    str,
    typer.Option("--dates", metavar="dmy|mdy", help="Read 01/02/2024 as 1 February (dmy) or as 2 January (mdy)."),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="Refuse files that are cut off, broken or in need of repair, instead of using the rest."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="Maximum number of rows.")]
K = Annotated[
    int | None,
    typer.Option(
        "-k", min=1, max=1000, help="Length of ranked lists, and K of the metrics. Default: the setting `k` (10)."
    ),
]
RUN_HELP = "An id or its unique beginning, a number (3), a name, `latest`, or `best` (by validation NDCG@K)."
Run = Annotated[str | None, typer.Argument(metavar="[RUN]", help=f"{RUN_HELP} Default: best, else latest.")]

NewText = Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The new name or note; '' removes it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Empty the trash without confirmation.")]


Heard = Annotated[
    Literal["new", "all", "rediscover"],
    typer.Option(
        "--heard",
        help="new: never played; rediscover: played, but not recently (without timestamps: not often); all.",
    ),
]
MaxPlays = Annotated[
    int | None,
    typer.Option("--max-plays", metavar="N", min=0, max=MOST, help="Only artists with at most N plays by this user."),
]
MinListeners = Annotated[
    int, typer.Option("--min-listeners", metavar="N", min=0, max=MOST, help="Only artists with at least N listeners.")
]
MaxListeners = Annotated[
    str,
    typer.Option(
        "--max-listeners", metavar="N",
        help="Only artists with at most N listeners; `50%` means the less popular half of all artists.",
    ),
]  # fmt: skip
QuietDays = Annotated[
    int,
    typer.Option(
        "--quiet-days", metavar="N", min=0, max=LONGEST_QUIET,
        help="For rediscover: not played in the last N days of the log (profiles: of their history).",
    ),
]  # fmt: skip
Block = Annotated[
    list[str] | None,
    typer.Option("--block", metavar="ARTIST", help="Leave out an artist this time (repeatable; see `taste`)."),
]

PeriodName = Annotated[
    str,
    typer.Option(
        "--period", metavar="PERIOD",
        help="Count the listens of a year (2024), month (2024-05) or day, `this-year` or `last-12-months` only.",
    ),
]  # fmt: skip
From = Annotated[str, typer.Option("--from", metavar="DAY", help="Count listens from a day, month or year on.")]
To = Annotated[str, typer.Option("--to", metavar="DAY", help="Count listens to the end of a day, month or year.")]

Protocol = Literal["discovery", "repeat"]

Split = Annotated[SplitKind, typer.Option("--split", help="How the log is split.")]
TimeProtocol = Annotated[
    Protocol | None,
    typer.Option(
        "--protocol",
        help="With --split time: drop artists heard before from the later parts (the default), or retain them.",
    ),
]
TestSize = Annotated[
    float, typer.Option(min=0, max=0.9, help="Test share of each user's artists (time: of the listens).")
]
ValidationSize = Annotated[float, typer.Option(min=0, max=0.9, help="Validation share of the same.")]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the split and of the fit.")]

# A command has one parameter `place` for the options that name one: `command` takes them apart.
LogPlace = Annotated[Place, {"data": Data, "layout": Format, "home": HomeFolder}]
ReadPlace = Annotated[
    Place,
    {"data": Data, "layout": Format, "mapped": Map, "dates": Dates, "strict": Strict, "home": HomeFolder},
]
PeriodPlace = Annotated[
    Place, {"period": PeriodName, "first": From, "last": To, "data": Data, "layout": Format, "home": HomeFolder}
]
HomePlace = Annotated[Place, {"home": HomeFolder}]


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command as Typer wants it: in the place of `place: LogPlace` are the options `--data`, `--format`, `--home`."""
    signature = inspect.signature(function, eval_str=True)
    if "place" not in signature.parameters:
        return function
    [_, options] = get_args(signature.parameters["place"].annotation)

    @functools.wraps(function)
    def with_options(**values: Any) -> Any:
        return function(place=Place(**{name: values.pop(name) for name in options}), **values)

    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [one.replace(kind=kind) for one in signature.parameters.values()]
    at = list(signature.parameters).index("place")
    defaults = {"layout": "", "dates": "", "strict": False, "period": "", "first": "", "last": ""}
    parameters[at : at + 1] = [
        inspect.Parameter(name, kind, annotation=option, default=defaults.get(name)) for name, option in options.items()
    ]
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def split_of(split: SplitKind, test: float, validation: float, seed: int, protocol: Protocol | None) -> SplitSpec:
    """The split that the options ask for.

    Raises:
        UserError: they do not go together.
    """
    if protocol and split != "time":
        raise UserError(f"--protocol needs --split time; a {split} split has none.")
    return SplitSpec(split, test, validation, seed, protocol or "discovery")
