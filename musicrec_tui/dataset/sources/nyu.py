"""The three tables of NYU's course on ListenBrainz: interactions, the tracks that they name, and perhaps the users."""

from collections.abc import Mapping

from musicrec_tui.dataset.sources.base import Join, TableLayout, instant
from musicrec_tui.dataset.sources.head import Columns


def _query(columns: Mapping[str, Columns]) -> str:
    """Interactions with their tracks, each of which counts once however often it is listed, and their users."""
    mbid = "any_value(recording_mbid)" if "recording_mbid" in columns["tracks"] else "NULL"
    users, name = "", "NULL"
    if "users" in columns:
        name = "who.user_name"
        users = (
            "LEFT JOIN (SELECT CAST(user_id AS VARCHAR) AS id, any_value(user_name) AS user_name FROM users GROUP BY id"
            ") who ON who.id = CAST(listens.user_id AS VARCHAR) "
        )
    return (
        f"SELECT listens.*, {name} AS user_name, artist_name, track_name, recording_mbid FROM listens "  # noqa: S608
        f"LEFT JOIN (SELECT CAST(recording_msid AS VARCHAR) AS msid, any_value(artist_name) AS artist_name, "
        f"any_value(track_name) AS track_name, {mbid} AS recording_mbid FROM tracks GROUP BY msid) track "
        f"ON track.msid = CAST(listens.recording_msid AS VARCHAR) {users}"
    )


def _expressions(columns: Columns) -> dict[str, str]:
    """A user is shown by name where there is one; there are no artist ids, so an artist is its normal name."""
    return {
        "user_id": "coalesce(nullif(trim(user_name), ''), CAST(user_id AS VARCHAR))",
        "artist_name": "artist_name",
        "recording_name": "track_name",
        "recording_mbid": "recording_mbid",
        "listened_at": instant("timestamp", columns),
        "play_count": "1",
    }


LAYOUT = TableLayout(
    name="NYU tables",
    sentence="NYU's three tables: interactions, tracks, and users",
    example="interactions: user_id, recording_msid, timestamp\n7, 5f3c…, 2019-05-01 12:00:00\n"
    "tracks: recording_msid, artist_name, track_name, recording_mbid\n5f3c…, Portishead, Roads, \n"
    "users (may be missing): user_id, user_name",
    required={"user_id": "id", "recording_msid": "id", "timestamp": "time"},
    optional={},
    expressions=_expressions,
    join=Join(
        tables={
            "tracks": {"recording_msid": "id", "artist_name": "text", "track_name": "text"},
            "users": {"user_id": "id", "user_name": "text"},
        },
        needed=("tracks",),
        query=_query,
    ),
    excerpt="_small",
)
