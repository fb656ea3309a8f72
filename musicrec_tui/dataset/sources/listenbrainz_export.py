"""Listens as ListenBrainz writes them in JSON: exports of one person, what its API gives and takes, and the dump.

An export is a zip (with loves and hates) or, before it, one array; the dump of all listens is lines of many users in a
packed tar. Pages of the API, and what players submit to it, hold listens in an envelope: a document, a list of such, or
one to a line.

Fields: https://listenbrainz.readthedocs.io/en/latest/users/json.html and `listenbrainz-dumps.html` beside it. A dump is
streamed: it is never unpacked to disk.
"""

import contextlib
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from musicrec_tui.dataset.sources import archives, documents
from musicrec_tui.dataset.sources.base import ME, Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.instants import seconds
from musicrec_tui.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

    from musicrec_tui.dataset.sources.text_tables import LineAccount

PLAYING_NOW = "playing now, no listen yet"
UNKNOWN_RECORDING = "love or hate of a recording that is not among the listens"

_LISTENS = re.compile(r"(^|/)listens/\d+/\d+\.(jsonl|listens)$|\.listens$")
_FEEDBACK = re.compile(r"(^|/)feedback\.jsonl$")
_ENVELOPED = re.compile(rb'\s*\[?\s*\{(?:(?!"track_metadata").)*?"(?:payload|listen_type)"\s*:', re.DOTALL)
_BEGINNING = 1024
_JUDGED = 10
"""Lines that are looked at to see whether each is an envelope."""
_USER = re.compile(r"(^|/)user\.json$")


class _Mapping(msgspec.Struct, gc=False):
    """What ListenBrainz found in MusicBrainz for a listen."""

    recording_mbid: str | None = None
    artist_mbids: list[str] | None = None


class _Track(msgspec.Struct, gc=False):
    """What was listened to."""

    artist_name: str | None = None
    track_name: str | None = None
    release_name: str | None = None
    recording_msid: str | None = None
    mbid_mapping: _Mapping | None = None


class _Listen(msgspec.Struct, gc=False):
    """A listen; millions of them are read, and none refers to itself."""

    track_metadata: _Track
    listened_at: float | str | None = None
    timestamp: float | str | None = None
    recording_msid: str | None = None
    user_name: str | None = None
    user_id: int | str | None = None
    playing_now: bool = False


class _Page(msgspec.Struct):
    """A page of the API."""

    listens: list[msgspec.Raw] = []
    user_id: str | None = None


class _Envelope(msgspec.Struct):
    """What the API answers, or what players submit to it (`listen_type`: "single", "import" or "playing_now")."""

    payload: _Page | list[msgspec.Raw]
    listen_type: str = ""


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
_ENVELOPE_DECODER = msgspec.json.Decoder(_Envelope)
_RAWS_DECODER = msgspec.json.Decoder(list[msgspec.Raw])


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
        user = entry.user_name or (self._user if entry.user_id is None else str(entry.user_id))
        artist = Record(
            user_id=user if self._user == ME else self._user,
            artist_name=track.artist_name,
            artist_mbid=mbids[0] if len(mbids) == 1 else None,
        )
        played = artist._replace(recording_name=track.track_name, recording_mbid=mapping.recording_mbid)
        for recording in (track.recording_msid, entry.recording_msid, mapping.recording_mbid):
            if recording:
                self._remember(recording, played)
        return played._replace(
            release_name=track.release_name,
            listened_at=seconds(entry.timestamp if entry.listened_at is None else entry.listened_at),
            refused=PLAYING_NOW if entry.playing_now else None,
        )

    def _remember(self, recording: str, played: Record) -> None:
        """Note who played a recording."""
        self._played[recording] = played

    def feedback(self, entry: _Feedback) -> Record:
        """A rating of the recording, with its artist."""
        given = None
        with contextlib.suppress(ValueError, OverflowError):  # a rating without its time is one, too
            given = seconds(entry.created)
        for recording in (entry.recording_msid, entry.recording_mbid):
            if recording and recording in self._played:
                return self._played[recording]._replace(play_count=None, rating=entry.score, listened_at=given)
        return Record(user_id=self._user, play_count=None, rating=entry.score, refused=UNKNOWN_RECORDING)


class _Dump(_Export):
    """Lines without loves and hates: nothing has to be remembered, however many there are."""

    def __init__(self) -> None:
        super().__init__(ME)

    def _remember(self, recording: str, played: Record) -> None:
        """Nobody asks for it."""


def _read(file: Path) -> Iterator[Record]:
    """The records of an export, of a dump, or of one file of listens out of either."""
    if documents.holds(file, _LISTENS):
        yield from _read_zip(file)
        return
    with documents.text(file) as opened:
        start = opened.read(_BEGINNING)
    if archives.is_tar(start):
        with documents.text(file) as opened:
            for content in archives.members(opened, _LISTENS):
                yield from _listens(content)
    elif _is_document(start):
        yield from _read_document(file)
    else:
        with documents.text(file) as opened:
            yield from documents.judged_lines(documents.numbered(opened), _LISTEN_DECODER, _Dump().listen)


