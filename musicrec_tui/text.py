"""Text from real logs: what may be printed, and when two spellings are one name."""

import re
import unicodedata

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NONCHARACTERS = tuple(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNPRINTABLE = {
    **dict.fromkeys(range(0x20), "�"),  # C0: ESC, NUL, BEL …
    **dict.fromkeys(range(0x7F, 0xA0), "�"),  # DEL and C1: 0x9b alone starts an escape sequence
    **dict.fromkeys(range(0xD800, 0xE000), "�"),  # lone surrogates cannot be encoded
    **dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " "),
    **dict.fromkeys(map(ord, _BIDI), "�"),
    **dict.fromkeys(map(ord, "\ufeff\u200b\u2060"), ""),  # invisible, and they break the width that is counted
    **dict.fromkeys((*range(0x2061, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)), "�"),  # invisible, too
    **dict.fromkeys(range(0xE0000, 0xE0080), "�"),  # language tags: text that nobody sees
    **dict.fromkeys((*range(0xFDD0, 0xFDF0), *_NONCHARACTERS), "�"),
}
_MOST_MARKS = 4
"""Combining marks on one letter: more than any script needs, and few enough that they stay within their line."""
_MAY_FLOOD = re.compile(rf"[\u0300-\U0010ffff]{{{_MOST_MARKS + 1}}}")
"""Only such text can have too many marks; most names have none, and are not looked at letter by letter."""
# Cuts are made well before a single name can slow the screen down.
LONGEST_NAME = 200


def printable(text: str, limit: int | None = LONGEST_NAME) -> str:
    """Make any text safe to hand to a terminal, on one line.

    Control characters (C0, DEL, C1), bidirectional overrides, tags, noncharacters and lone surrogates become U+FFFD,
    line breaks and tabs a space; of many combining marks on one letter the first `_MOST_MARKS` stay. Markup is *not*
    touched: it is harmless in a `Content` or `Text`, which is what sinks use.

    Args:
        text: a raw value, as the log has it.
        limit: the most characters to keep (the last is "…" where any were cut); None keeps all.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_UNPRINTABLE)
    return _without_floods(text) if _MAY_FLOOD.search(text) else text


def _without_floods(text: str) -> str:
    """A text without the combining marks that are too many; format characters between marks do not hide them."""
    kept, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
        elif category != "Cf":
            marks = 0
        if marks <= _MOST_MARKS or category == "Cf":
            kept.append(character)
    return "".join(kept)


def counted(count: int, what: str) -> str:
    """How many of what a noun says, whose plural has an s: `1 user`, `2,000 users`."""
    return f"{count:,} {what}{'s' * (count != 1)}"


NORMAL_FORM = 2
"""The version of `normal_name`, which makes keys. In version 1 typographic signs were not those of a keyboard."""

SIGNS = ("’‘‛ʼ′‹›“”„‟«»‐‑‒–—―−", "'''''''" + '"' * 6 + "-" * 7)
"""Typographic signs and the ones of a keyboard that they stand for, place by place (MusicBrainz writes the former)."""

_SIGNS = str.maketrans({**dict(zip(*SIGNS, strict=True)), "\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": ""})
_BEFORE_NFKC = str.maketrans({"´": "'", "″": '"', "\u00ad": ""})
"""What NFKC would take apart into other signs."""


def normal_name(name: str) -> str:
    """The form under which two spellings are the same artist: NFKC, case folded, white space squeezed, plain signs.

    NFKC can undo what casefold made (and the other way round), hence the second pass: the function is idempotent.
    """
    if name.isascii():  # most names, and there are millions
        return " ".join(name.casefold().split())
    folded = unicodedata.normalize("NFKC", name.translate(_BEFORE_NFKC)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).casefold().translate(_SIGNS).split())


def search_name(name: str) -> str:
    """The form that a search looks at: the normal form without accents and other combining marks.

    "Sigur Rós" and "SIGUR  ROS" are found by the same letters. Letters that have no decomposition and that
    keyboards lack are spelled out (ø, ł, đ, ß by casefold).
    """
    if name.isascii():
        return normal_name(name)
    decomposed = unicodedata.normalize("NFKD", normal_name(name))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    # Once more, because an accent alone ("¯") leaves a space behind: the function is idempotent.
    return normal_name(bare.translate(_SPELLED_OUT))


_SPELLED_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
