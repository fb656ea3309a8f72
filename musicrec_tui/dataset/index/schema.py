"""The tables of an index, and the SQL that fills them. Codes are dense int32, ordered by key.

The statements are constants of this file: what varies between logs is the source's SELECT (made of layouts' constants)
and values, which are always parameters.
"""

import hashlib

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.artist_keys import ID as ID
from musicrec_tui.dataset.artist_keys import NAME as NAME
from musicrec_tui.dataset.log import Log

VERSION = 5
"""Part of every index's file name: an index of another schema is never even opened."""

EARLIEST, LATEST = "1970-01-01", "2100-01-01"
_FIRST_DAY, _LAST_DAY = "0001-01-01", "9999-12-31"
"""What lies outside DuckDB cannot write as text: it breaks the connection."""
MOST_PLAYS = 1_000_000_000

OFFENDERS = 3
SHOWN = 200

LONGEST_NAME = 65_536
"""Bytes of a name; what is longer is none, and 60 of a million letters took two gigabytes."""

NO_USER = "no user"
LONG_NAME = f"name of more than {LONGEST_NAME:,} bytes"
NO_ARTIST = "no artist name"
BAD_COUNT = "play count is not above zero and at most a billion"
BAD_TIME = f"time before {EARLIEST[:4]} or after {LATEST[:4]}"
NO_TIME = "no time, in a log that has times"
BAD_RATING = "rating is not a number"
ROUNDED = "play count rounded to a whole number"


def _visible(column: str) -> str:
    """Whether a text is more than white space; one that begins with a visible letter of ASCII need not be trimmed."""
    return f"({column} BETWEEN '!' AND '~' OR trim({column}) <> '')"


JUDGED = f"""
SELECT user_id, nullif(trim(artist_id), '') AS artist_id, artist_name, artist_mbid, release_name, recording_name,
    recording_mbid, listened_at, play_count, rating, file, row, rating IS NOT NULL AND play_count IS NULL AS rated,
    listened_at IS NULL AND NOT rated AS timeless, coalesce(play_count <> round(play_count), false) AS rounded,
    coalesce(refused, CASE
        WHEN user_id IS NULL OR (user_id < '!' AND trim(user_id, E' \\t\\r\\n') = '') THEN '{NO_USER}'
        WHEN strlen(artist_name) > {LONGEST_NAME} OR strlen(user_id) > {LONGEST_NAME} THEN '{LONG_NAME}'
        WHEN (artist_name IS NULL OR NOT {_visible("artist_name")}) AND coalesce(trim(artist_id), '') = ''
            THEN '{NO_ARTIST}'
        WHEN rated AND (isnan(rating) OR isinf(rating)) THEN '{BAD_RATING}'
        WHEN NOT rated AND (play_count IS NULL OR isnan(play_count) OR play_count <= 0 OR play_count > {MOST_PLAYS})
            THEN '{BAD_COUNT}'
        WHEN listened_at < TIMESTAMP '{EARLIEST}' OR listened_at >= TIMESTAMP '{LATEST}' THEN '{BAD_TIME}'
    END) AS reason,
    CASE WHEN rated THEN 0 ELSE CAST(least(greatest(1, round(play_count)), {MOST_PLAYS}) AS BIGINT) END AS plays
FROM (%(source)s)
"""  # noqa: S608
"""Canonical listens with the index's verdict: `reason` (NULL: the row is used), `rated` (a rating and no listen).

Three passes judge every row, so it must be quick: nothing is trimmed that need not be, and `plays` is made without
asking for the reason again (of rows left out it says nothing).
"""

SPELLINGS = f"""
CREATE TEMP TABLE spelling AS
SELECT reason, timeless, rated,
    CASE WHEN reason IS NULL THEN artist_id END AS artist_id,
    CASE WHEN reason IS NULL THEN artist_name END AS artist_name,
    min(artist_mbid) AS mbid, count(*) AS rows, CAST(sum(plays) AS BIGINT) AS plays,
    count(*) FILTER (rounded AND reason IS NULL) AS rounded,
    min(rating) AS lowest, max(rating) AS highest, bool_and(rating = round(rating)) AS whole
FROM ({JUDGED}) GROUP BY ALL
"""  # noqa: S608
"""Every spelling of every artist, and how many rows were left out for which reason."""

FATES = f"""
WITH fate AS (
    SELECT file, row, coalesce(reason, CASE WHEN timeless AND $has_times THEN '{NO_TIME}'
            WHEN artist_id IS NULL AND artist_name IN (SELECT name FROM normal WHERE normal = '') THEN '{NO_ARTIST}'
        END) AS left_out,
        concat_ws(' · ', user_id, CASE WHEN listened_at BETWEEN '{_FIRST_DAY}' AND '{_LAST_DAY}' THEN listened_at END,
            artist_name, recording_name, play_count, rating) AS shown
    FROM ({JUDGED}) WHERE left_out IS NOT NULL OR rounded)
SELECT left_out IS NULL AS kept, coalesce(left_out, '{ROUNDED}') AS why, file, count(*),
    arg_min({{'row': row, 'shown': left(shown, {SHOWN})}}, row, {OFFENDERS})
FROM fate GROUP BY ALL ORDER BY kept, why, file
"""  # noqa: S608
"""How many rows of each file were skipped or repaired, why, and the first of them; asked only where there are any."""

