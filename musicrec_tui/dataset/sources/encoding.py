"""Which encoding the bytes of a text file are in, and what was assumed to say so."""

import codecs
import re
from typing import NamedTuple

from musicrec_tui.dataset.sources import eastern, twice, western

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
"""Byte order marks; that of UTF-32 begins with that of UTF-16."""

_SINGLE_BYTE = {
    "cp1252": "Windows-1252", "latin_1": "Latin-1", "cp1250": "Windows-1250", "cp1251": "Windows-1251",
    "cp1253": "Windows-1253", "cp1254": "Windows-1254", "cp1257": "Windows-1257", "mac_roman": "Mac Roman",
    "shift_jis": "Shift JIS", "gb18030": "GB 18030", "euc_kr": "EUC-KR", "big5": "Big5",
}  # fmt: skip
_JUDGED = 65_536
_MOST_NULS = 0.3
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class Encoding(NamedTuple):
    """A text file's encoding.

    Attributes:
        codec: Python's name of it.
        label: what people call it; says "assumed" where nothing in the file does.
        marked: whether a byte order mark says so.
    """

    codec: str = "utf-8"
    label: str = "UTF-8"
    marked: bool = False


UTF_8 = Encoding()
_TWICE = Encoding(twice.NAME, "UTF-8 that was encoded twice, repaired")


def detect(start: bytes) -> Encoding:
    """The encoding of a file that begins with these bytes."""
    for mark, codec, label in _MARKS:
        if start.startswith(mark):
            return _TWICE if codec == "utf-8" and _is_twice(start) else Encoding(codec, label, marked=True)
    if wide := _utf_16(start):
        return wide
    if b"\x1b$" in start and start.isascii():
        return Encoding("iso2022_jp", "ISO-2022-JP (assumed)")
    if is_utf_8(start):
        return _TWICE if _is_twice(start) else UTF_8
    return single_byte(start)


def _is_twice(start: bytes) -> bool:
    """Whether a text of UTF-8 that begins so was encoded twice."""
    return not start.isascii() and twice.is_twice(start.decode(errors="ignore"))


def is_utf_8(content: bytes, *, final: bool = False) -> bool:
    """Whether bytes are UTF-8, or mostly: a few broken rows in a file of it change nothing.

    Args:
        content: may end within a character unless it is the end of its file.
        final: whether it is.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final)
    except UnicodeDecodeError:
        high = sum(len(found) for found in re.findall(rb"[\x80-\xff]+", content))
        told = sum(len(found) for found in _SEQUENCE.findall(content))
        return told * 2 > high
    return True


def single_byte(content: bytes) -> Encoding:
    """The likeliest encoding of bytes that are not UTF-8.

    Names in Latin letters are judged by their letters (see `western`): a few names of several languages are too little
    for a detector of languages. Other scripts are the detector's.
    """
    lines = b"\n".join(line for line in content.splitlines() if not line.isascii())[:_JUDGED] or content[:_JUDGED]
    if western.is_latin(lines):
        old_mac = b"\r" in content and b"\n" not in content
        codec, label = western.likeliest(lines, old_mac=old_mac)
        return Encoding(codec, f"{label} (assumed)")
    if (found_script := eastern.likeliest(lines)) is not None:
        codec, label = found_script
        return Encoding(codec, f"{label} (assumed)")
    from charset_normalizer import from_bytes

    found = from_bytes(lines, cp_isolation=list(_SINGLE_BYTE), enable_fallback=False).best()
    best = "latin_1" if found is None else found.encoding
    return Encoding(best, f"{_SINGLE_BYTE.get(best, best)} (assumed)")


def _utf_16(start: bytes) -> Encoding | None:
    """UTF-16 without a mark: every other byte of text in Latin letters is zero."""
    even, odd = start[0:4096:2], start[1:4096:2]
    if len(odd) < 2:
        return None
    if odd.count(0) > _MOST_NULS * len(odd) and not even.count(0):
        return Encoding("utf-16-le", "UTF-16 (assumed)")
    if even.count(0) > _MOST_NULS * len(even) and not odd.count(0):
        return Encoding("utf-16-be", "UTF-16 (assumed)")
    return None
