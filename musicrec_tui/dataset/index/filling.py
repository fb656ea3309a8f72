"""The steps of a build, in order, and the account of what was kept and what was not."""

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index import accounting, identity, schema, understanding
from musicrec_tui.dataset.index.accounting import Account
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.log import FileState
from musicrec_tui.dataset.records import DatasetInfo, TableReading
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.dataset.sources.synthetic import is_synthetic
from musicrec_tui.errors import UserError
from musicrec_tui.text import NORMAL_FORM, counted, printable

SYNTHETIC = "synthetic: this log was generated, no person listened to it"

_TOTALS = """
SELECT (SELECT count(*) FROM "user"), (SELECT count(*) FROM artist), count(*), CAST(coalesce(sum(plays), 0) AS BIGINT),
    min(first_at), max(last_at) FROM play
"""

_RATED = """
SELECT count(*) FILTER (rated) > 0, count(*) FILTER (NOT rated) > 0, count(*) FILTER (NOT rated AND NOT timeless) > 0,
    min(lowest), max(highest), bool_and(whole) FILTER (rated)
FROM spelling WHERE reason IS NULL
"""

_LIKED = "SELECT count(*), count(*) FILTER (liking < 0), count(*) FILTER (liking = 0) FROM rating"

LISTENS = 2_000_000
"""Of about so many listens is a range; a user is in one range as a whole."""

_LATER = "SELECT count(*) FROM listen WHERE listened_at > $moment"

_FIRST_YEAR = datetime(2002, 1, 1)
"""When Audioscrobbler began. Seconds that count from 2001, as Apple's do, seem to be of earlier years."""

_FIRSTS = "SELECT DISTINCT user_code FROM listen WHERE rowid % $size = 0 ORDER BY user_code"

_LAST = 2**31 - 1


class Work(NamedTuple):
    """What an index is made from: a log, and its files as they were when its name was made."""

    source: Source
    inputs: tuple[FileState, ...]


class _Kinds(NamedTuple):
    """What the rows of a log are: whether it has ratings, plays, plays with times; and the scale of the ratings."""

    rated: bool
    played: bool
    has_times: bool
    scale: str


def fill(runner: Runner, work: Work) -> None:
    """Make all tables of an index in an empty database.

    How far the whole is after each step is what was measured with 50 million listens.

    Raises:
        UserError: no row can be used, or ratings are on no scale that is known.
        Cancelled: the runner was cancelled.
    """
    source = work.source
    reading = Reading(runner.connection, source, join_plays=True)
    with reading.failures():
        reading.stage(lambda sql, parameters: runner.step("reading text files", 0.05, sql, parameters))
    runner.step("reading names", 0.12, schema.over(schema.SPELLINGS, reading.sql), reading.parameters)
    identity.normalise(runner, 0.13)
    kinds = _kinds(runner)
    account = accounting.take(runner, reading, source, has_times=kinds.has_times)
    if account.kept == 0:
        raise unusable(source, account)
    accounting.note_account(runner, source, reading, account, has_times=kinds.has_times)
    identity.identify(runner, 0.17, has_times=kinds.has_times)
    understood = understanding.of(runner, reading, source)
    _tables(runner, reading, account, kinds)
    _sign(runner, work, account, kinds, understood)


def _kinds(runner: Runner) -> _Kinds:
    """Look over all spellings."""
    [(rated, played, has_times, lowest, highest, whole)] = runner.step("reading names", 0.13, _RATED)
    scale = ratings.recognise_scale(lowest, highest, bool(whole)) if rated else ""
    if scale is None:
        raise UserError(ratings.unknown_scale(lowest, highest))
    return _Kinds(bool(rated), bool(played), bool(has_times), scale)


def _tables(runner: Runner, reading: Reading, account: Account, kinds: _Kinds) -> None:
    """Make the tables that look-ups and models read."""
    parameters = {**reading.parameters, "has_times": kinds.has_times}

    def step(phase: str, until: float, statement: str, **parts: str) -> None:
        runner.step(phase, until, schema.over(statement, reading.sql, **parts), parameters)

    kept = schema.over(schema.KEPT, reading.sql) if account.rejected else reading.sql
    step("reading users", 0.18, schema.USER_CODES, kept=kept)
    if kinds.rated:
        step("reading ratings", 0.22, schema.RATINGS, liking=ratings.liking_sql(kinds.scale))
    else:
        runner.step("reading ratings", 0.18, schema.NO_RATINGS)
    step("reading listens", 0.59, schema.LISTENS)
    runner.step("counting plays", 0.59, schema.PLAYS)
    if kinds.has_times:
        reading.release()  # what follows needs the memory
        _step_by_users(runner, "counting plays", 0.67, schema.PLAYS_OF_LISTENS)
    else:
        step("counting plays", 0.67, schema.PLAYS_OF_COUNTS if kinds.played else schema.PLAYS_OF_RATINGS)
        reading.release()
    summarise(runner)


