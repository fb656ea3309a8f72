"""One person's rows of a log, judged as the index judges them, as the table `incoming` of `merging`."""

from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.index.identity import ID, NAME
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.profiles.merging import COUNT, LISTEN, RATING
from musicrec_tui.dataset.profiles.stored import Offender
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.errors import UserError
from musicrec_tui.text import normal_name, printable

ANOTHER_USER = "of another user"
BAD_RATING = "rating is not a number"

_OFFENDERS = 3
_NAMED_USERS = 5
_PHASE = "reading listens"

_JUDGED = f"""
SELECT *, nullif(trim(artist_id), '') AS own_id, coalesce(refused, CASE
    WHEN user_id IS NULL OR trim(user_id, E' \\t\\r\\n') = '' THEN '{schema.NO_USER}'
    WHEN coalesce(trim(artist_name), '') = '' AND own_id IS NULL THEN '{schema.NO_ARTIST}'
    WHEN rating IS NULL AND (play_count IS NULL OR isnan(play_count) OR play_count <= 0
        OR play_count > {schema.MOST_PLAYS}) THEN '{schema.BAD_COUNT}'
    WHEN isnan(rating) OR isinf(rating) THEN '{BAD_RATING}'
    WHEN listened_at < TIMESTAMP '{schema.EARLIEST}' OR listened_at >= TIMESTAMP '{schema.LATEST}'
        THEN '{schema.BAD_TIME}'
    WHEN listened_at IS NULL AND rating IS NULL AND $timed THEN '{schema.NO_TIME}' END) AS reason
FROM (%(source)s)
"""  # noqa: S608

_USERS = f"SELECT user_id, reason, count(*) AS rows FROM ({_JUDGED}) GROUP BY ALL ORDER BY rows DESC, user_id"  # noqa: S608

_MINE = f"CREATE TEMP TABLE mine AS FROM ({_JUDGED}) WHERE reason IS NULL AND user_id = $user"

_NAMES = """
SELECT DISTINCT artist_name FROM mine WHERE artist_name IS NOT NULL
UNION SELECT DISTINCT recording_name FROM mine WHERE recording_name IS NOT NULL
"""

_INCOMING = f"""
CREATE TEMP TABLE incoming AS
SELECT CASE WHEN rating IS NOT NULL THEN '{RATING}' WHEN listened_at IS NULL THEN '{COUNT}' ELSE '{LISTEN}' END AS kind,
    coalesce('{NAME}' || nullif(a.normal, ''), '{ID}' || own_id) AS artist_key,
    coalesce(nullif(r.normal, ''), recording_mbid, '') AS recording_key,
    artist_name, own_id AS artist_id, layout AS id_layout, artist_mbid, release_name, recording_name, recording_mbid,
    date_trunc('second', listened_at) AS listened_at,
    CAST(greatest(1, round(coalesce(play_count, 1))) AS BIGINT) AS plays, rating, CAST(NULL AS DOUBLE) AS liking,
    called AS source, $now AS imported_at, file, row, coalesce(play_count <> round(play_count), false) AS rounded
FROM mine JOIN file USING (file)
LEFT JOIN normal a ON a.name = artist_name LEFT JOIN normal r ON r.name = recording_name
WHERE artist_key IS NOT NULL
"""  # noqa: S608

_BAD = f"""
SELECT reason, called, row, concat_ws(' · ', user_id, listened_at, artist_name, recording_name, play_count, rating)
FROM (
    FROM ({_JUDGED}) WHERE reason IS NOT NULL AND (user_id = $user OR reason = '{schema.NO_USER}')
    UNION ALL BY NAME
    SELECT * REPLACE ('{schema.NO_ARTIST}' AS reason) FROM mine ANTI JOIN incoming USING (file, row))
JOIN file USING (file)
QUALIFY row_number() OVER (PARTITION BY reason ORDER BY file, row) <= {_OFFENDERS} ORDER BY reason, file, row
"""  # noqa: S608


class Read(NamedTuple):
    """What was read of a person: see `stored.Imported`."""

    user_id: str
    rows: int
    kept: int
    rejected: dict[str, int]
    repaired: dict[str, int]
    offenders: tuple[Offender, ...]
    rating_scale: str


