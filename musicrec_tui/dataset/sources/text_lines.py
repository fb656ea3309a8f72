"""The physical lines of a text file, whatever its encoding, packing and line ends: bounded, and counted apart."""

import bz2
import codecs
import gzip
import io
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Literal, cast

from musicrec_tui.dataset.sources import zipped_table
from musicrec_tui.dataset.sources.encoding import Encoding

LONGEST_LINE = 4 << 20
"""Bytes (as UTF-8) of the longest line that is a row."""

_CHUNK = 1 << 20
_ENDS = re.compile(r"\r\n|\r|\n")
_MAGIC = 4
_BOM = codecs.BOM_UTF8

Compression = Literal["none", "gzip", "zstd", "xz", "bzip2", "zip"]


def compression(magic: bytes) -> Compression:
    """How text is packed, by its first bytes."""
    if magic[:2] == b"\x1f\x8b":
        return "gzip"
    if magic[:4] == b"\xfd7zX":
        return "xz"
    if magic[:3] == b"BZh":
        return "bzip2"
    if magic[:4] == b"PK\x03\x04":
        return "zip"
    return "zstd" if magic[:4] == b"\x28\xb5\x2f\xfd" else "none"


def open_text(file: Path) -> BinaryIO:
    """A text file's bytes, unpacked where it is gzip, zstd, xz or bzip2, or a zip with a table in it.

    Raises:
        OSError: it cannot be read, or is a zip without one table.
        zipfile.BadZipFile, RuntimeError: a zip is damaged or encrypted.
    """
    with file.open("rb") as opened:
        packed = compression(opened.read(_MAGIC))
    if packed == "gzip":
        return cast("BinaryIO", gzip.open(file))
    if packed == "zip":
        return zipped_table.open_table(file)
    if packed == "bzip2":
        return cast("BinaryIO", bz2.open(file))
    if packed == "xz":
        return cast("BinaryIO", lzma.open(file))
    if packed == "zstd":
        import pyarrow as pa

        return cast("BinaryIO", io.BufferedReader(pa.input_stream(str(file), compression="zstd")))
    return file.open("rb")


def chunks(opened: IO[bytes], encoding: Encoding) -> Iterator[bytes]:
    """A file's content as UTF-8, without a byte order mark; what is no text in its encoding becomes U+FFFD.

    Bytes of a file in UTF-8 pass as they are, valid or not.
    """
    first = True
    decoder = None if encoding.codec == "utf-8" else codecs.getincrementaldecoder(encoding.codec)("replace")
    while raw := opened.read(_CHUNK):
        chunk = raw if decoder is None else decoder.decode(raw).encode("utf-8", errors="replace")
        if first and chunk:
            chunk, first = chunk.removeprefix(_BOM), False
        yield chunk
    if decoder is not None:
        yield decoder.decode(b"", True).encode("utf-8", errors="replace")


def lines(content: Iterator[bytes], longest: int = LONGEST_LINE) -> Iterator[bytes]:
    r"""The lines of a text, without their ends: LF, CR LF, or CR alone.

    Args:
        content: pieces of the text.
        longest: of a line with more bytes only the first `longest + 1` are given.
    """
    rest = b""
    for piece in content:
        split = (rest + piece).splitlines(keepends=True)
        rest = b""
        if split and not split[-1].endswith(b"\n"):  # it may go on, or be a CR whose LF comes with the next piece
            rest = split.pop()
        for line in split:
            yield _bare(line)[: longest + 1]
        if len(rest) > longest + 1:
            rest = rest[: longest + 1] + (b"\r" if rest.endswith(b"\r") else b"")
    for line in rest.splitlines():
        yield line[: longest + 1]


def _bare(line: bytes) -> bytes:
    """A line without its end."""
    if line.endswith(b"\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith((b"\n", b"\r")) else line


def split_lines(text: str) -> list[str]:
    """The lines of some text, as `lines` sees them (`str.splitlines` sees more)."""
    split = _ENDS.split(text)
    return split if split[-1] else split[:-1]


def count_lines(content: Iterator[bytes]) -> int:
    """How many physical lines a text has."""
    counter = LineCounter()
    for _ in counter.over(content):
        pass
    return counter.lines


class LineCounter:
    """Counts the physical lines of a text by its line ends alone, apart from whatever parses it."""

    def __init__(self) -> None:
        self._ends = 0
        self._last = b""

    def over(self, content: Iterator[bytes]) -> Iterator[bytes]:
        """The same pieces, counted as they pass."""
        for piece in content:
            if piece:
                self._ends += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
                self._ends -= self._last == b"\r" and piece.startswith(b"\n")
                self._last = piece[-1:]
            yield piece

    @property
    def lines(self) -> int:
        """How many there were; the last one may lack its end."""
        return self._ends + (self._last not in (b"", b"\n", b"\r"))
