"""Whether a log says of itself that it was generated."""

import duckdb

from musicrec_tui import paths
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.dataset.sources.relations import file_list

MARK = "musicrec.synthetic"
"""A key in a Parquet file's metadata."""


def is_synthetic(connection: duckdb.DuckDBPyConnection, source: Source) -> bool:
    """Whether the log is the embedded sample, or one of its Parquet files carries our mark."""
    if [path.resolve() for path in source.paths] == [paths.sample_data().resolve()]:
        return True
    sql = "SELECT 1 FROM parquet_kv_metadata($files) WHERE decode(key) = $mark LIMIT 1"
    return any(
        connection.execute(sql, {"files": file_list(part), "mark": MARK}).fetchone()
        for part in source.parts
        if part.format == "parquet"
    )
