"""What ListenBrainz gives its users of their own: a zip of listens as JSON Lines, and of loves and hates."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources import documents
from musicrec_tui.dataset.sources.base import ME, Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head

UNKNOWN_RECORDING = "love or hate of a recording that is not among the listens"

_LISTENS = re.compile(r"(^|/)listens/\d+/\d+\.jsonl$")
_FEEDBACK = re.compile(r"(^|/)feedback\.jsonl$")
_USER = re.compile(r"(^|/)user\.json$")


class _Mapping(msgspec.Struct):
    """What ListenBrainz found in MusicBrainz for a listen."""

    recording_mbid: str | None = None
    artist_mbids: list[str] | None = None


class _Track(msgspec.Struct):
    """What was listened to."""

    artist_name: str | None = None
    track_name: str | None = None
    release_name: str | None = None
    recording_msid: str | None = None
    mbid_mapping: _Mapping | None = None


class _Listen(msgspec.Struct):
    """A listen."""

    track_metadata: _Track
    listened_at: float | None = None
    recording_msid: str | None = None


class _Feedback(msgspec.Struct):
    """A love (1), a hate (-1), or one that was taken back (0); `created` in seconds since 1970."""

    score: float
    created: float | str | None = None
    recording_msid: str | None = None
    recording_mbid: str | None = None


class _User(msgspec.Struct):
    """Whose export it is."""

    username: str | None = None
    user_name: str | None = None


_LISTEN_DECODER = msgspec.json.Decoder(_Listen)
_FEEDBACK_DECODER = msgspec.json.Decoder(_Feedback)
_USER_DECODER = msgspec.json.Decoder(_User)


class _Export:
    """An export while it is read: it remembers who played the recordings that a love or a hate may name."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._played: dict[str, Record] = {}

    def listen(self, entry: _Listen) -> Record:
        """A listen. Artists are their names, so that they join those of a dump; the MBID of a lone one comes along."""
        track = entry.track_metadata
        mapping = track.mbid_mapping or _Mapping()
        mbids = mapping.artist_mbids or []
        artist = Record(
            user_id=self._user,
            artist_name=track.artist_name,
            artist_mbid=mbids[0] if len(mbids) == 1 else None,
        )
        played = artist._replace(recording_name=track.track_name, recording_mbid=mapping.recording_mbid)
        for recording in (track.recording_msid, entry.recording_msid, mapping.recording_mbid):
            if recording:
                self._played[recording] = played
        return played._replace(release_name=track.release_name, listened_at=entry.listened_at)

    def feedback(self, entry: _Feedback) -> Record:
        """A rating of the recording, with its artist."""
        given = None if isinstance(entry.created, str) else entry.created
        for recording in (entry.recording_msid, entry.recording_mbid):
            if recording and recording in self._played:
                return self._played[recording]._replace(play_count=None, rating=entry.score, listened_at=given)
        return Record(user_id=self._user, play_count=None, rating=entry.score, refused=UNKNOWN_RECORDING)


def _read(file: Path) -> Iterator[Record]:
    """The records of an export, or of one file of listens that somebody took out of it."""
    if documents.is_zip(file):
        yield from _read_zip(file)
        return
    with documents.text(file) as opened:
        yield from documents.judged(documents.lines(opened), _LISTEN_DECODER, _Export(ME).listen)


def _read_zip(file: Path) -> Iterator[Record]:
    """The records of an export; its loves and hates come last."""
    with documents.archive(file) as opened:
        export = _Export(_user(file, opened))
        for member in documents.members(opened, _LISTENS):
            with opened.open(member) as content:
                yield from documents.judged(documents.lines(content), _LISTEN_DECODER, export.listen)
        for member in documents.members(opened, _FEEDBACK):
            with opened.open(member) as content:
                yield from documents.judged(documents.lines(content), _FEEDBACK_DECODER, export.feedback)


def _user(file: Path, opened: zipfile.ZipFile) -> str:
    """Whose export it is."""
    for member in documents.members(opened, _USER):
        shown = documents.named(file, member.filename)
        with opened.open(member) as content:
            user = documents.parsed(documents.document(content, shown), _USER_DECODER, shown)
        return user.username or user.user_name or ME
    return ME


def _fits(head: Head) -> bool:
    """A zip with such files, or such lines."""
    if head.kind == "zip":
        return any(map(_LISTENS.search, head.members))
    return head.kind == "json" and head.start.lstrip().startswith("{") and '"track_metadata"' in head.start


LAYOUT = RecordLayout(
    name="ListenBrainz export",
    sentence="a person's ListenBrainz export: the zip, or a file of its listens",
    example='user.json: {"username": "ann"}\nlistens/2024/5.jsonl, a line for each listen:\n'
    '{"listened_at": 1714564800, "track_metadata": {"artist_name": "Portishead", "track_name": "Roads"}}\n'
    'feedback.jsonl (may be missing): {"recording_msid": "5f3c…", "score": 1}',
    fits=_fits,
    read=_read,
)