REPAIRED_LINES = f"""
WITH fate AS (
    SELECT file, row, coalesce(reason, CASE WHEN timeless AND $has_times THEN '{NO_TIME}'
            WHEN artist_id IS NULL AND artist_name IN (SELECT name FROM normal WHERE normal = '') THEN '{NO_ARTIST}'
        END) AS left_out
    FROM ({JUDGED}))
SELECT why, file, count(*), list(row ORDER BY row)[:{OFFENDERS}]
FROM fate JOIN repaired_line USING (file, row) WHERE left_out IS NULL GROUP BY ALL ORDER BY why, file
"""  # noqa: S608
"""How many rows of each file were repaired as text and are kept, what was repaired, and the first of them."""

_TIMED = f"SELECT * FROM ({JUDGED}) WHERE reason IS NULL AND NOT (timeless AND $has_times)"  # noqa: S608

KEPT = f"""
{_TIMED} AND NOT (artist_id IS NULL AND artist_name IN (SELECT name FROM normal WHERE normal = ''))
"""  # noqa: S608

USER_CODES = """
CREATE TEMP TABLE user_code AS
SELECT CAST(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS code, key
FROM (SELECT DISTINCT user_id AS key FROM (%(kept)s))
"""
"""`kept` is the source itself where no row is left out (so the quick way), else `KEPT`."""

_CODED = f"""
SELECT user_code.code AS user_code, credit.code AS artist_code, kept.*
FROM ({_TIMED}) kept JOIN user_code ON user_code.key = kept.user_id
JOIN credit ON credit.named = (kept.artist_id IS NULL) AND credit.spelling = coalesce(kept.artist_id, kept.artist_name)
"""  # noqa: S608
"""Names without a letter credit no artist, so they drop out here."""

TITLES = f"""
    CASE WHEN {_visible("recording_name")} THEN recording_name END AS recording,
    CASE WHEN {_visible("release_name")} THEN release_name END AS release
"""

LISTENS = f"""
CREATE TABLE listen AS
SELECT user_code, listened_at, artist_code, {TITLES}, CAST(plays AS INTEGER) AS plays
FROM ({_CODED}) WHERE listened_at IS NOT NULL AND NOT rated
ORDER BY user_code, listened_at
"""  # noqa: S608
"""Clustered by user: DuckDB's zone maps then skip all but one user's blocks."""

RATINGS = f"""
CREATE TABLE rating AS
SELECT user_code, artist_code, rating, %(liking)s AS liking FROM (
    SELECT user_code, artist_code, avg(rating) AS rating FROM ({_CODED}) WHERE rated GROUP BY ALL)
ORDER BY user_code, artist_code
"""  # noqa: S608

NO_RATINGS = "CREATE TABLE rating (user_code INTEGER, artist_code INTEGER, rating DOUBLE, liking DOUBLE)"

PLAYS = """
CREATE TABLE play (
    user_code INTEGER, artist_code INTEGER, plays BIGINT, first_at TIMESTAMP, last_at TIMESTAMP)
"""

PLAYS_OF_LISTENS = """
INSERT INTO play
SELECT user_code, artist_code, sum(plays), min(listened_at), max(listened_at)
FROM listen WHERE user_code BETWEEN $first AND $last
GROUP BY user_code, artist_code ORDER BY user_code, artist_code
"""
"""Of a range of users at a time (see `filling`)."""

PLAYS_OF_COUNTS = f"""
INSERT INTO play
SELECT user_code, artist_code, sum(plays), NULL, NULL
FROM ({_CODED}) WHERE NOT rated GROUP BY user_code, artist_code ORDER BY user_code, artist_code
"""  # noqa: S608

PLAYS_OF_RATINGS = f"""
INSERT INTO play
SELECT user_code, artist_code, {ratings.confidence_sql()}, NULL, NULL
FROM rating WHERE liking > 0 ORDER BY user_code, artist_code
"""  # noqa: S608
"""What is liked is played as often as it counts (see `dataset.ratings`)."""

PLAYS_BY_ARTIST = "CREATE TABLE play_by_artist AS SELECT * FROM play ORDER BY artist_code, plays DESC, user_code"

ARTIST_TABLE = """
CREATE TABLE artist (
    code INTEGER, key VARCHAR USING COMPRESSION uncompressed, name VARCHAR USING COMPRESSION uncompressed,
    search_name VARCHAR USING COMPRESSION uncompressed, mbid VARCHAR USING COMPRESSION uncompressed,
    listeners INTEGER, listens BIGINT, first_at TIMESTAMP, last_at TIMESTAMP)
"""
"""A search reads every search name, a page some of the others: as they are, both take less than half as long."""

