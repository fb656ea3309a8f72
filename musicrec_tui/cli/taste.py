"""`taste`: artists that a user or profile loves, and artists that are never recommended."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.dataset.profiles.names import KEY, profile_of_key
from musicrec_tui.errors import UserError
from musicrec_tui.text import normal_name, printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.opinions import Opinion, Verdict

Action = Literal["list", "love", "block", "clear"]
_VERDICTS: dict[str, "Verdict"] = {"love": "loved", "block": "blocked"}


def taste(
    action: Annotated[Action, typer.Argument(help="What to do; all but list need artists.")] = "list",
    artists: Annotated[
        list[str] | None, typer.Argument(metavar="[ARTIST]...", help="Artists' names or keys; quote names with spaces.")
    ] = None,
    user: Annotated[str | None, typer.Option("--user", metavar="ID", help="The taste of a user of the log.")] = None,
    profile: Annotated[str | None, typer.Option("--profile", metavar="NAME", help="The taste of a profile.")] = None,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Love or block artists, undo that (clear), or list loved and blocked artists.

    Blocked artists are in no list, export or fallback; without --user and --profile they are blocked for everyone.
    Artists that a profile loves count like its plays for every model that supports fold-in. Loved artists are not
    recommended as new.
    """
    if action == "list":
        if artists:
            raise UserError("`taste list` takes no ARTIST; it lists all loved and blocked artists.")
        _list(
            place,
            _recipient_key(place, user, profile) if user is not None or profile is not None else None,
            as_json=as_json,
        )
        return
    if not artists:
        raise UserError(f"`taste {action}` needs at least one ARTIST; `taste` lists loved and blocked ones.")
    recipient = _recipient_key(place, user, profile)
    verdicts = (
        _clear(place, recipient, artists)
        if action == "clear"
        else _give(place, recipient, user, artists, _VERDICTS[action])
    )
    if as_json:
        output.print_json({"for": _called(recipient), **_split(verdicts)})
    else:
        _print_lists({recipient: verdicts})


def _recipient_key(place: Place, user: str | None, profile: str | None) -> str:
    """The key that the options mean: a user's, a profile's, or everyone's.

    Raises:
        UserError: both are named, or there is no such profile.
    """
    from musicrec_tui.dataset.opinions import EVERYBODY
    from musicrec_tui.dataset.profiles import store

    if user is not None and profile is not None:
        raise UserError("Give --user or --profile, not both.")
    if profile is not None:
        return KEY + store.read_profile(place.home, profile).name
    return EVERYBODY if user is None else user


def _give(
    place: Place, recipient: str, user: str | None, names: list[str], verdict: "Verdict"
) -> "tuple[Opinion, ...]":
    """Save that artists are loved or blocked; returns all loved and blocked ones."""
    from musicrec_tui.dataset.lookups import artists, users
    from musicrec_tui.dataset.opinions import EVERYBODY, change_opinions, opinion

    if verdict == "loved" and recipient == EVERYBODY:
        raise UserError("`taste love` needs --user ID or --profile NAME; without them, artists can only be blocked.")
    with opened(place) as dataset:
        if user is not None:
            users.find_user(dataset, user)
        layout = dataset.info.layout
        now = datetime.now(UTC)
        found = {artist.key: artist for artist in (artists.find_artist(dataset, name) for name in names)}
        given = [opinion(verdict, artist, layout, now) for artist in found.values()]
    return change_opinions(place.home, recipient, give=given)


def _clear(place: Place, recipient: str, names: list[str]) -> "tuple[Opinion, ...]":
    """Undo love or block of artists, by name or key; returns the remaining ones.

    Raises:
        UserError: one of them is neither loved nor blocked.
    """
    from musicrec_tui.dataset import opinions

    verdicts = opinions.read_opinions(place.home.opinions).of(recipient)
    gone: list[Opinion] = []
    for name in names:
        meant = [one for one in verdicts if name == one.key or normal_name(name) == normal_name(one.name)]
        if not meant:
            raise UserError(
                f"{_called(recipient)} neither loves nor blocks {printable(name)!r}; `taste list` lists those."
            )
        gone += meant
    return opinions.change_opinions(place.home, recipient, take=gone)


def _list(place: Place, recipient: str | None, *, as_json: bool) -> None:
    """Print the loved and blocked artists of one, or of all."""
    from musicrec_tui.dataset import opinions

    given = opinions.read_opinions(place.home.opinions)
    people = given.by_person if recipient is None else {recipient: given.of(recipient)}
    if as_json:
        output.print_json({"taste": [{"for": _called(key), **_split(verdicts)} for key, verdicts in people.items()]})
    else:
        _print_lists(people)


def _print_lists(people: "dict[str, tuple[Opinion, ...]]") -> None:
    """A table of verdicts."""
    rows = [
        (_called(recipient), one.verdict, one.name, one.key, one.at)
        for recipient, verdicts in people.items()
        for one in verdicts
    ]
    if not rows:
        output.print_line("No loved or blocked artists yet. Block one with `musicrec-tui taste block ARTIST`.")
        return
    output.print_table(("for", "verdict", "artist", "key", "since"), rows)
    output.note_cut(len(rows), len(rows), "artists")


def _split(verdicts: "tuple[Opinion, ...]") -> dict[str, object]:
    """Opinions by verdict, for programs."""
    return {
        verdict: [
            {"key": one.key, "name": one.name, "mbid": one.mbid, "since": one.at}
            for one in verdicts
            if one.verdict == verdict
        ]
        for verdict in _VERDICTS.values()
    }


def _called(recipient: str) -> str:
    """The user or profile as it is printed, raw."""
    if not recipient:
        return "everybody"
    name = profile_of_key(recipient)
    return f"user {recipient}" if name is None else f"profile {name}"
