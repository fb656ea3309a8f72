"""For whom: a user of the log, an imported profile, or somebody who likes some artists."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from musicrec_tui.cli.options import Place
from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.host_protocol import Newcomer
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

UserId = Annotated[str | None, typer.Option("--user", metavar="ID", help="The user's id, as the log has it.")]
Profile = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Instead of a user: an imported history.")
]
Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="ARTIST", help="Instead of a user, or beside --profile: an artist; again for more."),
]
Dislike = Annotated[
    list[str] | None,
    typer.Option(
        "--dislike", metavar="ARTIST", help="Beside --like or --profile: an artist never to recommend; again for more."
    ),
]


class Whom(NamedTuple):
    """Somebody to recommend to: as the service wants them, and as they are called in tables and in JSON."""

    user: str | Newcomer
    label: str
    told: dict[str, object]


class Asked(NamedTuple):
    """What the options say of whom; all empty: nothing."""

    user: str | None
    profile: str | None
    like: list[str]

    def __bool__(self) -> bool:
        """Whether they say anything."""
        return any(self)

    def find(self, place: Place, dataset: "Dataset") -> Whom:
        """Whom they mean; raises as `find` does."""
        return find(place, dataset, self.user, self.profile, self.like)


def find(
    place: Place,
    dataset: "Dataset",
    user: str | None,
    profile: str | None,
    like: list[str] | None,
    dislike: list[str] | None = None,
) -> Whom:
    """Whom the options mean.

    Raises:
        UserError: nobody or two, or one that there is not.
    """
    if user is None:
        return _newcomer(place, dataset, profile, like or [], dislike or [])
    if profile is not None or like:
        raise UserError("--user means somebody of the log; leave it away to ask for --profile or --like.")
    if dislike:
        raise UserError("--dislike goes with --like or --profile; for a user, --block ARTIST leaves one out.")
    from musicrec_tui.dataset.lookups import users

    found = users.find(dataset, user)
    return Whom(found.key, found.user_id, {"user": found.user_id})


def _newcomer(place: Place, dataset: "Dataset", profile: str | None, like: list[str], dislike: list[str]) -> Whom:
    """Somebody who is not in the log; a liked artist counts as a loved one does (see `ratings`)."""
    if profile is None and not like:
        raise UserError("Say for whom: --user ID, --profile NAME, or --like ARTIST (again for more).")
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.profiles import store

    folder = str(store.read(place.home, profile).folder) if profile is not None else ""
    liked: list[Artist] = [artists.find(dataset, name) for name in like]
    disliked: list[Artist] = [artists.find(dataset, name) for name in dislike]
    plays = {artist.key: float(ratings.confidence(1.0)) for artist in liked}
    names = ([profile] if profile is not None else []) + [artist.name for artist in liked]
    label = " + ".join(printable(name, 40) for name in names)
    who = Newcomer(folder, plays, tuple(artist.key for artist in disliked))
    return Whom(who, label, {"profile": profile, "like": liked, "dislike": disliked})
