"""`import`: a personal history from files, or from a service that is asked for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musicrec_tui.cli import interrupts, options, output
from musicrec_tui.cli.place import Place
from musicrec_tui.cli.profiles import print_account, print_summary, summary
from musicrec_tui.errors import Cancelled, UserError

if TYPE_CHECKING:
    from musicrec_tui.dataset.profiles.store import Profile
    from musicrec_tui.services.history_import import HistoryRequest

ApiUrl = Annotated[
    str,
    typer.Option(
        "--api-url", metavar="URL", help="Another server that answers as ListenBrainz or Last.fm does (see `import`)."
    ),
]


def import_(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Files, a folder or a glob.")] = None,
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Name of the profile; an existing one is extended.")
    ] = "",
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="ID", help="Import this user's listens, if the files have several users."),
    ] = None,
    listenbrainz: Annotated[
        str, typer.Option("--listenbrainz", metavar="NAME", help="Fetch this user's listens from ListenBrainz.")
    ] = "",
    lastfm: Annotated[
        str, typer.Option("--lastfm", metavar="NAME", help="Fetch this user's scrobbles from Last.fm.")
    ] = "",
    api_url: ApiUrl = "",
    full: Annotated[
        bool, typer.Option("--full", help="Fetch all listens again, not only those since the last import.")
    ] = False,
    layout: options.Format = "",
    mapped: options.Map = None,
    dates: options.Dates = "",
    strict: options.Strict = False,
    *,
    place: options.HomePlace,
    as_json: options.Json = False,
) -> None:
    """Import a personal history as a profile, from files or from ListenBrainz or Last.fm.

    Look it up like a user (`user profile:NAME`); every model that supports fold-in recommends to it. Importing again
    adds only what is new. Only you can read profiles, and they are not part of the log's index.

    --listenbrainz and --lastfm are the only ways in which this command uses the network. The name is sent, and a token
    where there is one: LISTENBRAINZ_TOKEN (not needed for public listens) or LASTFM_API_KEY in the environment, or a
    line such as lastfm = "..." in tokens.toml in the home folder, which only you may be able to read (chmod 600). An
    interrupted import continues where it was. --api-url names a server of your own or a compatible one, such as
    https://libre.fm/2.0 with --lastfm.
    """
    from musicrec_tui.dataset.sources import read_options

    given = read_options.join(layout, mapped or (), dates, strict=strict)
    if listenbrainz or lastfm:
        _refuse_mixture(bool(listenbrainz and lastfm), files, user, given)
        _import_service(place, listenbrainz, lastfm, name, api_url, full=full, as_json=as_json)
        return
    if api_url or full:
        raise UserError("--api-url and --full need --listenbrainz NAME or --lastfm NAME.")
    if not files:
        raise UserError("`import` needs a FILE, --listenbrainz NAME or --lastfm NAME.")
    if not name:
        raise UserError("`import` needs a name for the profile, such as --as me.")
    _print(_import_files(place, files, name, user, given), as_json=as_json)


def _refuse_mixture(both: bool, files: list[Path] | None, user: str | None, given: str) -> None:
    """A service is asked alone, and its answers are read as they are.

    Raises:
        UserError: something else was given.
    """
    if both:
        raise UserError("Give --listenbrainz or --lastfm, one after the other: both may go into one profile (--as).")
    if files:
        raise UserError("Give files or a service (--listenbrainz, --lastfm), not both.")
    if user is not None or given:
        raise UserError("--user, --format, --map, --dates and --strict are for files, not for a service.")


def _import_files(place: Place, files: list[Path], name: str, user: str | None, given: str) -> "Profile":
    """Import files."""
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.dataset.log import Log
    from musicrec_tui.dataset.profiles import importing

    log = Log(files, given)
    with interrupts.noticed() as cancelled, Meter() as meter:

        def report(phase: str, fraction: float | None) -> None:
            meter.share(f"Import: {phase}", fraction)

        return importing.import_history(
            place.home, name, log, user=user,
            memory_limit=place.settings.memory_limit, report=report, cancelled=cancelled,
        )  # fmt: skip


def _import_service(
    place: Place, listenbrainz: str, lastfm: str, name: str, api_url: str, *, full: bool, as_json: bool
) -> None:
    """Ask a service for a history."""
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.services import history_import

    asked = listenbrainz or lastfm
    request: HistoryRequest = history_import.HistoryRequest(
        "listenbrainz" if listenbrainz else "lastfm", asked, name or asked, api_url, full
    )
    with interrupts.noticed() as cancelled, Meter() as meter:
        meter.note(history_import.announcement(place.home, request))
        try:
            done = history_import.import_from_service(
                place.home, request, memory_limit=place.settings.memory_limit, cancelled=cancelled,
                report=lambda phase, share: meter.share(f"Import: {phase}", share),
            )  # fmt: skip
        except Cancelled:
            meter.note("What was fetched is kept: the same command continues there.")
            raise
    if done.listens:
        _print(done.profile, as_json=as_json)
    elif as_json:
        output.print_json({"profile": summary(done.profile), "import": None})
    else:
        output.print_line("Nothing is new since the last import.")
        output.print_line()
        print_summary(done.profile)


def _print(profile: "Profile", *, as_json: bool) -> None:
    """What the import did, and the profile."""
    account = profile.stored.imports[-1]
    if as_json:
        output.print_json({"profile": summary(profile), "import": account})
        return
    print_account(account)
    output.print_line()
    print_summary(profile)
