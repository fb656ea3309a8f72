"""How a text table is written: what stands between fields, what its quotes mean, where its rows begin."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.sources import column_roles

LINE = "_line"
"""The column of a table read from text that has the numbers of lines; no column of a file is called so."""

DELIMITERS = "\t,;|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?$', re.IGNORECASE)
_RULE = re.compile(r"[\s|+:=-]*---[\s|+:=-]*|(\W*:?-{1,2}:?\s*\|)+\s*")
_PREAMBLE = 10
_LONGEST_HEADER = 6
_JUDGED = 100
"""Fields of a line that are looked at, to distinguish a header from a title."""
OPEN, UNMATCHED, STRAY = "open", "unmatched", "stray"
"""What may be wrong with the quotes of a line: one is not closed, has no partner, or they enclose no whole value."""


class Dialect(NamedTuple):
    """How a text table is written.

    Attributes:
        delimiter: what stands between fields.
        quotes: whether quotation marks stand around values (else they are part of them).
        quote: which mark that is: `"`, or `'` where all values of a column stand in such.
        backslash: whether a quotation mark within a quoted value is written with a backslash (else it is doubled).
        preamble: the lines before the header that are no rows: blank, comments, `sep=;`.
        header: whether the line after these names the columns.
        header_lines: how many lines the header is: a name in quotes may span lines.
        ruled: whether a line of dashes stands below the header, as in Markdown.
        width: the fields of a row.
        fewest: the fields of the shortest row; columns that it lacks are empty.
    """

    delimiter: str = ","
    quotes: bool = True
    quote: str = '"'
    backslash: bool = False
    preamble: int = 0
    header: bool = True
    header_lines: int = 1
    ruled: bool = False
    width: int = 0
    fewest: int = 0

    @property
    def skipped(self) -> int:
        """The lines before the first row."""
        return self.preamble + self.header * (self.header_lines + self.ruled)

    def first_rows(self, lines: Sequence[str]) -> list[str]:
        """The lines of a file from the header on that are not blank, those of the header as one."""
        end = self.preamble + self.header_lines
        below = lines[end + self.ruled :]
        return ["\n".join(lines[self.preamble : end]), *(line for line in below if line.strip())]


class Split(NamedTuple):
    """A line's fields, and what is wrong with its quotes, else empty."""

    fields: list[str]
    wrong: str = ""


def split(line: str, dialect: Dialect) -> Split:
    """The fields of one line.

    Where quotes are not as they should be, the field that they are in is read with its quotes as data.
    """
    delimiter = dialect.delimiter
    mark = dialect.quote
    if not dialect.quotes or mark not in line:
        return Split(line.split(delimiter))
    fields: list[str] = []
    wrong = ""
    at = 0
    while at <= len(line):
        found = quoted(line, at, dialect)
        if found is None:
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            value = line[at:end]
            if value.lstrip(" ").startswith(mark):
                wrong = _worse(wrong, _misquoted(line, at, value, dialect))
                value = value.strip(" ")[1:-1] if wrong == STRAY and value.rstrip(" ").endswith(mark) else value
            elif mark in value and mark != "'":  # an apostrophe
                wrong = wrong or STRAY
        else:
            value, end = found
        fields.append(value)
        at = end + 1
    return Split(fields, wrong)


def quoted(text: str, at: int, dialect: Dialect) -> tuple[str, int] | None:
    """The quoted field that begins at a place, and where it ends; None where there is none that is whole.

    It ends at a delimiter, or at the end of the text; blanks around its quotes are not part of it.
    """
    start = at
    while text[start : start + 1] == " ":
        start += 1
    mark = dialect.quote
    if text[start : start + 1] != mark:
        return None
    close = _closing(text, start + 1, dialect)
    if close < 0:
        return None
    end = close + 1
    while text[end : end + 1] == " " and dialect.delimiter != " ":
        end += 1
    if end < len(text) and text[end] != dialect.delimiter:
        return None
    inner = text[start + 1 : close]
    if dialect.backslash:
        return re.sub(rf"\\(.)|{mark}{mark}", lambda found: found[1] or mark, inner), end
    return inner.replace(mark * 2, mark), end


def _closing(text: str, at: int, dialect: Dialect) -> int:
    """Where the quotation mark is that closes a value which begins at a place; -1: nowhere."""
    while True:
        close = text.find(dialect.quote, at)
        if close < 0:
            return -1
        if dialect.backslash and (close - len(text[at:close].rstrip("\\")) - at) % 2:
            at = close + 1
        elif text[close + 1 : close + 2] == dialect.quote:
            at = close + 2
        else:
            return close


def _misquoted(line: str, at: int, value: str, dialect: Dialect) -> str:
    """What is wrong with a field that begins at a place with a quotation mark; `value` is it up to the delimiter."""
    mark = dialect.quote
    if _closing(line, line.index(mark, at) + 1, dialect) < 0:
        return OPEN
    enclosed = value.rstrip(" ").endswith(mark) and len(value.strip(" ")) > 1
    return STRAY if enclosed or value.count(mark) % 2 == 0 else UNMATCHED


def _worse(one: str, other: str) -> str:
    """The worse of two things that are wrong."""
    return max(one, other, key=("", STRAY, UNMATCHED, OPEN).index)


