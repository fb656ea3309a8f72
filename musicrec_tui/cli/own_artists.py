"""Artists that are named instead of importing a history: a profile by `profiles new`."""

from typing import TYPE_CHECKING, Annotated

import typer

from musicrec_tui.cli.opening import opened
from musicrec_tui.cli.options import Place
from musicrec_tui.errors import UserError

if TYPE_CHECKING:
    from musicrec_tui.dataset.profiles.store import Profile

Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="ARTIST", help="Only new: an artist that you like; again for more."),
]
Dislike = Annotated[
    list[str] | None,
    typer.Option("--dislike", metavar="ARTIST", help="Only new: one that is never to be recommended; again for more."),
]


def refuse(action: str, name: str | None, like: list[str] | None, dislike: list[str] | None) -> None:
    """Artists make a new profile, and nothing else.

    Raises:
        UserError: they are named for something else, or not named for that.
    """
    if action != "new" and (like or dislike):
        raise UserError(f"`profiles {action}` takes no --like and --dislike; `profiles new NAME` does.")
    if action == "new" and name is not None and not like:
        raise UserError("`profiles new` needs an artist: --like ARTIST (again for more).")


def keep(place: Place, name: str, like: list[str], dislike: list[str]) -> "Profile":
    """Make these the artists of a profile.

    Raises:
        UserError: the log has no such artist, one is named twice, or the profile cannot be written.
    """
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.profiles import typed

    with opened(place) as dataset:
        wanted = [(text, True) for text in like] + [(text, False) for text in dislike]
        choices = [typed.Choice(artists.find(dataset, text), liked) for text, liked in wanted]
        return typed.keep(place.home, dataset, name, choices)
