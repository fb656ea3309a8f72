"""A history from a service to a profile: what was there already is not fetched again."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, store
from musicrec_tui.dataset.profiles.names import checked_name
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import FetchMark
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.services import fetching, lastfm, listenbrainz, tokens
from musicrec_tui.services.fetching import Fetched
from musicrec_tui.services.http_client import HttpClient, Report
from musicrec_tui.services.pages import Api
from musicrec_tui.services.servers import Server, parse_server
from musicrec_tui.services.tokens import Service
from musicrec_tui.text import printable

APIS: Mapping[Service, Api] = {"listenbrainz": listenbrainz.API, "lastfm": lastfm.API}
_NO_KEY = (
    "Last.fm needs a key of the API, which everyone gets at https://www.last.fm/api/account/create: set "
    'LASTFM_API_KEY, or write the line lastfm = "…" into {place} and run: chmod 600 {place}'
)
_FETCH_SHARE = 0.9
"""Of the progress: reading what was fetched takes the rest."""


class HistoryRequest(msgspec.Struct, frozen=True):
    """A history that is wanted.

    Attributes:
        service: whose API.
        user: the name there.
        profile: the profile that gets it.
        api_url: of a server that answers as the service does; empty: the service itself.
        full: whether to fetch what was imported before, too.
    """

    service: Service
    user: str
    profile: str
    api_url: str = ""
    full: bool = False


class ImportedHistory(NamedTuple):
    """A profile with what a service had; `listens`: how many came, 0 where nothing was new."""

    profile: Profile
    listens: int


class _Asked(NamedTuple):
    """A request with its server and token."""

    request: HistoryRequest
    server: Server
    token: str | None


def announcement(home: Home, request: HistoryRequest) -> str:
    """A sentence on what will be sent where, clean; for the user before anything is.

    Raises:
        UserError: the address, the token or the file of tokens cannot be used.
    """
    asked = _asked(home, request)
    name = "key" if request.service == "lastfm" else "token"
    beside = f"and your {name}" if asked.token else f"without a {name}"
    return f"Asks {printable(asked.server.url, 100)}. It is sent: the name {printable(request.user, 60)!r}, {beside}."


def import_from_service(
    home: Home, request: HistoryRequest, *, memory_limit: str, report: Report, cancelled: Callable[[], bool]
) -> ImportedHistory:
    """Fetch a history, and add it to a profile.

    Raises:
        UserError: the service cannot be asked (what was fetched stays; the next import continues there), it has
            nothing of this user, or the profile cannot be changed.
        Cancelled: `cancelled` said so; likewise.
    """
    name = checked_name(request.profile)
    asked = _asked(home, request)
    before = store.read_profile(home, name) if store.has_profile(home, name) else None
    mark = None if request.full or before is None else before.stored.mark_of(asked.server.url, request.user)
    with fetching.kept_folder(home, _folder_name(asked, name)) as folder:
        fetched = _fetch(asked, mark, folder, report, cancelled)
        if not fetched.listens:
            fetching.forget_folder(folder)
            return _nothing_new(request, before)
        profile = importing.import_history(
            home, name, Log([fetched.file]), memory_limit=memory_limit, cancelled=cancelled,
            report=lambda phase, share: report(phase, None if share is None else _FETCH_SHARE + 0.1 * share),
            mark=_mark(asked, fetched),
        )  # fmt: skip
        fetching.forget_folder(folder)
    return ImportedHistory(profile, fetched.listens)


def _asked(home: Home, request: HistoryRequest) -> _Asked:
    """The server and the token of a request."""
    api = APIS[request.service]
    if not request.user.strip() or len(request.user) > 200:
        raise UserError(f"{api.title} needs the name of a user.")
    server = api.api_server(parse_server(request.api_url or api.address))
    usual = not request.api_url or server == api.api_server(parse_server(api.address))
    token = tokens.find_token(home, request.service, server, usual=usual)
    if request.service == "lastfm" and usual and not token:
        raise UserError(_NO_KEY.format(place=tokens.place(home)))
    return _Asked(request, server, token)


def _fetch(
    asked: _Asked, mark: FetchMark | None, folder: Path, report: Report, cancelled: Callable[[], bool]
) -> Fetched:
    """Fetch what is new."""
    api = APIS[asked.request.service]
    source = fetching.Source(api, asked.request.user, mark.newest if mark else None)
    access = api.access(asked.token)
    with HttpClient(asked.server, access, pause=api.pause, report=report, cancelled=cancelled) as client:
        return fetching.fetch(
            client, source, folder, lambda phase, share: report(phase, share and share * _FETCH_SHARE)
        )


def _nothing_new(request: HistoryRequest, before: Profile | None) -> ImportedHistory:
    """The profile as it was; where there is none, there is nothing to make one of."""
    if before is None:
        title = APIS[request.service].title
        raise UserError(f"{title} has no listens of {printable(request.user, 60)}.", exit_code=1)
    return ImportedHistory(before, 0)


def _mark(asked: _Asked, fetched: Fetched) -> FetchMark | None:
    """What the profile notes, so that the next time only later listens are fetched."""
    if fetched.newest is None:
        return None
    return FetchMark(asked.server.url, asked.request.user, fetched.newest)


def _folder_name(asked: _Asked, profile: str) -> str:
    """The folder of what is fetched for a profile from a user of a server."""
    told = "\0".join((asked.request.service, asked.server.url, asked.request.user, profile, str(asked.request.full)))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:24]
