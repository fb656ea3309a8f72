"""Last.fm 1K (Celma 2010): tab-separated listens of a thousand users, without a header."""

from musicrec_tui.dataset.sources.base import TableLayout, blank_is_null, instant
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.headless import is_time, most

_COLUMNS = ["userid", "timestamp", "artist_mbid", "artist", "track_mbid", "track"]


def _headless(rows: list[list[str]]) -> list[str] | None:
    """Six fields, the second of which is a time."""
    return _COLUMNS if most(rows, lambda row: len(row) == len(_COLUMNS) and is_time(row[1])) else None


def _expressions(columns: Columns) -> dict[str, str]:
    """An artist is its MBID, where there is one."""
    return {
        "user_id": "userid",
        "artist_id": blank_is_null("artist_mbid"),
        "artist_mbid": blank_is_null("artist_mbid"),
        "artist_name": "artist",
        "recording_name": "track",
        "recording_mbid": blank_is_null("track_mbid"),
        "listened_at": instant("timestamp", columns),
        "play_count": "1",
    }


LAYOUT = TableLayout(
    name="Last.fm 1K",
    sentence="the Last.fm 1K data set: tab-separated listens without a header",
    example="user_000001\t2009-05-04T23:08:57Z\t8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11\tPortishead\t\tRoads",
    required=dict.fromkeys(_COLUMNS, "text"),
    optional={},
    expressions=_expressions,
    headless=_headless,
    quotes=False,
)
