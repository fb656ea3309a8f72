"""The lines of a dump of listens as Arrow, many at a time: twice as many a second as one record after another.

Arrow reads whole pieces of lines in one call. A piece in which something is wrong is read line by line, so that each
line that is no listen costs itself.
"""

from collections.abc import Callable, Iterator
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json

from musicrec_tui.dataset.sources import batches, documents
from musicrec_tui.dataset.sources.base import ME, Record
from musicrec_tui.dataset.sources.dialect import LINE
from musicrec_tui.dataset.sources.text_lines import lines
from musicrec_tui.dataset.sources.text_tables import LineAccount

_CHUNK = 1 << 19
_LATEST = 4e9
"""Seconds since 1970 that are surely in the calendar."""

_TEXT = pa.string()
_MAPPING = pa.struct([("recording_mbid", _TEXT), ("artist_mbids", pa.list_(_TEXT))])
_TRACK = pa.struct([("artist_name", _TEXT), ("track_name", _TEXT), ("release_name", _TEXT), ("mbid_mapping", _MAPPING)])
_LISTEN = pa.schema([
    ("user_name", _TEXT), ("user_id", pa.int64()), ("listened_at", pa.float64()), ("timestamp", pa.float64()),
    ("playing_now", pa.bool_()), ("track_metadata", _TRACK),
])  # fmt: skip
# Made once: for each Python value that it converts, Arrow looks for pandas anew.
_EMPTY, _NO_TEXT, _ME = pa.scalar("", _TEXT), pa.scalar(None, _TEXT), pa.scalar(ME, _TEXT)
_NO_LIST, _ONE, _PLAY = pa.scalar(None, pa.list_(_TEXT)), pa.scalar(1, pa.int32()), pa.scalar(1.0)
_MICRO = pa.scalar(1e6)
_PARSED = json.ParseOptions(explicit_schema=_LISTEN, unexpected_field_behavior="ignore")
_READ = json.ReadOptions(use_threads=False, block_size=8 * _CHUNK)

Read = Callable[[Iterator[tuple[int, bytes]]], Iterator[Record]]


def read(opened: IO[bytes], one_by_one: Read, account: LineAccount, playing_now: str) -> Iterator[pa.RecordBatch]:
    """The listens of one file.

    Args:
        opened: its lines.
        one_by_one: the records of numbered lines.
        account: takes note of rows and blank lines; rows are numbered on from those that it has.
        playing_now: why a listen is refused that is none yet.
    """
    before = account.rows
    why = pa.scalar(playing_now, _TEXT)
    line = 0
    for piece in _pieces(opened):
        listens = _parsed(piece)
        if listens is None:
            numbered = enumerate(lines(iter([piece]), documents.LONGEST_LINE), line + 1)
            records = [record._replace(line=before + (record.line or 0)) for record in one_by_one(numbered)]
            yield from batches.batches(records, account)
            line += len(records)
            continue
        yield _batch(listens, before + line, why)
        line += listens.num_rows
        account.rows += listens.num_rows


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    """The content in pieces of whole lines; of a line that is longer than any listen only the beginning."""
    rest = b""
    while chunk := opened.read(_CHUNK):
        cut = chunk.rfind(b"\n") + 1
        if not cut:
            rest = (rest + chunk)[: documents.LONGEST_LINE + 1]
            continue
        yield rest + chunk[:cut]
        rest = chunk[cut:]
    if rest:
        yield rest


def _parsed(piece: bytes) -> pa.Table | None:
    """The listens of whole lines; None where some line is none."""
    if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"):
        return None
    try:
        piece.isascii() or piece.decode()
        listens = json.read_json(pa.BufferReader(piece), read_options=_READ, parse_options=_PARSED)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    whole = listens.num_rows == piece.count(b"\n") + (not piece.endswith(b"\n"))
    return listens.combine_chunks() if whole and not listens["track_metadata"].null_count else None


def _batch(listens: pa.Table, before: int, why: pa.Scalar) -> pa.RecordBatch:
    """Listens as canonical ones; the first of them has the number `before` + 1."""
    rows = listens.num_rows
    track = listens["track_metadata"]
    mapped = pc.struct_field(track, "mbid_mapping")
    named = pc.if_else(pc.equal(listens["user_name"], _EMPTY), _NO_TEXT, listens["user_name"])
    columns = {
        "user_id": pc.coalesce(named, pc.cast(listens["user_id"], _TEXT), _ME),
        "artist_name": pc.struct_field(track, "artist_name"),
        "artist_mbid": _lone(pc.struct_field(mapped, "artist_mbids")),
        "release_name": pc.struct_field(track, "release_name"),
        "recording_name": pc.struct_field(track, "track_name"),
        "recording_mbid": pc.struct_field(mapped, "recording_mbid"),
        "listened_at": _moments(pc.coalesce(listens["listened_at"], listens["timestamp"])),
        "play_count": pa.repeat(_PLAY, rows),
        "refused": pc.if_else(listens["playing_now"], why, _NO_TEXT),
        LINE: pa.array(np.arange(before + 1, before + rows + 1)),
    }
    return pa.record_batch(
        [_one(columns.get(field.name, pa.nulls(rows, field.type))) for field in batches.SCHEMA], schema=batches.SCHEMA
    )


def _one(column: "pa.Array | pa.ChunkedArray") -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _lone(mbids: pa.ChunkedArray) -> pa.Array:
    """The MBIDs of lone artists; of several none, for nobody knows whose name it is."""
    return pc.list_element(pc.if_else(pc.equal(pc.list_value_length(mbids), _ONE), mbids, _NO_LIST), 0)


def _moments(seconds: pa.ChunkedArray) -> pa.Array:
    """Seconds since 1970 as times; one that no calendar has is one that the index refuses."""
    span = pc.min_max(seconds).as_py()
    if span["max"] is not None and not (span["min"] > -_LATEST and span["max"] < _LATEST):
        told = [None if one is None else batches.moment(one) for one in seconds.to_pylist()]
        return pa.array(told, pa.timestamp("us"))
    return pc.cast(pc.cast(pc.round(pc.multiply(seconds, _MICRO)), pa.int64()), pa.timestamp("us"))
