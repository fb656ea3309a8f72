"""`users`, `artists`, `user`, `artist`: what Explore shows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from msgspec import structs

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.dataset.period import Period, in_zone
from musicrec_tui.dataset.records import ArtistProfile, Listen, Mainstream, Month, TitlePage, UserDetails, UserProfile

Words = Annotated[str, typer.Argument(metavar="TEXT", help="Part of the name. Default: all.")]

Offset = Annotated[int, typer.Option("--offset", min=0, help="How many rows to skip.")]


def users(
    text: Words = "",
    limit: options.Limit = 20,
    offset: Offset = 0,
    *,
    place: options.PeriodPlace,
    as_json: options.Json = False,
) -> None:
    """Find users by part of their id, and profiles by part of their name.

    Case and accents are ignored; names that begin with TEXT come first.
    """
    from musicrec_tui.dataset.lookups.in_period import tables_of
    from musicrec_tui.dataset.profiles import lookup as people

    with opened(place) as dataset:
        when = place.period(dataset.info.last_at)
        page = people.search_users_and_profiles(place.home, tables_of(dataset, when), text, limit, offset)
    if as_json:
        output.print_json(page)
        return
    local = _clock(place)
    rows = [(row.key, row.artists, row.listens, local(row.first_at), local(row.last_at)) for row in page.rows]
    output.print_table(("user", "artists", "listens", "first", "last"), rows, title=_title(when))
    _note_page(len(rows), offset, page.total, "users")


def artists(
    text: Words = "",
    limit: options.Limit = 20,
    offset: Offset = 0,
    *,
    place: options.PeriodPlace,
    as_json: options.Json = False,
) -> None:
    """Find artists by part of their name.

    Case and accents are ignored; names that begin with TEXT come first. Without an exact match, small typos are
    corrected.
    """
    from musicrec_tui.dataset.lookups import artists as lookups
    from musicrec_tui.dataset.lookups.in_period import tables_of

    with opened(place) as dataset:
        when = place.period(dataset.info.last_at)
        page = lookups.search_artists(tables_of(dataset, when), text, limit, offset)
    if as_json:
        output.print_json(page)
        return
    if page.forgiven:
        output.print_line("No exact match. Did you mean:")
    local = _clock(place)
    rows = [(row.name, row.listeners, row.listens, local(row.first_at), local(row.last_at)) for row in page.rows]
    output.print_table(("artist", "listeners", "listens", "first", "last"), rows, title=_title(when))
    _note_page(len(rows), offset, page.total, "artists")


def user(
    user_id: Annotated[str, typer.Argument(metavar="ID", help="The user's id, or `profile:NAME`.")],
    limit: options.Limit = 20,
    offset: Annotated[
        int, typer.Option("--offset", min=0, help="Print only listens, and skip this many of the latest.")
    ] = 0,
    *,
    place: options.PeriodPlace,
    as_json: options.Json = False,
) -> None:
    """Show a user or a profile: months and hours, top artists, recordings and releases, recent listens.

    Hours are in the time zone of the setting `time_zone`.
    """
    from musicrec_tui.dataset.profiles import lookup as people
    from musicrec_tui.dataset.profiles import person as persons

    with opened(place) as dataset:
        who = people.find_user_or_profile(place.home, dataset, user_id)
        when = place.period(dataset.info.last_at or who.last_at)
        person = persons.person_of(place.home, dataset, who, place.settings.time_zone, when)
        if offset:
            page = person.recent(limit, offset)
        else:
            profile, details = person.profile(limit), person.details(limit)
    if offset and as_json:
        output.print_json(page)
    elif offset:
        _print_listens(place, page.rows, offset, page.total)
    elif as_json:
        output.print_json(structs.asdict(profile) | structs.asdict(details))
    else:
        _print_user(place, profile, details, person.period)


def artist(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The artist's name or key.")],
    limit: options.Limit = 20,
    *,
    place: options.PeriodPlace,
    as_json: options.Json = False,
) -> None:
    """Show an artist: months, top listeners, recordings and releases."""
    from musicrec_tui.dataset.lookups import artists as lookups
    from musicrec_tui.dataset.lookups.in_period import tables_of

    with opened(place) as dataset:
        when = place.period(dataset.info.last_at)
        tables, found = tables_of(dataset, when), lookups.find_artist(dataset, name)
        profile = lookups.artist_profile(tables, lookups.artist_in(tables, found) if when else found, limit)
    if as_json:
        output.print_json(profile)
    else:
        _print_artist(profile, when)


def _clock(place: Place) -> Callable[[datetime | None], datetime | None]:
    """From a moment to the clocks of the setting `time_zone`."""
    zone = place.settings.time_zone
    return lambda moment: None if moment is None else in_zone(moment, zone).replace(tzinfo=None)


def _title(period: Period | None) -> str:
    """The title of a table of a period."""
    return f"Listens of {period.words()} ({period.time_zone})" if period is not None else ""


def _print_user(place: Place, profile: UserProfile, details: UserDetails, period: Period | None) -> None:
    """Figures, the most played, and the latest listens."""
    who, hours = profile.user, details.hours
    facts: list[tuple[str, output.Cell]] = [
        ("user", who.key), *_fact(period), ("artists", who.artists), ("listens", who.listens),
    ]  # fmt: skip
    if profile.unknown_artists:
        facts.append(("not in this log", f"{profile.unknown_artists:,} of {who.artists:,} artists"))
    if profile.mainstream:
        facts.append(("mainstream", _mainstream(profile.mainstream)))
    facts += _by_month(profile.months)
    if hours:
        most = hours.index(max(hours))
        facts.append(("by hour", f"{_blocks(hours)}  0:00 to 23:00 ({details.time_zone}), most at {most}:00"))
    output.print_facts(facts)
    output.print_line()
    local = _clock(place)
    top = [(row.artist.name, row.plays, local(row.last_at)) for row in profile.top_artists]
    output.print_table(("top artist", "listens", "last"), top)
    output.note_cut(len(top), who.artists, "artists")
    _print_titles("top recording", "recordings", details.top_recordings)
    _print_titles("top release", "releases", details.top_releases)
    if profile.recent:
        output.print_line()
        _print_listens(place, profile.recent, 0, max(profile.listened, len(profile.recent)))


def _fact(period: Period | None) -> list[tuple[str, output.Cell]]:
    """The line that says which listens are counted."""
    return [] if period is None else [("period", f"{period.words()} ({period.time_zone})")]


def _print_artist(profile: ArtistProfile, period: Period | None) -> None:
    """Figures, who listens most, and to what."""
    who = profile.artist
    output.print_facts(
        [
            ("artist", who.name), ("key", who.key), ("MBID", who.mbid), *_fact(period),
            ("listeners", who.listeners),
            ("listens", who.listens), *_by_month(profile.months),
        ]
    )  # fmt: skip
    output.print_line()
    top = [(row.user.user_id, row.plays) for row in profile.top_listeners]
    output.print_table(("top listener", "listens"), top)
    output.note_cut(len(top), who.listeners, "listeners")
    _print_titles("top recording", "recordings", profile.top_recordings)
    _print_titles("top release", "releases", profile.top_releases)


def _print_listens(place: Place, listens: Sequence[Listen], offset: int, total: int) -> None:
    """A page of listens, the latest first."""
    local = _clock(place)
    rows = [(local(row.listened_at), row.artist_name, row.recording_name) for row in listens]
    output.print_table((f"recent listen ({place.settings.time_zone})", "artist", "recording"), rows)
    _note_page(len(rows), offset, total, "listens")


def _note_page(rows: int, offset: int, total: int, what: str) -> None:
    """Print which part of all is shown: "41 to 60 of 18,432 artists"."""
    if offset and rows:
        output.print_line(f"{offset + 1:,} to {offset + rows:,} of {total:,} {what}")
    else:
        output.note_cut(rows, total, what)


def _print_titles(heading: str, what: str, page: TitlePage) -> None:
    """A table of releases or recordings; nothing where the log names none."""
    if not page.rows:
        return
    output.print_line()
    if any(row.artist_name is not None for row in page.rows):
        rows = [(row.name, row.artist_name, row.listens) for row in page.rows]
        output.print_table((heading, "artist", "listens"), rows)
    else:
        output.print_table((heading, "listens"), [(row.name, row.listens) for row in page.rows])
    output.note_cut(len(page.rows), page.total, what)


def _by_month(months: tuple[Month, ...]) -> list[tuple[str, output.Cell]]:
    """A row of blocks, one for each month; another for new artists where they are known."""
    if not months:
        return []
    span = f"{months[0].month} to {months[-1].month}"
    facts: list[tuple[str, output.Cell]] = [("by month", f"{_blocks([month.listens for month in months])}  {span}")]
    new = [month.new_artists for month in months if month.new_artists is not None]
    if new:
        facts.append(("new artists", f"{_blocks(new)}  {sum(new) / len(new):,.1f} a month"))
    return facts


def _blocks(counts: Sequence[int]) -> str:
    """Counts as heights from ▁ to █; none at all is a space."""
    most = max(counts) or 1
    return "".join("▁▂▃▄▅▆▇█"[-(-count * 7 // most)] if count else " " for count in counts)


def _mainstream(mainstream: Mainstream) -> str:
    """The share of users that an artist of theirs has, in words."""
    average = f"on average, an artist of theirs has {mainstream.share:.1%} of users as listeners"
    return f"{average}: {mainstream.word}, above {mainstream.above:.0%} of users"
