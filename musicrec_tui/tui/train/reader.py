"""Reads the events and logs of runs in threads, each time only what was appended."""

import asyncio
import os
import re
from pathlib import Path
from typing import NamedTuple

from musicrec_tui import files
from musicrec_tui.runs import store
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.text import printable
from musicrec_tui.tui.train.run_state import RunState

FILE = "log.txt"
_TAIL, _BLOCK = 256 * 1024, 1024 * 1024
_LONGEST_LINE = 1000
_CHATTER = re.compile(
    r"I\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+:\d+\] |WARNING: All log messages before absl::InitializeLog\(\) is called|"
    r"E\d{4} \d\d:\d\d:[\d.]+ +\d+ cuda_platform\.cc:\d+\] failed call to cuInit: .*\(303\)"
)
"""The beginning of TensorFlow's information lines, some of which cannot be turned off. Error 303 of `cuInit` is the
missing driver of a machine without a GPU, whatever `CUDA_VISIBLE_DEVICES` is."""
_KEPT = 8


class LogPosition(NamedTuple):
    """The position in a log file up to which it was read.

    Attributes:
        offset: bytes; below 0: nothing was read.
        torn: the last bytes, without a line break yet.
        cut: whether earlier lines were skipped.
    """

    offset: int = -1
    torn: bytes = b""
    cut: bool = False


def new_lines(folder: Path, place: LogPosition) -> tuple[list[str], LogPosition]:
    """The lines after a position, clean, without blank and TensorFlow's information lines; and the next position.

    Of a long file only the end is read at first. A last line without a line break is left for the next call; see
    `last_line`. Without a file there are no lines.
    """
    try:
        with os.fdopen(files.open_regular(folder / FILE), "rb") as file:
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
    """The last line of a run that ended, if it has no line break, clean."""
    line = _clean(place.torn)
    return [line] if _says_something(line) else [], place._replace(torn=b"")


def _says_something(line: str) -> bool:
    """Whether a line is neither blank nor an information line of TensorFlow."""
    return bool(line.strip()) and not _CHATTER.match(line)


def _clean(line: bytes) -> str:
    """A line as clean text; of a line that overwrites itself (a progress bar), the last state."""
    return printable(line.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace"), _LONGEST_LINE)


class _Read:
    """A run's state and the position in its log."""

    def __init__(self) -> None:
        self.run_state = RunState()
        self.place = LogPosition()


class Reader:
    """Reads runs, with a cache of the last ones, so that switching between them reads nothing twice."""

    def __init__(self) -> None:
        self._known: dict[str, _Read] = {}

    async def catch_up(self, run: RunInfo) -> RunState:
        """The state of a run from its events and log.

        If it is cancelled while a thread reads, the next call reads the same again.

        Raises:
            UserError: the events cannot be read.
        """
        while True:
            known = self._of(run)
            run_state = known.run_state
            events, offset = await asyncio.to_thread(store.read_events, run.folder, run_state.offset)
            if offset < run_state.offset:  # another file has taken the place of the one that was read
                del self._known[run.id]
                continue
            run_state.take(events)
            if offset == run_state.offset:
                break
            run_state.offset = offset
        lines, known.place = await asyncio.to_thread(new_lines, run.folder, known.place)
        run_state.add_lines(lines)
        run_state.log_cut |= known.place.cut
        if not run.status.live:
            lines, known.place = last_line(known.place)
            run_state.add_lines(lines)
        return run_state

    def _of(self, run: RunInfo) -> _Read:
        """The cached state of a run, now the most recently used."""
        known = self._known.pop(run.id, None) or _Read()
        self._known[run.id] = known
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return known
