"""One person's rows of a log, judged as the index judges them, as the table `incoming` of `merging`."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from msgspec.structs import replace

from musicrec_tui.dataset.artist_matching import LAYOUT_END
from musicrec_tui.dataset.index import accounting, schema, understanding
from musicrec_tui.dataset.index.accounting import Account
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.profiles.merging import COUNT, LISTEN, RATING
from musicrec_tui.dataset.records import Offender, TableReading
from musicrec_tui.dataset.sources import repeated_plays
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.errors import UserError
from musicrec_tui.text import normal_name, printable

ANOTHER_USER = "of another user"

_NAMED_USERS = 5
_PHASE = "reading listens"
_TELLING_APART = "identifying artists"

_USERS = f"""
SELECT user_id, count(*) AS rows FROM ({schema.JUDGED}) WHERE reason IS NULL
GROUP BY user_id ORDER BY rows DESC, user_id
"""  # noqa: S608

_OWN = f"""
SELECT * REPLACE (CASE WHEN refused IS NULL AND user_id <> $user THEN '{ANOTHER_USER}' ELSE refused END AS refused)
FROM (%(source)s)
"""  # noqa: S608
"""A source that refuses the rows of everybody else."""

_NAMES = f"""
SELECT DISTINCT unnest([artist_name, recording_name]) FROM ({schema.JUDGED}) WHERE reason IS NULL
"""  # noqa: S608

_INCOMING = f"""
CREATE TEMP TABLE incoming AS
SELECT CASE WHEN rated THEN '{RATING}' WHEN listened_at IS NULL THEN '{COUNT}' ELSE '{LISTEN}' END AS kind,
    coalesce('{schema.NAME}' || nullif(a.normal, ''), '{schema.ID}' || artist_id) AS artist_key,
    coalesce(nullif(r.normal, ''), recording_mbid, '') AS recording_key,
    CASE WHEN a.normal <> '' THEN artist_name END AS artist_name, layout || '{LAYOUT_END}' || artist_id AS artist_id,
    artist_mbid, release_name, recording_name, recording_mbid, date_trunc('second', listened_at) AS listened_at, plays,
    CASE WHEN rated THEN rating END AS rating, CAST(NULL AS DOUBLE) AS liking,
    layout, parse_filename(path) AS source, $now AS imported_at, j.file
FROM ({schema.JUDGED}) j JOIN file f ON f.number = j.file
LEFT JOIN normal a ON a.name = artist_name LEFT JOIN normal r ON r.name = recording_name
WHERE reason IS NULL AND NOT (timeless AND $has_times)
    AND NOT (artist_id IS NULL AND coalesce(a.normal, '') = '')
"""  # noqa: S608


class Read(NamedTuple):
    """A person's history as it was read.

    Attributes:
        user_id: theirs.
        account: what became of all rows; `offenders` are the first that were left out or repaired.
        understood: how the files were read.
        steps: how precise the times of each file are, in seconds (by its number).
    """

    user_id: str
    account: Account
    offenders: tuple[Offender, ...]
    understood: tuple[TableReading, ...]
    steps: dict[int, float]


def read_rows(runner: Runner, source: Source, user: str | None, now: datetime) -> Read:
    """Make the table `incoming` on the runner's connection.

    Args:
        runner: has a connection to an empty database of its own.
        source: the log.
        user: whose rows; None where the log has one user only.
        now: the time of the import, UTC, naive.

    Raises:
        UserError: the log cannot be read, has several users and none is named, or no row can be used.
        Cancelled: the runner was cancelled.
    """
    reading = Reading(runner.connection, source)
    with reading.failures():
        reading.stage(lambda sql, parameters: runner.step(_PHASE, 0.1, sql, parameters))
    # Where a layout has times, a row without one is broken; whether others of this import have them says nothing.
    has_times = bool(source.parts[0].layout.timed)
    counted = runner.step(_PHASE, 0.15, schema.over(_USERS, reading.sql), reading.parameters)
    chosen = _choose(source, [str(who) for who, _ in counted], user)
    if chosen:
        reading.sql = schema.over(_OWN, reading.sql)
    values = reading.parameters = {**reading.parameters, "user": chosen, "has_times": has_times, "now": now}
    runner.step(_PHASE, 0.25, schema.over(schema.SPELLINGS, reading.sql), values)
    _normalise(runner, runner.step(_TELLING_APART, 0.27, schema.over(_NAMES, reading.sql), values))
    account = accounting.take(runner, reading, source, has_times=has_times)
    if not account.kept:
        raise _unusable(source, account)
    accounting.note_account(runner, source, reading, account, has_times=has_times)
    runner.step(_TELLING_APART, 0.5, schema.over(_INCOMING, reading.sql), values)
    understood = tuple(replace(one, rows=()) for one in understanding.of(runner, reading, source))
    precise = repeated_plays.steps(
        lambda sql, given: runner.step(_PHASE, 0.5, sql, given), reading.sql, values, source.parts
    )
    return Read(chosen, account, _offenders(runner), understood, precise)


def _choose(source: Source, users: list[str], user: str | None) -> str:
    """Whose rows to take; `users` have usable ones, those with most first."""
    where = printable(", ".join(path.name for path in source.paths), None)
    shown = ", ".join(printable(one, 60) for one in users[:_NAMED_USERS])
    more = f" and {len(users) - _NAMED_USERS:,} more" if len(users) > _NAMED_USERS else ""
    if user is not None and users and user not in users:
        raise UserError(f"There is no user {printable(user)!r} in {where}. There are: {shown}{more}.")
    if user is None and len(users) > 1:
        raise UserError(f"{where} holds the listens of {len(users):,} users ({shown}{more}): say whose (--user ID).")
    return users[0] if user is None and users else user or ""


def _normalise(runner: Runner, names: list[tuple[str | None]]) -> None:
    """Make the table `normal(name, normal)` (DuckDB has no NFKC and no casefold)."""
    listed = [name for (name,) in names if name is not None]
    normal = pa.array([normal_name(name) for name in listed], pa.string())
    runner.keep("normal", pa.table({"name": pa.array(listed, pa.string()), "normal": normal}))


def _offenders(runner: Runner) -> tuple[Offender, ...]:
    """The first rows that were left out or repaired, for each reason; files go by their names."""
    rows = runner.step(_TELLING_APART, 0.5, "SELECT outcome, reason, file, row, shown FROM offender")
    return tuple(
        Offender(outcome, reason, Path(file).name, row, shown)
        for outcome, reason, file, row, shown in rows
        if reason != ANOTHER_USER
    )


def _unusable(source: Source, account: Account) -> UserError:
    """What to say of a log without one usable row."""
    where = printable(", ".join(path.name for path in source.paths), None)
    if not account.rejected:
        return UserError(f"There are no rows in {where}.")
    reasons = ", ".join(f"{rows:,} × {why}" for why, rows in account.rejected.items())
    return UserError(f"None of the rows in {where} can be used: {reasons}.")
