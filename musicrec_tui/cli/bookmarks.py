"""`bookmarks`: users and artists to return to."""

from typing import Annotated, Literal

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.dataset import bookmarks as stored
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

Action = Literal["list", "add", "remove"]


def bookmarks(
    action: Annotated[Action, typer.Argument(help="What to do; add and remove need --user or --artist.")] = "list",
    user: Annotated[str | None, typer.Option("--user", metavar="ID", help="A user's id, or `profile:NAME`.")] = None,
    artist: Annotated[str | None, typer.Option("--artist", metavar="NAME", help="An artist's name, or key.")] = None,
    limit: options.Limit = 200,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """List the latest bookmarks, add one, or remove one.

    Bookmarks are saved by key, so they work on every log that has the user or the artist. add looks them up in the log.
    """
    if action == "list":
        if user is not None or artist is not None:
            raise UserError("`bookmarks list` takes no --user and no --artist.")
        _list(place, limit, as_json=as_json)
        return
    if (user is None) == (artist is None):
        raise UserError(f"`bookmarks {action}` needs either --user ID or --artist NAME.")
    if action == "add":
        bookmark = _found(place, user, artist)
        changed = stored.add_bookmark(place.home, bookmark)
        told = "Bookmarked" if changed else "Already bookmarked:"
    else:
        bookmark = stored.find_bookmark(place.home, user or artist or "", "user" if user is not None else "artist")
        changed = stored.remove_bookmark(place.home, bookmark)
        told = "Removed the bookmark:"
    if as_json:
        output.print_json({"bookmark": bookmark, "changed": changed})
    else:
        output.print_line(f"{told} {bookmark.kind} {printable(bookmark.name)}.")


def _found(place: Place, user: str | None, artist: str | None) -> stored.Bookmark:
    """A bookmark of a user or an artist of the log."""
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.profiles import lookup

    with opened(place) as dataset:
        if user is not None:
            return stored.bookmark_of(lookup.find_user_or_profile(place.home, dataset, user))
        return stored.bookmark_of(artists.find_artist(dataset, artist or ""))


def _list(place: Place, limit: int, *, as_json: bool) -> None:
    """Print the latest bookmarks, as JSON all of them."""
    found = stored.list_bookmarks(place.home)
    if as_json:
        output.print_json({"bookmarks": found})
    elif not found:
        output.print_line(
            "No bookmarks yet. Add one with `musicrec-tui bookmarks add --artist NAME`, or press b in Explore."
        )
    else:
        rows = [(one.kind, one.name, one.key, one.at) for one in found[:limit]]
        output.print_table(("kind", "name", "key", "since (UTC)"), rows)
        output.note_cut(len(rows), len(found), "bookmarks")
