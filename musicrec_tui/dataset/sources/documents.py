"""JSON in files and in zips, read with bounds: what unpacks to more than any real log has is refused, not swallowed."""

import contextlib
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

import msgspec

from musicrec_tui.dataset.sources.base import NO_ENTRY, Record
from musicrec_tui.dataset.sources.head import legible
from musicrec_tui.dataset.sources.text_lines import open_text
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

LONGEST_LINE = 1 << 20
LARGEST_DOCUMENT = 256 << 20
_DENSE = 16 << 20
_FEWEST_BYTES = 16
_BOM = b"\xef\xbb\xbf"
_SURROGATES = re.compile(rb"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)")
"""In JSON: an escaped backslash, a pair of surrogates, and, as a group, one that is alone."""

Entry = TypeVar("Entry")


def lines(opened: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file that are not blank; of one that is longer than any entry, only the beginning."""
    return (line for line in all_lines(opened) if line.strip())


def all_lines(opened: IO[bytes]) -> Iterator[bytes]:
    """The same, blank ones included."""
    while line := opened.readline(LONGEST_LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = opened.readline(LONGEST_LINE)
        yield line.removeprefix(_BOM)


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


def parsed(content: bytes, decoder: "msgspec.json.Decoder[Entry]", shown: str) -> Entry:
    """A whole document (its entries may stay raw, to be judged one by one).

    Raises:
        UserError: it is not what the decoder expects, or cut.
    """
    try:
        return decoder.decode(_one_by_one(content))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        told = printable(str(error)).rstrip(".")
        raise UserError(f"{shown} is damaged, cut short, or no such export: {told}. Get it again.") from error


def _one_by_one(content: bytes) -> bytes:
    """A document in which half a surrogate pair, which is no text, spoils its own entry and not all of them."""
    if not re.search(rb"\\u[dD][89a-fA-F]", content):
        return content
    return _SURROGATES.sub(lambda found: b"\xff" if found[1] else found[0], content)


def judged(
    entries: Iterator[bytes] | list[msgspec.Raw],
    decoder: "msgspec.json.Decoder[Entry]",
    record: Callable[[Entry], Record],
) -> Iterator[Record]:
    """Each entry as a record; one that is not as it should be is a record that is refused."""
    for entry in entries:
        try:
            decoded = decoder.decode(entry)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            yield Record(refused=NO_ENTRY)
        else:
            yield record(decoded)


@contextlib.contextmanager
def text(file: Path) -> Iterator[BinaryIO]:
    """A file of text, unpacked where it is packed.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    with legible(file), open_text(file) as opened:
        yield opened


def is_zip(file: Path) -> bool:
    """Whether a file is a zip, by its first bytes.

    Raises:
        UserError: it cannot be read.
    """
    with legible(file), file.open("rb") as opened:
        return opened.read(2) == b"PK"


@contextlib.contextmanager
def archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """A zip.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    with legible(file), zipfile.ZipFile(file) as opened:
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
