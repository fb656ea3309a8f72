"""Whether DuckDB's reader can be trusted with a text table, by counting line ends and quotes apart from it.

Where it cannot (a quotation mark that is not closed swallows the rows up to the next one, and DuckDB's own count does
not show it), `delimited` reads the table line by line.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from musicrec_tui.dataset.sources.dialect import Dialect
from musicrec_tui.dataset.sources.encoding import Encoding
from musicrec_tui.dataset.sources.text_lines import compression, open_text

if TYPE_CHECKING:
    import numpy as np

_CHUNK, _MAGIC = 1 << 20, 4
"""A piece, and what is made of it, stay in the processor's cache: eight times as much takes twice as long."""
_LONGEST = 16 << 20
_LF, _CR, _QUOTE = 10, 13, 34
_SUSPECT = 65_536


class Check(NamedTuple):
    """What was found in a text file.

    Attributes:
        plain: whether each of its lines is one row, blank or before the rows, and all its text is UTF-8.
        lines: its physical lines, where it is plain.
        blank: how many of them are empty, after the header.
        suspect: some bytes around the first that is not UTF-8; empty where all are.
    """

    plain: bool
    lines: int = 0
    blank: int = 0
    suspect: bytes = b""


def check(file: Path, dialect: Dialect, encoding: Encoding) -> Check:
    """Look through a file once.

    Raises:
        OSError, EOFError, zlib.error: it cannot be read.
    """
    by_lines = dialect.backslash or dialect.quote != '"' or dialect.fewest < dialect.width
    if by_lines or _is_not_duckdbs(file) or encoding.codec != "utf-8":
        return Check(plain=False)
    lines = blank = 0
    plain = True
    utf_8 = codecs.getincrementaldecoder("utf-8")()
    with open_text(file) as opened:
        for piece in _whole_lines(opened, encoding.marked):
            if not piece.isascii():
                try:
                    utf_8.decode(piece, final=True)
                except UnicodeDecodeError as error:
                    return Check(plain=False, suspect=piece[max(0, error.start - _SUSPECT) : error.start + _SUSPECT])
            if plain and (seen := _plain(piece, dialect)) is not None:
                lines, blank = lines + seen[0], blank + seen[1]
            else:
                plain = False  # go on: the rest may be in another encoding
    return Check(plain=True, lines=lines, blank=blank) if plain else Check(plain=False)


def _is_not_duckdbs(file: Path) -> bool:
    """Whether a file is packed in a way that DuckDB does not read."""
    with file.open("rb") as opened:
        return compression(opened.read(_MAGIC)) in ("xz", "bzip2", "zip")


def _whole_lines(opened: "object", marked: bool) -> Iterator[bytes]:
    """The content in pieces that end with a line; a last line without an end gets one."""
    rest = b""
    first = True
    while raw := opened.read(_CHUNK):  # type: ignore[attr-defined]
        if first and marked:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        first = False
        cut = raw.rfind(b"\n") + 1
        if not cut:
            rest += raw
            if len(rest) > _LONGEST:  # no table of rows: `delimited` reads it within bounds
                yield b"\0"
                rest = b""
            continue
        yield rest + raw[:cut]
        rest = raw[cut:]
    if rest:
        yield rest + b"\n"


def _plain(piece: bytes, dialect: Dialect) -> tuple[int, int] | None:
    """The lines and the blank ones of whole lines; None where one of them is no simple row."""
    import numpy as np

    if b"\0" in piece:
        return None
    text = np.frombuffer(piece, np.uint8)
    if b"\r" in piece and np.count_nonzero(text == _CR) != piece.count(b"\r\n"):
        return None
    ends = np.flatnonzero(text == _LF)
    if dialect.quotes and b'"' in piece and not _quotes_fit(piece, ord(dialect.delimiter)):
        return None
    before = np.empty_like(ends)
    before[:1] = -1
    before[1:] = ends[:-1]
    empty = ends - before == 1
    if b"\r" in piece:
        empty |= (ends - before == 2) & (text[ends - 1] == _CR)
    if not _fields_fit(text, before, ends, dialect):
        return None
    return len(ends), int(np.count_nonzero(empty))


def _fields_fit(text: "np.ndarray", before: "np.ndarray", ends: "np.ndarray", dialect: Dialect) -> bool:
    """Whether no line that ends with a delimiter has a field too many: DuckDB takes such a row, all fields shifted.

    Args:
        text: the bytes of whole lines.
        before: where the line before each line ends.
        ends: where each line ends.
        dialect: how they are written; quotes are in pairs.
    """
    import numpy as np

    delimiter = ord(dialect.delimiter)
    last = text[ends - 1]
    last = np.where(last == _CR, text[ends - 2], last)
    told = np.flatnonzero((last == delimiter) & (ends - before > 1))
    if not len(told):
        return True
    delimits = text == delimiter
    if dialect.quotes:
        delimits &= np.cumsum(text == _QUOTE) % 2 == 0
    fields = np.add.reduceat(delimits, before + 1, dtype=np.int64)
    return bool(np.all(fields[told] < dialect.width))


def _quotes_fit(piece: bytes, delimiter: int) -> bool:
    """Whether all quotes of whole lines are in pairs around whole values that do not span lines.

    The first of a pair comes after a delimiter, a line's end or another quote; the second before one.
    """
    import numpy as np

    text = np.frombuffer(piece, np.uint8)
    quotes = np.flatnonzero(text == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = text[opening - 1]
    if opening[0] == 0:
        before = before.copy()
        before[0] = _LF
    after = text[closing + 1]  # a piece ends with a line's end
    if not np.all((before == delimiter) | (before == _LF) | (before == _QUOTE)):
        return False
    if not np.all((after == delimiter) | (after == _LF) | (after == _CR) | (after == _QUOTE)):
        return False
    # A quote before an opening one is the closing one before it; and no pair has a line's end within.
    touching = before == _QUOTE
    touching[:1] = False
    if not np.all(closing[np.flatnonzero(touching) - 1] + 1 == opening[touching]):
        return False
    ends = np.flatnonzero(text == _LF)
    return bool(np.all(np.searchsorted(ends, opening) == np.searchsorted(ends, closing)))
