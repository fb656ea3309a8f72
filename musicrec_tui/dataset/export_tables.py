"""The tables of an index as files, with users and artists by name: codes mean nothing outside of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.table_files import ExportReport, check_target, silent

_BATCH = 50_000
_STRETCH = 1_000_000
"""Rows that are joined and sorted at a time: little memory, and an order that no join upsets."""

_USER = 'JOIN "user" u ON u.code = t.user_code'
_ARTIST = "JOIN artist a ON a.code = t.artist_code"
_BOTH = f"{_USER} {_ARTIST}"
_NAMED = "a.key AS artist_key, a.name AS artist_name"
_SPAN = "CAST(t.first_at AS TIMESTAMPTZ) AS first_at, CAST(t.last_at AS TIMESTAMPTZ) AS last_at"


class _Export(NamedTuple):
    """The table of the index whose rows are meant, in its order; what is told of each; what is joined for that."""

    table: str
    columns: str
    joins: str = ""


_EXPORTS = {
    "interactions": _Export("play", f"u.user_id, {_NAMED}, a.mbid AS artist_mbid, t.plays, {_SPAN}", _BOTH),
    "artists": _Export(
        "artist",
        f"t.key AS artist_key, t.name AS artist_name, t.mbid AS artist_mbid, t.listeners, t.listens, {_SPAN}",
    ),
    "users": _Export("user", f"t.user_id, t.artists, t.listens, t.mainstream, {_SPAN}"),
    "listens": _Export(
        "listen",
        f"u.user_id, CAST(t.listened_at AS TIMESTAMPTZ) AS listened_at, {_NAMED}, "
        "t.recording AS recording_name, t.release AS release_name, t.plays",
        _BOTH,
    ),
    "ratings": _Export("rating", f"u.user_id, {_NAMED}, t.rating, t.liking", _BOTH),
    "months": _Export("user_month", "u.user_id, t.month, t.listens, t.new_artists", _USER),
    "artist-months": _Export("artist_month", f"{_NAMED}, t.month, t.listens", _ARTIST),
    "recordings": _Export("recording", f"{_NAMED}, t.name AS recording_name, t.listens", _ARTIST),
    "releases": _Export("release", f"{_NAMED}, t.name AS release_name, t.listens", _ARTIST),
    "offenders": _Export("offender", "t.outcome, t.reason, t.file, t.row, t.shown"),
    "files": _Export("file", "t.number, t.path, t.layout, t.size, t.rows, t.kept"),
}

NAMES = tuple(_EXPORTS)
"""What can be exported."""


def name_of(table: str) -> str | None:
    """The export that has the rows of a table of the index; None where there is none."""
    table = "play" if table == "play_by_artist" else table
    return next((name for name, export in _EXPORTS.items() if export.table == table), None)


def write_index_table(
    dataset: Dataset, name: str, target: Path, report: ExportReport = silent, *, safe: bool = False
) -> int:
    """Write a table, one of `NAMES`, in the order of the index (by user, by artist). Times are UTC. `safe` as there.

    Returns:
        The rows written.

    Raises:
        UserError: the format is unknown, the file cannot be written, or the index is damaged.
    """
    from musicrec_tui.dataset.table_files import write_table  # pyarrow, which the screen must not load for our names

    check_target(target)
    export = _EXPORTS[name]
    [(total,)] = dataset.query(f'SELECT count(*) FROM "{export.table}"')  # noqa: S608  (a name of ours)
    with dataset.relations() as cursor:
        cursor.execute("SET TimeZone = 'UTC'")
        stretches = _stretches(cursor, export, total)
        first: Any = next(stretches)
        return write_table(_batches(first, stretches, total, report), target, first.schema, safe=safe)


def _stretches(cursor: Any, export: _Export, total: int) -> Iterator[Any]:
    """Readers of all rows, one stretch of the table after the other; at least one, which knows the columns."""
    sql = (
        f'SELECT {export.columns} FROM "{export.table}" t {export.joins} '  # noqa: S608  (constants of this file)
        "WHERE t.rowid >= $start AND t.rowid < $stop ORDER BY t.rowid"
    )
    for start in range(0, max(total, 1), _STRETCH):
        yield cursor.sql(sql, params={"start": start, "stop": start + _STRETCH}).to_arrow_reader(_BATCH)


def _batches(first: Any, rest: Iterator[Any], total: int, report: ExportReport) -> Iterator[Any]:
    """The batches of all readers; each is reported when it is written."""
    done = 0
    reader: Any = first
    while reader is not None:
        for batch in reader:
            yield batch
            done += batch.num_rows
            report(done, total)
        reader = next(rest, None)
