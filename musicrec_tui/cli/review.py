"""`review`: a year of a user's or a profile's listening."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musicrec_tui import files
from musicrec_tui.cli import options, output, recipient
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.records import User
    from musicrec_tui.dataset.review.year import Review

FORMATS = (".txt", ".md", ".json", ".svg")


def review(
    user: recipient.UserId = None,
    profile: recipient.Profile = None,
    year: Annotated[
        int | None, typer.Option("--year", min=1, max=9999, help="The year. Default: the latest with listens.")
    ] = None,
    limit: options.Limit = 10,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Write a file instead: .txt, .md, .json, or .svg (a card)."),
    ] = None,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Review a year: totals, favourites, discoveries, streaks, months and hours, against the year before.

    Without --user and --profile it is the year of the profile that was imported last. Days and hours are in the time
    zone of the settings.
    """
    from musicrec_tui.dataset.review import year as years

    if to is not None and to.suffix.lower() not in FORMATS:
        raise UserError(f"A review is written as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}: {printable(str(to))}.")
    with opened(place) as dataset:
        who = _whose(place, dataset, user, profile)
        found = years.review(place.home, dataset, who, place.settings.time_zone, year, limit)
    if to is not None:
        _write(found, to)
        if as_json:
            output.print_json({"to": str(to.absolute()), "year": found.year})
        else:
            output.print_line(f"Wrote {found.year} of {found.whose} to {to}.")
    elif as_json:
        output.print_json(found)
    elif markdown:
        from musicrec_tui.dataset.review import pages

        typer.echo(pages.markdown(found), nl=False)
    else:
        _print(found)


def _whose(place: Place, dataset: "Dataset", user: str | None, profile: str | None) -> "User":
    """The user or profile that the options mean."""
    from musicrec_tui.dataset.lookups import users
    from musicrec_tui.dataset.profiles import lookup, store

    if user is not None and profile is not None:
        raise UserError("Give --user or --profile, not both.")
    if profile is not None:
        return lookup.user_of(store.read_profile(place.home, profile))
    if user is not None:
        return users.find_user(dataset, user)
    found = lookup.first_shown(place.home, dataset)
    if found.code != lookup.NOWHERE:
        raise UserError("Whose year? Give --user ID or --profile NAME; `musicrec-tui profiles` lists profiles.")
    return found


def _write(found: "Review", to: Path) -> None:
    """Write the page or the card.

    Raises:
        UserError: it cannot be written.
    """
    import msgspec

    from musicrec_tui.dataset.review import card, pages

    make = {
        ".svg": card.render_card,
        ".md": pages.markdown,
        ".json": lambda one: msgspec.json.format(msgspec.json.encode(one)).decode() + "\n",
        ".txt": pages.plain_text,
    }[to.suffix.lower()]
    try:
        files.write_bytes(to, make(found).encode())
    except OSError as error:
        raise UserError(f"Cannot write {printable(str(to), None)}: {error.strerror}.", exit_code=1) from error


def _print(found: "Review") -> None:
    """Sections with tables."""
    from musicrec_tui.dataset.review import pages

    output.print_line(pages.title(found))
    for section in pages.sections(found):
        output.print_line()
        if section.columns:
            last = len(section.columns) - 1
            output.print_table(
                section.columns, section.rows, title=section.title,
                right=tuple(place in (0, last) if not section.columns[0] else place == last
                            for place in range(last + 1)),
            )  # fmt: skip
        else:
            output.print_line(section.title)
            output.print_facts((row[0], " ".join(row[1:])) for row in section.rows)
