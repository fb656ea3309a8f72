"""The tables of an index, and the SQL that fills them. Codes are dense int32, ordered by key.

The statements are constants of this file: what varies between logs is the source's SELECT (made of layouts' constants)
and values, which are always parameters.
"""

VERSION = 2
"""Part of every index's file name: an index of another schema is never even opened."""

EARLIEST, LATEST = "1970-01-01", "2100-01-01"
MOST_PLAYS = 1_000_000_000

NO_USER = "no user"
NO_ARTIST = "no artist name"
BAD_COUNT = "play count is not above zero and at most a billion"
BAD_TIME = f"time before {EARLIEST[:4]} or after {LATEST[:4]}"
NO_TIME = "no time, in a log that has times"
BROKEN_ROW = "not a row of the table (columns, quotes or encoding)"
ROUNDED = "play count rounded to a whole number"

_JUDGED = f"""
SELECT user_id, nullif(trim(artist_id), '') AS artist_id, artist_name, artist_mbid, recording_name, listened_at,
    play_count <> round(play_count) AS rounded, CASE
        WHEN user_id IS NULL OR trim(user_id, E' \\t\\r\\n') = '' THEN '{NO_USER}'
        WHEN coalesce(trim(artist_name), '') = '' AND coalesce(trim(artist_id), '') = '' THEN '{NO_ARTIST}'
        WHEN play_count IS NULL OR isnan(play_count) OR play_count <= 0 OR play_count > {MOST_PLAYS} THEN '{BAD_COUNT}'
        WHEN listened_at < TIMESTAMP '{EARLIEST}' OR listened_at >= TIMESTAMP '{LATEST}' THEN '{BAD_TIME}'
    END AS reason,
    CASE WHEN reason IS NULL THEN CAST(greatest(1, round(play_count)) AS BIGINT) ELSE 0 END AS plays
FROM (%(source)s)
"""  # noqa: S608

SPELLINGS = f"""
CREATE TEMP TABLE spelling AS
SELECT reason, listened_at IS NULL AS timeless,
    CASE WHEN reason IS NULL THEN artist_id END AS artist_id,
    CASE WHEN reason IS NULL THEN artist_name END AS artist_name,
    min(artist_mbid) AS mbid, count(*) AS rows, CAST(sum(plays) AS BIGINT) AS plays,
    count(*) FILTER (rounded AND reason IS NULL) AS rounded
FROM ({_JUDGED}) GROUP BY ALL
"""  # noqa: S608
"""Every spelling of every artist, and how many rows were left out for which reason."""

_KEPT = f"""
SELECT * FROM ({_JUDGED}) WHERE reason IS NULL AND (listened_at IS NOT NULL OR NOT $has_times)
    AND NOT (artist_id IS NULL AND artist_name IN (SELECT name FROM normal WHERE normal = ''))
"""  # noqa: S608

USER_CODES = f"""
CREATE TEMP TABLE user_code AS
SELECT CAST(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS code, key
FROM (SELECT DISTINCT user_id AS key FROM ({_KEPT}))
"""  # noqa: S608

_CODED = f"""
SELECT user_code.code AS user_code, credit.code AS artist_code, listened_at, plays, recording_name
FROM ({_KEPT}) kept JOIN user_code ON user_code.key = kept.user_id
JOIN credit ON credit.artist_id IS NOT DISTINCT FROM kept.artist_id
    AND credit.artist_name IS NOT DISTINCT FROM kept.artist_name
"""  # noqa: S608

LISTENS = f"""
CREATE TABLE listen AS
SELECT user_code, listened_at, artist_code, recording_name AS recording, CAST(plays AS INTEGER) AS plays
FROM ({_CODED}) WHERE listened_at IS NOT NULL
ORDER BY user_code, listened_at
"""  # noqa: S608
"""Clustered by user: DuckDB's zone maps then skip all but one user's blocks."""

PLAYS_OF_LISTENS = """
CREATE TABLE play AS
SELECT user_code, artist_code, CAST(sum(plays) AS BIGINT) AS plays,
    min(listened_at) AS first_at, max(listened_at) AS last_at
FROM listen GROUP BY user_code, artist_code ORDER BY user_code, artist_code
"""

PLAYS_OF_COUNTS = f"""
CREATE TABLE play AS
SELECT user_code, artist_code, CAST(sum(plays) AS BIGINT) AS plays,
    CAST(NULL AS TIMESTAMP) AS first_at, CAST(NULL AS TIMESTAMP) AS last_at
FROM ({_CODED}) GROUP BY user_code, artist_code ORDER BY user_code, artist_code
"""  # noqa: S608

PLAYS_BY_ARTIST = "CREATE TABLE play_by_artist AS SELECT * FROM play ORDER BY artist_code, plays DESC, user_code"

USERS = """
CREATE TABLE "user" AS
SELECT code, key, key AS user_id, lower(key) AS search_id, CAST(artists AS INTEGER) AS artists, listens,
    first_at, last_at
FROM user_code JOIN (
    SELECT user_code, count(*) AS artists, CAST(sum(plays) AS BIGINT) AS listens,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM play GROUP BY user_code) ON user_code = code
ORDER BY code
"""

ARTISTS = """
CREATE TABLE artist AS
SELECT code, key, name, search AS search_name, mbid, CAST(listeners AS INTEGER) AS listeners, listens, first_at, last_at
FROM artist_code JOIN searchable USING (code) JOIN (
    SELECT artist_code, count(*) AS listeners, CAST(sum(plays) AS BIGINT) AS listens,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM play GROUP BY artist_code) ON artist_code = code
ORDER BY code
"""

USER_MONTHS = """
CREATE TABLE user_month AS
SELECT user_code, CAST(date_trunc('month', listened_at) AS DATE) AS month, CAST(sum(plays) AS BIGINT) AS listens
FROM listen GROUP BY ALL ORDER BY ALL
"""

ARTIST_MONTHS = """
CREATE TABLE artist_month AS
SELECT artist_code, CAST(date_trunc('month', listened_at) AS DATE) AS month, CAST(sum(plays) AS BIGINT) AS listens
FROM listen GROUP BY ALL ORDER BY ALL
"""

RECORDINGS = """
CREATE TABLE recording AS
SELECT artist_code, recording AS name, CAST(sum(plays) AS BIGINT) AS listens
FROM listen WHERE trim(recording) <> '' GROUP BY artist_code, recording ORDER BY artist_code
"""
"""Clustered by artist: finding one artist's recordings in `listen` takes 130 ms for 2 million listens, here a few."""

CONTENT = """
SELECT CAST(sum(CAST(digest >> 64 AS UBIGINT)) AS VARCHAR),
    CAST(sum(CAST(digest & 18446744073709551615 AS UBIGINT)) AS VARCHAR), count(*)
FROM (
    SELECT md5_number(concat(u.part, a.part, plays)) AS digest
    FROM play JOIN (SELECT code, concat(strlen(key), ':', key) AS part FROM "user") u ON u.code = user_code
    JOIN (SELECT code, concat(strlen(key), ':', key) AS part FROM artist) a ON a.code = artist_code)
"""
"""Sums do not depend on order; lengths keep ("1", "23") and ("12", "3") apart."""

META = "CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)"


def over(statement: str, source: str) -> str:
    """A statement of this file, reading from a source's SELECT."""
    return statement % {"source": source}
