"""ListenBrainz: Parquet of a Spark dump, full or incremental, with the small differences that real files have."""

from musicrec_tui.dataset.sources.base import TableLayout, instant, key_text, optional
from musicrec_tui.dataset.sources.head import Columns


def _expressions(columns: Columns) -> dict[str, str]:
    """Artists are their `artist_credit_id`; a credit of one artist carries that artist's MBID."""
    have = {
        "user_id": key_text("user_id", columns),
        "artist_name": "artist_name",
        "listened_at": instant("listened_at", columns),
        "play_count": "1",
        **optional(columns, {name: name for name in ("release_name", "recording_name", "recording_mbid")}),
    }
    if "artist_credit_id" in columns:
        have["artist_id"] = key_text("artist_credit_id", columns)
    if columns.get("artist_credit_mbids", "").endswith("[]"):
        have["artist_mbid"] = "CASE WHEN len(artist_credit_mbids) = 1 THEN artist_credit_mbids[1] END"
    return have


LAYOUT = TableLayout(
    name="ListenBrainz",
    sentence="a ListenBrainz dump: one row for each listen, artists mapped to MusicBrainz",
    example="Parquet: listened_at, user_id, artist_name, artist_credit_id, release_name, recording_name\n"
    "2024-05-01 12:00:00, 7, Portishead, 1234, Dummy, Roads",
    required={"user_id": "id", "listened_at": "time", "artist_name": "text"},
    optional={
        "artist_credit_id": "id",
        "artist_credit_mbids": "ids",
        "release_name": "text",
        "recording_name": "text",
        "recording_mbid": "id",
        "recording_msid": "id",
    },
    expressions=_expressions,
    recording="recording_msid",
    parquet_only=True,
)
