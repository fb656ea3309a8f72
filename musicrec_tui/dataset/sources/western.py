"""Which single-byte encoding some bytes are in that are names in Latin letters, by how likely their letters would be.

A naive Bayes model: an encoding goes with a family of languages, each of which has letters that are common in it. In
names accented letters are small within words and large at their beginnings, and signs do not stand within words: what
is a letter in one encoding is mostly a sign, or another family's letter, in the others.
"""

import math
import re
from typing import NamedTuple

_WEST = {
    "é": 220, "ö": 80, "ü": 60, "á": 60, "ó": 50, "ä": 50, "í": 40, "ñ": 40, "è": 30, "å": 30, "ø": 30, "ç": 30,
    "ã": 20, "ë": 20, "ê": 20, "ô": 20, "à": 20, "ú": 20, "ï": 10, "æ": 15, "ß": 10, "õ": 10, "â": 10, "û": 5, "î": 5,
    "ò": 5, "š": 4, "ý": 4, "œ": 3, "ù": 3, "ì": 3, "ð": 3, "ž": 3, "þ": 1, "ÿ": 1,
}  # fmt: skip
_CENTRAL = {
    "á": 100, "é": 90, "ł": 80, "í": 70, "ó": 60, "č": 50, "š": 50, "ž": 50, "ś": 40, "ż": 40, "ą": 40, "ę": 40,
    "ě": 40, "ö": 40, "ć": 30, "ý": 30, "ř": 30, "ő": 30, "ü": 30, "ń": 20, "ů": 20, "ú": 20, "ă": 20, "ź": 10, "ű": 10,
    "ţ": 10, "ş": 10, "â": 10, "î": 10, "ň": 5, "ť": 5, "ď": 3, "đ": 3, "ô": 3, "ľ": 2, "ä": 2,
}  # fmt: skip
_BALTIC = {
    "ė": 100, "š": 100, "ā": 100, "ų": 80, "ž": 80, "ū": 60, "ä": 60, "ī": 50, "õ": 50, "ü": 50, "č": 40, "ą": 40,
    "ē": 40, "ö": 40, "į": 30, "ņ": 30, "ę": 20, "ļ": 20, "ģ": 10, "ķ": 10, "é": 10, "ó": 10,
}  # fmt: skip
_TURKISH = {"ı": 250, "ş": 150, "ü": 150, "ç": 120, "ö": 100, "ğ": 100, "i̇": 50, "â": 10}


class _Candidate(NamedTuple):
    """An encoding: what people call it, its letters (per thousand), and the logarithm of how likely it is by itself."""

    label: str
    letters: dict[str, int]
    prior: float


_CANDIDATES = {
    "cp1252": _Candidate("Windows-1252", _WEST, 0),
    "mac_roman": _Candidate("Mac Roman", _WEST, -2.5),
    "cp850": _Candidate("DOS code page 850", _WEST, -4),
    "cp1250": _Candidate("Windows-1250", _CENTRAL, -3),
    "cp1254": _Candidate("Windows-1254", _TURKISH, -4),
    "cp1257": _Candidate("Windows-1257", _BALTIC, -4.5),
}
_OLD_MAC = 5.0
"""How much likelier Mac Roman is where lines end as on old Macs."""
_CERTAIN = 1.0
"""The logarithm of how much likelier the best is than one that is not mentioned."""

_OPENING, _CLOSING, _DASHES = "“„«‘¿¡", "”»…®™°", "–—·•…"
_IN_WORD, _MISPLACED, _UNKNOWN, _SIGN = 1e-5, 1e-4, 2e-4, 2e-2
_LARGE, _LARGE_AFTER_SMALL = 0.15, 0.01
_JUDGED = 20_000
_RUN = re.compile(rb"[\x80-\xff]+")


def is_latin(content: bytes) -> bool:
    """Whether bytes above ASCII stand nearly alone, as accented letters do and other scripts do not."""
    runs = _RUN.findall(content[:_JUDGED])
    return bool(runs) and sum(map(len, runs)) < 1.7 * len(runs)


def likeliest(content: bytes, *, old_mac: bool) -> tuple[str, str]:
    """The likeliest codec of such bytes, and its label, which names another one that is nearly as likely."""
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}
    for codec, candidate in _CANDIDATES.items():
        texts[codec] = text = content[:_JUDGED].decode(codec, errors="replace")
        told = sum(math.log(_weight(text, at, candidate.letters)) for at, sign in enumerate(text) if not sign.isascii())
        scores[codec] = told + candidate.prior + (_OLD_MAC if old_mac and codec == "mac_roman" else 0)
    best = max(scores, key=scores.__getitem__)
    others = [
        candidate.label
        for codec, candidate in _CANDIDATES.items()
        if texts[codec] != texts[best] and scores[best] - scores[codec] < _CERTAIN
    ]
    return best, " or ".join([_CANDIDATES[best].label, *others])


def _weight(text: str, at: int, letters: dict[str, int]) -> float:
    """How likely a sign above ASCII is where it stands."""
    before, sign, after = text[max(0, at - 1) : at], text[at], text[at + 1 : at + 2]
    if not sign.isalpha():
        return _sign_weight(before, sign, after)
    weight = letters.get(sign.lower(), 0) / 1000 or _UNKNOWN
    if sign.isupper():
        weight *= _LARGE * (_LARGE_AFTER_SMALL if before.islower() else 1)
    return weight


def _sign_weight(before: str, sign: str, after: str) -> float:
    """How likely a sign is that is no letter: an apostrophe within a word, quotes around it, dashes between words."""
    if sign == "’":
        return 0.03
    if before.isalpha() and after.isalpha():
        return _IN_WORD
    fits = (
        (sign in _OPENING and not before.isalpha())
        or (sign in _CLOSING and not after.isalpha())
        or (sign in _DASHES and not before.isalpha() and not after.isalpha())
    )
    return _SIGN if fits else _MISPLACED
