"""`.scrobbler.log`: what portable players such as Rockbox write, which of what they played was skipped.

Format: http://www.audioscrobbler.net/wiki/Portable_Player_Logging. Players that do not know their time zone write local
times (`#TZ/UNKNOWN`), which are taken for UTC: the player's place is unknown. Those without a clock write 0 as
time: their plays have none. Rockbox writes `<Untagged>` for what its file does not say (apps/scrobbler.c).
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import (
    BLANK_LINE,
    COMMENT_LINE,
    ME,
    NO_ENTRY,
    NOT_PLAYED,
    Record,
    RecordLayout,
)
from musicrec_tui.dataset.sources.head import Head

_MARK = "#AUDIOSCROBBLER/1."
_FEWEST = 7
_LISTENED, _SKIPPED = "L", "S"
_UNTAGGED = "<Untagged>"

UNTAGGED = "file without tags (<Untagged>)"
"""A reason to leave a row out."""


def _read(file: Path) -> Iterator[Record]:
    """Its lines; comments are those that start with "#" and have no fields (an artist may start so too)."""
    with documents.text(file) as opened:
        for number, raw in documents.numbered(opened):
            line = raw.decode("utf-8", errors="replace")
            if not line.strip():
                yield Record(refused=BLANK_LINE, line=number)
            elif line.startswith("#") and "\t" not in line:
                yield Record(refused=COMMENT_LINE, line=number)
            else:
                yield _record(line.split("\t"))._replace(line=number)


def _record(fields: list[str]) -> Record:
    """One line: artist, album, track, its number, seconds, L or S, when, and perhaps the recording's MBID."""
    if len(fields) < _FEWEST or fields[5] not in (_LISTENED, _SKIPPED):
        return Record(user_id=ME, refused=NO_ENTRY)
    artist, album, track, _, _, rating, when, *more = fields
    seconds = None
    with contextlib.suppress(ValueError):
        seconds = float(when) or None  # players without a clock write 0
    refused = NOT_PLAYED if rating == _SKIPPED else UNTAGGED if artist.strip() == _UNTAGGED else None
    return Record(
        user_id=ME,
        artist_name=artist,
        release_name=album,
        recording_name=track,
        recording_mbid=more[0] if more and more[0] else None,
        listened_at=seconds,
        refused=refused,
    )


def _fits(head: Head) -> bool:
    """By its first line."""
    return head.kind == "text" and head.start.lstrip().startswith(_MARK)


LAYOUT = RecordLayout(
    name="scrobbler log",
    sentence="a portable player's .scrobbler.log",
    example="#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/Rockbox\nPortishead\tDummy\tRoads\t8\t305\tL\t1714564800\t",
    fits=_fits,
    read=_read,
    timed=None,
    lined=_fits,
)
