"""The tables of a log on a cluster: what an index has as DuckDB tables, as Spark DataFrames of the same columns."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index import filling, schema, understanding
from musicrec_tui.dataset.index.accounting import Account
from musicrec_tui.dataset.log import FileState, Log
from musicrec_tui.dataset.records import DatasetInfo, TableReading
from musicrec_tui.errors import UserError
from musicrec_tui.spark import identity, sources
from musicrec_tui.spark.sources import LogSource
from musicrec_tui.spark.table_store import TableStore
from musicrec_tui.text import NORMAL_FORM

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_KINDS = """
SELECT coalesce(bool_or(rated), false), coalesce(bool_or(NOT rated), false),
    coalesce(bool_or(NOT rated AND NOT timeless), false), min(lowest), max(highest),
    bool_and(whole) FILTER (WHERE rated)
FROM {spellings} WHERE reason IS NULL
"""

_FATES = f"""
SELECT why, repaired, sum(rows) AS rows, sum(rounded) AS rounded FROM (
    SELECT coalesce(reason, CASE
        WHEN artist_id IS NULL AND coalesce(normal, '') = '' THEN '{schema.NO_ARTIST}'
        WHEN timeless AND :has_times THEN '{schema.NO_TIME}' END) AS why, repaired, rows, rounded
    FROM {{spellings}} LEFT JOIN {{names}} ON name = artist_name)
GROUP BY why, repaired
"""  # noqa: S608

_CREDITED = """
SELECT user_id, artist_code, rated, sum(rows) AS rows, sum(plays) AS plays, sum(ratings) AS ratings,
    min(first_at) AS first_at, max(last_at) AS last_at
FROM {tallies} JOIN {credits} ON named = (artist_id IS NULL) AND spelling = coalesce(artist_id, artist_name)
WHERE reason IS NULL AND NOT (timeless AND :has_times)
GROUP BY user_id, artist_code, rated
"""

_RATINGS = """
SELECT user_code, artist_code, rating, %s AS liking
FROM (SELECT user_id, artist_code, ratings / rows AS rating FROM {credited} WHERE rated) JOIN {users} ON key = user_id
"""

_PLAYS = """
SELECT code AS user_code, artist_code, plays, first_at, last_at
FROM {credited} JOIN {users} ON key = user_id WHERE NOT rated
"""

_PLAYS_OF_RATINGS = f"""
SELECT user_code, artist_code, {ratings.confidence_sql()} AS plays, CAST(NULL AS timestamp_ntz) AS first_at,
    CAST(NULL AS timestamp_ntz) AS last_at
FROM {{ratings}} WHERE liking > 0
"""  # noqa: S608

_LISTENS = """
SELECT code AS user_code, artist_code, listened_at, recording, release, CAST(plays AS int) AS plays
FROM {listens} JOIN {credits} ON named = (artist_id IS NULL) AND spelling = coalesce(artist_id, artist_name)
JOIN {users} ON key = user_id
"""

_TOTALLED = """
SELECT codes.*, CAST(coalesce(pairs, 0) AS int) AS %s, coalesce(total, 0L) AS listens, first_at, last_at
FROM {codes} codes LEFT JOIN (
    SELECT %s AS code, count(*) AS pairs, sum(plays) AS total, min(first_at) AS first_at, max(last_at) AS last_at
    FROM {plays} GROUP BY 1) USING (code)
"""

_TOTALS = "SELECT count(*), coalesce(sum(plays), 0L), min(first_at), max(last_at) FROM {plays}"

_LIKED = "SELECT count(*), count_if(liking < 0), count_if(liking = 0) FROM {ratings}"

_HALVES = """
SELECT CAST(conv(substr(digest, 1, 16), 16, -10) AS bigint) AS first,
    CAST(conv(substr(digest, 17, 16), 16, -10) AS bigint) AS second
FROM (
    SELECT md5(concat(u.part, a.part, CAST(plays AS string))) AS digest
    FROM {plays} JOIN (SELECT code, concat(octet_length(key), ':', key) AS part FROM {users}) u ON u.code = user_code
    JOIN (SELECT code, concat(octet_length(key), ':', key) AS part FROM {artists}) a ON a.code = artist_code)
