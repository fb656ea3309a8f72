"""The words for "watched" that Google Takeout writes around each title, in the language of the account.

Known ones are looked for first. Those of other languages are what all titles of a file begin or end with, where it has
enough of them.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

_FEWEST = 20
"""Different titles that show what all begin or end with."""


class Words(NamedTuple):
    """What stands before and after a title."""

    before: str = ""
    after: str = ""

    def without(self, title: str) -> str:
        """A title without them."""
        bare = title.strip()
        return bare[len(self.before) :].removesuffix(self.after).strip() if self.around(title) else bare

    def around(self, title: str) -> bool:
        """Whether they stand around a title."""
        bare = title.strip()
        return (
            bare.startswith(self.before)
            and bare.endswith(self.after)
            and len(bare) > len(self.before) + len(self.after)
        )


_QUOTES = (("「", "」"), ("„", "“"), ("“", "”"), ("«", "»"), ("《", "》"))
_UNQUOTED = (
    *map(
        Words,
        (
            "Watched ", "Listened to ", "Vous avez regardé ", "Has visto ", "Viste ", "Hai guardato ",
            "Você assistiu a ", "Você assistiu ", "Assistiu a ", "Viu ", "Obejrzano: ", "Obejrzano ",
            "Просмотрено: ", "Вы посмотрели видео ",
            "Du har sett på ", "Har sett ", "Har set ", "Du har set ", "Katsottu: ", "Ai vizionat ", "Đã xem ",
            "已观看", "已觀看", "觀看了",
        ),
    ),
    Words("Je hebt ", " bekeken"), Words("", " bekeken"), Words("", " angesehen"), Words("", " izlendi"),
    Words("", " を視聴しました"), Words("", "を視聴しました"), Words("", "을(를) 시청했습니다."),
    Words("", " 을(를) 시청했습니다."),
)  # fmt: skip
_KNOWN = sorted(
    (
        *_UNQUOTED,
        *(
            Words(f"{one.before}{opening}", f"{closing}{one.after}")
            for one in _UNQUOTED
            for opening, closing in _QUOTES
        ),
    ),
    key=lambda one: -len(one.before + one.after),
)
_BEGINNING, _END = re.compile(r".*[\s:„“«「《]", re.DOTALL), re.compile(r"[\s」》»”“].*", re.DOTALL)


def watched_words(titles: Sequence[str]) -> Words:
    """The words around most of some titles; none where nothing is common to them."""
    bare = [title.strip() for title in titles]
    for known in _KNOWN:
        if sum(map(known.around, bare)) * 2 > len(bare):
            return known
    different = [*{*bare}]
    if len(different) < _FEWEST:
        return Words()
    before = _common(different)
    after = _common([title[::-1] for title in different])[::-1]
    cut, end = _BEGINNING.match(before), _END.search(after)
    return Words(cut[0] if cut else "", end[0] if end else "")


def _common(titles: Sequence[str]) -> str:
    """What nearly all titles begin with."""
    aside = len(titles) // 20
    first, *_, last = sorted(titles)[aside : len(titles) - aside]
    return "".join(one for one, _ in takewhile(lambda two: two[0] == two[1], zip(first, last, strict=False)))
