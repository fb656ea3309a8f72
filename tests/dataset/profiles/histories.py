"""A layout of the tests' own, one JSON record to a line, and a few shorthands."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import history, importing
from musicrec_tui.dataset.profiles.merging import COLUMNS
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import Imported
from musicrec_tui.dataset.sources.base import Record, RecordLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.paths import Home

ORIGIN = ("layout", "source", "imported_at")
START = 1_700_000_000


def _fits(head: Head) -> bool:
    return head.kind == "json" and head.start.startswith('{"jotted"')


def _read(path: Path) -> Iterator[Record]:
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        yield Record(**json.loads(line))


def jotted(name: str, *, timed: bool) -> RecordLayout:
    """The layout under some name."""
    return RecordLayout(name, "a record to a line", "{}", lambda head: _fits(head) and name in head.start, _read, timed)


LISTENS, COUNTS = jotted("listens", timed=True), jotted("counts", timed=False)


def jot(path: Path, records: Sequence[dict[str, Any]], name: str = "listens") -> Path:
    """Write records as a file; the user is `me` where nothing else is said."""
    lines = [json.dumps({"jotted": name}), *(json.dumps({"user_id": "me", **record}) for record in records)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def heard(artist: str, at: float = 0, title: str | None = "Song", **more: Any) -> dict[str, Any]:
    """A listen, so many seconds after START."""
    return {"artist_name": artist, "recording_name": title, "listened_at": START + at, **more}


def rated(artist: str, rating: float, at: float | None = None, title: str = "Song") -> dict[str, Any]:
    """A rating, given at a time or at none."""
    when = None if at is None else START + at
    return {
        "artist_name": artist, "recording_name": title, "play_count": None, "rating": rating, "listened_at": when,
    }  # fmt: skip


def counted(artist: str, plays: float, title: str | None = None) -> dict[str, Any]:
    """A play count."""
    return {"artist_name": artist, "recording_name": title, "play_count": plays}


def add(home: Home, *paths: Path, name: str = "me", **more: Any) -> Imported:
    """Import, and give the account."""
    return importing.import_history(home, name, Log(paths), **more).stored.imports[-1]


def rows(profile: Profile) -> list[tuple[Any, ...]]:
    """All rows, without where they came from."""
    columns = ", ".join(name for name in COLUMNS if name not in ORIGIN)

    return history.ask(profile, lambda query: query(f"SELECT {columns} FROM told ORDER BY ALL"))  # noqa: S608
