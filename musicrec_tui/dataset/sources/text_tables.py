"""A text table as rows, read line by line in Python, with an account of all of its physical lines."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from musicrec_tui.dataset.sources.delimited import Fits, Parser, Row, any_row
from musicrec_tui.dataset.sources.dialect import Dialect
from musicrec_tui.dataset.sources.encoding import Encoding
from musicrec_tui.dataset.sources.text_lines import LineCounter, chunks, lines, open_text

_EXAMPLES = 3
_SHOWN = 200


class Broken(NamedTuple):
    """A row of text that was left out or repaired before its values were looked at: line, reason, and its text."""

    line: int
    reason: str
    text: str


class LineAccount:
    """What the physical lines of a text file are.

    Attributes:
        lines: all, counted by their ends.
        before: those before the first row: header, comments, blank ones.
        blank: those after it with nothing but white space.
        continued: those that continue a row that began before.
        refused: rows that were left out, by reason; `examples` the first of each.
        repaired: the lines of rows that were repaired, by reason.
    """

    def __init__(self) -> None:
        self.lines = self.before = self.blank = self.continued = self.rows = 0
        self.refused: Counter[str] = Counter()
        self.repaired: dict[str, list[int]] = {}
        self.examples: list[Broken] = []
        self.texts: dict[int, str] = {}

    @property
    def adds_up(self) -> bool:
        """Whether each line is exactly one of these."""
        return self.lines == self.before + self.blank + self.continued + self.rows + self.refused.total()

    def take(self, row: Row) -> None:
        """Note a row."""
        self.continued += row.spans - 1
        if row.blank:
            self.blank += 1
        elif row.refused:
            self.refused[row.refused] += 1
            if self.refused[row.refused] <= _EXAMPLES:
                self.examples.append(Broken(row.line, row.refused, row.text[:_SHOWN]))
        else:
            self.rows += 1
            if row.repaired:
                self.repaired.setdefault(row.repaired, []).append(row.line)


@contextlib.contextmanager
def rows(
    file: Path,
    dialect: Dialect,
    encoding: Encoding,
    account: LineAccount | None = None,
    *,
    names: frozenset[int] | None = None,
    fits: Fits = any_row,
) -> Iterator[Iterator[Row]]:
    """The rows of a text table, those that are left out included.

    Args:
        file: perhaps packed.
        dialect: how it is written.
        encoding: of its bytes.
        account: takes note of all lines; it is whole when all rows were asked for.
        names: see `Parser`.
        fits: see `Parser`.

    Raises:
        OSError, EOFError, zlib.error: the file cannot be read.
    """
    counter = LineCounter()
    with open_text(file) as opened:
        physical = lines(counter.over(chunks(opened, encoding)))
        before = sum(1 for _ in islice(physical, dialect.skipped))
        yield _noted(Parser(dialect, names, fits).rows(physical), counter, account or LineAccount(), before)


def _noted(found: Iterator[Row], counter: LineCounter, account: LineAccount, before: int) -> Iterator[Row]:
    """Rows, noted as they pass."""
    account.before = before
    for row in found:
        account.take(row)
        yield row
    account.lines = counter.lines
