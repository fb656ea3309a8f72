"""Reading and appending events.jsonl, which may be torn, damaged, or written by a later version."""

import mmap
import os
import threading
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui import files, sealed
from musicrec_tui.runs.events import AnyEvent

FILE = "events.jsonl"
RESERVE = ".reserve"
_ROOM = 8192
_BLOCK = 4 * 2**20
HEAD, _TAIL = 2**17, 2 * 2**20
"""Bytes of the beginning and of the end of a long log that its state is read from: some thousand events."""
_RESUMED = b'\n{"event":"resumed"'
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def decode(line: bytes) -> AnyEvent | None:
    """One line; None where it is damaged or a later version's."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _is_json(line: bytes) -> bool:
    """Whether a line is JSON: an event of a later version, if it is none of ours."""
    try:
        msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


class Chunk(NamedTuple):
    """A part of a log.

    Attributes:
        events: of it. Damaged lines and those of later versions are skipped.
        offset: where to continue.
        damaged: how many lines are damaged.
        checked: whether the lines behind it must have checksums.
    """

    events: list[AnyEvent]
    offset: int
    damaged: int = 0
    checked: bool = False


def read(folder: Path, offset: int = 0) -> tuple[list[AnyEvent], int]:
    """The events after byte `offset`, and the offset to continue from; see `read_chunk`."""
    chunk = read_chunk(folder, offset)
    return chunk.events, chunk.offset


def read_chunk(folder: Path, offset: int = 0, *, checked: bool = False, most: int = _BLOCK) -> Chunk:
    """The events after byte `offset`, of which lines before it had checksums or not.

    A last line without its line break is left for the next call: it may still be being written. A file that is
    shorter than `offset` is not the one that was read before, and is read from its start. At most some megabytes
    are read in one call; nothing is left when the offset stays the same.

    Raises:
        OSError: the file is there and cannot be read. A file that is not there has no events.
    """
    try:
        descriptor = files.open_regular(folder / FILE)
    except FileNotFoundError:
        return Chunk([], 0)
    with os.fdopen(descriptor, "rb") as file:
        if offset > os.fstat(file.fileno()).st_size:
            offset, checked = 0, False
        file.seek(offset)
        block = file.read(most)
    end = block.rfind(b"\n") + 1
    if end == 0 and len(block) == most:
        end = most  # no event is that long: damage, to be passed over
    events, damaged = [], 0
    for line, must in sealed.whole_lines(block[:end].split(b"\n"), checked=checked):
        checked = must
        if line is not None and (event := decode(line)) is not None:
            events.append(event)
        elif line is None or not _is_json(line):
            damaged += 1
    return Chunk(events, offset + end, damaged, checked)


def end_start(folder: Path) -> int:
    """The byte offset of a line at which the end of a long log begins; 0 for one that is not long.

    Raises:
        OSError: the log cannot be read.
    """
    try:
        with os.fdopen(files.open_regular(folder / FILE), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= 2 * (HEAD + _TAIL):
                return 0
            file.seek(size - _TAIL)
            return size - _TAIL + file.read(_TAIL).find(b"\n") + 1
    except FileNotFoundError:
        return 0


def session_start(folder: Path) -> int:
    """The byte offset at which a job's last session begins: 0 unless it was resumed.

    Raises:
        OSError: the log cannot be read.
    """
    try:
        with (
            os.fdopen(files.open_regular(folder / FILE), "rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as log,
        ):
            return log.rfind(_RESUMED) + 1
    except (FileNotFoundError, ValueError):  # there is none, or it is empty
        return 0


def append(folder: Path, event: AnyEvent) -> None:
    """Write one event to the log of a job that no process works on.

    Raises:
        OSError: the disk is full, say.
    """
    appender = Appender(folder)
    try:
        appender.append(event)
    finally:
        appender.close()


def hold_room(folder: Path) -> None:
    """Hold back a little room on the disk, so that the last word fits on a disk that has become full.

    Called when a job is made or resumed, where a full disk can still be reported.

    Raises:
        OSError: there is no room.
    """
    (folder / RESERVE).write_bytes(b"\0" * _ROOM)


class Appender:
    """Appends events, one write for each, from any thread; the last one takes the room that `hold_room` held back."""

    def __init__(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(folder / FILE, flags, 0o666)
        self._reserve = folder / RESERVE
        self._torn = os.fstat(self._descriptor).st_size > 0  # who wrote before us may not have ended its line
        self._lock = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Write no more."""
        with self._lock:
            self._close()

    def append(self, event: AnyEvent) -> None:
        """Write one event.

        Raises:
            OSError: the disk is full, say. The next event starts on a line of its own nevertheless.
        """
        with self._lock:
            self._write(event)

    def append_last(self, event: AnyEvent) -> None:
        """Write a last word, with the room that was held back if need be; nothing can follow it."""
        with self._lock:
            self._reserve.unlink(missing_ok=True)
            self._write(event)
            os.fsync(self._descriptor)
            self._close()

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            os.close(self._descriptor)

    def _write(self, event: AnyEvent) -> None:
        """Write a line with one call, so that readers see all of it or a torn end."""
        if self._closed:
            return
        line = sealed.check_line(msgspec.json.encode(event)) + b"\n"
        if self._torn:
            line = b"\n" + line
        self._torn = True
        written = os.write(self._descriptor, line)
        while written < len(line):
            written += os.write(self._descriptor, line[written:])
        self._torn = False
