"""What a history adds up to. Plays are counted as an index counts them, so that a person can stand beside its users."""

from musicrec_tui.dataset.profiles.merging import COUNT, LISTEN, RATING

ARTISTS = f"""
SELECT artist_key, min(artist_name) AS name, min(artist_mbid) AS mbid,
    list(DISTINCT artist_id) FILTER (artist_id IS NOT NULL AND id_layout = $layout) AS ids,
    min(listened_at) FILTER (kind = '{LISTEN}') AS first_at, max(listened_at) FILTER (kind = '{LISTEN}') AS last_at,
    avg(liking) AS liking, count(*) FILTER (kind = '{RATING}') AS ratings,
    CAST(coalesce(greatest(
        sum(plays) FILTER (kind = '{LISTEN}'), sum(plays) FILTER (kind = '{COUNT}'),
        CASE WHEN avg(liking) > 0 THEN greatest(1, round(5 * avg(liking))) END), 0) AS BIGINT) AS plays
FROM told GROUP BY artist_key
"""  # noqa: S608
"""A person's artists, over the history `told`.

Counts and listens of one artist mostly tell of the same listening, so the larger holds; ratings become a confidence.
"""
