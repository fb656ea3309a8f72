"""An index of tables that are ready: a cluster has read the log, and written as Parquet what an index is made of."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui.dataset.index import filling, identity, schema
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.log import FileState
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.errors import UserError

BY_CLUSTER = "read by a cluster: rows are not counted for each file"
_PARQUET = "SELECT {} FROM read_parquet($files)"
_PHASE = "reading tables"

TABLES = {
    "artists": "code, key, name, mbid",
    "users": "code, key",
    "plays": "user_code, artist_code, plays, first_at, last_at",
    "listens": "user_code, listened_at, artist_code, recording, release, plays",
    "ratings": "user_code, artist_code, rating, liking",
}
"""The columns that are read of each; rows of `plays`, `listens` and `ratings` are by user, as an index has them."""

_MADE = {
    "artists": (0.05, "CREATE TEMP TABLE artist_code AS "),
    "users": (0.06, "CREATE TEMP TABLE user_code AS "),
    "ratings": (0.1, "CREATE TABLE rating AS "),
    "listens": (0.5, "CREATE TABLE listen AS "),
    "plays": (0.65, "INSERT INTO play "),
}


class ReadyTables(NamedTuple):
    """What an index is made of.

    Attributes:
        files: those of each of `TABLES`, in the order of their rows.
        info: the totals, of which the tables must have the content hash.
        inputs: the files of the log.
    """

    files: dict[str, list[Path]]
    info: DatasetInfo
    inputs: tuple[FileState, ...]


def fill(runner: Runner, tables: ReadyTables) -> None:
    """Make all tables of an index in an empty database. Which files rows were left out of, it does not know.

    Raises:
        UserError: the tables have another content than was counted.
        Cancelled: the runner was cancelled.
    """
    runner.step(_PHASE, 0.0, schema.PLAYS)
    for name, (until, make) in _MADE.items():
        files = {"files": list(map(str, tables.files[name]))}
        runner.step(_PHASE, until, make + _PARQUET.format(TABLES[name]), files)
    identity.make_searchable(runner, 0.67)
    filling.summarise(runner)
    runner.store("file", schema.FILES, [])
    runner.store("offender", schema.OFFENDING, [])
    if filling.content_of(runner) != tables.info.content:
        raise UserError("The tables that the cluster has written are not what it counted: start it again.", exit_code=1)
    info = msgspec.structs.replace(tables.info, notes=(*tables.info.notes, BY_CLUSTER))
    filling.write_meta(runner, tables.inputs, info)
