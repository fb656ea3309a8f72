"""How a change of a profile is saved: its history is written beside the former one, then `profile.json` says so."""

from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

import _duckdb as duckdb

from musicrec_tui import files
from musicrec_tui.dataset.profiles import history, store
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import Imported, Stored, history_file
from musicrec_tui.paths import Home

TOTALS = f"""
WITH told AS (FROM merged), artist AS ({history.ARTISTS})
SELECT count(*) FILTER (plays > 0), CAST(coalesce(sum(plays), 0) AS BIGINT), CAST(coalesce(sum(ratings), 0) AS BIGINT),
    min(first_at), max(last_at)
FROM artist
"""  # noqa: S608
"""What the table `merged` (of `merging`) adds up to, in one row: see `Change.totals`."""


class ProfileChange(NamedTuple):
    """A profile as it will be.

    Attributes:
        name: as it was given, checked.
        before: as it was; None: it is new.
        totals: the row of `TOTALS`.
        scales: of its ratings.
        imports: what was imported when, the latest last.
    """

    name: str
    before: Profile | None
    totals: tuple[Any, ...]
    scales: tuple[str, ...]
    imports: tuple[Imported, ...]


def save_change(home: Home, connection: duckdb.DuckDBPyConnection, change: ProfileChange) -> Profile:
    """Write the table `merged` of a connection as the profile's history; call it within `store.changing`.

    Raises:
        UserError: it cannot be written.
    """
    generation = 1 + (change.before.stored.generation if change.before else 0)
    artists, listens, rated, first_at, last_at = change.totals

    def write(folder: Path) -> str:
        import duckdb  # a relation needs the Python of the package, which the first look-ups do not wait for

        target = folder / history_file(generation)
        merged: duckdb.DuckDBPyRelation = connection.table("merged")
        with files.replacing(target, mode=store.PRIVATE_FILE) as temporary:
            merged.write_parquet(str(temporary), compression="zstd")
        return files.sha256_of(target)

    stored = Stored(
        name=change.name,
        generation=generation,
        sha256="",
        artists=int(artists),
        listens=int(listens),
        ratings=int(rated),
        rating_scales=change.scales,
        first_at=first_at.replace(tzinfo=UTC) if first_at else None,
        last_at=last_at.replace(tzinfo=UTC) if last_at else None,
        imports=change.imports,
        same_artists=change.before.stored.same_artists if change.before else {},
    )
    return store.save_profile(home, stored, write)
