"""What a file shows of itself: its kind, by its first bytes, and its columns, first lines or members."""

import contextlib
import csv
import glob
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal, NamedTuple, cast

import duckdb

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

Columns = Mapping[str, str]
"""A table's columns: lower-case name to DuckDB type."""

Kind = Literal["parquet", "text", "json", "zip"]

# zipfile raises RuntimeError for what is encrypted, NotImplementedError for a way of packing that it does not know, and
# ValueError and struct.error for a directory that makes no sense; `BadGzipFile` is an OSError, but says damage.
_DAMAGE = (
    EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError, ValueError, struct.error, lzma.LZMAError,
)  # fmt: skip
_LOOKED_AT = 262_144
_LINES = 20
_MAGIC = 4


class Head(NamedTuple):
    """What a file shows of itself.

    Attributes:
        file: where it is.
        kind: by its content.
        columns: of Parquet, with types; of text, the first line's fields, all VARCHAR.
        delimiter: between the fields of text.
        start: the first characters of text and JSON, unpacked.
        members: the names of a zip's files.
        compression: of text and JSON.
    """

    file: Path
    kind: Kind
    columns: Columns = MappingProxyType({})
    delimiter: str = ","
    start: str = ""
    members: tuple[str, ...] = ()
    compression: Literal["none", "gzip", "zstd"] = "none"

    def rows(self, *, quotes: bool = True) -> list[list[str]]:
        """The first lines of text as fields."""
        lines = self.start.splitlines()[:_LINES]
        if not quotes:
            return [line.split(self.delimiter) for line in lines]
        with contextlib.suppress(csv.Error):  # a field that is longer than any real one
            return list(csv.reader(lines, delimiter=self.delimiter))
        return []


def look(connection: duckdb.DuckDBPyConnection, file: Path) -> Head:
    """Look at a file.

    Raises:
        UserError: it cannot be read, is damaged, or is empty.
    """
    with legible(file):
        return _look(connection, file)


@contextlib.contextmanager
def legible(file: Path) -> Iterator[None]:
    """What goes wrong while a file is read becomes a sentence that names it.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    try:
        yield
    except _DAMAGE as error:
        told = printable(str(error)).rstrip(".") or type(error).__name__
        raise UserError(f"{_shown(file)} is damaged or incomplete: {told}. Get it again.") from error
    except OSError as error:
        raise UserError(f"Cannot read {_shown(file)}: {error.strerror or printable(str(error))}.") from error


def open_text(file: Path) -> BinaryIO:
    """A text file's bytes, unpacked where it is gzip or zstd.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        magic = opened.read(_MAGIC)
    if _compression(magic) == "gzip":
        return cast("BinaryIO", gzip.open(file))
    if _compression(magic) == "zstd":
        import pyarrow as pa

        return cast("BinaryIO", io.BufferedReader(pa.input_stream(str(file), compression="zstd")))
    return file.open("rb")


def _look(connection: duckdb.DuckDBPyConnection, file: Path) -> Head:
    """See `look`."""
    with file.open("rb") as opened:
        magic = opened.read(_MAGIC)
    if magic[:4] == b"PAR1" or file.suffix.lower() == ".parquet":  # by its name: then it may be broken
        return Head(file, "parquet", columns=_parquet_columns(connection, file))
    if magic[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        with zipfile.ZipFile(file) as archive:
            return Head(file, "zip", members=tuple(archive.namelist()))
    with open_text(file) as unpacked:
        start = unpacked.read(_LOOKED_AT).decode("utf-8-sig", errors="replace")
    if not start.strip() or "\0" in start:
        what = "empty" if not start.strip("\0 \t\r\n") else "not text"
        raise UserError(f"{_shown(file)} is {what}: there is no log in it.")
    compression = _compression(magic)
    if start.lstrip()[:1] in ("{", "["):
        return Head(file, "json", start=start, compression=compression)
    columns, delimiter = _text_columns(start)
    return Head(file, "text", columns=columns, delimiter=delimiter, start=start, compression=compression)


def _compression(magic: bytes) -> Literal["none", "gzip", "zstd"]:
    """How text is packed, by its first bytes."""
    if magic[:2] == b"\x1f\x8b":
        return "gzip"
    return "zstd" if magic[:4] == b"\x28\xb5\x2f\xfd" else "none"


def _parquet_columns(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """The columns of a Parquet file, from its footer."""
    sql = "DESCRIBE SELECT * FROM read_parquet($files, binary_as_string = true)"
    try:
        rows = connection.execute(sql, {"files": [glob.escape(str(file))]}).fetchall()
    except duckdb.Error as error:
        raise UserError(
            f"{_shown(file)} cannot be read as Parquet: it is damaged, incomplete, or something else."
        ) from error
    return {str(name).lower(): str(type_) for name, type_, *_ in rows}


def _text_columns(start: str) -> tuple[dict[str, str], str]:
    """The fields of the first line as columns, all text, and the delimiter.

    DuckDB's sniffer also looks at rows, and one broken row can make it take each line for one column.
    """
    header = next(io.StringIO(start.lstrip("\r\n"))).rstrip("\r\n")
    delimiter = max("\t,;|", key=header.count)
    names: list[str] = []
    with contextlib.suppress(csv.Error, StopIteration):
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter))]
    names = [name if name and name not in names[:place] else f"column_{place}" for place, name in enumerate(names)]
    return dict.fromkeys(names, "VARCHAR"), delimiter


def _shown(file: Path) -> str:
    """A path, for people."""
    return printable(str(file), None)
