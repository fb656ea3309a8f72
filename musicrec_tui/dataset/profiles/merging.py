"""How histories are joined. The result is the same whatever comes first, in how many pieces, and how often.

- A **listen**, a row with a time, is known by its second, its artist and its recording, for a person hears one thing at
  a time. Where two have it, the larger play count holds.
- A **count**, a row without a time, is known by its artist and recording. Within a file counts add up; of two files the
  larger holds, for the counts of an export only grow.
- A **rating** is known by its artist and recording, and the latest holds: by when it was given, where the log says so,
  else by when it was imported. The scale of ratings is recognised from all ratings of one layout.
- Artists and recordings are distinguished by their normal names (`text.normal_name`), by ids where there is no name.
  What one row lacks (an MBID, an album) the other gives; where both have it, the smaller text stays.

All statements work on a connection that has the tables `history` (what the profile holds) and `incoming` (the new rows,
one for each row of a file that is kept), with the columns of `COLUMNS`; `incoming` has `file` besides.
"""

LISTEN, COUNT, RATING = "listen", "count", "rating"

COLUMNS: dict[str, str] = {
    "kind": "VARCHAR",
    "artist_key": "VARCHAR",
    "recording_key": "VARCHAR",
    "artist_name": "VARCHAR",
    "artist_id": "VARCHAR",
    "artist_mbid": "VARCHAR",
    "release_name": "VARCHAR",
    "recording_name": "VARCHAR",
    "recording_mbid": "VARCHAR",
    "listened_at": "TIMESTAMP",
    "plays": "BIGINT",
    "rating": "DOUBLE",
    "liking": "DOUBLE",
    "layout": "VARCHAR",
    "source": "VARCHAR",
    "imported_at": "TIMESTAMP",
}
"""A row of a profile. `liking` is −1 to 1; times are UTC; `layout`, `source` (a file's name) and `imported_at` say
where it first came from, of a rating where the one that holds did."""

EMPTY = f"CREATE TEMP TABLE history ({', '.join(f'{name} {type_}' for name, type_ in COLUMNS.items())})"

_NAMES = """
    min(artist_name) AS artist_name, min(artist_id) AS artist_id, min(artist_mbid) AS artist_mbid,
    min(release_name) AS release_name, min(recording_name) AS recording_name, min(recording_mbid) AS recording_mbid"""

_ORIGIN = "{'layout': layout, 'source': source, 'imported_at': imported_at}"
_FIRST = f"(min({{'at': imported_at, 'origin': {_ORIGIN}}})).origin"

_LATEST = """
    arg_max({'listened_at': listened_at, 'rating': rating, 'layout': layout, 'source': source,
        'imported_at': imported_at}, (coalesce(listened_at, imported_at), rating))"""

MERGED = f"""
CREATE TEMP TABLE merged AS
WITH told AS (
    SELECT *, 0 AS telling FROM history UNION ALL BY NAME SELECT *, 1 + file AS telling FROM incoming),
one AS (
    SELECT kind, artist_key, recording_key, listened_at, telling, {_NAMES},
        CASE kind WHEN '{COUNT}' THEN sum(plays) ELSE max(plays) END AS plays,
        unnest({_FIRST})
    FROM told WHERE kind <> '{RATING}' GROUP BY kind, artist_key, recording_key, listened_at, telling),
heard AS (
    SELECT kind, artist_key, recording_key, {_NAMES}, listened_at, CAST(max(plays) AS BIGINT) AS plays,
        unnest({_FIRST})
    FROM one GROUP BY kind, artist_key, recording_key, listened_at),
rated AS (
    SELECT kind, artist_key, recording_key, {_NAMES}, CAST(0 AS BIGINT) AS plays, unnest({_LATEST})
    FROM told WHERE kind = '{RATING}' GROUP BY kind, artist_key, recording_key)
SELECT {", ".join(f"CAST(NULL AS {type_}) AS liking" if name == "liking" else name for name, type_ in COLUMNS.items())}
FROM (FROM heard UNION ALL BY NAME FROM rated)
ORDER BY kind, listened_at, artist_key, recording_key
"""  # noqa: S608
"""What both hold; `liking` is filled in when the scales are known."""

RATED = "SELECT DISTINCT layout FROM merged WHERE rating IS NOT NULL ORDER BY layout"

_AT = f"CASE kind WHEN '{RATING}' THEN NULL ELSE listened_at END AS at"

NEW = f"""
WITH came AS (SELECT kind, artist_key, recording_key, {_AT}, count(*) AS rows FROM incoming GROUP BY ALL),
was AS (SELECT *, {_AT} FROM history),
now_is AS (SELECT *, {_AT} FROM merged)
SELECT CAST(coalesce(sum(CASE c.kind WHEN '{COUNT}' THEN c.rows ELSE 1 END), 0) AS BIGINT)
FROM came c
JOIN now_is n ON n.kind = c.kind AND n.artist_key = c.artist_key AND n.recording_key = c.recording_key
    AND n.at IS NOT DISTINCT FROM c.at
LEFT JOIN was w ON w.kind = c.kind AND w.artist_key = c.artist_key AND w.recording_key = c.recording_key
    AND w.at IS NOT DISTINCT FROM c.at
WHERE w.kind IS NULL OR w.plays <> n.plays OR w.rating IS DISTINCT FROM n.rating
"""  # noqa: S608
"""How many rows of `incoming` changed something. Of several rows for one listen or rating, one did."""
