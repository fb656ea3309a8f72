"""The steps of a build, in order, and the account of what was kept and what was not."""

import hashlib
from datetime import UTC, datetime

import msgspec

from musicrec_tui.dataset.index import identity, schema
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.dataset.sources.synthetic import is_synthetic
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

SYNTHETIC = "synthetic: this log was generated, nobody listened to it"

_ACCOUNT = f"""
SELECT coalesce(reason, CASE
    WHEN artist_id IS NULL AND coalesce(normal, '') = '' THEN '{schema.NO_ARTIST}'
    WHEN timeless AND $has_times THEN '{schema.NO_TIME}' END) AS why,
    CAST(sum(rows) AS BIGINT), CAST(sum(rounded) AS BIGINT)
FROM spelling LEFT JOIN normal ON normal.name = artist_name GROUP BY why ORDER BY why
"""  # noqa: S608

_TOTALS = """
SELECT (SELECT count(*) FROM "user"), (SELECT count(*) FROM artist), count(*), CAST(sum(plays) AS BIGINT),
    min(first_at), max(last_at) FROM play
"""


class _Account(msgspec.Struct):
    """Rows kept, and rows repaired and rejected by reason."""

    kept: int = 0
    repaired: dict[str, int] = {}
    rejected: dict[str, int] = {}


def fill(runner: Runner, source: Source) -> None:
    """Make all tables of an index in an empty database.

    Raises:
        UserError: no row can be used.
        Cancelled: the runner was told so.
    """
    reading = Reading(runner.connection, source)
    with reading.failures():
        for sql, parameters in reading.staging():
            runner.step("reading text files", 0.1, sql, parameters)
    runner.step("reading names", 0.25, schema.over(schema.SPELLINGS, reading.sql), reading.parameters)
    identity.normalise(runner, 0.27)
    has_times = bool(
        runner.step("reading names", 0.27, "SELECT 1 FROM spelling WHERE reason IS NULL AND NOT timeless LIMIT 1")
    )
    account = _take_account(runner, reading, has_times=has_times)
    if account.kept == 0:
        raise _unusable(source, account)
    identity.identify(runner, 0.3, has_times=has_times)
    parameters = {**reading.parameters, "has_times": has_times}
    runner.step("reading users", 0.4, schema.over(schema.USER_CODES, reading.sql), parameters)
    runner.step("reading listens", 0.65, schema.over(schema.LISTENS, reading.sql), parameters)
    plays = schema.PLAYS_OF_LISTENS if has_times else schema.over(schema.PLAYS_OF_COUNTS, reading.sql)
    runner.step("counting plays", 0.8, plays, parameters)
    runner.step("sorting by artist", 0.86, schema.PLAYS_BY_ARTIST)
    for statement in (schema.USERS, schema.ARTISTS, schema.USER_MONTHS, schema.ARTIST_MONTHS, schema.RECORDINGS):
        runner.step("summing up", 0.95, statement)
    _sign(runner, source, account, has_times=has_times)


def _take_account(runner: Runner, reading: Reading, *, has_times: bool) -> _Account:
    """Count what is kept, repaired and rejected; every row of the files is in exactly one of kept and rejected."""
    account = _Account()
    for why, rows, rounded in runner.step("counting rows", 0.27, _ACCOUNT, {"has_times": has_times}):
        if why is None:
            account.kept = int(rows)
            if rounded:
                account.repaired[schema.ROUNDED] = int(rounded)
        else:
            account.rejected[str(why)] = int(rows)
    if broken := reading.broken_rows():
        account.rejected[schema.BROKEN_ROW] = broken
    return account


def _unusable(source: Source, account: _Account) -> UserError:
    """What to say of a log without one usable row."""
    where = printable(", ".join(str(path) for path in source.paths), None)
    if not account.rejected:
        return UserError(f"There are no rows in {where}.")
    reasons = ", ".join(f"{rows:,} × {why}" for why, rows in account.rejected.items())
    return UserError(f"None of the rows in {where} can be used: {reasons}.")


def _sign(runner: Runner, source: Source, account: _Account, *, has_times: bool) -> None:
    """Write the table `meta`, without which an index is not whole."""
    [(lower, upper, pairs)] = runner.step("signing", 0.99, schema.CONTENT)
    content = hashlib.sha256(f"{lower} {upper} {pairs}".encode()).hexdigest()[:32]
    [(users, artists, plays, listens, first_at, last_at)] = runner.step("signing", 0.99, _TOTALS)
    info = DatasetInfo(
        paths=tuple(str(path) for path in source.paths),
        layout=source.layout_name,
        insisted=source.insisted,
        content=content,
        rows=account.kept + sum(account.rejected.values()),
        kept=account.kept,
        listens=listens,
        users=users,
        artists=artists,
        plays=plays,
        has_times=has_times,
        first_at=_aware(first_at),
        last_at=_aware(last_at),
        rejected=account.rejected,
        repaired=account.repaired,
        notes=(SYNTHETIC,) if is_synthetic(runner.connection, source) else (),
    )
    runner.step("signing", 1.0, schema.META)
    for name, value in (("schema", str(schema.VERSION)), ("info", msgspec.json.encode(info).decode())):
        runner.step("signing", 1.0, "INSERT INTO meta VALUES ($name, $value)", {"name": name, "value": value})


def _aware(moment: datetime | None) -> datetime | None:
    """A moment of the index, which holds UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment else None
