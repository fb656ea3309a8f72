"""Train, validation and test parts of the matrix, as `SplitSpec` words them; the counting is done by DuckDB."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.interactions import Interactions
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError

TRAIN, VALIDATION, TEST = 0, 1, 2

Codes = NDArray[np.int32]
Plays = NDArray[np.float32]

NUDGE = 1e-9
"""0.29 · 50 is 14.499999999999998 in binary: without a nudge it would round to 14."""

_HELD = f"""
WITH pair AS (
    SELECT user_code, artist_code, play.plays, play.last_at, a.key AS artist_key, u.artists AS n,
        md5(concat($seed, '|', u.key, '|', a.key)) AS draw
    FROM play JOIN "user" u ON u.code = user_code JOIN artist a ON a.code = artist_code {{whose}}),
placed AS (
    SELECT user_code, artist_code, plays, n,
        row_number() OVER (PARTITION BY user_code ORDER BY {{order}}, artist_key) AS place,
        CASE WHEN n < $min_artists THEN 0 ELSE least(n - 1, floor($test * n + 0.5 + {NUDGE})) END AS tests,
        CASE WHEN n < $min_artists THEN 0
            ELSE least(n - 1 - tests, floor($validation * n + 0.5 + {NUDGE})) END AS validations
    FROM pair)
SELECT {{columns}}, CAST(CASE WHEN place <= tests THEN {TEST} WHEN place <= tests + validations THEN {VALIDATION}
    ELSE {TRAIN} END AS UTINYINT) AS part
FROM placed ORDER BY user_code, artist_code
"""  # noqa: S608

_PAIR = "user_code, artist_code, CAST(plays AS FLOAT) AS plays"

_ORDERS = {"random": "draw", "leave-last": "last_at DESC, draw"}

_CUT = "SELECT listened_at FROM listen ORDER BY listened_at LIMIT 1 OFFSET $place"

_BY_TIME = """
SELECT user_code, artist_code,
    CAST(sum(plays) FILTER (listened_at < $validation_from) AS FLOAT) AS train,
    CAST(sum(plays) FILTER (listened_at >= $validation_from AND listened_at < $test_from) AS FLOAT) AS validation,
    CAST(sum(plays) FILTER (listened_at >= $test_from) AS FLOAT) AS test
FROM listen {whose} GROUP BY user_code, artist_code ORDER BY user_code, artist_code
"""

_ONE_USER = "WHERE user_code = $user"

_SOME_USERS = "WHERE user_code BETWEEN $first AND $last"

_SIZES = 'SELECT CAST({} AS BIGINT) AS size FROM "user" ORDER BY code'

NEVER = datetime(9999, 1, 1)  # naive: the index holds UTC without saying so


class Split(NamedTuple):
    """Three (users, artists) float32 CSR matrices with sorted indices; their cells are plays within the part."""

    train: csr_matrix
    validation: csr_matrix
    test: csr_matrix


def split(dataset: Dataset, interactions: Interactions, spec: SplitSpec) -> Split:
    """Cut the matrix of an index into train, validation and test.

    `random` and `leave-last` move, of each user's n ≥ `min_artists` artists, the first round(test · n) to test and the
    next round(validation · n) to validation (halves are rounded up; at least one artist stays in train). `random`
    orders them by md5(seed | user key | artist key), `leave-last` by when they were last heard, latest first, then by
    md5.
    `time` cuts listens at two instants, so that about the last `test` of them are test and the `validation` before them
    validation; listens of one instant stay together.

    Args:
        dataset: an index.
        interactions: its matrix.
        spec: what is wanted.

    Raises:
        UserError: times are needed and the log has none, or nothing would be left to train on.
    """
    refuse_impossible(spec, has_times=dataset.info.has_times)
    if spec.kind == "time":
        return _by_time(dataset, interactions, spec)
    with dataset.cursor() as cursor:
        part = cursor.execute(_held_sql(spec), _held_values(spec)).fetchnumpy()["part"]
    plays = interactions.plays
    return Split(*(_masked(plays, part == which, plays.data) for which in (TRAIN, VALIDATION, TEST)))


class PartsBatch(NamedTuple):
    """Some pairs of a log, by user and then by artist, with their plays in each part; 0 where they are not in it."""

    users: Codes
    artists: Codes
    train: Plays
    validation: Plays
    test: Plays


def in_batches(dataset: Dataset, spec: SplitSpec, rows: int = 1_000_000) -> Iterator[PartsBatch]:
    """What `split` makes of an index, some pairs at a time: for logs that do not fit into memory.

    DuckDB is asked for some users at a time, too, since it holds all rows that it numbers within users.

    Args:
        dataset: an index.
        spec: what is wanted.
        rows: the most pairs of a batch, and about so many rows are asked for at once.

    Raises:
        UserError: as `split` does, except that a time split without a train part is not refused.
    """
    refuse_impossible(spec, has_times=dataset.info.has_times)
    by_time = spec.kind == "time"
    sql = _BY_TIME.format(whose=_SOME_USERS) if by_time else _held_sql(spec, _SOME_USERS, columns=_PAIR)
    parameters: dict[str, Any] = dict(instants(dataset, spec) if by_time else _held_values(spec))
    with dataset.relations() as cursor:
        sizes = cursor.execute(_SIZES.format("listens" if by_time else "artists")).fetchnumpy()["size"]
        for first, last in _ranges(sizes, rows):
            found = cursor.sql(sql, params=parameters | {"first": first, "last": last})
            for batch in found.to_arrow_reader(rows):
                columns = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in batch.schema.names}
                parts = _parts_by_time(columns, spec) if by_time else _parts_held(columns)
                yield PartsBatch(columns["user_code"].astype(np.int32), columns["artist_code"].astype(np.int32), *parts)


def _ranges(sizes: NDArray[np.int64], rows: int) -> Iterator[tuple[int, int]]:
    """The first and the last of the users who have about so many rows together, one range after another."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = int(ends[first - 1]) if first else 0
        last = max(first, int(np.searchsorted(ends, before + rows, side="right")) - 1)
        yield first, last
        first = last + 1


