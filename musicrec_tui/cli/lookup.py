"""`users`, `artists`, `user`, `artist`: what Explore shows."""

from typing import Annotated

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.opening import opened
from musicrec_tui.dataset import records

Words = Annotated[str, typer.Argument(metavar="TEXT", help="What to look for; empty lists all.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (users, artists, user, artist):
        app.command()(command)


def users(
    text: Words,
    limit: options.Limit = 20,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Find users by a part of their id."""
    from musicrec_tui.dataset.lookups import users as lookups

    with opened(options.Place(data, home, layout)) as dataset:
        page = lookups.search(dataset, text, limit, 0)
    if as_json:
        output.print_json(page)
        return
    rows = [(row.user_id, row.artists, row.listens, row.first_at, row.last_at) for row in page.rows]
    output.print_table(("user", "artists", "listens", "first", "last"), rows)
    output.note_cut(len(rows), page.total, "users")


def artists(
    text: Words,
    limit: options.Limit = 20,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Find artists by a part of their name.

    Case and accents do not matter; names that begin so come first.
    """
    from musicrec_tui.dataset.lookups import artists as lookups

    with opened(options.Place(data, home, layout)) as dataset:
        page = lookups.search(dataset, text, limit, 0)
    if as_json:
        output.print_json(page)
        return
    rows = [(row.name, row.listeners, row.listens, row.first_at, row.last_at) for row in page.rows]
    output.print_table(("artist", "listeners", "listens", "first", "last"), rows)
    output.note_cut(len(rows), page.total, "artists")


def user(
    user_id: Annotated[str, typer.Argument(metavar="ID", help="The user's id, as the log has it.")],
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Show a user: top artists, months, recent listens."""
    from musicrec_tui.dataset.lookups import users as lookups

    with opened(options.Place(data, home, layout)) as dataset:
        profile = lookups.profile(dataset, lookups.find(dataset, user_id))
    if as_json:
        output.print_json(profile)
        return
    who = profile.user
    output.print_facts([("user", who.user_id), ("artists", who.artists), ("listens", who.listens)])
    _print_months(profile.months)
    output.print_line()
    top = [(row.artist.name, row.plays, row.last_at) for row in profile.top_artists]
    output.print_table(("top artist", "listens", "last"), top)
    output.note_cut(len(top), who.artists, "artists")
    if profile.recent:
        output.print_line()
        recent = [(row.listened_at, row.artist_name, row.recording_name) for row in profile.recent]
        output.print_table(("recent listen", "artist", "recording"), recent)


def artist(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The artist's name, or key.")],
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Show an artist: top listeners, months, recordings."""
    from musicrec_tui.dataset.lookups import artists as lookups

    with opened(options.Place(data, home, layout)) as dataset:
        profile = lookups.profile(dataset, lookups.find(dataset, name))
    if as_json:
        output.print_json(profile)
        return
    who = profile.artist
    output.print_facts([("artist", who.name), ("listeners", who.listeners), ("listens", who.listens)])
    _print_months(profile.months)
    output.print_line()
    top = [(row.user.user_id, row.plays) for row in profile.top_listeners]
    output.print_table(("top listener", "listens"), top)
    output.note_cut(len(top), who.listeners, "listeners")
    if profile.top_recordings:
        output.print_line()
        output.print_table(("top recording", "listens"), [(row.name, row.listens) for row in profile.top_recordings])


def _print_months(months: tuple[records.Month, ...]) -> None:
    """A row of blocks, one for each month."""
    if months:
        output.print_facts([("by month", f"{_blocks(months)}  {months[0].month} to {months[-1].month}")])


def _blocks(months: tuple[records.Month, ...]) -> str:
    """Listens as heights from ▁ to █; a month without any is a space."""
    most = max(month.listens for month in months) or 1
    return "".join("▁▂▃▄▅▆▇█"[-(-month.listens * 7 // most)] if month.listens else " " for month in months)
