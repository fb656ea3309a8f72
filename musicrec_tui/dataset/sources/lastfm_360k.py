"""Last.fm 360K (Celma 2010): tab-separated play counts of 360,000 users, without a header."""

from musicrec_tui.dataset.sources.base import TableLayout, blank_is_null
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.headless import is_number, most

_COLUMNS = ["user_sha1", "artist_mbid", "artist", "plays"]


def _headless(rows: list[list[str]]) -> list[str] | None:
    """Four fields, the last of which is a number, and the second an MBID or nothing."""

    def fits(row: list[str]) -> bool:
        return len(row) == len(_COLUMNS) and is_number(row[3]) and len(row[1].strip()) in (0, 36)

    return _COLUMNS if most(rows, fits) else None


def _expressions(columns: Columns) -> dict[str, str]:
    """An artist is its MBID, where there is one."""
    return {
        "user_id": "user_sha1",
        "artist_id": blank_is_null("artist_mbid"),
        "artist_mbid": blank_is_null("artist_mbid"),
        "artist_name": "artist",
        "play_count": "TRY_CAST(plays AS DOUBLE)",
    }


LAYOUT = TableLayout(
    name="Last.fm 360K",
    sentence="the Last.fm 360K data set: tab-separated play counts without a header",
    example="00000c289a1829a808ac09c00daf10bc3c4e223b\t8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11\tPortishead\t42",
    required=dict.fromkeys(_COLUMNS, "text"),
    optional={},
    expressions=_expressions,
    timed=False,
    headless=_headless,
    quotes=False,
)
