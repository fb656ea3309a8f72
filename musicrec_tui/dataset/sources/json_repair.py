"""A JSON document that is cut off, or broken in places, made whole again: what is broken costs its own entry only.

In place of each broken entry stands a text that no layout takes for an entry, so that it is counted like any other; see
`broken_entry`. Where entries begin is learnt from the first one of their list: all begin with the same key.
"""

import re
from typing import NamedTuple

import msgspec

_MOST_BREAKS = 50
_SHOWN = 200
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},"]', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,\[\]{}"]+')
_GAP = re.compile(rb"[\s,]*")
_SLIP = re.compile(rb'"(?:[^"\\]++|\\.)*+"|,(?=\s*[\]}])|-?\b(?:NaN|Infinity)\b', re.DOTALL)
"""What some programs write into JSON: a comma after the last value, and NaN. (Strings are found to be passed over.)"""
_FIRST_KEY = re.compile(rb'\s*\{\s*("(?:[^"\\]++|\\.)*+")\s*:', re.DOTALL)
_PLACE = re.compile(r"\(byte (\d+)\)")
_CUT, _BROKEN = "\0cut\0", "\0broken\0"
_MARK = rb'"\u0000'
_RAW = msgspec.json.Decoder(msgspec.Raw)
_TEXT = msgspec.json.Decoder(str)
_PAGES = (b'"@attr"', b'"track"', b'"recenttracks"', b'"payload"', b'"items"')
"""The first keys of pages."""
_CLOSERS = {b"[": b"]", b"{": b"}"}


class BrokenEntry(NamedTuple):
    """An entry that was broken: whether the file ends in it, and how it begins."""

    cut: bool
    text: str


class _List:
    """A list or an object that is open at some place: its bracket, and where its current value begins."""

    __slots__ = ("count", "kind", "opened", "start")

    def __init__(self, kind: bytes, opened: int) -> None:
        self.kind = kind
        self.opened = self.start = opened
        self.count = 0


class _State(NamedTuple):
    """What is open at a place of a document, outermost first, and its longest list that was closed before it."""

    open: list[_List]
    closed: tuple[int, int, bytes] | None


def broken_entry(raw: bytes) -> BrokenEntry | None:
    """What stands in place of a broken entry; None for any other value."""
    if not raw.startswith(_MARK):
        return None
    text = _TEXT.decode(raw)
    cut = text.startswith(_CUT)
    return BrokenEntry(cut, text.removeprefix(_CUT if cut else _BROKEN))


def without_slips(content: bytes) -> bytes:
    """A document without commas after the last value of a list or object, and with null for NaN and Infinity."""
    return _SLIP.sub(lambda found: found[0] if found[0][:1] == b'"' else b"" if found[0] == b"," else b"null", content)


def repaired(content: bytes) -> bytes | None:
    """A document whose broken entries are texts; None where no list of objects can be found in it."""
    if _break(content) is not None:
        content = without_slips(content)
    before = -1
    for _ in range(_MOST_BREAKS):
        place = _break(content)
        if place is None:
            return content
        if place <= before:
            return None
        before = place
        repaired_once = _repaired_once(content, place)
        if repaired_once is None:
            return None
        content = repaired_once
    return None


def _break(content: bytes) -> int | None:
    """Where a document is no JSON any more; None where it is whole."""
    try:
        _RAW.decode(content)
    except msgspec.DecodeError as error:
        found = _PLACE.search(str(error))
        return int(found[1]) if found else len(content)
    except RecursionError:
        return 0
    return None


def _repaired_once(content: bytes, place: int) -> bytes | None:
    """A document whose first break is repaired, and all that follow in the same list."""
    state = _state(content, place)
    lists = [one for one in state.open if one.kind == b"[" and _FIRST_KEY.match(content, one.opened)]
    if not lists:
        return _with_rest(content, state)
    chosen = max(lists, key=lambda one: (not _has_pages(content, one), one.count))
    entries, end = _entries(content, chosen)
    head = content[: chosen.start] + b",".join(entries)
    if end is not None:
        return head + content[end:]
    outer = state.open[: state.open.index(chosen) + 1]
    return head + b"".join(_CLOSERS[one.kind] for one in reversed(outer))


def _has_pages(content: bytes, one: _List) -> bool:
    """Whether the objects of a list are pages of entries, such as those of Last.fm's API."""
    first = _FIRST_KEY.match(content, one.opened)
    return first is not None and first[1] in _PAGES


def _state(content: bytes, place: int) -> _State:
    """What is open at a place."""
    stack: list[_List] = []
    closed: tuple[int, int, bytes] | None = None
    for token in _TOKEN.finditer(content, 0, place):
        sign = token[0]
        if sign in _CLOSERS:
            stack.append(_List(sign, token.end()))
        elif sign == b",":
            if stack:
                stack[-1].count += 1
                stack[-1].start = token.end()
        elif sign in (b"]", b"}"):
            if not stack:
                break
            done = stack.pop()
            if done.kind == b"[" and (closed is None or done.count >= closed[0]):
                above = b"".join(_CLOSERS[one.kind] for one in reversed(stack))
                closed = (done.count, token.start(), above)
            if not stack:
                break
        elif sign == b'"':
            break
    return _State(stack, closed)


def _with_rest(content: bytes, state: _State) -> bytes | None:
    """A document that is broken after its list: what follows the list is one more entry, or another list."""
    if state.closed is None:
        return None
    _, end, above = state.closed
    rest = content[end + 1 :].lstrip()
    if not above and rest.startswith(b"["):
        return content[:end] + b"," + rest[1:]  # two documents one after another
    return content[:end] + b"," + _instead(rest) + b"]" + above


def _entries(content: bytes, chosen: _List) -> tuple[list[bytes], int | None]:
    """The entries of a list from its current one on, and where it ends; None where the document ends before it."""
    first = _FIRST_KEY.match(content, chosen.opened)
    assert first is not None  # noqa: S101  (lists without one are not chosen)
    alike = re.compile(rb"\{\s*" + re.escape(first[1]) + rb"\s*:")
    entries: list[bytes] = []
    at = chosen.start
    while True:
        at = _end_of_gap(content, at)
        if at >= len(content):
            return [*entries, _instead(b"", cut=True)], None
        if content[at : at + 1] == b"]":
            return entries, at
        end = _end_of_value(content, at)
        if end is not None and _break(content[at:end]) is None:
            entries.append(content[at:end])
            at = end
            continue
        following = alike.search(content, at + 1)
        if following is not None:
            end = following.start()
        if end is None:
            return [*entries, _instead(content[at:], cut=True)], None
        entries.append(_instead(content[at:end].rstrip(b", \r\n\t")))
        at = end


def _end_of_gap(content: bytes, at: int) -> int:
    """Where the white space and commas at a place end."""
    found = _GAP.match(content, at)
    return at if found is None else found.end()


def _end_of_value(content: bytes, at: int) -> int | None:
    """Where a value ends; None where the document ends before it."""
    if scalar := _SCALAR.match(content, at):
        return scalar.end()
    depth = 0
    for token in _TOKEN.finditer(content, at):
        sign = token[0]
        if sign == b'"':
            return None
        if sign in _CLOSERS:
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
        if depth <= 0:
            return token.end()
    return None


def _instead(raw: bytes, *, cut: bool = False) -> bytes:
    """What stands in place of a broken entry."""
    return msgspec.json.encode((_CUT if cut else _BROKEN) + raw[:_SHOWN].decode(errors="replace"))
