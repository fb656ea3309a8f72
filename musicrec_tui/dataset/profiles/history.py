"""A profile's history, open for questions, and what it adds up to.

Plays are counted as an index counts them, so that a person can stand beside its users.
"""

import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import _duckdb as duckdb

from musicrec_tui import files
from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.artist_keys import current_sql
from musicrec_tui.dataset.period import Period, refused_zone
from musicrec_tui.dataset.profiles import store
from musicrec_tui.dataset.profiles.merging import COUNT, LISTEN, RATING
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

T = TypeVar("T")

ARTISTS = f"""
SELECT artist_key, coalesce(min(artist_name), artist_key) AS name, min(artist_mbid) AS mbid,
    list(DISTINCT artist_id ORDER BY artist_id) FILTER (artist_id IS NOT NULL) AS ids,
    CAST(coalesce(greatest(
        sum(plays) FILTER (kind = '{LISTEN}'), sum(plays) FILTER (kind = '{COUNT}'),
        CASE WHEN avg(liking) > 0 THEN {ratings.confidence_sql("avg(liking)")} END), 0) AS BIGINT) AS plays,
    min(listened_at) FILTER (kind = '{LISTEN}') AS first_at, max(listened_at) FILTER (kind = '{LISTEN}') AS last_at,
    avg(liking) AS liking, count(*) FILTER (kind = '{RATING}') AS ratings
FROM told GROUP BY artist_key
"""  # noqa: S608
"""A person's artists, over a history that is called `told`.

Counts and listens of one artist mostly describe the same listening, so the larger holds; what is liked counts as
`ratings` says.
"""

CURRENT = f"""
SELECT * REPLACE ({current_sql("artist_key")} AS artist_key, {current_sql("recording_key")} AS recording_key)
FROM {{source}}
"""  # noqa: S608
"""A history with the keys of today (see `artist_keys`)."""

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""How DuckDB opens a history: from nothing but its own wheel."""
_ATTEMPTS = 5


def file(profile: Profile) -> Path:
    """The Parquet file of a history, as it was written; for who holds the lock of `store.changing`.

    Raises:
        UserError: it is missing or damaged.
    """
    try:
        return _verified(profile)
    except FileNotFoundError as error:
        raise store.damaged(profile.folder, "its history is missing") from error


class Query(Protocol):
    """Gives the rows of a SELECT over the history, which is called `told` there."""

    def __call__(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """The rows; `values` are the statement's parameters."""


def ask(profile: Profile, question: Callable[[Query], T], period: Period | None = None) -> T:
    """What `question` answers, given a way to query the history.

    It may be asked more than once: another program's import replaces the file that is being read.

    Args:
        profile: whose history.
        question: asks about `told`, or about `everything`.
        period: `told` has the listens of this period alone; None: all that `everything` has.

    Raises:
        UserError: the history is missing or damaged.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            path = _verified(profile)
            with duckdb.connect(config=CONFIG) as connection:
                return question(_querying(connection, path, period))
        except (FileNotFoundError, duckdb.IOException):
            latest = store.open_profile(profile.folder)
            if latest.stored.generation == profile.stored.generation:
                break
            profile = latest
    raise store.damaged(profile.folder, "its history is missing")


def _querying(connection: duckdb.DuckDBPyConnection, path: Path, period: Period | None) -> Query:
    """Queries of a Parquet file; a view for it would cost more than most of them do."""
    file = glob.escape(str(path))
    chosen = ""
    if period is not None:
        chosen = (
            f" WHERE kind = '{LISTEN}' AND listened_at >= TIMESTAMP '{period.begin}'"
            f" AND listened_at < TIMESTAMP '{period.end}'"
        )

    def query(sql: str, **values: object) -> list[tuple[Any, ...]]:
        everything = f"everything AS NOT MATERIALIZED ({CURRENT.format(source='read_parquet($history)')})"
        told = f"WITH {everything}, told AS NOT MATERIALIZED (FROM everything{chosen}) {sql}"
        try:
            return connection.execute(told, {"history": file, **values}).fetchall()
        except duckdb.NotImplementedException as error:
            raise refused_zone(error) or error from error

    return query


def _verified(profile: Profile) -> Path:
    """The Parquet file of a history; `FileNotFoundError` where another import has replaced it."""
    path = profile.folder / profile.stored.history_file
    try:
        if files.sha256_of(path) != profile.stored.sha256:
            raise store.damaged(profile.folder, "its history is not the one that was written")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UserError(f"{printable(str(path), None)} cannot be read: {error.strerror}.", exit_code=1) from error
    return path
