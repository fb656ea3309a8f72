"""The shape of the data: the matrix, its density, and the long tail."""

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.records import Bucket, MatrixStats

_GINI = """
SELECT CASE WHEN count(*) = 0 OR sum(listens) = 0 THEN 0.0
    ELSE 2.0 * sum(place * listens) / (count(*) * sum(listens)) - (count(*) + 1.0) / count(*) END
FROM (SELECT CAST(listens AS DOUBLE) AS listens, row_number() OVER (ORDER BY listens) AS place FROM artist)
"""
"""Gini coefficient over sorted values x_1 <= ... <= x_n: 2 Σ i·x_i / (n Σ x) - (n + 1) / n."""

_TOTALS = """
SELECT (SELECT count(*) FROM artist WHERE listeners = 1), (SELECT count(*) FROM artist WHERE listens = 1),
    (SELECT median(artists) FROM "user"), (SELECT median(listens) FROM "user")
"""

_BUCKETS = """
SELECT CAST(floor(log2(listeners)) AS INTEGER) AS power, count(*), CAST(sum(listens) AS BIGINT)
FROM artist WHERE listeners > 0 GROUP BY power ORDER BY power
"""


def matrix(dataset: Dataset) -> MatrixStats:
    """The users × artists matrix and the long tail of its columns, in a few cheap aggregates."""
    info = dataset.info
    [(gini,)] = dataset.query(_GINI)
    [(one_listener, one_listen, artists_per_user, listens_per_user)] = dataset.query(_TOTALS)
    buckets = {int(power): (int(count), int(listens)) for power, count, listens in dataset.query(_BUCKETS)}
    return MatrixStats(
        users=info.users,
        artists=info.artists,
        plays=info.plays,
        density=info.plays / (info.users * info.artists),
        one_listener=one_listener / info.artists,
        one_listen=one_listen / info.artists,
        gini=float(gini),
        median_artists=float(artists_per_user),
        median_listens=float(listens_per_user),
        tail=tuple(
            Bucket(2**power, 2 ** (power + 1) - 1, *buckets.get(power, (0, 0))) for power in range(max(buckets) + 1)
        ),
    )
