"""The log in a zip: its only text table, else its only JSON or scrobbler log; or these of the only zip in it.

Of a person's Apple data (a zip in a zip, too) it is the table with the plays.

Apple's members are named as in exports of https://privacy.apple.com. `Apple Music Play Activity.csv` has each play, but
newer ones name no artist in it; `Apple Music - Track Play History.csv` has the last play of each track.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, BinaryIO, cast

_TABLE = re.compile(r"(?:^|/)(?!\._)[^/]+\.(?:csv|tsv|txt)$", re.IGNORECASE)
_ENTRIES = re.compile(r"(?:^|/)(?!\._)[^/]*\.(?:json|jsonl|ndjson|listens|log)$", re.IGNORECASE)
_READ_ME = re.compile(r"(?:^|/)(?:read[ _-]?me|license)[^/]*\.txt$", re.IGNORECASE)
_APPLE = (
    re.compile(r"(?:^|/)Apple Music Play Activity\.csv$"),
    re.compile(r"(?:^|/)Apple Music - Track Play History\.csv$"),
    re.compile(r"(?:^|/)Apple Music - Play History Daily Tracks\.csv$"),
)
_INNER = re.compile(r"(?:^|/)Apple[ _]Media[ _]Services[^/]*\.zip$", re.IGNORECASE)
_ZIP = re.compile(r"(?:^|/)(?!\._)[^/]+\.zip$", re.IGNORECASE)
_LARGEST_INNER = 4 << 30
_HEADER = 65_536


def tables(members: Sequence[str]) -> list[str]:
    """The members of a zip that may be tables of listens."""
    return [name for name in _matching(members, _TABLE) if not _READ_ME.search(name)]


def _matching(members: Sequence[str], pattern: re.Pattern[str]) -> list[str]:
    """The members whose names match, those that macOS adds aside."""
    return [name for name in members if pattern.search(name) and not name.startswith("__MACOSX/")]


def open_archive(file: Path) -> zipfile.ZipFile:
    """A zip, or the only one in it, where nothing else in it may be a log.

    Raises:
        OSError, zipfile.BadZipFile, RuntimeError: it cannot be read.
    """
    archive = zipfile.ZipFile(file)
    names = archive.namelist()
    inner = _matching(names, _ZIP)
    if len(inner) != 1 or tables(names) or _matching(names, _ENTRIES):
        return archive
    if archive.getinfo(inner[0]).file_size > _LARGEST_INNER:
        return archive
    try:
        return _Inner(archive, inner[0])
    except BaseException:
        archive.close()
        raise


class _Inner(zipfile.ZipFile):
    """A zip in a zip, which closes the outer one with itself."""

    def __init__(self, outer: zipfile.ZipFile, name: str) -> None:
        self._outer, self._member = outer, outer.open(name)
        super().__init__(self._member)

    def close(self) -> None:
        """Close both."""
        super().close()
        self._member.close()
        self._outer.close()


def holds_one(file: Path) -> bool:
    """Whether a zip has a table that `open_table` opens.

    Raises:
        OSError, zipfile.BadZipFile, RuntimeError: it cannot be read.
    """
    try:
        open_table(file).close()
    except FileNotFoundError:
        return False
    return True


def open_table(file: Path) -> BinaryIO:
    """The bytes of the table in a zip.

    Raises:
        FileNotFoundError: it has none, or several.
        OSError, zipfile.BadZipFile, RuntimeError: it cannot be read.
    """
    archive = open_archive(file)
    try:
        opened = _open(archive) or _open_inner(archive)
    except BaseException:
        archive.close()
        raise
    if opened is None:
        archive.close()
        raise FileNotFoundError(f"no table in {file}")
    return cast("BinaryIO", io.BufferedReader(_Member(opened, archive)))


class _Member(io.RawIOBase):
    """A member of a zip, which closes the zip with itself."""

    def __init__(self, opened: IO[bytes], archive: zipfile.ZipFile) -> None:
        self._opened, self._archive = opened, archive

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer with what comes next."""
        piece = self._opened.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the zip, too."""
        if not self.closed:
            self._opened.close()
            self._archive.close()
        super().close()


def _open(archive: zipfile.ZipFile) -> IO[bytes] | None:
    """The table of plays in a zip, else its entries; None where there is none, or several."""
    listed = tables(archive.namelist())
    apple = [name for pattern in _APPLE for name in listed if pattern.search(name)]
    for name in apple:
        if not _APPLE[0].search(name) or _names_artists(archive, name):
            return archive.open(name)
    chosen = apple[:1] or listed or _matching(archive.namelist(), _ENTRIES)
    return archive.open(chosen[0]) if len(chosen) == 1 else None


def _names_artists(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the header of a table has a column of artists."""
    with archive.open(name) as opened:
        return b"artist" in opened.read(_HEADER).partition(b"\n")[0].lower()


def _open_inner(archive: zipfile.ZipFile) -> IO[bytes] | None:
    """The same of Apple's zip in a zip."""
    inner = [one for one in archive.infolist() if _INNER.search(one.filename) and one.file_size <= _LARGEST_INNER]
    return _open(_Inner(archive, inner[0].filename)) if len(inner) == 1 else None
