"""Which encoding some bytes are in that are names in Cyrillic, Greek, Chinese, Japanese or Korean letters.

In its own encoding such a text has the commonest letters of its script nearly alone: small letters after large ones,
kana and the frequent half of the characters, whole syllables. In another encoding it is a mixture of rare ones. A few
names are enough for that, where a detector of languages needs sentences.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple


class _Candidate(NamedTuple):
    """An encoding.

    Attributes:
        label: what people call it.
        is_ordinary: whether a letter (after another one) is ordinary in its script.
        needed: letters of which nearly each word has one.
    """

    label: str
    is_ordinary: Callable[[str, str], bool]
    needed: str = ""


_ENOUGH = 0.9
"""The share of bytes that are ordinary letters in the encoding of a text."""
_NEAR = 0.03
_LONG_WORD = 25
_JUDGED = 20_000


def _cased(first: str, last: str, others: str = "") -> Callable[[str, str], bool]:
    """Small letters from `first` to `last` anywhere, large ones where a word begins or after another large one."""

    def is_ordinary(before: str, sign: str) -> bool:
        small = sign.lower()
        if not (first <= small <= last or small in others):
            return False
        return sign == small or not before.isalpha() or before.isupper()

    return is_ordinary


def _leading(codec: str, first: int, last: int) -> Callable[[str, str], bool]:
    """Characters whose first byte in some character set is in a range: that of the frequent ones."""

    def is_ordinary(_: str, sign: str) -> bool:
        try:
            return first <= sign.encode(codec)[0] <= last
        except UnicodeEncodeError:
            return False

    return is_ordinary


_FREQUENT_KANJI = _leading("euc_jp", 0xB0, 0xCF)
_CYRILLIC = _cased("а", "я", "ёіїєґў")


def _is_japanese(before: str, sign: str) -> bool:
    """Kana, their signs of length and repetition, and frequent kanji."""
    return "\u3041" <= sign <= "\u30fe" or sign in "々〆" or _FREQUENT_KANJI(before, sign)


def _is_hangul(_: str, sign: str) -> bool:
    """A syllable of Hangul."""
    return "가" <= sign <= "힣"


_CANDIDATES = {
    "euc_kr": _Candidate("EUC-KR", _is_hangul),
    "shift_jis": _Candidate("Shift JIS", _is_japanese),
    "euc_jp": _Candidate("EUC-JP", _is_japanese),
    "gb18030": _Candidate("GB 18030", _leading("gb2312", 0xB0, 0xD7)),
    "big5": _Candidate("Big5", _leading("big5", 0xA4, 0xC6)),
    "cp1251": _Candidate("Windows-1251", _CYRILLIC),
    "koi8_r": _Candidate("KOI8-R", _CYRILLIC),
    "cp866": _Candidate("DOS code page 866", _CYRILLIC),
    "iso8859_5": _Candidate("ISO 8859-5", _CYRILLIC),
    "mac_cyrillic": _Candidate("Mac Cyrillic", _CYRILLIC),
    "cp1253": _Candidate("Windows-1253", _cased("ά", "ώ", "ΐ"), "άέήίόύώΆΈΉΊΌΎΏ"),
}
"""The first of those that fit as well comes first: all syllables of Hangul have the place of frequent characters."""


def likeliest(content: bytes) -> tuple[str, str] | None:
    """The codec of such bytes and its label, which names another one that fits nearly as well; None: none fits."""
    scores = {codec: _score(content[:_JUDGED], codec, one) for codec, one in _CANDIDATES.items()}
    best = max(scores, key=scores.__getitem__)
    if scores[best] < _ENOUGH:
        return None
    text = _decoded(content, best)
    near = [
        one.label
        for codec, one in _CANDIDATES.items()
        if scores[best] - scores[codec] < _NEAR and _decoded(content, codec) != text
    ]
    return best, " or ".join([_CANDIDATES[best].label, *near])


def _decoded(content: bytes, codec: str) -> str:
    """The text of some bytes, of which the last may be cut."""
    return content.decode(codec, errors="replace")


def _score(content: bytes, codec: str, candidate: _Candidate) -> float:
    """The share of letters above ASCII that are ordinary."""
    text = _decoded(content, codec)
    told = [ordinary for ordinary in _judged(text, candidate) if ordinary is not None]
    if candidate.needed and sum(map(text.count, candidate.needed)) * _LONG_WORD < len(told):
        return 0.0
    return sum(told) / len(told) if told else 0.0


def _judged(text: str, candidate: _Candidate) -> Iterator[bool | None]:
    """Of each sign above ASCII whether it is ordinary; None of signs between words."""
    for before, sign in pairwise(f" {text}"):
        if not sign.isascii():
            yield None if sign in "・　、。「」『』（）！？～…—–«»“”№" else candidate.is_ordinary(before, sign)
