"""The shape of the data: the matrix and how unequal its rows and columns are; listens by month, weekday and hour."""

import zoneinfo

from musicrec_tui.dataset.lookups.in_period import Tables
from musicrec_tui.dataset.lookups.structs import months_of
from musicrec_tui.dataset.portrait import Activity, Week
from musicrec_tui.dataset.records import Bucket, MatrixStats, Month
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_INEQUALITY = """
WITH sorted AS (
    SELECT CAST(listens AS DOUBLE) AS listens, row_number() OVER (ORDER BY listens) AS place FROM {table}),
totals AS (SELECT count(*) AS n, sum(listens) AS listens FROM sorted)
SELECT CASE WHEN any_value(totals.listens) > 0
        THEN 2.0 * sum(place * sorted.listens) / (any_value(n) * any_value(totals.listens))
            - (any_value(n) + 1.0) / any_value(n) ELSE 0.0 END,
    CASE WHEN any_value(totals.listens) > 0
        THEN sum(sorted.listens) FILTER (place > n - ceil(n / 100)) / any_value(totals.listens) ELSE 0.0 END
FROM sorted, totals
"""
"""Gini coefficient over sorted values x_1 <= ... <= x_n: 2 Σ i·x_i / (n Σ x) - (n + 1) / n; and the share of Σ x that
the last hundredth of them has."""

_TOTALS = """
SELECT (SELECT count(*) FROM artist WHERE listeners = 1), (SELECT count(*) FROM artist WHERE listens = 1),
    (SELECT median(artists) FROM "user"), (SELECT median(listens) FROM "user")
"""

_BUCKETS = """
SELECT CAST(floor(log2({column})) AS INTEGER) AS power, count(*), CAST(sum(listens) AS BIGINT)
FROM {table} WHERE {column} > 0 GROUP BY power ORDER BY power
"""

_RANKS = """
WITH sorted AS (SELECT listens, row_number() OVER (ORDER BY listens DESC) AS place FROM {table} WHERE listens > 0)
SELECT place, listens FROM sorted
WHERE place = 1 OR floor(20 * log10(place)) > floor(20 * log10(place - 1)) OR place = (SELECT max(place) FROM sorted)
ORDER BY place
"""


_MONTHS = "SELECT month, CAST(sum(listens) AS BIGINT) FROM user_month GROUP BY month ORDER BY month"

_WEEK = """
WITH quarters AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, listened_at) AS quarter, sum(plays) AS plays FROM listen GROUP BY quarter),
local AS (SELECT timezone($zone, timezone('UTC', quarter)) AS moment, plays FROM quarters)
SELECT isodow(moment) - 1, hour(moment), CAST(sum(plays) AS BIGINT) FROM local GROUP BY ALL
"""
"""Every zone is a multiple of a quarter of an hour away from UTC, so quarters are moved instead of every listen."""


def matrix_stats(dataset: Tables) -> MatrixStats:
    """The users × artists matrix and the long tail of its columns, in a few cheap aggregates."""
    info = dataset.info
    gini, _ = _inequality(dataset, "artist")
    [(one_listener, one_listen, artists_per_user, listens_per_user)] = dataset.query(_TOTALS)
    return MatrixStats(
        users=info.users,
        artists=info.artists,
        plays=info.plays,
        density=info.plays / max(1, info.users * info.artists),
        one_listener=one_listener / max(1, info.artists),
        one_listen=one_listen / max(1, info.artists),
        gini=gini,
        median_artists=float(artists_per_user or 0),
        median_listens=float(listens_per_user or 0),
        tail=_buckets(dataset, "artist", "listeners"),
    )


def activity_stats(dataset: Tables) -> Activity:
    """How many listeners artists have and artists users, and how unequally listens fall on both."""
    artist_gini, top_artists = _inequality(dataset, "artist")
    user_gini, top_users = _inequality(dataset, '"user"')
    return Activity(
        artists_by_listeners=_buckets(dataset, "artist", "listeners"),
        users_by_artists=_buckets(dataset, '"user"', "artists"),
        artist_gini=artist_gini,
        user_gini=user_gini,
        top_artists=top_artists,
        top_users=top_users,
        artist_ranks=_ranks(dataset, "artist"),
        user_ranks=_ranks(dataset, '"user"'),
    )


def _inequality(dataset: Tables, table: str) -> tuple[float, float]:
    """The Gini coefficient of a table's listens, and the share of its first hundredth."""
    [(gini, top)] = dataset.query(_INEQUALITY.format(table=table))
    return float(gini or 0), float(top or 0)  # a period may be without listens


def _ranks(dataset: Tables, table: str) -> tuple[tuple[int, int], ...]:
    """Listens by place, twenty places to each power of ten."""
    return tuple((int(place), int(listens)) for place, listens in dataset.query(_RANKS.format(table=table)))


def _buckets(dataset: Tables, table: str, column: str) -> tuple[Bucket, ...]:
    """How many rows of a table have 1, 2–3, 4–7, … in a column; empty buckets in between are there too."""
    rows = dataset.query(_BUCKETS.format(table=table, column=column))
    found = {int(power): (int(count), int(listens)) for power, count, listens in rows}
    return tuple(
        Bucket(2**power, 2 ** (power + 1) - 1, *found.get(power, (0, 0))) for power in range(max(found, default=-1) + 1)
    )


def listens_by_month(dataset: Tables) -> tuple[Month, ...]:
    """Listens by month (UTC); empty for a log without times."""
    return months_of(dataset.query(_MONTHS))


def listens_by_hour(dataset: Tables, time_zone: str = "UTC") -> Week:
    """Listens by weekday and hour of the day in a time zone. The one look-up here that reads all listens.

    Args:
        dataset: the log.
        time_zone: an IANA name.

    Raises:
        UserError: there is no such time zone.
    """
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(
            f"There is no time zone {printable(time_zone, 60)!r}: write a name such as Europe/Vienna for time_zone in "
            "the settings."
        ) from error
    if not dataset.info.has_times:
        return Week(time_zone, ())
    listens = [[0] * 24 for _ in range(7)]
    for day, hour, count in dataset.query(_WEEK, {"zone": time_zone}):
        listens[int(day)][int(hour)] = int(count)
    return Week(time_zone, tuple(map(tuple, listens)))
