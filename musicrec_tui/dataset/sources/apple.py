"""Apple Music's tables of what a track's last play was, and of plays by day: artist and track are one text in both.

`Apple Music Play Activity.csv` has columns of its own for them, which the generic reader finds; newer exports name no
artist in it. Columns as in exports of Apple's privacy page (https://privacy.apple.com).
"""

from musicrec_tui.dataset.sources.base import ME, NOT_PLAYED, TableLayout, instant_of
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.time_forms import EPOCH, instant_sql

_DASH = " - "
_DAY = '"date played"'


def _names(column: str) -> dict[str, str]:
    """Artist and track of a text such as `Portishead - Roads`; a text without the dash names no artist."""
    at = f"strpos(\"{column}\", '{_DASH}')"
    return {
        "user_id": f"'{ME}'",
        "artist_name": f'CASE WHEN {at} > 0 THEN left("{column}", {at} - 1) END',
        "recording_name": f'CASE WHEN {at} > 0 THEN substr("{column}", {at} + {len(_DASH)}) ELSE "{column}" END',
    }


def _text(column: str) -> str:
    """A column as text, whatever a Parquet file makes of it."""
    return f"CAST({column} AS VARCHAR)"


def _last_played(columns: Columns) -> dict[str, str]:
    """The last play of each track, in milliseconds."""
    when = '"last played date"'
    type_ = columns["last played date"]
    moment = instant_of(when, type_) if type_.startswith("TIMESTAMP") else instant_sql(_text(when), EPOCH)
    return {**_names("track name"), "listened_at": moment, "play_count": "1"}


def _by_day(columns: Columns) -> dict[str, str]:
    """Plays of a track on a day (`20240501`)."""
    count = 'coalesce(TRY_CAST("play count" AS DOUBLE), 1)' if "play count" in columns else "1"
    return {
        **_names("track description"),
        "listened_at": f"try_strptime(trim({_text(_DAY)}), ['%Y%m%d', '%Y-%m-%d', '%Y-%m-%d %H:%M:%S'])",
        "play_count": count,
        "refused": f"CASE WHEN {count} = 0 THEN '{NOT_PLAYED}' END",
    }


TRACK_HISTORY = TableLayout(
    name="Apple Music tracks",
    sentence="Apple Music - Track Play History.csv of a person's Apple data: the last play of each track",
    example='"Track Name","Last Played Date","Is User Initiated"\n"Portishead - Roads",1714564800000,true',
    required={"track name": "text", "last played date": "time", "is user initiated": "text"},
    optional={},
    expressions=_last_played,
)
DAILY = TableLayout(
    name="Apple Music days",
    sentence="Apple Music - Play History Daily Tracks.csv of a person's Apple data: plays by day",
    example="Track Description,Date Played,Play Count\nPortishead - Roads,20240501,2",
    required={"track description": "text", "date played": "time"},
    optional={"play count": "number"},
    expressions=_by_day,
)
