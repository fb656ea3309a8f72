"""What a file shows of itself: its kind, by its first bytes, and its columns, first lines or members."""

import codecs
import contextlib
import glob
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

import _duckdb as duckdb

from musicrec_tui.dataset.sources import dialect as dialects
from musicrec_tui.dataset.sources import zipped_table
from musicrec_tui.dataset.sources.dialect import LINE, Dialect
from musicrec_tui.dataset.sources.encoding import UTF_8, Encoding, detect
from musicrec_tui.dataset.sources.text_lines import Compression, compression, open_text, split_lines
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

Columns = Mapping[str, str]
"""A table's columns: lower-case name to DuckDB type."""

Kind = Literal["parquet", "text", "json", "zip", "tar"]

# zipfile raises RuntimeError for what is encrypted, NotImplementedError for a way of packing that it does not know, and
# ValueError and struct.error for a directory that makes no sense; `BadGzipFile` is an OSError, but says damage.
_DAMAGE = (
    EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError, ValueError, struct.error, lzma.LZMAError,
)  # fmt: skip
_LOOKED_AT = 262_144
_LINES = 20
_SNIFFED = 400
_MAGIC = 4
_TAR, _MEMBERS, _TAR_LOOKED_AT = 512, 50, 1 << 20
_MOST_COLUMNS = 20_000
_MOST_NULS = 20
"""A text has at most one NUL in so many characters."""


class UnreadableFile(UserError):  # noqa: N818  (it says what the file is)
    """A file that cannot be read, or is damaged.

    Attributes:
        file: which.
    """

    def __init__(self, message: str, file: Path) -> None:
        super().__init__(message)
        self.file = file


class Head(NamedTuple):
    """What a file shows of itself.

    Attributes:
        file: where it is.
        kind: by its content.
        columns: of Parquet, with types; of text, the first line's fields, all VARCHAR.
        labels: the names of the columns as the file spells them.
        start: the first characters of text and JSON, unpacked, up to the end of a line.
        members: the names of a zip's files, or of the first ones of a packed tar.
        compression: of text and JSON.
        encoding: of text and JSON.
        dialect: how a text table is written.
    """

    file: Path
    kind: Kind
    columns: Columns = MappingProxyType({})
    labels: Sequence[str] = ()
    start: str = ""
    members: tuple[str, ...] = ()
    compression: Compression = "none"
    encoding: Encoding = UTF_8
    dialect: Dialect = Dialect()

    def rows(self, *, quotes: bool = True, limit: int = _LINES) -> list[list[str]]:
        """The first lines of text as fields, those before the header aside."""
        lines = self.dialect.first_rows(split_lines(self.start))[:limit]
        dialect = self.dialect._replace(quotes=quotes)
        return [dialects.split(line, dialect).fields for line in lines]


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
        raise UnreadableFile(f"{_shown(file)} is damaged or incomplete: {told}. Get it again.", file) from error
    except OSError as error:
        why = error.strerror or printable(str(error))
        raise UnreadableFile(f"Cannot read {_shown(file)}: {why}.", file) from error


