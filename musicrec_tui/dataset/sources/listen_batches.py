"""The lines of a dump of listens as Arrow, many at a time: twice as many a second as one record after another.

A piece of lines is decoded in one call, small enough to stay in the processor's cache. A piece in which something is
wrong is read line by line, so that each line that is no listen costs itself.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Protocol

import msgspec
import numpy as np
import pyarrow as pa

from musicrec_tui.dataset.sources import batches, documents
from musicrec_tui.dataset.sources.base import ME, Record
from musicrec_tui.dataset.sources.dialect import LINE
from musicrec_tui.dataset.sources.instants import seconds
from musicrec_tui.dataset.sources.text_lines import lines
from musicrec_tui.dataset.sources.text_tables import LineAccount

_CHUNK = 1 << 18
_LATEST = 4e9
"""Seconds since 1970 that are surely in the calendar."""

_TEXT = pa.string()


class Listen(Protocol):
    """What a line is decoded to (see `listenbrainz_export`)."""

    track_metadata: Any
    listened_at: float | str | None
    timestamp: float | str | None
    user_name: str | None
    user_id: int | str | None
    playing_now: bool


Read = Callable[[Iterator[tuple[int, bytes]]], Iterator[Record]]


def read(
    opened: IO[bytes],
    decoder: "msgspec.json.Decoder[Any]",
    one_by_one: Read,
    account: LineAccount,
    playing_now: str,
) -> Iterator[pa.RecordBatch]:
    """The listens of one file.

    Args:
        opened: its lines.
        decoder: of a `Listen`.
        one_by_one: the records of numbered lines.
        account: takes note of rows and blank lines; rows are numbered on from those that it has.
        playing_now: why a listen is refused that is none yet.
    """
    before = account.rows
    line = 0
    for piece in _pieces(opened):
        batch = _batch(piece, decoder, before + line, playing_now)
        if batch is None:
            numbered = enumerate(lines(iter([piece]), documents.LONGEST_LINE), line + 1)
            records = [record._replace(line=before + (record.line or 0)) for record in one_by_one(numbered)]
            yield from batches.batches(records, account)
            line += len(records)
            continue
        yield batch
        line += batch.num_rows
        account.rows += batch.num_rows


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    """The content in pieces of whole lines; of a line that is longer than any listen only the beginning."""
    rest = b""
    first = True
    while chunk := opened.read(_CHUNK):
        chunk, first = chunk.removeprefix(codecs.BOM_UTF8) if first else chunk, False
        cut = chunk.rfind(b"\n") + 1
        if not cut:
            rest = (rest + chunk)[: documents.LONGEST_LINE + 1]
            continue
        yield rest + chunk[:cut]
        rest = chunk[cut:]
    if rest:
        yield rest


def _batch(piece: bytes, decoder: "msgspec.json.Decoder[Any]", before: int, playing_now: str) -> pa.RecordBatch | None:
    """The listens of whole lines, the first of which has the number `before` + 1; None where some line is none."""
    if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"):
        return None
    try:
        listens = decoder.decode_lines(piece)
        if len(listens) != piece.count(b"\n") + (not piece.endswith(b"\n")):
            return None
        columns = _columns(listens, playing_now)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
    rows = len(listens)
    columns["play_count"] = pa.array(np.ones(rows))
    columns[LINE] = pa.array(np.arange(before + 1, before + rows + 1))
    filled = [columns.get(field.name, None) for field in batches.SCHEMA]
    arrays = [
        pa.nulls(rows, field.type) if one is None else one for one, field in zip(filled, batches.SCHEMA, strict=True)
    ]
    return pa.record_batch(arrays, schema=batches.SCHEMA)


def _columns(listens: Sequence[Listen], playing_now: str) -> dict[str, pa.Array]:
    """The columns of listens that are not the same for each; what is done for each stands here, without a call.

    An artist has an MBID where there is one; none where there are several, as the name is of all of them.
    """
    tracks = [listen.track_metadata for listen in listens]
    mapped = [track.mbid_mapping for track in tracks]
    artists = [None if one is None else one.artist_mbids for one in mapped]
    users = [listen.user_name for listen in listens]
    columns = {
        "user_id": pa.array(users if all(users) else [*map(_user, listens)], _TEXT),
        "artist_name": pa.array([track.artist_name for track in tracks], _TEXT),
        "artist_mbid": pa.array([None if ids is None or len(ids) != 1 else ids[0] for ids in artists], _TEXT),
        "release_name": pa.array([track.release_name for track in tracks], _TEXT),
        "recording_name": pa.array([track.track_name for track in tracks], _TEXT),
        "recording_mbid": pa.array([None if one is None else one.recording_mbid for one in mapped], _TEXT),
        "listened_at": _moments(listens),
    }
    now = [listen.playing_now for listen in listens]
    if any(now):
        columns["refused"] = pa.array([playing_now if one else None for one in now], _TEXT)
    return columns


def _user(listen: Listen) -> str:
    """Whose listen it is."""
    return listen.user_name or (ME if listen.user_id is None else str(listen.user_id))


def _moments(listens: Sequence[Listen]) -> pa.Array:
    """When listens were; one that no calendar has is one that the index refuses."""
    given = [listen.timestamp if listen.listened_at is None else listen.listened_at for listen in listens]
    try:
        times = np.fromiter(given, np.float64, len(given))
    except (TypeError, ValueError):
        times = None
    if times is None or not np.all(np.abs(times) < _LATEST):
        told = [None if (one := seconds(value)) is None else batches.moment(one) for value in given]
        return pa.array(told, pa.timestamp("us"))
    return pa.array(np.round(times * 1e6).astype(np.int64).view("datetime64[us]"))
