"""A log that is given as a table: saved as a Parquet file by its content, and read as any other file is."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

_NAMES = ("user_id", "artist_name")
_PRIVATE = 0o600


def saved_table(data: Any, home: Home) -> str:
    """The path of a Parquet file in the cache that holds a table, or rows of (user, item) and plays or a time.

    Equal tables have one file, so that their index is found again, and a run's log is back when its table is opened
    after the cache was emptied.

    Raises:
        UserError: it is no table, it has no rows, or the cache cannot be written.
    """
    table = _table(data)
    if not table.num_rows:
        raise UserError("The table has no rows.")
    content = hashlib.sha256(table.schema.serialize())
    for batch in table.to_batches(max_chunksize=65_536):
        content.update(batch.serialize())
    target = home.cache / "tables" / f"{content.hexdigest()[:32]}.parquet"
    if not target.exists():
        with files.replacing(target, mode=_PRIVATE) as temporary:
            pq.write_table(table, temporary)
    return str(target)


def _table(data: Any) -> pa.Table:
    """Anything that speaks Arrow (a frame of pandas or polars too), or rows, as a table in one piece."""
    try:
        table = pa.table(data) if hasattr(data, "__arrow_c_stream__") else _of_rows(data)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise UserError(f"This is no table of listens: {error}.") from error
    return table.replace_schema_metadata().combine_chunks()


def _of_rows(rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows as columns: user, item, and where there is a third value the plays or the time."""
    listed = [() if isinstance(row, str | bytes) else tuple(row) for row in rows]  # a text is no row of letters
    widths = {len(row) for row in listed}
    if not widths <= {2} and not widths <= {3}:
        raise ValueError("each row needs a user and an item, and may have plays or a time")
    timed = bool(listed) and isinstance(listed[0][-1], datetime)
    names = (*_NAMES, "listened_at" if timed else "play_count")
    return pa.table({name: list(column) for name, column in zip(names, zip(*listed, strict=True), strict=False)})
