"""The options that several commands share, and what they mean."""

import functools
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from musicrec_tui import paths, settings
from musicrec_tui.dataset import filters
from musicrec_tui.dataset.filters import LONGEST_QUIET, MOST, QUIET_DAYS, Filters, Share
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data", metavar="PATH",
        help="The log: a file, folder or glob; again for more files. Default: MUSICREC_DATA, else the sample.",
    ),
]  # fmt: skip
Format = Annotated[
    str,
    typer.Option("--format", metavar="NAME", help="The layout of the log, to insist on one (see `formats`)."),
]
HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR",
        help="Where runs, settings and indexes are. Default: MUSICREC_HOME, else your data folder.",
    ),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs instead of a table.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="The most rows to print.")]
K = Annotated[
    int | None,
    typer.Option(
        "-k", min=1, max=1000, help="Length of ranked lists and the K of metrics. Default: the settings' (10)."
    ),
]
RUN_HELP = "An id or its unique beginning, a number (3), a name, `latest`, or `best` (by validation NDCG@k)."
Run = Annotated[str | None, typer.Argument(metavar="[RUN]", help=f"{RUN_HELP} Default: best, else latest.")]

NewText = Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The new name, or the note; '' for none.")]
Yes = Annotated[bool, typer.Option("--yes", help="Empty the trash without asking.")]


class Place:
    """Where a command works: the home, its settings, the log.

    Attributes:
        home: runs, settings and indexes.
        log: the log.
        data_given: whether the user said which log, here or in MUSICREC_DATA.
        settings: what the user chose.
    """

    def __init__(self, data: list[Path] | None = None, home: Path | None = None, layout: str = "") -> None:
        self.home: Home = paths.find_home(home)
        self.log = Log(paths.find_data(data), layout)
        self.named = bool(data)
        self.data_given = self.named or bool(os.environ.get("MUSICREC_DATA"))
        self.settings = settings.load(self.home)

    def k(self, asked: int | None) -> int:
        """The K that was asked for, else the one of the settings."""
        return self.settings.k if asked is None else asked


# A command has one parameter `place` for the options that name one: `command` takes them apart.
LogPlace = Annotated[Place, {"data": Data, "layout": Format, "home": HomeFolder}]
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
    defaults = {"layout": ""}
    parameters[at : at + 1] = [
        inspect.Parameter(name, kind, annotation=option, default=defaults.get(name)) for name, option in options.items()
    ]
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


Heard = Annotated[
    Literal["new", "all", "rediscover"],
    typer.Option(
        "--heard",
        help="Artists that are new to them, all, or to rediscover: played, but not lately (without times: not much).",
    ),
]
MaxPlays = Annotated[
    int | None, typer.Option("--max-plays", metavar="N", min=0, max=MOST, help="Only what they played at most N times.")
]
MinListeners = Annotated[
    int, typer.Option("--min-listeners", metavar="N", min=0, max=MOST, help="Only what at least N users play.")
]
MaxListeners = Annotated[
    str,
    typer.Option(
        "--max-listeners", metavar="N",
        help="Only what at most N users play; `50%` means the less known half of all artists.",
    ),
]  # fmt: skip
QuietDays = Annotated[
    int,
    typer.Option(
        "--quiet-days", metavar="N", min=0, max=LONGEST_QUIET,
        help="To rediscover: not played in the last N days of the log (of a profile: of its history).",
    ),
]  # fmt: skip
Block = Annotated[
    list[str] | None,
    typer.Option("--block", metavar="ARTIST", help="Leave an artist out this time; again for more (see `taste`)."),
]


def filters_of(
    dataset: "Dataset",
    heard: filters.Heard = "new",
    max_plays: int | None = None,
    min_listeners: int = 0,
    max_listeners: str = "",
    quiet_days: int = QUIET_DAYS,
    block: list[str] | None = None,
) -> Filters:
    """What the options mean.

    Raises:
        UserError: there is no such artist, or the ceiling is neither a number nor a share.
    """
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.popularity import listeners_at

    most = filters.ceiling(max_listeners)
    if isinstance(most, Share):
        most = listeners_at(dataset, most)
    blocked = tuple(artists.find(dataset, name).key for name in block or ())
    return Filters(heard, max_plays, min_listeners, most, quiet_days, blocked)
