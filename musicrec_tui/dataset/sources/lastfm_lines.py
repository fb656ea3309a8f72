"""A person's Last.fm scrobbles as lines without a header: artist, album, track, and a time for people."""

from musicrec_tui.dataset.sources.base import ME, TableLayout
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.headless import is_time, most

_COLUMNS = ["artist", "album", "track", "date"]
_FORMAT = "%d %b %Y %H:%M"


def _headless(rows: list[list[str]]) -> list[str] | None:
    """Four fields, the last of which is such a time."""
    return _COLUMNS if most(rows, lambda row: len(row) == len(_COLUMNS) and is_time(row[3], _FORMAT)) else None


def _expressions(columns: Columns) -> dict[str, str]:
    """The time is taken for UTC, as Last.fm gives it."""
    return {
        "user_id": f"'{ME}'",
        "artist_name": "artist",
        "release_name": "album",
        "recording_name": "track",
        "listened_at": f"try_strptime(trim(date), '{_FORMAT}')",
        "play_count": "1",
    }


LAYOUT = TableLayout(
    name="Last.fm lines",
    sentence="a person's Last.fm export without a header",
    example='Portishead,Dummy,Roads,"01 May 2024 12:00"',
    required=dict.fromkeys(_COLUMNS, "text"),
    optional={},
    expressions=_expressions,
    headless=_headless,
)
