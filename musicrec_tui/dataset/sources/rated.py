"""Ratings: how much users like artists, on one of the scales of `dataset.ratings`; nobody says who listened to what."""

from musicrec_tui.dataset.sources.base import TableLayout, key_text
from musicrec_tui.dataset.sources.head import Columns


def _expressions(columns: Columns) -> dict[str, str]:
    """What is no number becomes NaN, which the index refuses as a rating."""
    have = {
        "user_id": key_text("user_id", columns),
        "artist_name": "artist_name",
        "rating": "coalesce(TRY_CAST(rating AS DOUBLE), 'nan'::DOUBLE)",
    }
    if "artist_id" in columns:
        have["artist_id"] = key_text("artist_id", columns)
    return have


LAYOUT = TableLayout(
    name="ratings",
    sentence="one row for each user and artist, with a rating (1 to 5 stars; 0 to 100; or -1, 0, 1)",
    example="user_id,artist_id,artist_name,rating\n7,1234,Portishead,5",
    required={"user_id": "id", "artist_name": "text", "rating": "number"},
    optional={"artist_id": "id"},
    expressions=_expressions,
    timed=None,
)
