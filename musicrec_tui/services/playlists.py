"""A playlist's way to ListenBrainz: a JSPF file is checked, made into what the API takes, and posted."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui import files
from musicrec_tui.dataset.playlists.jspf import PLAYLIST_EXTENSION, RECORDING_URI
from musicrec_tui.dataset.playlists.recordings import is_mbid
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home, expanded
from musicrec_tui.services import listenbrainz, tokens
from musicrec_tui.services.http_client import HttpClient, Report
from musicrec_tui.services.servers import Server, parse_server
from musicrec_tui.text import counted, printable

_LARGEST = 32 * 2**20
_UNKNOWN_USER = (
    "ListenBrainz takes a playlist from its users only. Copy your token from https://listenbrainz.org/settings/ to the "
    'environment variable LISTENBRAINZ_TOKEN, or write the line {name} = "…" into {place} and run: '
    "chmod 600 {place}"
)


class _Track(msgspec.Struct):
    """A track of a file."""

    identifier: str | list[str] = ""


class _Playlist(msgspec.Struct):
    """A playlist of a file."""

    title: str = ""
    annotation: str | None = None
    track: list[_Track] = []


class _File(msgspec.Struct):
    """A JSPF file."""

    playlist: _Playlist


class SendRequest(NamedTuple):
    """A playlist to send.

    Attributes:
        file: JSPF.
        public: whether everyone sees it there.
        api_url: of a server that answers as ListenBrainz does; empty: ListenBrainz.
    """

    file: Path
    public: bool = False
    api_url: str = ""


class Outgoing(NamedTuple):
    """What will be posted, and where.

    Attributes:
        server, token: where to, and of which user.
        title: of the playlist, raw.
        recordings: how many it has.
        left_out: tracks of the file without the id of a recording, which ListenBrainz cannot take.
        document: what is posted.
        public: as in the request.
    """

    server: Server
    token: str
    title: str
    recordings: int
    left_out: int
    document: bytes
    public: bool

    @property
    def announcement(self) -> str:
        """A sentence on what will be sent where, clean."""
        seen = "public" if self.public else "private"
        return (
            f"Sends the playlist {printable(self.title, 60)!r} with {counted(self.recordings, 'recording')} to "
            f"{printable(self.server.url, 100)}, with your token; it will be {seen} there."
        )


def prepare(home: Home, request: SendRequest) -> Outgoing:
    """What sending a playlist would post; nothing is sent yet.

    Raises:
        UserError: the file is no playlist for ListenBrainz, or there is no token.
    """
    usual = listenbrainz.API.api_server(parse_server(listenbrainz.API.address))
    server = listenbrainz.API.api_server(parse_server(request.api_url)) if request.api_url else usual
    playlist = _read(expanded(request.file))
    uris = [uri for track in playlist.track if (uri := _recording(track))]
    shown = printable(str(request.file), None)
    if not playlist.title.strip():
        raise UserError(f"The playlist in {shown} has no title.")
    if not uris:
        raise UserError(
            f"The playlist in {shown} has no recording with a MusicBrainz id, so ListenBrainz cannot take it."
        )
    token = tokens.find_token(home, "listenbrainz", server, usual=server == usual)
    if token is None:
        name = "listenbrainz" if server == usual else f'"{printable(server.url, 100)}"'
        raise UserError(_UNKNOWN_USER.format(name=name, place=tokens.place(home)))
    content = {
        "title": playlist.title,
        **({"annotation": playlist.annotation} if playlist.annotation else {}),
        "extension": {PLAYLIST_EXTENSION: {"public": request.public}},
        "track": [{"identifier": [uri]} for uri in uris],
    }
    document = msgspec.json.encode({"playlist": content})
    return Outgoing(server, token, playlist.title, len(uris), len(playlist.track) - len(uris), document, request.public)


def send(outgoing: Outgoing, report: Report, cancelled: Callable[[], bool]) -> str:
    """Post a playlist; gives its id at ListenBrainz.

    Raises:
        UserError: the token or the playlist is refused, or the server cannot be used.
        Cancelled: `cancelled` said so.
    """
    access = listenbrainz.API.access(outgoing.token)
    pause = listenbrainz.API.pause
    with HttpClient(outgoing.server, access, pause=pause, report=report, cancelled=cancelled) as client:
        report("ListenBrainz: sending the playlist", None)
        return listenbrainz.create_playlist(client, outgoing.document)


def _read(file: Path) -> _Playlist:
    """The playlist of a file."""
    shown = printable(str(file), None)
    try:
        return msgspec.json.decode(files.read_bytes(file, _LARGEST), type=_File).playlist
    except OSError as error:
        raise UserError(f"Cannot read {shown}: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"{shown} is no JSPF playlist; `recommend --playlist mine.jspf` writes one.") from error


def _recording(track: _Track) -> str:
    """The URI of a track's recording; empty where it has none."""
    told = [track.identifier] if isinstance(track.identifier, str) else track.identifier
    for uri in told:
        mbid = uri.removeprefix(RECORDING_URI).lower()
        if uri.startswith(RECORDING_URI) and is_mbid(mbid):
            return RECORDING_URI + mbid
    return ""
