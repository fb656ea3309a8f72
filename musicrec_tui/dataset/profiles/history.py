"""What a history adds up to. Plays are counted as an index counts them, so that a person can stand beside its users."""

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.profiles.merging import COUNT, LISTEN, RATING

ARTISTS = f"""
SELECT artist_key, min(artist_name) AS name, min(artist_mbid) AS mbid,
    list(DISTINCT id_layout || '\n' || artist_id) FILTER (artist_id IS NOT NULL) AS ids,
    CAST(coalesce(greatest(
        sum(plays) FILTER (kind = '{LISTEN}'), sum(plays) FILTER (kind = '{COUNT}'),
        CASE WHEN avg(liking) > 0 THEN {ratings.confidence_sql("avg(liking)")} END), 0) AS BIGINT) AS plays,
    min(listened_at) FILTER (kind = '{LISTEN}') AS first_at, max(listened_at) FILTER (kind = '{LISTEN}') AS last_at,
    avg(liking) AS liking, count(*) FILTER (kind = '{RATING}') AS ratings
FROM told GROUP BY artist_key
"""  # noqa: S608
"""A person's artists, over a history that is called `told`.

Counts and listens of one artist mostly tell of the same listening, so the larger holds; what is liked counts as
`ratings` says. Each of `ids` has the layout whose ids they are before it.
"""
