"""`profiles`: personal histories beside the log."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.dataset import ratings
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.profiles.store import Profile
    from musicrec_tui.dataset.profiles.stored import FetchMark, Imported

Action = Literal["list", "show", "new", "match", "forget"]
Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="ARTIST", help="new only: an artist that you like (repeatable)."),
]
Dislike = Annotated[
    list[str] | None,
    typer.Option("--dislike", metavar="ARTIST", help="new only: an artist never to recommend (repeatable)."),
]

Same = Annotated[
    list[str] | None,
    typer.Option("--same", metavar="MINE=THEIRS", help="match only: your artist is that one of the log (repeatable)."),
]


def profiles(
    action: Annotated[Action, typer.Argument(help="What to do; all but list need a NAME.")] = "list",
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The profile.")] = None,
    like: Like = None,
    dislike: Dislike = None,
    same: Same = None,
    yes: Annotated[bool, typer.Option("--yes", help="Forget without confirmation.")] = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """List profiles, show one, create one from artists that you name, match its artists, or forget (delete) one.

    `profiles match me` lists the artists that the log lacks, with near names that it has; then
    `--same "Motorhead=Motörhead"` keeps that the two are one, and `--same "Motorhead="` forgets it.

    `profiles new me --like Pixies --like Portishead --dislike Coldplay` needs no history to import. With an existing
    NAME it replaces the artists that were named before; imported listens stay.
    """
    from musicrec_tui.dataset.profiles import store

    _refuse(action, name, like, dislike)
    if same and action != "match":
        raise UserError(f"`profiles {action}` takes no --same; `profiles match NAME` does.")
    if action == "list":
        if name is not None:
            raise UserError("`profiles list` takes no NAME; `profiles show NAME` shows one.")
        _list(place, as_json=as_json)
        return
    if name is None:
        raise UserError(f"`profiles {action}` needs a NAME; `profiles` lists them.")
    if action == "new":
        profile = _save_typed(place, name, like or [], dislike or [])
        output.print_json(summary(profile)) if as_json else print_summary(profile)
        return
    if action == "match":
        _match(place, name, same or [], as_json=as_json)
        return
    if action == "show":
        _show(store.read_profile(place.home, name), as_json=as_json)
        return
    if not yes:
        _confirm(place, name)
    store.delete_profile(place.home, name)
    output.print_json({"forgotten": name}) if as_json else output.print_line(f"Deleted the profile {printable(name)}.")


def _refuse(action: str, name: str | None, like: list[str] | None, dislike: list[str] | None) -> None:
    """Artists make a new profile, and nothing else.

    Raises:
        UserError: they are named for something else, or not named for that.
    """
    if action != "new" and (like or dislike):
        raise UserError(f"`profiles {action}` takes no --like and --dislike; `profiles new NAME` does.")
    if action == "new" and name is not None and not like:
        raise UserError("`profiles new` needs an artist: --like ARTIST (repeatable).")


def _match(place: Place, name: str, same: list[str], *, as_json: bool) -> None:
    """Save which artists are one, then show those that the log lacks.

    Raises:
        UserError: there is no such profile or artist.
    """
    from musicrec_tui.dataset.profiles import near_names, store
    from musicrec_tui.dataset.profiles.taste import own_artists

    pairs = [(mine.strip(), theirs.strip()) for mine, sign, theirs in (one.partition("=") for one in same) if sign]
    if len(pairs) < len(same):
        raise UserError('--same takes MINE=THEIRS, such as "Motorhead=Motörhead".')
    with opened(place) as dataset:
        profile = near_names.choose(place.home, dataset, name, pairs) if pairs else store.read_profile(place.home, name)
        unknown, total = near_names.unknown_artists(dataset, profile)
        kept = near_names.described(profile.stored.same_artists, own_artists(profile))
    if as_json:
        listed = [
            {"artist": one.own.name, "plays": one.own.plays, "near": [artist.name for artist in one.near]}
            for one in unknown
        ]
        output.print_json({"unknown": listed, "total": total, "same": dict(kept)})
        return
    if kept:
        output.print_table(("your artist", "is, by your choice"), kept)
        output.print_line()
    if not unknown:
        output.print_line("The log has all artists of this profile.")
        return
    rows = [(one.own.name, one.own.plays, ", ".join(artist.name for artist in one.near) or None) for one in unknown]
    output.print_table(("not in this log", "plays", "near names"), rows)
    output.note_cut(len(rows), total, "artists")


def _save_typed(place: Place, name: str, like: list[str], dislike: list[str]) -> "Profile":
    """Make these the artists of a profile.

    Raises:
        UserError: the log has no such artist, one is named twice, or the profile cannot be written.
    """
    from musicrec_tui.dataset.lookups import artists
    from musicrec_tui.dataset.profiles import typed

    with opened(place) as dataset:
        wanted = [(text, True) for text in like] + [(text, False) for text in dislike]
        choices = [typed.TypedArtist(artists.find_artist(dataset, text), liked) for text, liked in wanted]
        return typed.save_typed(place.home, dataset, name, choices)


def _list(place: Place, *, as_json: bool) -> None:
    """All profiles; those that are damaged get a sentence."""
    from musicrec_tui.dataset.profiles import store

    listing = store.list_profiles(place.home)
    if as_json:
        output.print_json({"profiles": [summary(one) for one in listing.profiles], "damaged": listing.damaged})
        return
    rows = [
        (one.name, one.stored.artists, one.stored.listens, one.stored.ratings, one.stored.first_at, one.stored.last_at)
        for one in listing.profiles
    ]
    if rows:
        output.print_table(("profile", "artists", "listens", "ratings", "first", "last"), rows)
        output.note_cut(len(rows), len(rows), "profiles")
    elif not listing.damaged:
        output.print_line(f"No profiles yet. {store.MAKE_ONE}")
    for sentence in listing.damaged:
        output.print_line(sentence)


def _show(profile: "Profile", *, as_json: bool) -> None:
    """All about one profile."""
    from musicrec_tui.dataset.profiles import typed

    named = typed.typed_names(profile)
    if as_json:
        told = {"like": [who for who, liked in named if liked], "dislike": [who for who, liked in named if not liked]}
        output.print_json({**summary(profile), **told, "imports": profile.stored.imports})
        return
    print_summary(profile)
    if named:
        output.print_line()
        output.print_table(("typed artist", "liked"), named)
    _print_imports(profile)


def _confirm(place: Place, name: str) -> None:
    """Ask whether a profile may be deleted.

    Raises:
        UserError: there is no terminal to ask on, or no such profile.
        Cancelled: the answer is no.
    """
    from musicrec_tui.dataset.profiles import store

    folder = store.find_folder(place.home, name)
    try:
        stored = store.open_profile(folder).stored
        what = f"{printable(stored.name, 60)}, {stored.listens:,} listens of {stored.artists:,} artists"
    except UserError:
        what = f"the damaged profile {folder.name}"
    output.confirm(f"Delete {what}")


def summary(profile: "Profile") -> dict[str, object]:
    """What a profile holds, for programs."""
    told = msgspec.structs.asdict(profile.stored)
    kept = ("name", "artists", "listens", "ratings", "rating_scales", "first_at", "last_at")
    return {**{name: told[name] for name in kept}, "folder": str(profile.folder)}


def print_summary(profile: "Profile") -> None:
    """What a profile holds."""
    stored = profile.stored
    span = f"{stored.first_at:%Y-%m-%d} to {stored.last_at:%Y-%m-%d}" if stored.first_at and stored.last_at else None
    facts: list[tuple[str, output.Cell]] = [
        ("profile", stored.name),
        ("artists", stored.artists),
        ("listens", stored.listens),
        ("span (UTC)", span or "no timestamps"),
    ]
    if stored.ratings:
        facts.append(("rated", stored.ratings))
        facts += [("ratings", ratings.describe(scale)) for scale in stored.rating_scales]
    facts.append(("folder", str(profile.folder)))
    output.print_facts(facts)


def print_account(account: "Imported") -> None:
    """What an import did, and the first rows that were skipped."""
    output.print_facts(
        [
            ("read", ", ".join(account.files)),
            *([("fetched from", _origin(account.mark))] if account.mark else []),
            ("layout", account.layout),
            ("rows", account.rows),
            ("kept", account.kept),
            ("new", account.new),
            ("already known", account.known),
            *([("same plays joined", account.joined)] if account.joined else []),
            *((f"skipped: {why}", count) for why, count in account.rejected.items()),
            *((f"repaired: {why}", count) for why, count in account.repaired.items()),
            *((f"cannot be read: {file}", why) for file, why in account.unreadable.items()),
            *(("understood", one.sentence) for one in account.understood if one.sentence),
            *(("warning", warning) for one in account.understood for warning in one.warnings),
        ]
    )
    if account.offenders:
        output.print_line()
        rows = [(one.reason, one.file, one.row, one.shown) for one in account.offenders]
        output.print_table(("reason", "file", "row", "content"), rows)


def _origin(mark: "FetchMark") -> str:
    """The user of a service that a history came from, and up to when it is imported."""
    return f"{mark.user} at {mark.server}, up to {datetime.fromtimestamp(mark.newest, UTC):%Y-%m-%d %H:%M} UTC"


def _print_imports(profile: "Profile") -> None:
    """What was imported when, the latest first, and all about the latest."""
    output.print_line()
    rows = [
        (one.at, ", ".join(one.files), one.layout, one.rows, one.new, one.known, sum(one.rejected.values()))
        for one in reversed(profile.stored.imports)
    ]
    output.print_table(("imported (UTC)", "files", "layout", "rows", "new", "known", "skipped"), rows)
    output.print_line()
    print_account(profile.stored.imports[-1])
