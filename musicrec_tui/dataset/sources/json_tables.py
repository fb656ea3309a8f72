"""JSON as a table: the entries of a document or of JSON lines, each a row whose columns are the paths to its values.

`{"artist": {"#text": "Air"}, "date": {"uts": "1714564800"}}` is a row of the columns `artist.#text` and `date.uts`. The
generic reader finds out what the columns are, as for any table.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from musicrec_tui.dataset.sources import column_roles, documents, json_frames, json_repair
from musicrec_tui.dataset.sources.base import NO_ENTRY
from musicrec_tui.dataset.sources.delimited import Row

_DEEPEST = 6
_MOST_COLUMNS = 80
_SAMPLE = 400
_USERS = ("username", "user_name", "user", "user_id", "userId")
_WRAPPED = ("#text", "name", "text", "title", "uts")
"""Where an object has what another entry has as a plain value."""
_PERIOD = re.compile(r"\d+([-/.]\d+)*|\d{4}-W\d\d", re.ASCII)
"""The name of a list that is one of several: a year, a month, a day or a number."""
_ANY = msgspec.json.Decoder()
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class JsonTable(NamedTuple):
    """What was found in a JSON file.

    Attributes:
        columns: the paths to values, in the order in which entries have them.
        rows: the first entries.
        user: whose they are, where the document says so.
        unread: other lists of the document that seem to hold listens, too, by their names.
    """

    columns: tuple[str, ...]
    rows: list[list[str | None]]
    user: str = ""
    unread: tuple[str, ...] = ()


class _Entries(NamedTuple):
    """The entries of a document, raw; whose they are; and other lists that were left (see `JsonTable`)."""

    found: list[msgspec.Raw]
    user: str = ""
    unread: tuple[str, ...] = ()


def is_lines(start: str) -> bool:
    """Whether a JSON file that begins so has an object to a line."""
    first, newline, rest = start.lstrip().partition("\n")
    if not (first.startswith("{") and newline and rest.lstrip().startswith("{")):
        return False
    return _flat(first.encode()) is not None


def look(file: Path, start: str) -> JsonTable:
    """The columns and first entries of a file.

    Raises:
        UserError: it is damaged, or too large for a document.
    """
    entries = _Entries([])
    if is_lines(start):
        raws: Iterator[bytes] = (line.encode() for line in start.split("\n")[:_SAMPLE])
    else:
        entries = _entries(file)
        raws = (bytes(raw) for raw in islice(entries.found, _SAMPLE))
    flat = [fields for raw in raws if (fields := _flat(raw)) is not None]
    columns = tuple(dict.fromkeys(name for fields in flat for name in fields))[:_MOST_COLUMNS]
    return JsonTable(columns, [[fields.get(name) for name in columns] for fields in flat], entries.user, entries.unread)


def rows(file: Path, columns: list[str], *, lines: bool) -> Iterator[Row]:
    """The entries as rows of these columns (paths in small letters), numbered from 1; of lines by their lines.

    Raises:
        UserError: the file cannot be read.
    """
    others = {name: _other_forms(name) for name in columns}
    raws = _numbered_lines(file) if lines else enumerate(_entries(file).found, 1)
    for number, raw in raws:
        if not raw:
            yield Row(number, (), blank=True)
            continue
        fields = _flat(raw)
        if fields is None:
            told = documents.no_entry(bytes(raw))
            yield Row(number, (), refused=told.refused or NO_ENTRY, text=told.text or "")
        else:
            small = {name.lower(): value for name, value in fields.items()}
            yield Row(number, [_value(small, name, others[name]) for name in columns])


def _value(fields: dict[str, str | None], path: str, others: tuple[str, ...]) -> str | None:
    """The value at a path, else at one of the others."""
    found = fields.get(path)
    if found is not None:
        return found
    return next((value for other in others if (value := fields.get(other)) is not None), None)


def _other_forms(path: str) -> tuple[str, ...]:
    """Where an entry may have what others have at a path: `artist.#text`, `artist.name`, `artist`."""
    above, dot, last = path.rpartition(".")
    whole = above if dot and last in _WRAPPED else path
    return tuple(one for one in (whole, *(f"{whole}.{last}" for last in _WRAPPED)) if one != path)


def _numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """All lines with their numbers; of one that is longer than any entry, only the beginning; blank ones are empty."""
    with documents.text(file) as opened:
        for number, line in documents.numbered(opened):
            yield number, line if line.strip() else b""


def _entries(file: Path) -> _Entries:
    """The entries of a document.

    Raises:
        UserError: it is damaged, or too large.
    """
    shown = documents.named(file)
    with documents.text(file) as opened:
        content = documents.document(opened, shown)
    root = documents.parsed(content, msgspec.json.Decoder(msgspec.Raw), shown)
    entries = _within(root, 0)
    if not entries.found and (written := json_frames.rows(root)):
        return _Entries(written)
    if not entries.found and _has_artist(root):
        return entries._replace(found=[root])  # a single listen
    return entries


def _has_artist(raw: bytes | msgspec.Raw) -> bool:
    """Whether an entry names an artist."""
    return any(column_roles.rank(column_roles.ARTIST, name) is not None for name in _flat(raw) or ())


def _within(raw: msgspec.Raw, depth: int) -> _Entries:
    """The longest list of objects in a value (those of pages one after another), and the user that it names.

    Lists whose names are dates or numbers are one.
    """
    text = bytes(raw).lstrip()[:1]
    if depth > _DEEPEST or text not in (b"{", b"["):
        return _Entries([])
    if text == b"[":
        return _in_list(_RAWS.decode(raw), depth)
    fields = _FIELDS.decode(raw)
    user = next((told for name in _USERS if (told := _text(fields.get(name)))), "")
    if "@attr" in fields:
        user = user or next((told for told in [_text(_FIELDS.decode(fields["@attr"]).get("user"))] if told), "")
    inner = {name: _within(value, depth + 1) for name, value in fields.items()}
    user = user or next((one.user for one in inner.values() if one.user), "")
    lists = {name: one.found for name, one in inner.items() if one.found}
    if len(lists) > 1 and all(map(_PERIOD.fullmatch, lists)):
        return _Entries([entry for found in lists.values() for entry in found], user)
    most = max(lists, key=lambda name: len(lists[name]), default="")
    unread = [name for name, found in lists.items() if name != most and _has_artist(found[0])]
    lone = fields.get("track")
    if not lists and lone is not None and bytes(lone).lstrip()[:1] == b"{" and "@attr" in fields:
        return _Entries([lone], user)  # Last.fm gives a single track as an object, not as a list of one
    return _Entries(lists.get(most, []), user, (*unread, *(inner[most].unread if most else ())))


def _in_list(items: list[msgspec.Raw], depth: int) -> _Entries:
    """The entries of a list: its objects, or those of the pages in it."""
    objects = [item for item in items if bytes(item).lstrip()[:1] == b"{"]
    broken = [item for item in items if json_repair.broken_entry(bytes(item)) is not None]
    if not objects:
        lists = [_within(item, depth + 1) for item in items if bytes(item).lstrip()[:1] == b"["]
        return _joined(lists, broken)
    first = _FIELDS.decode(objects[0])
    if any(
        bytes(value).lstrip()[:1] == b"[" and _in_list(_RAWS.decode(value), depth).found for value in first.values()
    ):
        several = _joined([_within(page, depth + 1) for page in objects], broken)
        if len(several.found) >= len(objects) and _is_page(first):
            return several
    return _Entries(items)


def _joined(lists: list[_Entries], broken: list[msgspec.Raw]) -> _Entries:
    """The entries of several lists one after another, then those that are broken."""
    found = [entry for one in lists for entry in one.found]
    unread = dict.fromkeys(name for one in lists for name in one.unread)
    return _Entries(found + broken, next((one.user for one in lists if one.user), ""), tuple(unread))


def _is_page(fields: dict[str, msgspec.Raw]) -> bool:
    """Whether an object is a page of entries, rather than an entry: it has attributes of its list, or nothing else."""
    lists = {name for name in ("track", "items") if bytes(fields.get(name, b"")).lstrip()[:1] == b"["}
    lone = len(fields) <= 2 and not any(column_roles.is_known(name) for name in fields)
    return "@attr" in fields or lone or bool(lists) or bool({"recenttracks", "payload"} & {*fields})


def _text(raw: msgspec.Raw | None) -> str:
    """A value that is text; else empty."""
    if raw is None:
        return ""
    value = _ANY.decode(raw)
    return value if isinstance(value, str) else ""


def _flat(raw: bytes | msgspec.Raw) -> dict[str, str | None] | None:
    """The values of an entry by their paths; None where it is no object."""
    try:
        try:
            entry = _ANY.decode(raw)
        except msgspec.DecodeError:
            entry = _ANY.decode(json_repair.without_slips(bytes(raw)))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    found: dict[str, str | None] = {}
    _flatten("", entry, found, 0)
    return found


def _flatten(path: str, value: Any, found: dict[str, str | None], depth: int) -> None:
    """Note the values below a path; of a list the first one."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            name = key.replace("\0", "")  # DuckDB would end a column's name there
            _flatten(f"{path}.{name}" if path else name, inner, found, depth + 1)
    elif value is None or isinstance(value, str):
        found.setdefault(path, value)
    elif isinstance(value, bool):
        found.setdefault(path, "true" if value else "false")
    elif isinstance(value, int | float):
        found.setdefault(path, str(int(value)) if value == value // 1 and abs(value) < 1e18 else repr(value))
