"""Text tables with one thing wrong somewhere, and the rows that it may cost: for `test_sources_mutations`."""

import random
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|")
ENDS = ("\n", "\r\n", "\r")
NAMES = (
    "Air", "Crosby, Stills & Nash", 'The "Real" Tuesday Weld', '"Weird Al" Yankovic', "Sigur Rós", "AC/DC", "a;b",
    "Tab\tName", "Pipe|Name", "", "Two\nLines", 'He said "hi, there"\nand left', "'", "#1 Band", "  blanks  ",
    "東京事変",
    '7" Mix', "Nine-Seven",
)  # fmt: skip
STRAYS = ('"', '""', "\r", "\0", "\n", "{other}", '"{delimiter}', '{delimiter}"', "\\", '"\n', "{delimiter}", "\x1b")


class Written(NamedTuple):
    """A table as text, with the rows that it has.

    Attributes:
        text: all of it, the header first.
        rows: the values of each row (user, artist, plays).
        spans: where each row begins and ends in the text, its line end included.
    """

    text: str
    rows: list[tuple[str, str, int]]
    spans: list[tuple[int, int]]


def table(dice: random.Random, *, quoted: bool, rows: int = 25) -> Written:
    """A table of play counts, written as RFC 4180 says.

    Args:
        dice: decides on everything else.
        quoted: whether all values are quoted, or only those that have to be.
        rows: how many there are.
    """
    delimiter, end = dice.choice(DELIMITERS), dice.choice(ENDS)
    values = [(f"u{dice.randrange(5)}", dice.choice(NAMES) or f"Artist {row}", row + 1) for row in range(rows)]
    if end == "\r":
        values = [(user, name.replace("\n", " "), plays) for user, name, plays in values]
    text = delimiter.join(("user_id", "artist_name", "play_count")) + end
    spans = []
    for value in values:
        written = delimiter.join(_field(str(field), delimiter, always=quoted) for field in value) + end
        spans.append((len(text), len(text) + len(written)))
        text += written
    return Written(text, values, spans)


def _field(value: str, delimiter: str, *, always: bool) -> str:
    """A value as it is written."""
    if always or any(one in value for one in (delimiter, '"', "\n", "\r")):
        return '"' + value.replace('"', '""') + '"'
    return value


def mutated(dice: random.Random, written: Written) -> tuple[str, set[int]]:
    """The text with one change after the header, and the rows that it touched."""
    first = written.spans[0][0]
    at = dice.randrange(first, len(written.text))
    length = 0
    piece = ""
    how = dice.randrange(10)
    if how < 7:
        other = dice.choice(DELIMITERS)
        delimiter = next(one for one in DELIMITERS if f"user_id{one}" in written.text)
        piece = dice.choice(STRAYS).format(other=other, delimiter=delimiter)
    elif how == 7:
        length = dice.randrange(1, 4)
    elif how == 8:
        return written.text[:at], {row for row, (_, end) in enumerate(written.spans) if end > at}
    else:
        piece, length = '"', 1
    touched = {row for row, (start, end) in enumerate(written.spans) if start <= at + max(0, length - 1) and at < end}
    # What is put right before a row's end, or its start, may hold on to the line end of the row before it.
    touched |= {row for row, (start, _) in enumerate(written.spans) if start == at}
    if length:
        touched |= {row for row, (start, end) in enumerate(written.spans) if start < at + length + 1 and at <= end}
    return written.text[:at] + piece + written.text[at + length :], touched
