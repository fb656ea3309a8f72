"""A server on this machine that answers as the documentation of ListenBrainz' and Last.fm's APIs says, and as badly."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

MBID = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"


class Play(NamedTuple):
    """A listen that the server has."""

    at: int
    artist: str
    track: str


class Fault(NamedTuple):
    """What comes instead of an answer; `cut`: the body is shorter than it should be."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


class Seen(NamedTuple):
    """A request that came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class FakeService(ThreadingHTTPServer):
    """Has the listens of one user.

    Attributes:
        plays: the latest first, as both services give them.
        faults: taken one by one by the next requests.
        seen: the requests so far.
        token: who sends another one is refused; None: nobody is.
        page_size: the most that a page has.
        limits: the headers of the rate limit.
        playing: whether Last.fm says that a track plays now.
    """

    daemon_threads = True

    def __init__(self, plays: list[Play]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plays = sorted(plays, key=lambda play: -play.at)
        self.faults: list[Fault | None] = []
        self.seen: list[Seen] = []
        self.token: str | None = None
        self.page_size = 10
        self.limits: dict[str, str] = {}
        self.playing = True

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, seen: Seen) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        if seen.path == "/2.0/":
            return self._lastfm(seen.query)
        if seen.path == "/1/playlist/create":
            return self._playlist(seen)
        if seen.path == "/1/user/ann/listens":
            return self._listenbrainz(seen)
        return 404, {"code": 404, "error": "Cannot find user: " + seen.path.split("/")[-2]}

    def _authorised(self, seen: Seen) -> bool:
        return self.token is None or seen.headers.get("authorization") == f"Token {self.token}"

    def _listenbrainz(self, seen: Seen) -> tuple[int, Any]:
        if not self._authorised(seen):
            return 401, {"code": 401, "error": "Invalid authorization token."}
        before, count = int(seen.query.get("max_ts", 2**62)), int(seen.query.get("count", 25))
        page = [play for play in self.plays if play.at < before][: min(count, self.page_size)]
        listens = [
            {
                "inserted_at": play.at, "listened_at": play.at, "recording_msid": f"{play.at:032x}", "user_name": "ann",
                "track_metadata": {
                    "artist_name": play.artist, "track_name": play.track, "release_name": "Record",
                    "additional_info": {"media_player": "x"}, "mbid_mapping": None,
                },
            }
            for play in page
        ]  # fmt: skip
        times = [play.at for play in self.plays] or [0]
        return 200, {"payload": {"count": len(page), "user_id": "ann", "listens": listens,
                                 "latest_listen_ts": max(times), "oldest_listen_ts": min(times)}}  # fmt: skip

    def _playlist(self, seen: Seen) -> tuple[int, Any]:
        if not self._authorised(seen):
            return 401, {"code": 401, "error": "Invalid authorization token."}
        playlist = json.loads(seen.body)["playlist"]
        if not isinstance(playlist["extension"]["https://musicbrainz.org/doc/jspf#playlist"]["public"], bool):
            return 400, {"code": 400, "error": "JSPF playlist public field must contain a boolean."}
        return 200, {"status": "ok", "playlist_mbid": MBID}

    def _lastfm(self, query: dict[str, str]) -> tuple[int, Any]:
        if self.token is not None and query.get("api_key") != self.token:
            return 403, {"error": 10, "message": "Invalid API key - You must be granted a valid key by last.fm"}
        if query["user"] != "ann":
            return 404, {"error": 6, "message": "User not found"}
        since, before = int(query.get("from", 0)), int(query.get("to", 2**62))
        plays = [play for play in self.plays if since < play.at < before]
        size, page = min(int(query.get("limit", 50)), self.page_size), int(query.get("page", 1))
        shown = plays[(page - 1) * size : page * size]
        tracks: list[dict[str, Any]] = [
            {
                "artist": {"mbid": "", "#text": play.artist}, "album": {"mbid": "", "#text": "Record"},
                "name": play.track, "mbid": "", "streamable": "0", "image": [{"size": "small", "#text": "x"}],
                "url": "https://example.org/", "date": {"uts": str(play.at), "#text": "then"},
            }
            for play in shown
        ]  # fmt: skip
        if self.playing:
            now = {"artist": {"mbid": "", "#text": "Now"}, "name": "Now", "@attr": {"nowplaying": "true"}}
            tracks.insert(0, now)
        pages = -(-len(plays) // size)
        numbers = {"user": "ann", "page": str(page), "perPage": str(size), "totalPages": str(pages),
                   "total": str(len(plays))}  # fmt: skip
        return 200, {"recenttracks": {"track": tracks[0] if len(tracks) == 1 else tracks, "@attr": numbers}}


class _Handler(BaseHTTPRequestHandler):
    """Notes a request and answers it."""

    server: FakeService

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, parts.path, query, headers, body)
        self.server.seen.append(seen)
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault is None:
            status, answer = self.server.answer(seen)
            fault = Fault(status, json.dumps(answer).encode(), tuple(self.server.limits.items()))
        self.send_response(fault.status)
        for name, value in fault.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(fault.body) + 10 * fault.cut))
        self.end_headers()
        self.wfile.write(fault.body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the test's output is not for this."""


@contextmanager
def serving(plays: list[Play]) -> Iterator[FakeService]:
    """A server that is gone afterwards."""
    with FakeService(plays) as service:
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()


def history(count: int, begin: int = 1_700_000_000) -> list[Play]:
    """So many plays, five minutes apart, of seven artists."""
    return [Play(begin + 300 * number, f"Artist {number % 7}", f"Song {number % 11}") for number in range(count)]
