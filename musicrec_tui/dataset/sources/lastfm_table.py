"""A person's Last.fm scrobbles as a table with `uts`, the second of each listen."""

from musicrec_tui.dataset.sources.base import ME, TableLayout, blank_is_null, instant, optional
from musicrec_tui.dataset.sources.head import Columns


def _expressions(columns: Columns) -> dict[str, str]:
    """Artists are their names, so that they join those of any other log; the MBID comes along."""
    have = {
        "user_id": f"'{ME}'",
        "artist_name": "artist",
        "listened_at": instant("uts", columns),
        "play_count": "1",
        **optional(columns, {"release_name": "album", "recording_name": "track"}),
    }
    for field, column in (("artist_mbid", "artist_mbid"), ("recording_mbid", "track_mbid")):
        if column in columns:
            have[field] = blank_is_null(column)
    return have


LAYOUT = TableLayout(
    name="Last.fm export",
    sentence="a person's Last.fm export with a header, times as seconds since 1970",
    example='"uts","utc_time","artist","artist_mbid","album","album_mbid","track","track_mbid"\n'
    '"1714564800","01 May 2024, 12:00","Portishead","","Dummy","","Roads",""',
    required={"uts": "time", "artist": "text", "track": "text"},
    optional={"artist_mbid": "id", "album": "text", "track_mbid": "id"},
    expressions=_expressions,
)