def summarise(runner: Runner) -> None:
    """Make the tables that follow from `play`, `listen`, `artist_code`, `searchable` and `user_code`."""
    runner.step("sorting by artist", 0.72, schema.PLAYS_BY_ARTIST)
    for statement in (schema.ARTIST_TABLE, schema.ARTISTS, schema.USER_TABLE, schema.USERS, schema.USER_MONTHS):
        runner.step("summing up", 0.75, statement)
    _step_by_users(runner, "summing up", 0.78, schema.USER_MONTHS_OF_LISTENS)
    for until, statement in ((0.84, schema.ARTIST_MONTHS), (0.91, schema.RECORDINGS), (0.95, schema.RELEASES)):
        runner.step("summing up", until, statement)


def unusable(source: Source, account: Account) -> UserError:
    """What to say of a log without one usable row."""
    where = printable(", ".join(str(path) for path in source.paths), None)
    if not account.rejected:
        return UserError(f"There are no rows in {where}.")
    reasons = ", ".join(f"{rows:,} × {why}" for why, rows in account.rejected.items())
    return UserError(f"None of the rows in {where} can be used: {reasons}.")


def nothing_liked(source: Source) -> UserError:
    """What to say of a log of ratings without one that is a liking."""
    where = printable(", ".join(str(path) for path in source.paths), None)
    return UserError(f"No rating in {where} says that a user likes an artist, so there is nothing to learn from.")


def _sign(runner: Runner, work: Work, account: Account, kinds: _Kinds, understood: tuple[TableReading, ...]) -> None:
    """Count the totals, and write them as the table `meta`."""
    source = work.source
    [(users, artists, plays, listens, first_at, last_at)] = runner.step("signing", 0.99, _TOTALS)
    [(rated, disliked, neutral)] = runner.step("signing", 0.99, _LIKED)
    if plays == 0:
        raise nothing_liked(source)
    info = DatasetInfo(
        paths=tuple(str(path) for path in source.paths),
        layout=source.layout_name,
        insisted=source.insisted,
        content=content_of(runner),
        rows=account.rows,
        kept=account.kept,
        listens=listens,
        users=users,
        artists=artists,
        plays=plays,
        has_times=kinds.has_times,
        first_at=_aware(first_at),
        last_at=_aware(last_at),
        rejected=account.rejected,
        repaired=account.repaired,
        notes=(SYNTHETIC,) if is_synthetic(runner.connection, source) else (),
        rating_scale=kinds.scale,
        rated=int(rated),
        disliked=int(disliked),
        neutral=int(neutral),
        plays_from_ratings=not kinds.played,
        understood=with_odd_clocks(
            understood, last_at, lambda moment: int(runner.step("signing", 0.99, _LATER, {"moment": moment})[0][0])
        ),
        unreadable={str(file): why for file, why in source.unreadable.items()},
        skipped=tuple(str(file) for file in source.skipped),
        normal_form=NORMAL_FORM,
    )
    write_meta(runner, work.inputs, info)


def content_of(runner: Runner) -> str:
    """The content hash of the tables."""
    [(lower, upper, pairs)] = runner.step("signing", 0.99, schema.CONTENT)
    return hashlib.sha256(f"{lower} {upper} {pairs}".encode()).hexdigest()[:32]


def write_meta(runner: Runner, inputs: tuple[FileState, ...], info: DatasetInfo) -> None:
    """Write the table `meta`, without which an index is not whole."""
    runner.step("signing", 1.0, schema.META)
    for name, value in (
        ("inputs", msgspec.json.encode(inputs).decode()),
        ("schema", str(schema.VERSION)),
        ("info", msgspec.json.encode(info).decode()),
    ):
        runner.step("signing", 1.0, "INSERT INTO meta VALUES ($name, $value)", {"name": name, "value": value})


def with_odd_clocks(
    understood: tuple[TableReading, ...], last_at: datetime | None, later_than: Callable[[datetime], int]
) -> tuple[TableReading, ...]:
    """A warning more where listens are later than tomorrow, or all are from before any program counted listens.

    A clock was wrong, day and month stand the other way, or the times count from another day than was taken.

    Args:
        understood: how the files were read.
        last_at: the last listen, UTC without a zone.
        later_than: counts the listens after a moment.
    """
    tomorrow = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    if last_at is None or _FIRST_YEAR <= last_at <= tomorrow or not understood:
        return understood
    if last_at < _FIRST_YEAR:
        told = f"all listens are before 2002, the last of {last_at:%Y-%m-%d}: do the times count from another day?"
    else:
        later = counted(later_than(tomorrow), "listen")
        told = f"{later} later than today, the last of {last_at:%Y-%m-%d}: was a clock wrong?"
    return (replace(understood[0], warnings=(*understood[0].warnings, told)), *understood[1:])


def _aware(moment: datetime | None) -> datetime | None:
    """A moment of the index, which holds UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment else None


def _step_by_users(runner: Runner, phase: str, until: float, statement: str) -> None:
    """Execute a statement with the parameters `first` and `last` for each range of users; else as `Runner.step`.

    `listen` is clustered by user, so a statement about some users reads their blocks alone; its groups fit in memory,
    where those of all users spill, and what it appends in order, range after range, is in order as a whole.
    """
    firsts = [int(code) for (code,) in runner.step(phase, runner.done, _FIRSTS, {"size": LISTENS})]
    begun = runner.done
    for number, (first, following) in enumerate(itertools.pairwise([*firsts, _LAST]), start=1):
        reached = begun + (until - begun) * number / len(firsts)
        runner.step(phase, reached, statement, {"first": first, "last": following - 1})
