"""A connection that can read the tables of one index, and nothing else of this machine.

Every lock that DuckDB has is on it. They are not trusted alone: `guard` looks at the query before it comes here, and
the process that runs it can open no file (`jobs.sql_worker`).
"""

import os
from pathlib import Path

import duckdb

MOST_THREADS = 4

_LOCKS = (
    "SET TimeZone = 'UTC'",
    "SET errors_as_json = true",
    "SET enable_external_access = false",
    # Without this, the index's own path and those of its write-ahead log can be read and written: DuckDB allows them.
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET lock_configuration = true",
)


def locked(index: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """An index, open for queries of the user's.

    Args:
        index: a whole index.
        memory_mb: what DuckDB may use, in MiB. It spills nothing: there is no folder that it could write to.

    Raises:
        duckdb.Error: the index cannot be opened.
    """
    connection = duckdb.connect(
        index,
        read_only=True,
        config={
            "allow_community_extensions": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_mb}MiB",
            "python_enable_replacements": "false",
            "temp_directory": "",
            "threads": min(MOST_THREADS, os.cpu_count() or 1),
        },
    )
    for lock in _LOCKS:
        connection.execute(lock)
    return connection
