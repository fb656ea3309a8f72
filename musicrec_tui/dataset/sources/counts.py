"""Aggregated play counts: one row for each user and artist, without times (HetRec's Last.fm table, for one)."""

from musicrec_tui.dataset.sources.base import TableLayout, key_text
from musicrec_tui.dataset.sources.head import Columns


def _expressions(columns: Columns) -> dict[str, str]:
    """`artist_id`, where there is one, is what ListenBrainz calls a mapped artist."""
    have = {
        "user_id": key_text("user_id", columns),
        "artist_name": "artist_name",
        "play_count": "TRY_CAST(play_count AS DOUBLE)",
    }
    if "artist_id" in columns:
        have["artist_id"] = key_text("artist_id", columns)
    return have


LAYOUT = TableLayout(
    name="play counts",
    sentence="one row for each user and artist, with a play count",
    example="user_id,artist_id,artist_name,play_count\n7,1234,Portishead,42",
    required={"user_id": "id", "artist_name": "text", "play_count": "number"},
    optional={"artist_id": "id"},
    expressions=_expressions,
    timed=False,
)