ARTISTS = """
INSERT INTO artist
SELECT code, key, name, search AS search_name, mbid, CAST(coalesce(listeners, 0) AS INTEGER) AS listeners,
    coalesce(listens, 0) AS listens, first_at, last_at
FROM artist_code JOIN searchable USING (code) LEFT JOIN (
    SELECT artist_code, count(*) AS listeners, CAST(sum(plays) AS BIGINT) AS listens,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM play GROUP BY artist_code) ON artist_code = code
ORDER BY code
"""
"""An artist that was only rated has no listeners."""

USER_TABLE = """
CREATE TABLE "user" (
    code INTEGER, key VARCHAR USING COMPRESSION uncompressed, user_id VARCHAR USING COMPRESSION uncompressed,
    search_id VARCHAR USING COMPRESSION uncompressed, artists INTEGER, listens BIGINT, first_at TIMESTAMP,
    last_at TIMESTAMP, mainstream FLOAT)
"""

USERS = """
INSERT INTO "user"
SELECT user_code.code, user_code.key, user_code.key AS user_id, lower(strip_accents(user_code.key)) AS search_id,
    CAST(coalesce(artists, 0) AS INTEGER) AS artists, coalesce(listens, 0) AS listens, first_at, last_at, mainstream
FROM user_code LEFT JOIN (
    SELECT p.user_code, count(*) AS artists, CAST(sum(p.plays) AS BIGINT) AS listens,
        min(p.first_at) AS first_at, max(p.last_at) AS last_at,
        CAST(avg(a.listeners) / (SELECT count(*) FROM user_code) AS FLOAT) AS mainstream
    FROM play p JOIN artist a ON a.code = p.artist_code GROUP BY p.user_code) t ON t.user_code = user_code.code
ORDER BY user_code.code
"""
"""`mainstream` is the share of all users that an artist of the user's has on average."""

USER_MONTHS = "CREATE TABLE user_month (user_code INTEGER, month DATE, listens BIGINT, new_artists BIGINT)"
"""`new_artists` are those that the user first heard in that month."""

USER_MONTHS_OF_LISTENS = """
INSERT INTO user_month
SELECT user_code, month, listens, coalesce(new_artists, 0)
FROM (
    SELECT user_code, CAST(date_trunc('month', listened_at) AS DATE) AS month, sum(plays) AS listens
    FROM listen WHERE user_code BETWEEN $first AND $last GROUP BY ALL)
LEFT JOIN (
    SELECT user_code, CAST(date_trunc('month', first_at) AS DATE) AS month, count(*) AS new_artists
    FROM play WHERE user_code BETWEEN $first AND $last GROUP BY ALL) USING (user_code, month)
ORDER BY user_code, month
"""
"""Of a range of users at a time."""

ARTIST_MONTHS = """
CREATE TABLE artist_month AS
SELECT artist_code, CAST(date_trunc('month', listened_at) AS DATE) AS month, CAST(sum(plays) AS BIGINT) AS listens
FROM listen GROUP BY ALL ORDER BY ALL
"""

RECORDINGS = """
CREATE TABLE recording AS
SELECT artist_code, recording AS name, CAST(sum(plays) AS BIGINT) AS listens
FROM listen WHERE recording IS NOT NULL GROUP BY artist_code, recording ORDER BY artist_code
"""
"""Clustered by artist: finding one artist's recordings in `listen` takes 130 ms for 2 million listens, here a few."""

RELEASES = """
CREATE TABLE release AS
SELECT artist_code, release AS name, CAST(sum(plays) AS BIGINT) AS listens
FROM listen WHERE release IS NOT NULL GROUP BY artist_code, release ORDER BY artist_code
"""

FILES = """
CREATE TABLE file (
    number INTEGER, path VARCHAR, layout VARCHAR, size BIGINT, rows BIGINT, kept BIGINT, encoding VARCHAR,
    lines BIGINT, before BIGINT, blank BIGINT, continued BIGINT)
"""
"""Of text the physical lines: all, those before the first row, blank ones, and those that continue a row."""

OFFENDING = "CREATE TABLE offender (outcome VARCHAR, reason VARCHAR, file VARCHAR, row BIGINT, shown VARCHAR)"
"""The first rows that were skipped (`rejected`) or repaired (`repaired`), for each reason."""

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


def over(statement: str, source: str, **parts: str) -> str:
    """A statement of this file, reading from a source's SELECT."""
    return statement % {"source": source, **parts}


def index_name(log: Log) -> str:
    """The file name of the index of a log.

    It has two hashes: of the paths and the layout that was insisted on (two states of one log share it), and of the
    sizes and modification times of the files and our schema. A log at addresses elsewhere has one index, of the state
    in which it was read last.

    Raises:
        UserError: there is no such log.
    """
    place, state = hashlib.sha256(log.layout.encode()), hashlib.sha256(f"schema {VERSION}".encode())
    for path in sorted(set(log.names)):
        place.update(path.encode(errors="surrogateescape") + b"\0")
    for one in log.states:
        state.update(f"{one.path}\0{one.size}\0{one.modified}\0".encode())
    return f"{place.hexdigest()[:16]}-{state.hexdigest()[:16]}.duckdb"
