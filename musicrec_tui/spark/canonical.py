"""The tables of a log on a cluster: what an index has as DuckDB tables, as Spark DataFrames of the same columns."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from musicrec_tui.dataset.records import DatasetInfo

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class CanonicalLog:
    """A log, as `dataset.index` would have it: the same codes, keys, counts and content hash.

    Codes are dense, from 0, in the order of the keys. All tables are persisted, none is sorted. Spark's timestamps are
    UTC (the session's time zone is).

    Attributes:
        artists: `code int, key string, name string, mbid string, listeners int, listens long`.
        users: `code int, key string, artists int, listens long`; `artists` counts pairs, as the splits want it.
        plays: the (user, artist) pairs, each once: `user_code int, artist_code int, plays long, first_at timestamp,
            last_at timestamp` (both null in a log without times).
        listens: `user_code int, artist_code int, listened_at timestamp, plays int`; empty in a log without times.
        ratings: `user_code int, artist_code int, rating double, liking double`; empty in a log without ratings.
            Where `liking < 0` the pair is a dislike: never recommended, and no candidate.
        info: totals, rows kept, repaired and rejected by reason, and the content hash (`info.content`), as an index of
            the same log has them.
    """

    artists: "DataFrame"
    users: "DataFrame"
    plays: "DataFrame"
    listens: "DataFrame"
    ratings: "DataFrame"
    info: DatasetInfo
