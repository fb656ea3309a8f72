"""The options that say which artists may be listed, and what they mean on an index."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.dataset import filters
from musicrec_tui.dataset.filters import LONGEST_QUIET, MOST, QUIET_DAYS, Filters, Share

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

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
    from musicrec_tui.dataset.lookups import artists, popular

    most = filters.ceiling(max_listeners)
    if isinstance(most, Share):
        most = popular.listeners_at(dataset, most)
    blocked = tuple(artists.find(dataset, name).key for name in block or ())
    return Filters(heard, max_plays, min_listeners, most, quiet_days, blocked)
