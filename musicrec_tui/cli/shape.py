"""`matrix`, `activity`: the shape of the data."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import opened
from musicrec_tui.text import counted

if TYPE_CHECKING:
    from musicrec_tui.dataset.portrait import Activity, Block, Week
    from musicrec_tui.dataset.records import Bucket, MatrixStats, Month

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WIDE, _HIGH = 72, 20


def matrix(
    sort: Annotated[
        Literal["activity", "code"], typer.Option(help="The most active users and artists first, or by code.")
    ] = "activity",
    users: Annotated[str, typer.Option(metavar="FROM-TO", help="Users to draw, such as 1-100. Default: all.")] = "",
    artists: Annotated[str, typer.Option(metavar="FROM-TO", help="Artists to draw, such as 1-100. Default: all.")] = "",
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Show the user × artist matrix: shape, density, and a picture of all or part of it."""
    from musicrec_tui.dataset.lookups import stats
    from musicrec_tui.dataset.lookups.block import block
    from musicrec_tui.dataset.portrait import Window

    with opened(place) as dataset:
        shape = stats.matrix_stats(dataset)
        top, bottom = _places(users, "--users", shape.users)
        left, right = _places(artists, "--artists", shape.artists)
        high, wide = -(-(bottom - top) // _HIGH), -(-(right - left) // _WIDE)
        rows, across = -(-(bottom - top) // high), -(-(right - left) // wide)
        drawn = block(dataset, Window(sort, top, left, rows, across, high, wide))
    if as_json:
        output.print_json({"shape": shape, "block": drawn})
        return
    _print_shape(shape)
    _print_block(drawn, shape)


def activity(
    *,
    place: options.PeriodPlace,
    as_json: options.Json = False,
) -> None:
    """Show the long tail of artists, how much users listen, and when.

    Hours are in the time zone of the setting `time_zone`.
    """
    from musicrec_tui.dataset.lookups import stats
    from musicrec_tui.dataset.lookups.in_period import tables_of

    with opened(place) as dataset:
        when = place.period(dataset.info.last_at)
        tables = tables_of(dataset, when)
        found, months = stats.activity_stats(tables), stats.listens_by_month(tables)
        week = stats.listens_by_hour(tables, place.settings.time_zone)
    if as_json:
        output.print_json({"activity": found, "months": months, "week": week})
        return
    if when is not None:
        output.print_line(f"Listens of {when.words()} ({when.time_zone})")
        if not months:
            output.print_line("There are none.")
            return
    _print_tails(found)
    _print_calendar(months, week)


def _places(text: str, option: str, total: int) -> tuple[int, int]:
    """The first place, and the one after the last, counted from 0; empty: all.

    Raises:
        UserError: it is not a range.
    """
    from musicrec_tui.errors import UserError

    if not text:
        return 0, total
    low, dash, high = text.replace(",", "").partition("-")
    if not (low.isascii() and low.isdigit() and (not dash or (high.isascii() and high.isdigit()))):
        raise UserError(f"{option} needs a range such as 1-{min(total, 100)}.")
    first, last = int(low), int(high) if dash else int(low)
    if not 1 <= first <= last <= total:
        raise UserError(f"{option} needs a range within 1 to {total:,}, the lower number first.")
    return first - 1, last


def _print_shape(shape: "MatrixStats") -> None:
    """The figures."""
    output.print_facts(
        [
            ("users", shape.users),
            ("artists", shape.artists),
            ("pairs", shape.plays),
            ("density", f"{shape.density:.3%}"),
            ("median user", shape.typical_user),
            ("one listener", f"{shape.one_listener:.1%} of artists"),
            ("one listen", f"{shape.one_listen:.1%} of artists"),
            ("Gini", shape.gini),
        ]
    )


def _print_block(drawn: "Block", shape: "MatrixStats") -> None:
    """The picture and its legend."""
    from musicrec_tui.dataset import picture

    window = drawn.window
    output.print_line()
    for line in picture.shades(drawn):
        output.print_line(f"|{line}|")
    step = f"{counted(window.users, 'user')} × {counted(window.artists, 'artist')}"
    output.print_line(f"one character: {step}, sorted by {window.order}")
    output.print_line(f"plays: {picture.legend(drawn)}" if drawn.cells else "no plays in this part")
    last_user = min(shape.users, window.top + window.rows * window.users)
    last_artist = min(shape.artists, window.left + window.columns * window.artists)
    output.print_line(f"rows: users {window.top + 1:,} to {last_user:,}, from {drawn.users[0]}")
    output.print_line(f"columns: artists {window.left + 1:,} to {last_artist:,}, from {drawn.artists[0]}")
    if drawn.share < 1:
        output.print_line(f"≈ estimated from {drawn.share:.0%} of the pairs")


def _print_tails(found: "Activity") -> None:
    """Buckets of artists and of users, and how unequal they are."""
    _print_buckets("listeners", "artists", found.artists_by_listeners)
    output.print_line(f"Gini {found.artist_gini:.3f}; the top 1 % of artists have {found.top_artists:.1%} of listens")
    output.print_line()
    _print_buckets("artists", "users", found.users_by_artists)
    output.print_line(f"Gini {found.user_gini:.3f}; the top 1 % of users have {found.top_users:.1%} of listens")


def _print_buckets(by: str, of: str, buckets: "tuple[Bucket, ...]") -> None:
    """One table of buckets."""
    rows = [
        (f"{one.fewest:,}" if one.fewest == one.most else f"{one.fewest:,}–{one.most:,}", one.count, one.listens)
        for one in buckets
    ]
    output.print_table((by, of, "listens"), rows)


def _print_calendar(months: "tuple[Month, ...]", week: "Week") -> None:
    """Listens by month, and by weekday and hour."""
    output.print_line()
    if not months:
        output.print_line("This log has no timestamps.")
        return
    output.print_table(("month", "listens"), [(month.month, month.listens) for month in months])
    output.print_line()
    days = [sum(day) for day in week.listens]
    hours = [sum(day[hour] for day in week.listens) for hour in range(24)]
    output.print_table(("weekday", "listens"), zip(_DAYS, days, strict=True))
    output.print_line()
    output.print_table((f"hour ({week.time_zone})", "listens"), [(f"{hour:02}", hours[hour]) for hour in range(24)])
