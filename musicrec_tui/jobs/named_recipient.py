"""The user, profile or artists that are named for a list: from what a person writes to what a model is asked."""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, users
from musicrec_tui.dataset.profiles import store
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.host_protocol import Newcomer
from musicrec_tui.paths import Home
from musicrec_tui.text import printable


class NamedRecipient(NamedTuple):
    """A user or newcomer to recommend to, with its label in tables and its fields in JSON."""

    user: str | Newcomer
    label: str
    fields: dict[str, object]


def check_given(user: str | None, profile: str | None, like: Sequence[str] | None) -> None:
    """Refuse a question without a user, a profile or a liked artist.

    Raises:
        UserError: none is given.
    """
    if user is None and profile is None and not like:
        raise UserError("Give --user ID, --profile NAME or --like ARTIST (repeatable).")


def find_recipient(
    home: Home,
    dataset: Dataset,
    user: str | None,
    profile: str | None,
    like: Sequence[str] | None,
    dislike: Sequence[str] | None = None,
) -> NamedRecipient:
    """The recipient that the options mean.

    Raises:
        UserError: none or two are given, or one does not exist.
    """
    if user is None:
        return _newcomer(home, dataset, profile, like or [], dislike or [])
    if profile is not None or like:
        raise UserError("--user names a user of the log; omit it to use --profile or --like.")
    if dislike:
        raise UserError("--dislike needs --like or --profile; for a user, use --block ARTIST.")
    found = users.find_user(dataset, user)
    return NamedRecipient(found.key, found.user_id, {"user": found.user_id})


def _newcomer(
    home: Home, dataset: Dataset, profile: str | None, like: Sequence[str], dislike: Sequence[str]
) -> NamedRecipient:
    """A recipient who is not in the log; a liked artist counts as a loved one (see `ratings`)."""
    check_given(None, profile, like)
    folder = str(store.read_profile(home, profile).folder) if profile is not None else ""
    liked: list[Artist] = [artists.find_artist(dataset, name) for name in like]
    disliked: list[Artist] = [artists.find_artist(dataset, name) for name in dislike]
    plays = {artist.key: float(ratings.confidence(1.0)) for artist in liked}
    names = ([profile] if profile is not None else []) + [artist.name for artist in liked]
    label = " + ".join(printable(name, 40) for name in names)
    who = Newcomer(folder, plays, tuple(artist.key for artist in disliked))
    return NamedRecipient(who, label, {"profile": profile, "like": liked, "dislike": disliked})
