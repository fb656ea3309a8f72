"""Reads what jobs write, each time only what is new, without holding up the event loop."""

import asyncio
import os
import re
from pathlib import Path
from typing import NamedTuple

from musicrec_tui.runs import store
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.train.watched import Watched

FILE = "log.txt"
_TAIL, _BLOCK = 256 * 1024, 1024 * 1024
_LONGEST_LINE = 1000
_CHATTER = re.compile(
    r"I\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+:\d+\] |WARNING: All log messages before absl::InitializeLog\(\) is called"
)
"""How TensorFlow begins a line that informs: nothing keeps it from printing some of them when it is loaded."""
_KEPT = 8


class LogPosition(NamedTuple):
    """How far a log was read.

    Attributes:
        offset: bytes; below 0, nothing was read.
        torn: the end that has no line break yet.
        cut: whether the file has lines before the first that was read.
    """

    offset: int = -1
    torn: bytes = b""
    cut: bool = False


def new_lines(folder: Path, place: LogPosition) -> tuple[list[str], LogPosition]:
    """The lines after a place, cleaned, without blank ones and TensorFlow's chatter, and the place to go on from.

    Of a long file that was not read before, only the end is read. A last line without its line break waits for the
    rest of it; see `rest`. Where there is no such file, there is no news.
    """
    try:
        with (folder / FILE).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            within = False
            if not 0 <= place.offset <= size:  # the first time, or another file has taken its place
                place = LogPosition(max(0, size - _TAIL), b"", size > _TAIL)
                within = place.cut
            file.seek(place.offset)
            *lines, torn = (place.torn + file.read(_BLOCK)).split(b"\n")
            place = LogPosition(file.tell(), torn, place.cut)
    except OSError:
        return [], place
    return [clean for line in lines[within:] if _says_something(clean := _clean(line))], place


def last_line(place: LogPosition) -> tuple[list[str], LogPosition]:
    """The end that has no line break, cleaned: of a job that is over, nothing follows it."""
    line = _clean(place.torn)
    return [line] if _says_something(line) else [], place._replace(torn=b"")


def _says_something(line: str) -> bool:
    """Whether a line is worth reading: warnings and errors are, whoever prints them."""
    return bool(line.strip()) and not _CHATTER.match(line)


def _clean(line: bytes) -> str:
    """A line as it may be shown; of one that draws over itself (a progress bar), what it shows last."""
    return printable(line.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace"), _LONGEST_LINE)


class _Read:
    """What was read of a job."""

    def __init__(self) -> None:
        self.watched = Watched()
        self.place = LogPosition()


class Reader:
    """Keeps the jobs that were looked at last, so that going back and forth between them reads nothing twice."""

    def __init__(self) -> None:
        self._known: dict[str, _Read] = {}

    async def catch_up(self, run: RunInfo) -> Watched:
        """All that a run's events and its log say so far.

        Who is cancelled while a thread reads has taken nothing: the next call reads the same again.

        Raises:
            UserError: the events cannot be read.
        """
        while True:
            known = self._of(run)
            watched = known.watched
            events, offset = await asyncio.to_thread(store.read_events, run.folder, watched.offset)
            if offset < watched.offset:  # another file has taken the place of the one that was read
                del self._known[run.id]
                continue
            watched.take(events)
            if offset == watched.offset:
                break
            watched.offset = offset
        lines, known.place = await asyncio.to_thread(new_lines, run.folder, known.place)
        watched.add_lines(lines)
        watched.log_cut |= known.place.cut
        if not run.status.live:
            lines, known.place = last_line(known.place)
            watched.add_lines(lines)
        return watched

    def _of(self, run: RunInfo) -> _Read:
        """What was read of a run, which is the one that was looked at last now."""
        known = self._known.pop(run.id, None) or _Read()
        self._known[run.id] = known
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return known