def sniff(lines: Sequence[str], *, quotes: bool = True) -> Dialect:
    """The dialect of a table that begins with these lines (whole ones); it has a header until proven otherwise.

    Args:
        lines: the first lines; one at least is not blank.
        quotes: whether quotation marks may stand around values.
    """
    preamble, separator = _before_header(lines)
    rows = [line for line in lines[preamble:] if line.strip()]
    if not rows:
        return Dialect(delimiter=separator or ",", preamble=preamble, width=1, fewest=1, quotes=quotes)
    backslash = quotes and _by_backslash(rows)
    delimiter = separator or max(DELIMITERS, key=lambda one: _consistency(rows, one, quotes, backslash))
    dialect = Dialect(delimiter, quotes, backslash=backslash, preamble=preamble)
    if quotes and _by_apostrophe(rows, dialect):
        dialect = dialect._replace(quote="'")
    dialect = dialect._replace(header_lines=_header_lines(lines[preamble:], dialect))
    below = lines[preamble + dialect.header_lines :][:1]
    dialect = dialect._replace(ruled=any(map(_RULE.fullmatch, below)))
    fields = [split(row, dialect).fields for row in dialect.first_rows(lines)]
    counts = [len(row) for row in fields]
    most = Counter(counts[1:] or counts).most_common(1)[0][0]
    named = counts[0]
    if dialect.header_lines == 1 and (titles := _titles(fields, most)) and titles < _PREAMBLE:
        dialect = dialect._replace(preamble=lines.index(rows[titles], preamble))
        named = counts[titles]
    alike = sum(count == most for count in counts[1:]) * 10 >= 9 * len(counts[1:])
    width = max(named, most) if alike else named
    return dialect._replace(width=width, fewest=most if alike and most < named else width)


def _before_header(lines: Sequence[str]) -> tuple[int, str]:
    """How many lines before the header are blank, comments or `sep=;`, and the delimiter that such a line names."""
    at = 0
    separator = ""
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at < len(lines) and (found := _SEPARATOR_LINE.match(lines[at].strip(" \r\n"))):
        separator = found[1]
        at += 1
    while at < len(lines) and _no_header(lines[at]):
        at += 1
    return at, separator


def _header_lines(lines: Sequence[str], dialect: Dialect) -> int:
    """How many lines the header is that begins with the first of these: a name in quotes may span lines."""
    if split(lines[0], dialect).wrong != OPEN:
        return 1
    for several in range(2, _LONGEST_HEADER + 1):
        found = split("\n".join(lines[:several]), dialect)
        if not found.wrong and several < len(lines):
            return several if len(found.fields) == len(split(lines[several], dialect).fields) else 1
    return 1


def _by_apostrophe(rows: Sequence[str], dialect: Dialect) -> bool:
    """Whether all values of some column stand in `'…'` (a name may begin or end with such a sign, but not all do)."""
    below = rows[1:] or rows
    if not all("'" in row for row in below):
        return False
    trial = dialect._replace(quote="'")
    found = [split(row, trial) for row in below]
    width = Counter(len(one.fields) for one in found).most_common(1)[0][0]
    whole = [(row, one.fields) for row, one in zip(below, found, strict=True) if len(one.fields) == width]
    if any(one.wrong for one in found) or len(whole) * 10 < 9 * len(below):
        return False
    enclosed = [
        all(f"'{values[at].replace(chr(39), chr(39) * 2)}'" in row for row, values in whole) for at in range(width)
    ]
    return sum(enclosed) > 1 or any(
        all_are and len({values[at] for _, values in whole}) > 1 for at, all_are in enumerate(enclosed)
    )


def _titles(rows: Sequence[Sequence[str]], most: int) -> int:
    """How many lines are above the header: titles and comments, which may have delimiters in them.

    Args:
        rows: the fields of the first lines that are not blank.
        most: how many fields nearly all of them have.
    """
    names = [sum(map(column_roles.is_known, row[:_JUDGED])) for row in rows[:_PREAMBLE]]
    if max(names) > 1 and (not names[0] or (names[0] == 1 and max(names) > 2)):
        return names.index(max(names))
    if len(rows) > 2 and len(rows[0]) < most and (len(rows[0]) == 1 or rows[0][0].startswith("#")):
        return next(at for at, row in enumerate(rows) if len(row) == most)
    return 0


def _no_header(line: str) -> bool:
    """Whether a line before the header is none: blank, or a comment."""
    return not line.strip() or (line.startswith("#") and not any(one in line for one in DELIMITERS))


def _by_backslash(rows: Sequence[str]) -> bool:
    """Whether quotation marks within quoted values are written with a backslash."""
    told = [row for row in rows if '\\"' in row]
    if not told:
        return False
    tried = [(Dialect(one, backslash=way), way) for one in DELIMITERS for way in (False, True)]
    wrong = {True: len(told), False: len(told)}
    for dialect, way in tried:
        if any(dialect.delimiter in row for row in told):
            wrong[way] = min(wrong[way], sum(bool(split(row, dialect).wrong) for row in told))
    return wrong[True] < wrong[False]


def _consistency(rows: Sequence[str], delimiter: str, quotes: bool, backslash: bool) -> tuple[float, bool, int]:
    """How well a delimiter fits: the share of lines with the commonest number of fields, where that is not one.

    Then whether the first line, the header perhaps, has as many; then how many there are.
    """
    dialect = Dialect(delimiter, quotes, backslash=backslash)
    widths = [len(split(row, dialect).fields) for row in rows]
    counts = Counter(widths)
    several = {count: times for count, times in counts.items() if count > 1}
    if not several:
        return (0.0, False, 0)
    times = max(several.values())
    width = max(count for count, often in several.items() if often == times)
    return (round(times / len(rows), 1), widths[0] == width, width)
