"""Small logs for tests, in every layout."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home

START = datetime(2007, 1, 1, 12)
HOSTILE = "[/b]\x1b]0;owned\x07[red]"
MARKUP = "Nirvana [Live]"

Listen = tuple[Any, ...]
"""(user_id, artist_name, artist_credit_id, hours after START or a datetime or None, recording_name)."""


def listen(user: object, artist: str | None, credit: int | None = None, at: Any = 0, recording: str = "Song") -> Listen:
    """A listen; `at` counts hours from START."""
    return (user, artist, credit, START + timedelta(hours=at) if isinstance(at, int | float) else at, recording)


def write_listens(
    path: Path, listens: Sequence[Listen], *, zone: str | None = None, without: Sequence[str] = (), metadata: Any = None
) -> Path:
    """Write listens as a ListenBrainz dump does, leaving out the columns `without`."""
    user_type = pa.string() if listens and isinstance(listens[0][0], str) else pa.int64()
    columns = {
        "listened_at": pa.array([row[3] for row in listens], pa.timestamp("us", tz=zone)),
        "created": pa.array([None] * len(listens), pa.timestamp("us")),
        "user_id": pa.array([row[0] for row in listens], user_type),
        "recording_msid": pa.array(["msid"] * len(listens)),
        "artist_name": pa.array([row[1] for row in listens], pa.string()),
        "artist_credit_id": pa.array([row[2] for row in listens], pa.int64()),
        "release_name": pa.array(["Album"] * len(listens)),
        "recording_name": pa.array([row[4] for row in listens], pa.string()),
        "artist_credit_mbids": pa.array(
            [None if row[2] is None else [f"mbid-{row[2]}"] for row in listens], pa.list_(pa.string())
        ),
    }
    table = pa.table({name: column for name, column in columns.items() if name not in without})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return path


def write_text(path: Path, *lines: str) -> Path:
    """Write lines as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_query(path: Path, *statements: str) -> Path:
    """Write what the last of some SQL statements gives as Parquet."""
    with duckdb.connect() as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        connection.sql(statements[-1]).write_parquet(str(path))
    return path


def opened(home: Home, *paths: Path) -> Dataset:
    """The dataset of a log."""
    return Dataset(build.ensure(Log(paths), home))


def played(dataset: Dataset) -> set[tuple[str, str, int]]:
    """All (user key, artist key, plays)."""
    rows = dataset.query(
        'SELECT u.key, a.key, p.plays FROM play p JOIN "user" u ON u.code = user_code '
        "JOIN artist a ON a.code = artist_code"
    )
    return {(user, artist, plays) for user, artist, plays in rows}
