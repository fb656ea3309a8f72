"""Train, validation and test parts of a log on a cluster: the same pairs as `dataset.splits` cuts on one machine."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from musicrec_tui.dataset import splits
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.spark import pairs
from musicrec_tui.spark.canonical import CanonicalLog
from musicrec_tui.spark.table_store import TableStore

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PAIRS = "pairs"
_ORDERS = {"random": "draw", "leave-last": "last_at DESC NULLS LAST, draw"}

_HELD = """
WITH pair AS (
    SELECT user_code, artist_code, plays, p.last_at, a.key AS artist_key, u.artists AS n,
        md5(concat(CAST(:seed AS string), '|', u.key, '|', a.key)) AS draw
    FROM {plays} p JOIN {users} u ON u.code = user_code JOIN {artists} a ON a.code = artist_code),
placed AS (
    SELECT user_code, artist_code, plays, n,
        row_number() OVER (PARTITION BY user_code ORDER BY %(order)s, artist_key) AS place,
        CASE WHEN n < :min_artists THEN 0D ELSE least(n - 1D, floor(:test * n + 0.5D + :nudge)) END AS tests,
        CASE WHEN n < :min_artists THEN 0D ELSE floor(:validation * n + 0.5D + :nudge) END AS validations
    FROM pair),
parted AS (
    SELECT user_code, artist_code, CAST(plays AS float) AS plays,
        CASE WHEN place <= tests THEN %(test)d
            WHEN place <= tests + least(n - 1D - tests, validations) THEN %(validation)d ELSE %(train)d END AS part
    FROM placed)
SELECT user_code AS user, artist_code AS artist, if(part = %(train)d, plays, 0F) AS train,
    if(part = %(validation)d, plays, 0F) AS validation, if(part = %(test)d, plays, 0F) AS test
FROM parted
"""
"""As `dataset.splits` words it. Numbers with a D are doubles, in which DuckDB calculates, too."""

_MICROSECONDS = "unix_micros(CAST(listened_at AS timestamp))"
"""Numbers are compared, for Python's times become Spark's by the time zone of the driver's machine."""

_BY_TIME = f"""
WITH counted AS (
    SELECT user_code AS user, artist_code AS artist,
        CAST(sum(if({_MICROSECONDS} < :validation_from, plays, 0)) AS float) AS train,
        CAST(sum(if({_MICROSECONDS} >= :validation_from AND {_MICROSECONDS} < :test_from, plays, 0)) AS float)
            AS validation,
        CAST(sum(if({_MICROSECONDS} >= :test_from, plays, 0)) AS float) AS test
    FROM {{listens}} GROUP BY user_code, artist_code)
SELECT user, artist, train, if(:discovery AND train > 0, 0F, validation) AS validation,
    if(:discovery AND (train > 0 OR validation > 0), 0F, test) AS test
FROM counted
"""  # noqa: S608

_COUNTED = f"""
SELECT ({_MICROSECONDS} - :since) div :step AS bucket, count(*) AS listens FROM {{listens}}
WHERE {_MICROSECONDS} >= :since AND {_MICROSECONDS} < :since + :width GROUP BY bucket ORDER BY bucket
"""  # noqa: S608

_EPOCH = datetime(1970, 1, 1)  # naive: the tables hold UTC without saying so
_STEPS = (86_400_000_000, 60_000_000, 1_000, 1)
"""Microseconds: a moment is found by its day, then its minute, and so on, so that few counts come to the driver."""

_CALENDAR = 60_000 * _STEPS[0]
"""More than there is from 1970 to the latest time that an index takes."""


def write(log: CanonicalLog, spec: SplitSpec) -> tuple[Path, tuple[int, int, int]]:
    """Cut the pairs of a log into train, validation and test, as `dataset.splits.split` does.

    Returns:
        The folder of pairs (see `pairs`) in the log's store, and how many are in train, validation and test.

    Raises:
        UserError: times are needed and the log has none.
    """
    splits.refuse_impossible(spec, has_times=log.info.has_times)
    found = _by_time(log, spec) if spec.kind == "time" else _held(log, spec)
    kept = log.store.keep(_PAIRS, found.orderBy("user", "artist"))
    [counts] = kept.selectExpr(*(f"count_if({part} > 0)" for part in pairs.PARTS)).collect()
    train, validation, test = counts
    return log.store.folder / _PAIRS, (train, validation, test)


def _held(log: CanonicalLog, spec: SplitSpec) -> "DataFrame":
    """The splits that count artists, see `dataset.splits.split`."""
    return log.store.run(
        _HELD
        % {
            "order": _ORDERS[spec.kind],
            "train": splits.TRAIN,
            "validation": splits.VALIDATION,
            "test": splits.TEST,
        },
        {
            "seed": spec.seed,
            "test": float(spec.test),
            "validation": float(spec.validation),
            "nudge": splits.NUDGE,
            "min_artists": spec.min_artists,
        },
        plays=log.plays,
        users=log.users,
        artists=log.artists,
    )


def _by_time(log: CanonicalLog, spec: SplitSpec) -> "DataFrame":
    """The time split, see `dataset.splits.split`."""
    moments = _instants(log.store, log.listens, spec)
    validation_from, test_from = ((moment - _EPOCH) // timedelta(microseconds=1) for moment in moments)
    args = {"validation_from": validation_from, "test_from": test_from, "discovery": spec.protocol == "discovery"}
    return log.store.run(_BY_TIME, args, listens=log.listens)


def _instants(store: TableStore, listens: "DataFrame", spec: SplitSpec) -> tuple[datetime, datetime]:
    """Where validation and test begin."""
    count = listens.count()
    tests, validations = splits.held_listens(count, spec)
    test_from = _instant(store, listens, count - tests) if tests else splits.NEVER
    earlier = _instant(store, listens, count - tests - validations) if validations else test_from
    return min(test_from, earlier), test_from


def _instant(store: TableStore, listens: "DataFrame", place: int) -> datetime:
    """When the listen at a place (0 is the first of the log) was.

    The day that holds it is found by counting, then the minute of the day, and so on: no listen comes to the driver.
    """
    place, since, width = max(0, place), 0, _CALENDAR
    for step in _STEPS:
        args = {"since": since, "step": step, "width": width}
        for bucket, count in store.run(_COUNTED, args, listens=listens).collect():
            if place < count:
                since += bucket * step
                break
            place -= count
        else:
            raise UserError("The log has fewer listens than were counted: it is being changed.", exit_code=1)
        width = step
    return _EPOCH + timedelta(microseconds=since)
