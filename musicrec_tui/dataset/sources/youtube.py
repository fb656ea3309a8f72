"""YouTube Music's history in a Google Takeout: what the music app played, of all in `watch-history.json`.

Around each title stand words for "watched" in the language of the account (see `watched_words`); the file may have a
name in that language, too.
"""

import contextlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.instants import seconds
from musicrec_tui.dataset.sources.watched_words import Words, watched_words

NO_MUSIC = "no music (watched on YouTube, or an advertisement)"
NO_ARTIST = "no artist (a removed video)"
"""Reasons to leave an entry out."""

_MUSIC = "YouTube Music"
_TOPIC = " - Topic"
_JUDGED = 2_000
_MEMBER = re.compile(
    r"(^|/)(watch-history|wiedergabeverlauf|kijkgeschiedenis|historial-de-reproducciones|historial de reproducciones"
    r"|historique[ -]de[ -]visionnage|historique[ -]des[ -]vidéos[ -]regardées|cronologia[ -]visualizzazioni"
    r"|histórico[ -]de[ -]visualizações|historia[ -]oglądania|visningshistorik|visningshistorikk|videohistorik"
    r"|katseluhistoria|история[ -]просмотров|再生履歴|視聴履歴|시청[ -]기록|观看记录|觀看記錄)\.json$",
    re.IGNORECASE,
)
_LINK = re.compile(r'"titleUrl"|"header"\s*:\s*"YouTube')
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


def _record(entry: _Watched, words: Words) -> Record:
    """A listen, where the music app played it.

    Raises:
        ValueError: it has no time.
    """
    when = seconds(entry.time)
    if entry.header != _MUSIC:
        return Record(user_id=ME, refused=NO_MUSIC)
    channel = next((one.name for one in entry.subtitles or () if one.name), None)
    if channel is None or not entry.title or entry.title == entry.title_url:
        return Record(user_id=ME, recording_name=entry.title, listened_at=when, refused=NO_ARTIST)
    return Record(
        user_id=ME,
        artist_name=channel.removesuffix(_TOPIC),
        recording_name=words.without(entry.title),
        listened_at=when,
    )


def _titles(entries: list[msgspec.Raw]) -> list[str]:
    """The titles of some entries, those that are links aside."""
    found = []
    for raw in entries[:_JUDGED]:
        with contextlib.suppress(msgspec.MsgspecError, ValueError):
            entry = _ENTRY.decode(raw)
            if entry.title and "://" not in entry.title:
                found.append(entry.title)
    return found


def _read(file: Path) -> Iterator[Record]:
    """The entries."""
    for content, shown in documents.each(file, _MEMBER):
        entries = documents.parsed(content, _RAWS, shown)
        words = watched_words(_titles(entries))
        yield from documents.judged(entries, _ENTRY, partial(_record, words=words))


def _fits(head: Head) -> bool:
    """A list of entries with a header and a link, or a zip with such a file."""
    if head.kind == "zip":
        return any(map(_MEMBER.search, head.members))
    start = head.start.lstrip()
    return (
        head.kind == "json"
        and start.startswith("[")
        and '"header"' in start
        and '"title"' in start
        and bool(_LINK.search(start))
    )


LAYOUT = RecordLayout(
    name="YouTube Music",
    sentence="a person's YouTube history from Google Takeout (the zip, or its watch-history.json), of which the music "
    "is kept",
    example='[{"header": "YouTube Music", "title": "Watched Roads", "time": "2024-05-01T12:00:00.000Z",\n'
    '  "titleUrl": "https://music.youtube.com/watch?v=…", "subtitles": [{"name": "Portishead - Topic"}]}]',
    fits=_fits,
    read=_read,
)
