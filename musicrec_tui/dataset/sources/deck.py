"""The deck's table: one row for each listen, with date and time in columns of their own."""

from musicrec_tui.dataset.sources.base import TableLayout, key_text, optional
from musicrec_tui.dataset.sources.head import Columns


def _moment(columns: Columns) -> str:
    """Date (YYYY-MM-DD) and time (HH:MM:SS), text or typed, as one instant, which is taken for UTC."""
    if columns["date"].startswith("TIMESTAMP"):
        date = "CAST(CAST(date AS DATE) AS VARCHAR)"
    else:
        date = "trim(CAST(date AS VARCHAR))"
    return f"TRY_CAST({date} || ' ' || trim(CAST(time AS VARCHAR)) AS TIMESTAMP)"


def _expressions(columns: Columns) -> dict[str, str]:
    """There are names only: an artist is its normal name."""
    return {
        "user_id": key_text("user_id", columns),
        "artist_name": "artist_name",
        "listened_at": _moment(columns),
        "play_count": "1",
        **optional(columns, {"release_name": "release_name", "recording_name": "recording_name"}),
    }


LAYOUT = TableLayout(
    name="date and time",
    sentence="one row for each listen, with `date` and `time` in columns of their own",
    example="user_id,artist_name,release_name,recording_name,date,time\n7,Portishead,Dummy,Roads,2024-05-01,12:00:00",
    required={"user_id": "id", "artist_name": "text", "date": "time", "time": "time"},
    optional={"release_name": "text", "recording_name": "text"},
    expressions=_expressions,
)