"""


STEPS = 16
"""How many tables are written on the way."""


@dataclass(frozen=True)
class CanonicalLog:
    """A log, as `dataset.index` would have it: the same codes, keys, counts and content hash.

    Codes are dense, from 0, in the order of the keys. All tables are saved as Parquet in the store, pairs and ratings
    by user and artist, listens by user and time. Times are UTC without a zone (`timestamp_ntz`), as in an index.

    Attributes:
        store: where the tables are.
        artists: `code int, key string, name string, mbid string, listeners int, listens long, first_at, last_at`.
        users: `code int, key string, artists int, listens long, first_at, last_at`; `artists` counts pairs.
        plays: the (user, artist) pairs, each once: `user_code int, artist_code int, plays long, first_at, last_at`
            (times are null in a log without).
        listens: `user_code int, artist_code int, listened_at, recording string, release string, plays int`; empty in
            a log without times.
        ratings: `user_code int, artist_code int, rating double, liking double`; empty in a log without ratings.
            A pair with `liking < 0` is a dislike. It is never recommended, and models are not
            evaluated on it.
        info: totals, rows kept, repaired and rejected by reason, and the content hash (`info.content`), as an index of
            the same log has them. How columns were understood is without the first rows, and which files rows were
            left out of is not said.
        inputs: sizes and times of the log's files.
    """

    store: TableStore
    artists: "DataFrame"
    users: "DataFrame"
    plays: "DataFrame"
    listens: "DataFrame"
    ratings: "DataFrame"
    info: DatasetInfo
    inputs: tuple[FileState, ...]


@dataclass(frozen=True)
class _Kinds:
    """What the rows of a log are: whether it has ratings, plays, plays with times; and the scale of the ratings."""

    rated: bool
    played: bool
    has_times: bool
    scale: str


def read(spark: "SparkSession", log: Log, folder: Path) -> CanonicalLog:
    """Read a log with a cluster.

    Args:
        spark: the session.
        log: files that all executors see, or addresses.
        folder: takes the tables, as Parquet; all executors see it. The caller removes it.

    Raises:
        UserError: no row can be used, a layout is not read on Spark, or ratings are on no scale that is known.
    """
    store = TableStore(spark, folder.absolute())
    source = sources.find_log(store, log)
    tallies = store.keep("tallies", source.tallies())
    found = identity.spellings(store, tallies)
    kinds = _kinds(store, found.spellings)
    account = _account(store, found, has_times=kinds.has_times)
    if account.kept == 0:
        raise filling.unusable(source.source, account)
    artists = identity.identify(store, found, has_times=kinds.has_times)
    args = {"has_times": kinds.has_times}
    credited = store.keep("credited", store.run(_CREDITED, args, tallies=tallies, credits=artists.credits))
    users = identity.coded(store, "user", credited.selectExpr("user_id AS key").distinct())
    rated = _ratings(store, credited, users, kinds)
    if kinds.played:
        plays = store.run(_PLAYS, credited=credited, users=users)
    else:
        plays = store.run(_PLAYS_OF_RATINGS, ratings=rated)
    plays = store.keep("plays", plays.orderBy("user_code", "artist_code"))
    listens = store.run(_LISTENS, listens=source.listens(), credits=artists.credits, users=users)
    listens = store.keep("listens", listens.orderBy("user_code", "listened_at"))
    tables = {"plays": plays, "users": users, "artists": artists.artists, "listens": listens}
    return CanonicalLog(
        store=store,
        artists=store.keep("artists", _totalled(store, artists.artists, plays, "artist_code", "listeners")),
        users=store.keep("users", _totalled(store, users, plays, "user_code", "artists")),
        plays=plays,
        listens=listens,
        ratings=rated,
        inputs=source.states,
        info=_info(store, source, account, kinds, tables, rated),
    )


def _kinds(store: TableStore, spellings: "DataFrame") -> _Kinds:
    """Look over all spellings."""
    [(rated, played, has_times, lowest, highest, whole)] = store.run(_KINDS, spellings=spellings).collect()
    scale = ratings.recognise_scale(lowest, highest, bool(whole)) if rated else ""
    if scale is None:
        raise UserError(ratings.unknown_scale(lowest, highest))
    return _Kinds(rated, played, has_times, scale)


def _account(store: TableStore, found: identity.Spellings, *, has_times: bool) -> Account:
    """Count what is kept, repaired and rejected."""
    kept, repaired, rejected = 0, dict[str, int](), dict[str, int]()
    fates = store.run(_FATES, {"has_times": has_times}, spellings=found.spellings, names=found.names)
    for why, how, rows, rounded in fates.orderBy("why", "repaired").collect():
        if why is not None:
            rejected[why] = rejected.get(why, 0) + rows
            continue
        kept += rows
        for repair, times in ((how, rows), (schema.ROUNDED, rounded)):
            if repair and times:
                repaired[repair] = repaired.get(repair, 0) + times
    return Account(kept, repaired, rejected)


def _ratings(store: TableStore, credited: "DataFrame", users: "DataFrame", kinds: _Kinds) -> "DataFrame":
    """The table of ratings."""
    if not kinds.rated:
        none = store.spark.createDataFrame([], "user_code int, artist_code int, rating double, liking double")
        return store.keep("ratings", none)
    users = users.withColumnRenamed("code", "user_code")
    rated = store.run(_RATINGS % ratings.liking_sql(kinds.scale), credited=credited, users=users)
    return store.keep("ratings", rated.orderBy("user_code", "artist_code"))


def _totalled(store: TableStore, codes: "DataFrame", plays: "DataFrame", code: str, pairs: str) -> "DataFrame":
    """Artists or users with their pairs and plays."""
    return store.run(_TOTALLED % (pairs, code), codes=codes, plays=plays)


def _content(store: TableStore, tables: dict[str, "DataFrame"]) -> str:
    """The content hash, of which `schema.CONTENT` is the statement on one machine.

    A digest is a number of 128 bits whose lowest byte comes first; the sums of the lower and of the upper halves do not
    depend on order. Spark has no such numbers, so that each of the 16 bytes is summed up by itself.
    """
    from pyspark.sql import functions as f

    sums = [
        f.sum(f.shiftrightunsigned(half, 8 * (7 - byte)).bitwiseAND(255)).alias(f"{half}{byte}")
        for half in ("first", "second")
        for byte in range(8)
    ]
    found = store.run(_HALVES, **tables).agg(f.count("*").alias("pairs"), *sums).first()
    lower, upper = (sum(int(found[f"{half}{byte}"]) << 8 * byte for byte in range(8)) for half in ("first", "second"))
    return hashlib.sha256(f"{upper} {lower} {found['pairs']}".encode()).hexdigest()[:32]


def _info(
    store: TableStore,
    source: LogSource,
    account: Account,
    kinds: _Kinds,
    tables: dict[str, "DataFrame"],
    rated: "DataFrame",
) -> DatasetInfo:
    """The totals of a log."""
    [(pairs, listens, first_at, last_at)] = store.run(_TOTALS, plays=tables["plays"]).collect()
    if pairs == 0:
        raise filling.nothing_liked(source.source)
    [(rates, disliked, neutral)] = store.run(_LIKED, ratings=rated).collect()
    known = source.source
    notes = (filling.SYNTHETIC,) if not source.remote and sources.synthetic(known) else ()
    return DatasetInfo(
        paths=source.log.names,
        layout=known.layout_name,
        insisted=known.insisted,
        content=_content(store, tables),
        rows=account.rows,
        kept=account.kept,
        listens=listens,
        users=tables["users"].count(),
        artists=tables["artists"].count(),
        plays=pairs,
        has_times=kinds.has_times,
        first_at=_aware(first_at),
        last_at=_aware(last_at),
        rejected=account.rejected,
        repaired=account.repaired,
        notes=notes + source.notes,
        rating_scale=kinds.scale,
        rated=rates,
        disliked=disliked,
        neutral=neutral,
        plays_from_ratings=not kinds.played,
        understood=_understood(source, tables["listens"], kinds, last_at),
        unreadable={str(file): why for file, why in known.unreadable.items()},
        skipped=tuple(str(file) for file in known.skipped),
        normal_form=NORMAL_FORM,
    )


def _understood(
    source: LogSource, listens: "DataFrame", kinds: _Kinds, last_at: datetime | None
) -> tuple[TableReading, ...]:
    """How columns were understood, and what to doubt; of files elsewhere, one stands for all."""
    from pyspark.sql import functions

    understood = understanding.without_rows(source.source, has_times=kinds.has_times)
    if source.remote:
        understood = tuple(msgspec.structs.replace(one, files=len(source.remote)) for one in understood)

    def later_than(moment: datetime) -> int:
        return int(
            listens.where(listens["listened_at"] > functions.lit(moment.isoformat()).cast("timestamp_ntz")).count()
        )

    return filling.with_odd_clocks(understood, last_at, later_than)


def _aware(moment: Any) -> datetime | None:
    """A moment of the tables, which hold UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment else None
