"""Last.fm's API (https://www.last.fm/api/show/user.getRecentTracks): scrobbles of a user.

Libre.fm and other servers of GNU FM answer the same.
"""

import csv
import io
import time

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.services.http_client import Access, Answer, HttpClient, TryAgain
from musicrec_tui.services.pages import Api, Cursor, Listen, Page
from musicrec_tui.services.servers import Server

_LIMIT = 200
"""Scrobbles of a page: the most that it gives."""
_DEFAULT_PATH = "/2.0"
_NO_USER, _PASSING, _LIMITED, _KEY, _HIDDEN = (6, 7), (8, 11, 16), 29, (4, 9, 10, 13, 26), (17, 18)
"""The API's error numbers: what they mean is the same for all methods."""


class _Date(msgspec.Struct):
    """When, in seconds since 1970, as text."""

    uts: str | int | None = None


class _Text(msgspec.Struct):
    """A name with its MusicBrainz id."""

    text: str | None = msgspec.field(name="#text", default=None)
    mbid: str | None = None


class _Playing(msgspec.Struct):
    """What a track says that plays now."""

    nowplaying: str | bool = ""


class _Track(msgspec.Struct):
    """A scrobble; `mbid` is that of the recording."""

    date: _Date | None = None
    name: str | None = None
    mbid: str | None = None
    artist: _Text = msgspec.field(default_factory=_Text)
    album: _Text = msgspec.field(default_factory=_Text)
    attributes: _Playing = msgspec.field(name="@attr", default_factory=_Playing)


class _Attributes(msgspec.Struct):
    """How many pages there are; numbers come as text."""

    total_pages: str | int = msgspec.field(name="totalPages", default="1")


class _Recent(msgspec.Struct):
    """A page; a single track comes without its list."""

    track: msgspec.Raw = msgspec.Raw(b"[]")
    attributes: _Attributes = msgspec.field(name="@attr", default_factory=_Attributes)


class _Answer(msgspec.Struct):
    """An answer: a page, or an error."""

    recenttracks: _Recent | None = None
    error: int | None = None
    message: str = ""


def _access(key: str | None) -> Access:
    """What requests carry."""
    return Access({}, {"api_key": key} if key else {}, key)


def _api_server(server: Server) -> Server:
    """The server with the path of its API."""
    return server if server.path else server._replace(url=server.url + _DEFAULT_PATH, path=_DEFAULT_PATH)


def _read_page(client: HttpClient, user: str, cursor: Cursor, since: int | None) -> Page:
    """The page of scrobbles that a cursor means, the latest first.

    All pages have the same end (`to`), so that what is scrobbled meanwhile moves none of them.

    Raises:
        UserError: there is no such user, the key or the user's settings forbid it, or the server cannot be used.
        Cancelled: the user cancelled.
    """
    before = int(time.time()) + 1 if cursor.before is None else cursor.before
    query = {
        "method": "user.getrecenttracks", "format": "json", "user": user, "limit": str(_LIMIT),
        "page": str(cursor.page), "to": str(before), **({"from": str(max(since - 1, 0))} if since else {}),
    }  # fmt: skip

    def parse(answer: Answer) -> Page:
        recent = _decoded(client, answer, user)
        listens = [one for raw in _tracks(recent.track) if (one := _listen(raw)) is not None]
        pages = _whole(recent.attributes.total_pages)
        more = bool(listens) and cursor.page < pages
        return Page(
            listens, Cursor(before, cursor.page + 1) if more else None, share=cursor.page / pages if pages else 1.0
        )

    return client.get("/", query, parse)


def _decoded(client: HttpClient, answer: Answer, user: str) -> _Recent:
    """The page in an answer; errors come with any status."""
    try:
        told = msgspec.json.decode(answer.content, type=_Answer)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        if answer.status == 404:
            raise UserError("The server does not answer as Last.fm does (error 404): check --api-url.") from None
        raise TryAgain("did not answer as Last.fm does: no list of tracks") from None
    if told.error is not None:
        raise _failure(client, told, user)
    if told.recenttracks is None:
        raise TryAgain("did not answer as Last.fm does: no list of tracks")
    return told.recenttracks


def _failure(client: HttpClient, told: _Answer, user: str) -> UserError | TryAgain:
    """What an error means."""
    said = client.clean(told.message.rstrip(". "), 120) or f"error {told.error}"
    if told.error == _LIMITED:
        return TryAgain("asks for fewer requests", limited=True)
    if told.error in _PASSING:
        return TryAgain(f"could not answer: {said}")
    if told.error in _NO_USER:
        return UserError(f"Last.fm has no user {client.clean(user, 60)!r} ({said}).")
    if told.error in _KEY:
        return UserError(f"Last.fm refuses the key: {said}. Check LASTFM_API_KEY, or the file of tokens.", exit_code=1)
    if told.error in _HIDDEN:
        return UserError(
            f"The scrobbles of {client.clean(user, 60)} are hidden ({said}): in Last.fm's settings, Privacy, "
            "turn off “Hide recent listening information”.",
            exit_code=1,
        )
    return UserError(f"Last.fm refused to answer: {said}.", exit_code=1)


def _tracks(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """The tracks of a page."""
    if bytes(raw).lstrip()[:1] == b"{":
        return [raw]
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw])
    except msgspec.MsgspecError:
        raise TryAgain("did not answer as Last.fm does: no list of tracks") from None


def _listen(raw: msgspec.Raw) -> Listen | None:
    """A scrobble with its time, as a line; None for the track that plays now, which every page repeats.

    What is no scrobble becomes a line without a name, which the reader skips and counts.
    """
    try:
        told = msgspec.json.decode(raw, type=_Track)
    except (msgspec.MsgspecError, ValueError):
        told = _Track()
    if str(told.attributes.nowplaying).lower() == "true":
        return None
    at = _whole(told.date.uts) if told.date is not None and told.date.uts is not None else 0
    names = (told.artist.text, told.artist.mbid, told.album.text, told.name, told.mbid)
    line = _line((str(at) if at else "", *(name or "" for name in names)))
    return Listen(at or None, line, line)


def _line(values: tuple[str, ...]) -> bytes:
    """A line of the table, as quoted text; a NUL, which no name can have, is replaced."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="").writerow(values)
    return written.getvalue().replace("\0", "\ufffd").encode(errors="replace")


def _whole(text: str | int) -> int:
    """A number that may come as text; 0 for what is none."""
    try:
        return int(text)
    except ValueError:
        return 0


API = Api(
    "Last.fm", "https://ws.audioscrobbler.com/2.0", 0.25, _access, _api_server, _read_page,
    ".csv", _line(("uts", "artist", "artist_mbid", "album", "track", "track_mbid")),
)  # fmt: skip
"""Some four calls a second are allowed."""