def _parts_held(columns: Any) -> tuple[Plays, Plays, Plays]:
    """Plays in train, validation and test, of pairs that are in one of them each."""
    plays, part = columns["plays"], columns["part"]
    train, validation, test = (np.where(part == which, plays, np.float32(0)) for which in (TRAIN, VALIDATION, TEST))
    return train, validation, test


def refuse_impossible(spec: SplitSpec, *, has_times: bool) -> None:
    """Refuse a split that a log cannot have.

    Raises:
        UserError: times are needed and the log has none, or no share is left for train.
    """
    if spec.test + spec.validation >= 1:
        raise UserError(f"A split needs a train part: {spec.test:g} + {spec.validation:g} leaves nothing.")
    if spec.kind != "random" and not has_times:
        raise UserError(
            f"The {spec.kind} split needs the time of each listen: this log has no timestamps. Use the random split."
        )


def no_train_part() -> UserError:
    """What to say where all listens are at one instant, or nearly so."""
    return UserError("The time split leaves no train part: too many listens have the same time.")


def artists_of(dataset: Dataset, spec: SplitSpec, user: int) -> tuple[Codes, Codes, Codes]:
    """One user's artists in train, validation and test, ascending: a row of what `split` makes, without the others.

    Args:
        dataset: an index.
        spec: a split that `split` has made of it.
        user: a code of the index.
    """
    with dataset.cursor() as cursor:
        if spec.kind == "time":
            found = cursor.execute(_BY_TIME.format(whose=_ONE_USER), instants(dataset, spec) | {"user": user})
            columns = found.fetchnumpy()
            train, validation, test = (columns["artist_code"][part > 0] for part in _parts_by_time(columns, spec))
            return train, validation, test
        found = cursor.execute(_held_sql(spec, _ONE_USER), _held_values(spec) | {"user": user})
        columns = found.fetchnumpy()
    train, validation, test = (columns["artist_code"][columns["part"] == which] for which in (TRAIN, VALIDATION, TEST))
    return train, validation, test


def _held_sql(spec: SplitSpec, whose: str = "", columns: str = "artist_code") -> str:
    """The query of the splits that count artists."""
    return _HELD.format(order=_ORDERS[spec.kind], whose=whose, columns=columns)


def _held_values(spec: SplitSpec) -> dict[str, float]:
    """Its parameters."""
    return {"seed": spec.seed, "test": spec.test, "validation": spec.validation, "min_artists": spec.min_artists}


def _by_time(dataset: Dataset, interactions: Interactions, spec: SplitSpec) -> Split:
    """The time split, see `split`."""
    with dataset.cursor() as cursor:
        columns = cursor.execute(_BY_TIME.format(whose=""), instants(dataset, spec)).fetchnumpy()
    train, validation, test = _parts_by_time(columns, spec)
    if not train.any():
        raise no_train_part()
    plays = interactions.plays
    return Split(*(_masked(plays, part > 0, part) for part in (train, validation, test)))


def instants(dataset: Dataset, spec: SplitSpec) -> dict[str, datetime | int]:
    """Where validation and test begin."""
    [(listens,)] = dataset.query("SELECT count(*) FROM listen")
    tests, validations = held_listens(listens, spec)
    test_from = _instant(dataset, listens - tests) if tests else NEVER
    validation_from = min(test_from, _instant(dataset, listens - tests - validations) if validations else test_from)
    return {"validation_from": validation_from, "test_from": test_from}


def held_listens(listens: int, spec: SplitSpec) -> tuple[int, int]:
    """How many of a log's listens are test and validation."""
    return int(spec.test * listens + 0.5 + NUDGE), int(spec.validation * listens + 0.5 + NUDGE)


def _parts_by_time(columns: Any, spec: SplitSpec) -> tuple[Plays, Plays, Plays]:
    """Plays in train, validation and test; for discovery an artist counts in the first of them only."""
    train, validation, test = (_filled(columns[name]) for name in ("train", "validation", "test"))
    if spec.protocol == "discovery":
        test = np.where((train > 0) | (validation > 0), np.float32(0), test)
        validation = np.where(train > 0, np.float32(0), validation)
    return train, validation, test


def _instant(dataset: Dataset, place: int) -> datetime:
    """When the listen at a place (0 is the first of the log) was."""
    [(moment,)] = dataset.query(_CUT, {"place": max(0, place)})
    assert isinstance(moment, datetime)  # noqa: S101  (the column's type)
    return moment


def _filled(column: Any) -> Plays:
    """A column with zeros for nulls (DuckDB gives a masked array where there are any, Arrow NaN)."""
    return np.nan_to_num(np.asarray(np.ma.filled(column, 0), dtype=np.float32))


def _masked(plays: csr_matrix, mask: NDArray[np.bool_], values: NDArray[np.float32]) -> csr_matrix:
    """The cells of `plays` that `mask` (in the order of its data) picks, holding `values`."""
    before = np.concatenate(([0], np.cumsum(mask)))
    indptr = before[plays.indptr].astype(plays.indptr.dtype)
    part = csr_matrix((values[mask], plays.indices[mask], indptr), shape=plays.shape)
    part.has_canonical_format = True
    return part
