"""What Spotify's two kinds of history share: JSON arrays of plays, in a folder or a zip.

Only the fields of a listen are decoded: never the place, the device and the address of a play.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, Record
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.instants import seconds
from musicrec_tui.dataset.sources.tables import NO_CLOCK, SHORTEST
from musicrec_tui.dataset.sources.tables import TOO_SHORT as TOO_SHORT

NO_MUSIC = "no music (a podcast, an audiobook or a video)"
NO_NAMES = "no names (Unknown Artist, Unknown Track)"
_UNKNOWN = ("Unknown Artist", "Unknown Track")
_FIRST_YEAR = 365 * 86_400
_RAW = msgspec.json.Decoder(list[msgspec.Raw])

Play = TypeVar("Play")


def record(artist: str | None, track: str | None, album: str | None, end: str, milliseconds: float) -> Record:
    """A play as a listen: Spotify says when it ended, in UTC, and how long it was heard.

    Raises:
        ValueError: `end` is no time.
    """
    ended = seconds(end) or 0.0
    refused = NO_MUSIC if not (artist and track) else TOO_SHORT if milliseconds < SHORTEST else None
    if (artist, track) == _UNKNOWN:
        refused = NO_NAMES
    if refused is None and 0 <= ended < _FIRST_YEAR:
        refused = NO_CLOCK
    return Record(
        user_id=ME,
        artist_name=artist,
        release_name=album,
        recording_name=track,
        listened_at=ended - milliseconds / 1000,
        refused=refused,
    )


def recogniser(members: re.Pattern[str], *keys: str) -> Callable[[Head], bool]:
    """Recognises a zip by the names of its members, and a JSON array by the keys of its first plays."""

    def fits(head: Head) -> bool:
        if head.kind == "zip":
            return any(map(members.search, head.members))
        start = head.start.lstrip()
        return head.kind == "json" and start.startswith("[") and all(f'"{key}"' in start for key in keys)

    return fits


def reader(
    members: re.Pattern[str], play: type[Play], listen: Callable[[Play], Record]
) -> Callable[[Path], Iterator[Record]]:
    """Reads a JSON array of plays, or those of a zip; `listen` makes a record of a play."""
    decoder = msgspec.json.Decoder(play, strict=False)  # some programs write numbers and truths as text

    def read(file: Path) -> Iterator[Record]:
        for content, shown in documents.each(file, members):
            yield from documents.judged(documents.parsed(content, _RAW, shown), decoder, listen)

    return read
