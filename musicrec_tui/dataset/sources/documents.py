"""JSON in files and in zips, read with bounds: what unpacks to more than any real log has is refused, not swallowed."""

import contextlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

import msgspec

from musicrec_tui.dataset.sources import archives, encoding, json_repair, zipped_table
from musicrec_tui.dataset.sources.base import BLANK_LINE, CUT_OFF, NO_ENTRY, Record
from musicrec_tui.dataset.sources.encoding import UTF_8, Encoding
from musicrec_tui.dataset.sources.head import legible
from musicrec_tui.dataset.sources.text_lines import chunks, open_text
from musicrec_tui.dataset.sources.text_lines import lines as physical_lines
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

LONGEST_LINE = 1 << 20
LARGEST_DOCUMENT = 256 << 20
_DENSE = 1 << 20
_FEWEST_BYTES = 12
"""Bytes to a comma in a document of more than `_DENSE` bytes: fewer would fill the memory with tiny values."""

_JUDGED = 262_144
_SHOWN = 200
_PRIVATE = re.compile(r'("(?:ip_addr|user_agent|platform|device|conn_country)[^"]*"\s*:\s*)"[^"]*"?', re.IGNORECASE)
"""What an exporter writes of the place and the device of a play."""

_BOM = b"\xef\xbb\xbf"
_SURROGATES = re.compile(rb"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)")
"""In JSON: an escaped backslash, a pair of surrogates, and, as a group, one that is alone."""

Entry = TypeVar("Entry")


def lines(opened: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file that are not blank; of one that is longer than any entry, only the beginning."""
    return (line for _, line in numbered(opened) if line.strip())


def numbered(opened: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """All physical lines with their numbers from 1, blank ones included."""
    return enumerate(physical_lines(chunks(opened, UTF_8), LONGEST_LINE), 1)


def document(opened: IO[bytes], shown: str) -> bytes:
    """All of a file.

    Raises:
        UserError: it is too large.
    """
    content = opened.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise UserError(f"{shown} unpacks to more than {LARGEST_DOCUMENT >> 20} MB, which is no export of one person.")
    if len(content) > _DENSE and content.count(b",") * _FEWEST_BYTES > len(content):
        raise UserError(f"{shown} holds nothing but commas, which is no export of one person.")
    return content.removeprefix(_BOM)


def each(file: Path, pattern: re.Pattern[str]) -> Iterator[tuple[bytes, str]]:
    """A file (of a zip the only one in it), or the members that match, each as a whole and with its name for people.

    Raises:
        UserError: it cannot be read, or is too large.
    """
    if not holds(file, pattern):
        with text(file) as opened:
            yield document(opened, named(file)), named(file)
        return
    with archive(file) as packed:
        for member in members(packed, pattern):
            shown = named(file, member.filename)
            with packed.open(member) as content:
                yield document(content, shown), shown


def parsed(content: bytes, decoder: "msgspec.json.Decoder[Entry]", shown: str) -> Entry:
    """A whole document (its entries may stay raw, to be judged one by one).

    What is broken in it costs its own entry, and a document that is cut off is read up to there (see `json_repair`).

    Raises:
        UserError: it is not what the decoder expects, or has no entry that is whole.
    """
    whole = _one_by_one(content)
    try:
        try:
            return decoder.decode(whole)
        except msgspec.MsgspecError:
            repaired = json_repair.repaired(whole)
            if repaired is None:
                raise
            return decoder.decode(repaired)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        told = printable(str(error)).rstrip(".")
        raise UserError(f"{shown} is damaged, cut short, or no such export: {told}. Get it again.") from error


def _one_by_one(content: bytes) -> bytes:
    """A document in which half a surrogate pair, which is no text, spoils its own entry and not all of them."""
    if not re.search(rb"\\u[dD][89a-fA-F]", content):
        return content
    return _SURROGATES.sub(lambda found: b"\xff" if found[1] else found[0], content)


def judged(
    entries: Iterable[bytes] | Iterable[msgspec.Raw],
    decoder: "msgspec.json.Decoder[Entry]",
    record: Callable[[Entry], Record],
) -> Iterator[Record]:
    """Each entry as a record; one that is not as it should be is a record that is refused."""
    for entry in entries:
        try:
            yield record(decoder.decode(entry))
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
            yield no_entry(bytes(entry))


def judged_lines(
    numbered: Iterable[tuple[int, bytes]],
    decoder: "msgspec.json.Decoder[Entry]",
    record: Callable[[Entry], Record],
) -> Iterator[Record]:
    """The same of lines with their numbers; blank ones are records that say so."""
    for number, line in numbered:
        if not line.strip():
            yield Record(refused=BLANK_LINE, line=number)
            continue
        [judgement] = judged((line,), decoder, record)
        yield judgement._replace(line=number)


def no_entry(raw: bytes) -> Record:
    """What is no entry, as a record that is refused and shows how it begins."""
    broken = json_repair.broken_entry(raw)
    if broken is None:
        return Record(refused=NO_ENTRY, text=as_shown(raw[:_SHOWN].decode(errors="replace")))
    return Record(refused=CUT_OFF if broken.cut else NO_ENTRY, text=as_shown(broken.text))


def as_shown(text: str) -> str:
    """How an entry begins, without the place and the device of its play."""
    return _PRIVATE.sub(r'\1"…"', text)


@contextlib.contextmanager
def text(file: Path) -> Iterator[BinaryIO]:
    """A file of text as UTF-8, unpacked where it is packed.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    with legible(file), open_text(file) as opened:
        start = opened.read(_JUDGED)
    found = UTF_8 if archives.is_tar(start) else encoding.detect(start)
    with legible(file), open_text(file) as opened:
        yield opened if found.codec == "utf-8" else io.BufferedReader(_Recoded(opened, found))


class _Recoded(io.RawIOBase):
    """A text in another encoding, as bytes of UTF-8."""

    def __init__(self, opened: BinaryIO, found: Encoding) -> None:
        self._pieces = chunks(opened, found)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer with what comes next."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def is_zip(file: Path) -> bool:
    """Whether a file is a zip, by its first bytes.

    Raises:
        UserError: it cannot be read.
    """
    with legible(file), file.open("rb") as opened:
        return opened.read(2) == b"PK"


def holds(file: Path, pattern: re.Pattern[str]) -> bool:
    """Whether a file is a zip with members whose names match.

    Raises:
        UserError: it cannot be read.
    """
    if not is_zip(file):
        return False
    with archive(file) as opened:
        return bool(members(opened, pattern))


@contextlib.contextmanager
def archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """A zip.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    with legible(file), zipped_table.open_archive(file) as opened:
        yield opened


def members(opened: zipfile.ZipFile, pattern: re.Pattern[str]) -> list[zipfile.ZipInfo]:
    """Those members whose names match, each once, sorted so that 2 comes before 10."""
    found = {member.filename: member for member in opened.infolist() if pattern.search(member.filename)}
    return sorted(found.values(), key=lambda member: _natural(member.filename))


def named(file: Path, member: str = "") -> str:
    """A file, or a member of a zip, for people."""
    return printable(f"{file} ({member})" if member else str(file), None)


def _natural(name: str) -> list[tuple[int, str]]:
    """A name as a key to sort by, its numbers as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
