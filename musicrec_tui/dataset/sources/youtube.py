"""YouTube Music's history in a Google Takeout: what the music app played, of all in `watch-history.json`."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, NO_ENTRY, Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head

NO_MUSIC = "no music (watched on YouTube, or an advertisement)"
NO_ARTIST = "no artist (a removed video)"
"""Reasons to leave an entry out."""

_MUSIC = "YouTube Music"
_TOPIC = " - Topic"
_MEMBER = re.compile(r"(^|/)watch-history\.json$", re.IGNORECASE)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


class _Channel(msgspec.Struct):
    """Who published a video: of music, the artist's own channel."""

    name: str | None = None


class _Watched(msgspec.Struct, rename="camel"):
    """An entry. `title` begins with a word for "watched" in the account's language; `titleUrl` is the video's."""

    time: str
    header: str | None = None
    title: str | None = None
    title_url: str | None = None
    subtitles: list[_Channel] | None = None


_ENTRY = msgspec.json.Decoder(_Watched)


def _record(entry: _Watched) -> Record:
    """A listen, where the music app played it."""
    try:
        when = datetime.fromisoformat(entry.time).timestamp()
    except (ValueError, OverflowError):
        return Record(user_id=ME, refused=NO_ENTRY)
    if entry.header != _MUSIC:
        return Record(user_id=ME, refused=NO_MUSIC)
    channel = next((one.name for one in entry.subtitles or () if one.name), None)
    if channel is None or not entry.title or entry.title == entry.title_url:
        return Record(user_id=ME, recording_name=entry.title, listened_at=when, refused=NO_ARTIST)
    return Record(
        user_id=ME,
        artist_name=channel.removesuffix(_TOPIC),
        recording_name=_title(entry.title),
        listened_at=when,
    )


def _title(title: str) -> str:
    """The title of a video without the English word before it; other languages keep theirs."""
    return title.removeprefix("Watched ").strip()


def _read(file: Path) -> Iterator[Record]:
    """The entries."""
    for content, shown in documents.each(file, _MEMBER):
        yield from documents.judged(documents.parsed(content, _RAWS, shown), _ENTRY, _record)


def _fits(head: Head) -> bool:
    """A list of entries with a header and a link, or a zip with such a file."""
    if head.kind == "zip":
        return any(map(_MEMBER.search, head.members))
    start = head.start.lstrip()
    return head.kind == "json" and start.startswith("[") and '"header"' in start and '"titleUrl"' in start


LAYOUT = RecordLayout(
    name="YouTube Music",
    sentence="a person's YouTube history from Google Takeout (the zip, or its watch-history.json), of which the music "
    "is kept",
    example='[{"header": "YouTube Music", "title": "Watched Roads", "time": "2024-05-01T12:00:00.000Z",\n'
    '  "titleUrl": "https://music.youtube.com/watch?v=…", "subtitles": [{"name": "Portishead - Topic"}]}]',
    fits=_fits,
    read=_read,
)