def _quick(file: Path, account: "LineAccount") -> "Iterator[pa.RecordBatch] | None":
    """The listens of a dump, or of a file of lines, as Arrow."""
    if documents.holds(file, _LISTENS):
        return None
    with documents.text(file) as opened:
        start = opened.read(_BEGINNING)
    if archives.is_tar(start):
        return _batches_of_dump(file, account)
    return None if _is_document(start) else _batches_of_lines(file, account)


def _is_document(start: bytes) -> bool:
    """Whether a file that begins so is something else than a listen to a line."""
    start = start.lstrip(b"\xef\xbb\xbf \r\n\t")
    return start.startswith(b"[") or _ENVELOPED.match(start) is not None


def _batches_of_dump(file: Path, account: "LineAccount") -> "Iterator[pa.RecordBatch]":
    """The listens of all members, one after another."""
    with documents.text(file) as opened:
        for content in archives.members(opened, _LISTENS):
            yield from _batches(content, account)


def _batches_of_lines(file: Path, account: "LineAccount") -> "Iterator[pa.RecordBatch]":
    """The listens of a file of lines."""
    with documents.text(file) as opened:
        yield from _batches(opened, account)


def _batches(opened: IO[bytes], account: "LineAccount") -> "Iterator[pa.RecordBatch]":
    """The listens of lines."""
    from musicrec_tui.dataset.sources import listen_batches  # Arrow: not for the TUI

    def one_by_one(numbered: Iterator[tuple[int, bytes]]) -> Iterator[Record]:
        return documents.judged_lines(numbered, _LISTEN_DECODER, _Dump().listen)

    return listen_batches.read(opened, _LISTEN_DECODER, one_by_one, account, PLAYING_NOW)


def _listens(opened: IO[bytes]) -> Iterator[Record]:
    """The listens of a member of a dump, which may be of many users."""
    return documents.judged(documents.lines(opened), _LISTEN_DECODER, _Dump().listen)


def _read_document(file: Path) -> Iterator[Record]:
    """The listens of an array, of an envelope, of a list of these, or of one to a line."""
    shown = documents.named(file)
    with documents.text(file) as opened:
        content = documents.document(opened, shown)
    if _ENVELOPED.match(content[:_BEGINNING]) is None:
        listens = documents.parsed(content, _RAWS_DECODER, shown)
        yield from documents.judged(listens, _LISTEN_DECODER, _Export(ME).listen)
        return
    if content.lstrip().startswith(b"["):
        envelopes: list[msgspec.Raw] | list[bytes] = documents.parsed(content, _RAWS_DECODER, shown)
    else:
        envelopes = [line for line in content.splitlines() if line.strip()]
        if not any(map(_is_envelope, envelopes[:_JUDGED])):  # one document over several lines
            envelopes = [content]
    for envelope in envelopes:
        yield from _enveloped(bytes(envelope), shown)


def _is_envelope(line: bytes) -> bool:
    """Whether a line is an envelope by itself."""
    try:
        _ENVELOPE_DECODER.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return True


def _enveloped(content: bytes, shown: str) -> Iterator[Record]:
    """The listens of an envelope; what is none is one record that is refused."""
    try:
        envelope = documents.parsed(content, _ENVELOPE_DECODER, shown)
    except UserError:
        yield documents.no_entry(content)
        return
    page = envelope.payload
    listens, user = (page.listens, page.user_id or ME) if isinstance(page, _Page) else (page, ME)
    for record in documents.judged(listens, _LISTEN_DECODER, _Export(user).listen):
        now = envelope.listen_type == "playing_now" and record.refused is None
        yield record._replace(refused=PLAYING_NOW) if now else record


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
    """A zip or a packed tar with such files, or such entries."""
    if head.kind in ("zip", "tar"):
        return any(map(_LISTENS.search, head.members))
    return head.kind == "json" and '"track_metadata"' in head.start


def _is_lined(head: Head) -> bool:
    """Whether each listen of a file is a line."""
    return head.kind == "json" and not _is_document(head.start[:_BEGINNING].encode())


LAYOUT = RecordLayout(
    name="ListenBrainz export",
    sentence="listens from ListenBrainz as JSON: a person's export (the zip, a file of it, the older array), pages "
    "of the API, what players submit, or the public dump (.tar.zst, its folder, a .listens file)",
    example='user.json: {"username": "ann"}\nlistens/2024/5.jsonl, a line for each listen:\n'
    '{"listened_at": 1714564800, "track_metadata": {"artist_name": "Portishead", "track_name": "Roads"}}\n'
    'feedback.jsonl (may be missing): {"recording_msid": "5f3c…", "score": 1}',
    fits=_fits,
    read=_read,
    lined=_is_lined,
    quick=_quick,
)
