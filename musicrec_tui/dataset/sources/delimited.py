"""The rows of a text table, one physical line after another, whatever is wrong with some of them.

Each physical line belongs to one row, or is blank, or comes before the rows. A quoted value may span lines; a quotation
mark that is never closed costs its own row only, for the lines after it are read again.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from musicrec_tui.dataset.sources import dialect as dialects
from musicrec_tui.dataset.sources.dialect import Dialect
from musicrec_tui.dataset.sources.text_lines import LONGEST_LINE

BROKEN_ROW = "not a row of the table (columns, quotes or encoding)"
OPEN_QUOTE = "quotation mark that is never closed"
TOO_LONG = f"line of more than {LONGEST_LINE >> 20} MB"
REASONS = frozenset({BROKEN_ROW, OPEN_QUOTE, TOO_LONG})
"""Reasons to leave a row out."""

STRAY_QUOTES = "quotation marks that enclose no whole value, read as letters"
NULS = "NUL characters removed"
"""What may be repaired."""

_MOST_LINES = 50
"""Of one row whose values span lines."""


class Row(NamedTuple):
    """A row of a text table.

    Attributes:
        line: the number of its first physical line, from 1.
        fields: its values; empty where it is left out.
        spans: its physical lines.
        refused: why it is left out.
        repaired: what was repaired.
        text: the line as it stands in the file, where either is said.
        blank: it is no row but a blank line.
    """

    line: int
    fields: Sequence[str | None]
    spans: int = 1
    refused: str = ""
    repaired: str = ""
    text: str = ""
    blank: bool = False


Fits = Callable[[Sequence[str]], bool]
"""Whether a row's typed values (numbers, times) are what their columns hold."""


def any_row(_: Sequence[str]) -> bool:
    """Every row fits where no column is typed."""
    return True


class Parser:
    """Reads the rows of one table.

    Args:
        dialect: how the table is written.
        names: the places of columns that hold names, whose values may span lines.
        fits: distinguishes rows from fragments of a value that spans lines.
    """

    def __init__(self, dialect: Dialect, names: frozenset[int] | None = None, fits: Fits = any_row) -> None:
        self._dialect = dialect
        self._names = names
        self._fits = fits
        self._ahead: deque[bytes] = deque()

    def rows(self, lines: Iterator[bytes]) -> Iterator[Row]:
        """The rows of these lines, the first of which is that after the header."""
        number = self._dialect.skipped + 1
        delimiter, width, mark = self._dialect.delimiter, self._dialect.width, self._dialect.quote.encode()
        while True:
            line = self._ahead.popleft() if self._ahead else next(lines, None)
            if line is None:
                return
            plain = mark not in line and b"\0" not in line and len(line) <= LONGEST_LINE
            if plain:
                try:
                    fields = line.decode().split(delimiter)
                except UnicodeDecodeError:
                    fields = []
                if len(fields) == width and (width > 1 or fields[0].strip()):
                    yield Row(number, fields)
                    number += 1
                    continue
            row = self._row(number, line, lines)
            yield row
            number += row.spans

    def _row(self, number: int, line: bytes, lines: Iterator[bytes]) -> Row:
        """The row that begins with a line that is not simply a row."""
        if len(line) > LONGEST_LINE:
            return Row(number, (), refused=TOO_LONG, text=line[:200].decode(errors="replace"))
        repaired = NULS if b"\0" in line else ""
        try:
            text = line.replace(b"\0", b"").decode()
        except UnicodeDecodeError:
            return Row(number, (), refused=BROKEN_ROW, text=line.decode(errors="replace"))
        if not text.strip():
            return Row(number, (), blank=True)
        fields, wrong = dialects.split(text, self._dialect)
        if wrong == dialects.OPEN and (spanning := self._spanning(number, text, lines)) is not None:
            return spanning
        if wrong in (dialects.OPEN, dialects.UNMATCHED):
            return Row(number, (), refused=OPEN_QUOTE, text=text)
        if len(fields) == self._dialect.width + 1 and not fields[-1].strip() and self._fits(fields):
            fields = fields[:-1]  # a delimiter at the end, and nothing shifted
        if not self._dialect.fewest <= len(fields) <= self._dialect.width:
            return Row(number, (), refused=BROKEN_ROW, text=text)
        if wrong:
            repaired = STRAY_QUOTES
        missing = [None] * (self._dialect.width - len(fields))
        return Row(number, [*fields, *missing], repaired=repaired, text=text if repaired else "")

    def _spanning(self, number: int, first: str, lines: Iterator[bytes]) -> Row | None:
        """The row that begins with a line whose last quote is open, if lines that follow close it as they should.

        They do not where one of them is a row by itself: then the quote was a stray one.
        """
        whole, spans = first, 1
        for line in self._following(lines):
            try:
                text = line.replace(b"\0", b"").decode()
            except UnicodeDecodeError:
                return None
            whole, spans = f"{whole}\n{text}", spans + 1
            if spans > _MOST_LINES or len(whole) > LONGEST_LINE:
                return None
            if self._dialect.quote not in text:
                continue
            found = dialects.split(whole, self._dialect)
            if found.wrong == dialects.OPEN:
                continue
            if found.wrong or len(found.fields) != self._dialect.width or self._swallows(whole, found.fields):
                return None
            for _ in range(spans - 1):
                self._ahead.popleft()
            return Row(number, found.fields, spans=spans)
        return None

    def _following(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """The lines that come next, which stay where they are."""
        yield from chain(tuple(self._ahead), self._more(lines))

    def _more(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """Lines that nobody looked at yet."""
        for line in islice(lines, _MOST_LINES):
            self._ahead.append(line)
            yield line

    def _swallows(self, whole: str, fields: Sequence[str]) -> bool:
        """Whether a value that spans lines would swallow rows."""
        if self._names is not None and any("\n" in value for at, value in enumerate(fields) if at not in self._names):
            return True
        first, *others = whole.split("\n")
        return self._is_row(first) and any(map(self._is_row, others))

    def _is_row(self, line: str) -> bool:
        """Whether a line would be a row by itself, its quotes read as data where they are not closed in it."""
        fields = dialects.split(line, self._dialect).fields
        return len(fields) == self._dialect.width and self._fits(
            [value.strip(f" {self._dialect.quote}") for value in fields]
        )
