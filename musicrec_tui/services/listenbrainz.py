"""ListenBrainz' API (https://listenbrainz.readthedocs.io/en/latest/users/api/index.html): listens, and playlists."""

from urllib.parse import quote

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.services.http_client import Access, Answer, HttpClient, TryAgain
from musicrec_tui.services.pages import Api, Cursor, Listen, Page
from musicrec_tui.services.servers import Server

_COUNT = 1000
"""Listens of a page: the most that it gives."""


class _Track(msgspec.Struct):
    """What was listened to, as far as it tells listens of one second apart."""

    artist_name: str | None = None
    track_name: str | None = None


class _Listen(msgspec.Struct):
    """A listen, as far as paging needs it."""

    listened_at: float | None = None
    track_metadata: _Track = msgspec.field(default_factory=_Track)


class _Payload(msgspec.Struct):
    """A page of listens, the latest first; `oldest_listen_ts` is of all that the user has."""

    listens: list[msgspec.Raw]
    latest_listen_ts: float | None = None
    oldest_listen_ts: float | None = None


class _Listens(msgspec.Struct):
    """An answer to `GET /1/user/NAME/listens`."""

    payload: _Payload


class _Created(msgspec.Struct):
    """An answer to `POST /1/playlist/create`."""

    playlist_mbid: str


class _Error(msgspec.Struct):
    """What comes with an error."""

    error: str = ""


def _access(token: str | None) -> Access:
    """What requests carry."""
    return Access({"Authorization": f"Token {token}"} if token else {}, {}, token)


def _api_server(server: Server) -> Server:
    """The server as the paths below want it: an address that ends with the version is the one without."""
    if not server.path.endswith("/1"):
        return server
    return server._replace(url=server.url.removesuffix("/1"), path=server.path.removesuffix("/1"))


def _read_page(client: HttpClient, user: str, cursor: Cursor, since: int | None) -> Page:
    """The page of listens that begins at a cursor, the latest first.

    A second may go on in the next page, which begins with it again (`max_ts` is exclusive).

    Raises:
        UserError: there is no such user, or the server cannot be used.
        Cancelled: the user cancelled.
    """
    query = {"count": str(_COUNT)}
    if cursor.before is not None:
        query["max_ts"] = str(cursor.before)

    def parse(answer: Answer) -> Page:
        payload = _decoded(client, answer, user)
        listens = [_listen(raw) for raw in payload.listens]
        times = [one.at for one in listens if one.at is not None]
        if cursor.before is not None and times and min(times) >= cursor.before:
            raise UserError("The server gives the same listens again and again: it does not know max_ts.", exit_code=1)
        return Page(listens, _following(cursor, times, since, payload), _span(payload))

    return client.get(f"/1/user/{quote(user, safe='')}/listens", query, parse)


def create_playlist(client: HttpClient, document: bytes) -> str:
    """Make a playlist of the token's user; gives its id there.

    Raises:
        UserError: the token or the playlist is refused, or the server cannot be used.
        Cancelled: the user cancelled.
    """

    def parse(answer: Answer) -> str:
        _refused(client, answer)
        if answer.status != 200:
            raise UserError(f"ListenBrainz refused the playlist: {_reason(client, answer)}.", exit_code=1)
        try:
            return client.clean(msgspec.json.decode(answer.content, type=_Created).playlist_mbid, 60)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise UserError(
                "The server took the playlist, but its answer says no playlist_mbid: look for it on your page there.",
                exit_code=1,
            ) from None

    return client.post("/1/playlist/create", document, parse)


def _decoded(client: HttpClient, answer: Answer, user: str) -> _Payload:
    """The page in an answer."""
    _refused(client, answer)
    if answer.status == 404:
        raise UserError(
            f"The server has no user {client.clean(user, 60)!r}, or it is none that answers as ListenBrainz does "
            "(error 404).",
        )
    if answer.status != 200:
        raise UserError(f"ListenBrainz refused to answer: {_reason(client, answer)}.", exit_code=1)
    try:
        return msgspec.json.decode(answer.content, type=_Listens).payload
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise TryAgain("did not answer as ListenBrainz does: no list of listens") from None


def _refused(client: HttpClient, answer: Answer) -> None:
    """Raise where the token is refused."""
    if answer.status in (401, 403):
        raise UserError(
            f"ListenBrainz refuses access: {_reason(client, answer)}. Check LISTENBRAINZ_TOKEN, or the file of tokens.",
            exit_code=1,
        )


def _reason(client: HttpClient, answer: Answer) -> str:
    """What the server says of an error."""
    try:
        said = msgspec.json.decode(answer.content, type=_Error).error
    except (msgspec.MsgspecError, ValueError, RecursionError):
        said = ""
    return client.clean(said.rstrip(". ")) or f"error {answer.status}"


def _listen(raw: msgspec.Raw) -> Listen:
    """A listen with its time, as a line; what is none stays for the reader to refuse."""
    line = msgspec.json.format(bytes(raw), indent=-1)
    try:
        told = msgspec.json.decode(line, type=_Listen)
    except msgspec.MsgspecError:
        return Listen(None, line, line)
    same = msgspec.json.encode((told.listened_at, told.track_metadata.artist_name, told.track_metadata.track_name))
    return Listen(None if told.listened_at is None else int(told.listened_at), line, same)


def _following(cursor: Cursor, times: list[int], since: int | None, payload: _Payload) -> Cursor | None:
    """Where the next page begins; None where this one was the last."""
    if not times:
        return None
    oldest = min(times)
    if since is not None and oldest < since:
        return None
    first = payload.oldest_listen_ts
    if first is not None and oldest <= int(first) and len(times) < _COUNT:
        return None
    before = oldest + 1
    if cursor.before is not None and before >= cursor.before:  # a page of one second, or nothing but what was there
        before = cursor.before - 1
    return Cursor(before=before)


def _span(payload: _Payload) -> tuple[int, int] | None:
    """The times of the first and the last listen of all."""
    if payload.oldest_listen_ts is None or payload.latest_listen_ts is None:
        return None
    return int(payload.oldest_listen_ts), int(payload.latest_listen_ts)


API = Api("ListenBrainz", "https://api.listenbrainz.org", 1.0, _access, _api_server, _read_page, ".jsonl")
"""It asks for one call a second at most."""
