"""`users`, `artists`, `user`, `artist`: what Explore shows."""

from typing import Annotated

import typer
from msgspec import structs

from musicrec_tui.cli import options, output, pages
from musicrec_tui.cli.opening import opened

Words = Annotated[str, typer.Argument(metavar="TEXT", help="What to look for; empty lists all.")]

Offset = Annotated[int, typer.Option("--offset", min=0, help="Begin after so many rows.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (users, artists, user, artist):
        app.command()(command)


def users(
    text: Words,
    limit: options.Limit = 20,
    offset: Offset = 0,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Find users by a part of their id, and imported histories by a part of their name.

    Case and accents do not matter; names that begin so come first.
    """
    from musicrec_tui.dataset.profiles import lookup as lookups

    place = options.Place(data, home, layout)
    with opened(place) as dataset:
        page = lookups.search(place.home, dataset, text, limit, offset)
    if as_json:
        output.print_json(page)
        return
    rows = [(row.key, row.artists, row.listens, row.first_at, row.last_at) for row in page.rows]
    output.print_table(("user", "artists", "listens", "first", "last"), rows)
    pages.note_page(len(rows), offset, page.total, "users")


def artists(
    text: Words,
    limit: options.Limit = 20,
    offset: Offset = 0,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Find artists by a part of their name.

    Case and accents do not matter; names that begin so come first. Where no name has these letters, small typos are
    forgiven.
    """
    from musicrec_tui.dataset.lookups import artists as lookups

    with opened(options.Place(data, home, layout)) as dataset:
        page = lookups.search(dataset, text, limit, offset)
    if as_json:
        output.print_json(page)
        return
    if page.forgiven:
        output.print_line("No name has these letters; close names:")
    rows = [(row.name, row.listeners, row.listens, row.first_at, row.last_at) for row in page.rows]
    output.print_table(("artist", "listeners", "listens", "first", "last"), rows)
    pages.note_page(len(rows), offset, page.total, "artists")


def user(
    user_id: Annotated[str, typer.Argument(metavar="ID", help="The user's id, as the log has it, or `profile:NAME`.")],
    limit: options.Limit = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Only listens, without so many of the latest.")] = 0,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Show a user or an imported history: months and hours, top artists, recordings and releases, recent listens.

    Hours are those of the setting `time_zone`.
    """
    from musicrec_tui.dataset.profiles import lookup as lookups
    from musicrec_tui.dataset.profiles import person as persons

    place = options.Place(data, home, layout)
    with opened(place) as dataset:
        who = lookups.find(place.home, dataset, user_id)
        person = persons.of(place.home, dataset, who, place.settings.time_zone)
        if offset:
            page = person.recent(limit, offset)
        else:
            profile, details = person.profile(limit), person.details(limit)
    if offset and as_json:
        output.print_json(page)
    elif offset:
        pages.print_listens(page.rows, offset, page.total)
    elif as_json:
        output.print_json(structs.asdict(profile) | structs.asdict(details))
    else:
        pages.print_user(profile, details)


def artist(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The artist's name, or key.")],
    limit: options.Limit = 20,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Show an artist: months, top listeners, recordings and releases."""
    from musicrec_tui.dataset.lookups import artists as lookups

    with opened(options.Place(data, home, layout)) as dataset:
        profile = lookups.profile(dataset, lookups.find(dataset, name), limit)
    if as_json:
        output.print_json(profile)
    else:
        pages.print_artist(profile)
