"""A job's log.txt as it grows: what libraries printed, and what Python said of a crash."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from musicrec_tui.text import printable

FILE = "log.txt"
_TAIL, _BLOCK = 256 * 1024, 1024 * 1024
_LONGEST_LINE = 1000
_CHATTER = re.compile(
    r"I\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+:\d+\] |WARNING: All log messages before absl::InitializeLog\(\) is called"
)
"""How TensorFlow begins a line that informs: nothing keeps it from printing some of them when it is loaded."""


class Place(NamedTuple):
    """How far a log was read.

    Attributes:
        offset: bytes; below 0, nothing was read.
        torn: the end that has no line break yet.
        cut: whether the file has lines before the first that was read.
    """

    offset: int = -1
    torn: bytes = b""
    cut: bool = False


def news(folder: Path, place: Place) -> tuple[list[str], Place]:
    """The lines after a place, cleaned, without blank ones and TensorFlow's chatter, and the place to go on from.

    Of a long file that was not read before, only the end is read. A last line without its line break waits for the
    rest of it; see `rest`. Where there is no such file, there is no news.
    """
    try:
        with (folder / FILE).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            within = False
            if not 0 <= place.offset <= size:  # the first time, or another file has taken its place
                place = Place(max(0, size - _TAIL), b"", size > _TAIL)
                within = place.cut
            file.seek(place.offset)
            *lines, torn = (place.torn + file.read(_BLOCK)).split(b"\n")
            place = Place(file.tell(), torn, place.cut)
    except OSError:
        return [], place
    return [clean for line in lines[within:] if _says_something(clean := _clean(line))], place


def rest(place: Place) -> tuple[list[str], Place]:
    """The end that has no line break, cleaned: of a job that is over, nothing follows it."""
    line = _clean(place.torn)
    return [line] if _says_something(line) else [], place._replace(torn=b"")


def _says_something(line: str) -> bool:
    """Whether a line is worth reading: warnings and errors are, whoever prints them."""
    return bool(line.strip()) and not _CHATTER.match(line)


def _clean(line: bytes) -> str:
    """A line as it may be shown; of one that draws over itself (a progress bar), what it shows last."""
    return printable(line.rstrip(b"\r").rpartition(b"\r")[2].decode("utf-8", "replace"), _LONGEST_LINE)
