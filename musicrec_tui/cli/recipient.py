"""The user, profile or named artists that a list is made for."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from musicrec_tui.cli.place import Place
from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.host_protocol import Newcomer
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

UserId = Annotated[str | None, typer.Option("--user", metavar="ID", help="The user's id.")]
Profile = Annotated[str | None, typer.Option("--profile", metavar="NAME", help="A profile, instead of a user.")]
Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="ARTIST", help="An artist, instead of a user or with --profile (repeatable)."),
]
Dislike = Annotated[
    list[str] | None,
    typer.Option(
        "--dislike", metavar="ARTIST", help="With --like or --profile: an artist never to recommend (repeatable)."
    ),
]


class NamedRecipient(NamedTuple):
    """A user or newcomer to recommend to, with its label in tables and its fields in JSON."""

    user: str | Newcomer
    label: str
    fields: dict[str, object]


class RecipientOptions(NamedTuple):
    """The values of the options; all are empty where none is given."""

    user: str | None
    profile: str | None
    like: list[str]

    def __bool__(self) -> bool:
        """Whether any is given."""
        return any(self)

    def find(self, place: Place, dataset: "Dataset") -> NamedRecipient:
        """The recipient that they mean; raises as `find_recipient` does."""
        return find_recipient(place, dataset, self.user, self.profile, self.like)


def find_recipient(
    place: Place,
    dataset: "Dataset",
    user: str | None,
    profile: str | None,
    like: list[str] | None,
    dislike: list[str] | None = None,
) -> NamedRecipient:
    """The recipient that the options mean.

    Raises:
        UserError: none or two are given, or one does not exist.
    """
    if user is None:
        return _newcomer(place, dataset, profile, like or [], dislike or [])
    if profile is not None or like:
        raise UserError("--user names a user of the log; omit it to use --profile or --like.")
    if dislike:
        raise UserError("--dislike needs --like or --profile; for a user, use --block ARTIST.")
    from musicrec_tui.dataset.lookups import users

    found = users.find_user(dataset, user)
    return NamedRecipient(found.key, found.user_id, {"user": found.user_id})


def _newcomer(
    place: Place, dataset: "Dataset", profile: str | None, like: list[str], dislike: list[str]
) -> NamedRecipient:
    """A recipient who is not in the log; a liked artist counts as a loved one (see `ratings`)."""
    if profile is None and not like:
        raise UserError("Give --user ID, --profile NAME or --like ARTIST (repeatable).")
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.profiles import store

    folder = str(store.read_profile(place.home, profile).folder) if profile is not None else ""
    liked: list[Artist] = [artists.find_artist(dataset, name) for name in like]
    disliked: list[Artist] = [artists.find_artist(dataset, name) for name in dislike]
    plays = {artist.key: float(ratings.confidence(1.0)) for artist in liked}
    names = ([profile] if profile is not None else []) + [artist.name for artist in liked]
    label = " + ".join(printable(name, 40) for name in names)
    who = Newcomer(folder, plays, tuple(artist.key for artist in disliked))
    return NamedRecipient(who, label, {"profile": profile, "like": liked, "dislike": disliked})
