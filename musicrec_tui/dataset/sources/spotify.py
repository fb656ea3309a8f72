"""What Spotify's two kinds of history share: JSON arrays of plays, in a folder or a zip.

Only the fields of a listen are decoded: never the place, the device and the address of a play.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, NO_ENTRY, Record
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.tables import NO_CLOCK, SHORTEST
from musicrec_tui.dataset.sources.tables import TOO_SHORT as TOO_SHORT

NO_MUSIC = "no music (a podcast, an audiobook or a video)"
_NO_CLOCK = 1970
_RAW = msgspec.json.Decoder(list[msgspec.Raw])

Play = TypeVar("Play")


def record(artist: str | None, track: str | None, album: str | None, end: str, milliseconds: float) -> Record:
    """A play as a listen: Spotify says when it ended, in UTC, and how long it was heard."""
    try:
        ended = datetime.fromisoformat(end)
    except ValueError:
        return Record(user_id=ME, artist_name=artist, recording_name=track, refused=NO_ENTRY)
    refused = NO_MUSIC if not (artist and track) else TOO_SHORT if milliseconds < SHORTEST else None
    if refused is None and ended.year == _NO_CLOCK:
        refused = NO_CLOCK
    return Record(
        user_id=ME,
        artist_name=artist,
        release_name=album,
        recording_name=track,
        listened_at=ended.replace(tzinfo=ended.tzinfo or UTC).timestamp() - milliseconds / 1000,
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
    decoder = msgspec.json.Decoder(play)

    def read(file: Path) -> Iterator[Record]:
        for content, shown in documents.each(file, members):
            yield from documents.judged(documents.parsed(content, _RAW, shown), decoder, listen)

    return read