def read(runner: Runner, source: Source, user: str | None, now: datetime) -> Read:
    """Make the table `incoming` on the runner's connection.

    Args:
        runner: has a connection to an empty database of its own.
        source: the log.
        user: whose rows; None where the log has one user only.
        now: the time of the import, UTC, naive.

    Raises:
        UserError: the log cannot be read, has several users and nobody said which, or no row can be used.
        Cancelled: the runner was told so.
    """
    reading = Reading(runner.connection, source)
    with reading.failures():
        for sql, parameters in reading.staging():
            runner.step(_PHASE, 0.4, sql, parameters)
        values = {**reading.parameters, "timed": source.parts[0].layout.timed}
        counted = runner.step(_PHASE, 0.5, _USERS % {"source": reading.sql}, values)
        values["user"] = chosen = _choose(source, [str(who) for who, why, _ in counted if why is None], user)
        runner.step(_PHASE, 0.7, _MINE % {"source": reading.sql}, values)
    _name(runner, source)
    runner.step("telling artists apart", 0.85, _INCOMING, {"now": now})
    [(kept, rounded)] = runner.step(_PHASE, 0.85, "SELECT count(*), count(*) FILTER (rounded) FROM incoming")
    rejected = _rejected(counted, chosen, int(kept))
    if broken := reading.broken_rows():
        rejected[schema.BROKEN_ROW] = broken
    if not kept:
        raise _unusable(source, rejected)
    return Read(
        user_id=chosen,
        rows=int(kept) + sum(rejected.values()),
        kept=int(kept),
        rejected=rejected,
        repaired={schema.ROUNDED: int(rounded)} if rounded else {},
        offenders=_offenders(runner, reading, source, values) if rejected else (),
        rating_scale=_like(runner),
    )


def _choose(source: Source, users: list[str], user: str | None) -> str:
    """Whose rows to take; `users` have usable ones, those with most first."""
    where = printable(", ".join(path.name for path in source.paths), None)
    shown = ", ".join(printable(one, 60) for one in users[:_NAMED_USERS])
    more = f" and {len(users) - _NAMED_USERS:,} more" if len(users) > _NAMED_USERS else ""
    if user is not None and user not in users:
        raise UserError(f"There is no user {printable(user)!r} in {where}. There are: {shown}{more}.")
    if user is None and len(users) > 1:
        raise UserError(f"{where} holds the listens of {len(users):,} users ({shown}{more}): say whose with --user ID.")
    return users[0] if user is None and users else user or ""


def _name(runner: Runner, source: Source) -> None:
    """Make the tables `normal(name, normal)` (DuckDB has no NFKC and no casefold) and `file(file, called, layout)`."""
    names = [str(name) for (name,) in runner.step("telling artists apart", 0.75, _NAMES)]
    normal = pa.array([normal_name(name) for name in names], pa.string())
    runner.keep("normal", pa.table({"name": pa.array(names, pa.string()), "normal": normal}))
    files = [(file.name, part.layout.name) for part in source.parts for file in part.files]
    called = [printable(name, None) for name, _ in files]  # a file's name may be no valid text
    columns = {"file": pa.array(range(len(files)), pa.int32()), "called": pa.array(called, pa.string())}
    runner.keep("file", pa.table({**columns, "layout": pa.array([layout for _, layout in files], pa.string())}))


def _like(runner: Runner) -> str:
    """Fill in the likings of `incoming`; gives the scale of its ratings, empty where there are none."""
    [(lowest, highest, whole)] = runner.step(_PHASE, 0.9, f"SELECT {ratings.BOUNDS} FROM incoming")  # noqa: S608
    if lowest is None:
        return ""
    scale = ratings.recognise_scale(lowest, highest, whole)
    if scale is None:
        raise UserError(ratings.unknown_scale(lowest, highest))
    runner.step(_PHASE, 0.9, f"UPDATE incoming SET liking = {ratings.liking_sql(scale)} WHERE rating IS NOT NULL")  # noqa: S608
    return scale


def _rejected(counted: list[tuple[str | None, str | None, int]], chosen: str, kept: int) -> dict[str, int]:
    """How many rows were left out, by reason."""
    rejected: dict[str, int] = {}
    usable = 0
    for who, why, rows in counted:
        if who == chosen and why is None:
            usable = int(rows)
        else:
            reason = why if who == chosen or why == schema.NO_USER else ANOTHER_USER
            rejected[str(reason)] = rejected.get(str(reason), 0) + int(rows)
    if nameless := usable - kept:  # their artists' names have nothing but white space in them
        rejected[schema.NO_ARTIST] = rejected.get(schema.NO_ARTIST, 0) + nameless
    return rejected


def _offenders(runner: Runner, reading: Reading, source: Source, values: dict[str, object]) -> tuple[Offender, ...]:
    """The first rows that were left out, for each reason."""
    bad = runner.step(_PHASE, 0.9, _BAD % {"source": reading.sql}, values)
    broken = reading.broken(_OFFENDERS)
    return (
        *(Offender(str(why), str(file), row, printable(str(shown))) for why, file, row, shown in bad),
        *(
            Offender(schema.BROKEN_ROW, source.files[line.file].name, line.line, printable(line.text))
            for line in broken
        ),
    )


def _unusable(source: Source, rejected: dict[str, int]) -> UserError:
    """What to say of a log without one usable row."""
    where = printable(", ".join(path.name for path in source.paths), None)
    if not rejected:
        return UserError(f"There are no rows in {where}.")
    reasons = ", ".join(f"{rows:,} × {why}" for why, rows in rejected.items())
    return UserError(f"None of the rows in {where} can be used: {reasons}.")
