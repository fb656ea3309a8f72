"""A text in lines: which of them have it, and the next one from where one is."""

import bisect
import re
from collections.abc import Sequence

from musicrec_tui.text import counted


class Found:
    """The lines that have a text, upper and lower case alike. Lines that are added later count, too.

    Attributes:
        text: what is looked for; empty: nothing.
        places: the numbers of the lines, ascending.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.places: list[int] = []
        self._seen = 0
        self._pattern = re.compile(re.escape(text), re.IGNORECASE)

    def look(self, lines: Sequence[str]) -> None:
        """Go through the lines that were added since the last look."""
        if self.text:
            self.places += [at for at in range(self._seen, len(lines)) if self._pattern.search(lines[at])]
        self._seen = len(lines)

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Where a line has the text: (first character, one past the last)."""
        return [match.span() for match in self._pattern.finditer(line)] if self.text else []

    def after(self, place: int) -> int | None:
        """The first such line after a place, else the very first; None where there is none."""
        if not self.places:
            return None
        return self.places[bisect.bisect_right(self.places, place) % len(self.places)]

    def before(self, place: int) -> int | None:
        """The last such line before a place, else the very last; None where there is none."""
        return self.places[bisect.bisect_left(self.places, place) - 1] if self.places else None

    def told(self, place: int) -> str:
        """`3 of 17 lines`, where `place` is one of them; else how many there are."""
        if not self.places:
            return "in no line"
        total = counted(len(self.places), "line")
        number = bisect.bisect_left(self.places, place)
        here = number < len(self.places) and self.places[number] == place
        return f"{number + 1:,} of {total}" if here else f"in {total}"
