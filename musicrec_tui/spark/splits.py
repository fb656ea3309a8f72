"""Train, validation and test parts of a log on a cluster: the same pairs as `dataset.splits` cuts on one machine."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from musicrec_tui.dataset import splits
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.spark.canonical import CanonicalLog
from musicrec_tui.spark.table_store import TableStore

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

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
    FROM pair)
SELECT user_code, artist_code, CAST(plays AS float) AS plays,
    CASE WHEN place <= tests THEN %(test)d WHEN place <= tests + least(n - 1D - tests, validations) THEN %(validation)d
    ELSE %(train)d END AS part
FROM placed
"""
"""As `dataset.splits` words it. Numbers with a D are doubles, in which DuckDB calculates, too."""

_MICROSECONDS = "unix_micros(CAST(listened_at AS timestamp))"
"""Numbers are compared, for Python's times become Spark's by the time zone of the driver's machine."""

_BY_TIME = f"""
SELECT user_code, artist_code,
    CAST(sum(CASE WHEN {_MICROSECONDS} < :validation_from THEN plays END) AS float) AS train,
    CAST(sum(CASE WHEN {_MICROSECONDS} >= :validation_from AND {_MICROSECONDS} < :test_from THEN plays END) AS float)
        AS validation,
    CAST(sum(CASE WHEN {_MICROSECONDS} >= :test_from THEN plays END) AS float) AS test
FROM {{listens}} GROUP BY user_code, artist_code
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


@dataclass(frozen=True)
class Parts:
    """The parts of a split, each `user_code int, artist_code int, plays float`; pairs that a part lacks have no row."""

    train: "DataFrame"
    validation: "DataFrame"
    test: "DataFrame"


def split(log: CanonicalLog, spec: SplitSpec) -> Parts:
    """Cut the pairs of a log into train, validation and test, as `dataset.splits.split` does.

    What is read more than once is saved in the log's store: of the time split the listens, and the plays of each pair
    in each part.

    Raises:
        UserError: times are needed and the log has none, or nothing would be left to train on.
    """
    splits.refuse_impossible(spec, has_times=log.info.has_times)
    return _by_time(log, spec) if spec.kind == "time" else _held(log, spec)


def _held(log: CanonicalLog, spec: SplitSpec) -> Parts:
    """The splits that count artists, see `dataset.splits.split`."""
    numbers = {"train": splits.TRAIN, "validation": splits.VALIDATION, "test": splits.TEST}
    placed = log.store.run(
        _HELD % {"order": _ORDERS[spec.kind], **numbers},
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
    placed = log.store.keep(f"split-{uuid.uuid4().hex}", placed)
    train, validation, test = (placed.where(f"part = {number}").drop("part") for number in numbers.values())
    return Parts(train, validation, test)


def _by_time(log: CanonicalLog, spec: SplitSpec) -> Parts:
    """The time split, see `dataset.splits.split`."""
    listens = log.store.keep("listens", log.listens)
    moments = _instants(log.store, listens, spec)
    validation_from, test_from = ((moment - _EPOCH) // timedelta(microseconds=1) for moment in moments)
    args = {"validation_from": validation_from, "test_from": test_from}
    counted = log.store.keep(f"split-{uuid.uuid4().hex}", log.store.run(_BY_TIME, args, listens=listens))
    if counted.where("train > 0").count() == 0:
        raise splits.no_train_part()
    new = spec.protocol == "discovery"
    return Parts(
        *(
            counted.where(condition).selectExpr("user_code", "artist_code", f"{name} AS plays")
            for name, condition in (
                ("train", "train > 0"),
                ("validation", "validation > 0" + (" AND train IS NULL" if new else "")),
                ("test", "test > 0" + (" AND train IS NULL AND validation IS NULL" if new else "")),
            )
        )
    )


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
