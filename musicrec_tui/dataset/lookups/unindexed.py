"""A log before it has an index: its rows can be looked at all the same."""

import duckdb

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups.rows import RawLog
from musicrec_tui.dataset.sources.recognise import Part, recognise
from musicrec_tui.dataset.sources.relations import file_list
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

FIRST = 1000
"""Rows of a text file that are shown: how many it has is known when all of it was read."""


def opened(log: Log) -> RawLog:
    """The rows of the files: of Parquet all, of text and records the first ones of each file.

    Raises:
        UserError: there is no log there, or a file cannot be read.
    """
    source = recognise(log)
    most = RawLog(source, [count for part in source.parts for count in _counts(part)])
    try:
        present = [
            span.rows if span.part.format == "parquet" else len(most.read(span.part, 0, FIRST)) for span in most.spans
        ]
    finally:
        most.close()
    return RawLog(source, present)


def _counts(part: Part) -> list[int]:
    """The rows of each file of a part, as far as they are known without reading it."""
    if part.format != "parquet":
        return [FIRST] * len(part.files)
    try:
        with duckdb.connect() as connection:
            sql = "SELECT file_name, num_rows FROM parquet_file_metadata($files)"
            rows = dict(connection.execute(sql, {"files": file_list(part)}).fetchall())
    except duckdb.Error as error:
        raise UserError(f"Cannot read {printable(str(part.files[0]), None)}: it is damaged.") from error
    return [int(rows[str(file)]) for file in part.files]
