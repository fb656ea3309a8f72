"""Text that was encoded as UTF-8 twice (`BjÃ¶rk`), as a codec of Python's that reads it as it was meant.

A program that takes UTF-8 for Windows-1252 and writes UTF-8 makes of each letter above ASCII two or three signs. A run
of such signs that is UTF-8 when it is taken back is proof by itself: no name has `Ã¶` in it. Other runs stay.
"""

import codecs
import re
from typing import Any

NAME = "utf_8_twice"
_BOM = "\ufeff"
_RUN = re.compile(r"[\x80-\ufefe\uff00-\U0010ffff]+")
_REST = re.compile(rf"{_RUN.pattern}\Z")
_LONGEST_RUN = 4_096
_UNDEFINED = "\x81\x8d\x8f\x90\x9d"
"""What Windows-1252 has no sign for: programs keep the byte."""


def is_twice(text: str) -> bool:
    """Whether more than half of the runs of letters above ASCII were encoded twice."""
    runs = _RUN.findall(text)
    return bool(runs) and sum(_meant(run) is not None for run in runs) * 2 > len(runs)


def _meant(run: str) -> str | None:
    """What a run of signs was before; None where it was encoded once."""
    try:
        return b"".join(sign.encode("latin-1" if sign in _UNDEFINED else "cp1252") for sign in run).decode()
    except UnicodeError:
        pass
    try:
        return run.encode("latin-1").decode()
    except UnicodeError:
        return None


def _repaired(text: str) -> str:
    """A text as it was meant."""
    return _RUN.sub(lambda found: _meant(found[0]) or found[0], text)


class _Decoder(codecs.IncrementalDecoder):
    """Decodes pieces of a file; a run at the end of a piece waits for the next one."""

    def __init__(self, errors: str = "strict") -> None:
        super().__init__(errors)
        self._inner = codecs.getincrementaldecoder("utf-8")(errors)
        self._rest, self._begun = "", False

    def decode(self, content: bytes, final: bool = False) -> str:  # type: ignore[override]  # any buffer
        """What is known of the text so far."""
        text = self._rest + self._inner.decode(content, final)
        if text and not self._begun:
            text, self._begun = text.removeprefix(_BOM), True
        self._rest = ""
        if not final and (open_run := _REST.search(text)) and len(open_run[0]) < _LONGEST_RUN:
            text, self._rest = text[: open_run.start()], open_run[0]
        return _repaired(text)

    def reset(self) -> None:
        """Begin another file."""
        self._inner.reset()
        self._rest, self._begun = "", False


def _decode(content: Any, errors: str = "strict", /) -> tuple[str, int]:  # any buffer
    """A whole file."""
    return _repaired(codecs.decode(content, "utf-8", errors).removeprefix(_BOM)), len(content)


def _found(name: str) -> codecs.CodecInfo | None:
    """The codec, where it is asked for."""
    if name != NAME:
        return None
    return codecs.CodecInfo(codecs.utf_8_encode, _decode, incrementaldecoder=_Decoder, name=NAME)


codecs.register(_found)