def _look(connection: duckdb.DuckDBPyConnection, file: Path) -> Head:
    """See `look`."""
    with file.open("rb") as opened:
        magic = opened.read(_MAGIC)
    if magic[:4] == b"PAR1" or file.suffix.lower() == ".parquet":  # by its name: then it may be broken
        columns = _parquet_columns(connection, file)
        return Head(file, "parquet", columns=columns, labels=tuple(columns))
    if magic[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        with zipped_table.open_archive(file) as archive:
            return Head(file, "zip", members=tuple(archive.namelist()))
    with open_text(file) as unpacked:
        if _is_tar(unpacked.read(_TAR)):
            return Head(file, "tar", members=_tar_members(file), compression=compression(magic))
    return _of_text(file, compression(magic))


def look_within(file: Path) -> Head | None:
    """Look at the table in a zip; None where it has none, or several.

    Raises:
        UserError: it cannot be read, is damaged, or is empty.
    """
    with legible(file):
        return _of_text(file, "zip") if zipped_table.holds_one(file) else None


def _of_text(file: Path, packed: Compression) -> Head:
    """What text shows of itself.

    Raises:
        UserError: it is none.
    """
    start, encoding = _start(file)
    text = start.rstrip("\0 \t\r\n")  # a power cut leaves zeros at the end of a file
    if not text.strip("\0 \t\r\n") or text.count("\0") * _MOST_NULS > len(text):
        what = "not text" if text else "empty"
        raise UserError(f"{_shown(file)} is {what}: there is no log in it.")
    if start.lstrip()[:1] in ("{", "["):
        return Head(file, "json", start=start, compression=packed, encoding=encoding)
    lines = split_lines(start)[:_SNIFFED]
    _check_width(file, lines)
    dialect = dialects.sniff(lines)
    labels = _labels(start, dialect)
    columns = dict.fromkeys(keys(labels), "VARCHAR")
    return Head(
        file, "text", columns=columns, labels=labels, start=start, compression=packed, encoding=encoding,
        dialect=dialect,
    )  # fmt: skip


def _check_width(file: Path, lines: Sequence[str]) -> None:
    """Refuse what has more columns than any table of listens, before anything looks at each of them.

    Raises:
        UserError: it has.
    """
    widest = max((line.count(one) for line in lines for one in dialects.DELIMITERS), default=0) + 1
    if widest > _MOST_COLUMNS:
        raise UserError(f"{_shown(file)} has more than {_MOST_COLUMNS:,} columns, which no table of listens has.")


def _is_tar(start: bytes) -> bool:
    """Whether bytes are the beginning of a tar."""
    return start[257:262] == b"ustar"


def _tar_members(file: Path) -> tuple[str, ...]:
    """The names of the first files in a packed tar: all of them would be known only when all was unpacked."""
    names: list[str] = []
    try:
        with open_text(file) as opened, tarfile.open(fileobj=opened, mode="r|") as archive:
            for member in archive:
                if member.isreg():
                    names.append(member.name)
                if len(names) == _MEMBERS or archive.offset > _TAR_LOOKED_AT:
                    break
    except tarfile.TarError as error:
        raise EOFError(str(error)) from error
    return tuple(names)


def _start(file: Path) -> tuple[str, Encoding]:
    """The first characters of text, up to the end of a line where there is one, and its encoding."""
    with open_text(file) as unpacked:
        raw = unpacked.read(_LOOKED_AT)
        whole = not unpacked.read(1)
    encoding = detect(raw)
    codec = "utf-8-sig" if encoding.codec == "utf-8" else encoding.codec
    start = codecs.getincrementaldecoder(codec)("replace").decode(raw, whole)
    if not whole and (cut := max(start.rfind("\n"), start.rfind("\r")) + 1):
        start = start[:cut]
    return start, encoding


def _labels(start: str, dialect: Dialect) -> tuple[str, ...]:
    """The fields of the line that may be the header, as many as a row has."""
    bare = start.replace("\0", "")  # as in rows; DuckDB would end a column's name there
    rows = [dialects.split(line, dialect).fields for line in dialect.first_rows(split_lines(bare)[:_SNIFFED])]
    names = [" ".join(name.split()) for name in rows[0]]
    lacking = len(names) == dialect.width - 1 and any(row[-1].strip() for row in rows[1:])
    if lacking and _are_numbers([row[0] for row in rows[1:]]):
        names.insert(0, "")  # R writes rows with their numbers, and no name above these
    return tuple(names + [""] * (dialect.width - len(names)))


def _are_numbers(values: Sequence[str]) -> bool:
    """Whether values count from one to the next."""
    numbers = [int(value) for value in values if value.strip().isdecimal()]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(values)))


def keys(labels: Sequence[str]) -> list[str]:
    """A name for each column that no other one has."""
    taken = {LINE, ""}
    names = []
    for place, label in enumerate(labels):
        name = label.lower()
        names.append(f"column_{place}" if name in taken else name)
        taken.add(name)
    return names


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


def _shown(file: Path) -> str:
    """A path, for people."""
    return printable(str(file), None)
