"""The export of Maloja, a scrobble server of one's own: one JSON document."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.instants import seconds


class _Album(msgspec.Struct):
    """A release; older exports call its title `name`."""

    albumtitle: str | None = None
    name: str | None = None


class _Track(msgspec.Struct):
    """What was listened to."""

    artists: list[str] | None = None
    title: str | None = None
    album: _Album | None = None


class _Scrobble(msgspec.Struct):
    """A listen."""

    track: _Track
    time: float | str | None = None


class _Export(msgspec.Struct):
    """The document; its scrobbles are judged one by one."""

    scrobbles: list[msgspec.Raw]


_TRACK = re.compile(r'"track"\s*:\s*\{')
_EXPORT = msgspec.json.Decoder(_Export)
_SCROBBLE = msgspec.json.Decoder(_Scrobble)


def _record(scrobble: _Scrobble) -> Record:
    """A listen: of several artists it is the first one's, for a row is one listen of one artist."""
    track = scrobble.track
    album = track.album or _Album()
    return Record(
        user_id=ME,
        artist_name=next(iter(track.artists or ()), None),
        release_name=album.albumtitle or album.name,
        recording_name=track.title,
        listened_at=seconds(scrobble.time),
    )


def _read(file: Path) -> Iterator[Record]:
    """The scrobbles."""
    with documents.text(file) as opened:
        content = documents.document(opened, documents.named(file))
    export = documents.parsed(content, _EXPORT, documents.named(file))
    yield from documents.judged(export.scrobbles, _SCROBBLE, _record)


def _fits(head: Head) -> bool:
    """An object with scrobbles whose tracks are objects (in other exports they are names)."""
    start = head.start.lstrip()
    return head.kind == "json" and start.startswith("{") and '"scrobbles"' in start and bool(_TRACK.search(start))


LAYOUT = RecordLayout(
    name="Maloja",
    sentence="a person's export from Maloja",
    example='{"scrobbles": [{"time": 1714564800, "track": {"artists": ["Portishead"],\n'
    '  "title": "Roads", "album": {"albumtitle": "Dummy", "artists": ["Portishead"]}}}]}',
    fits=_fits,
    read=_read,
)
