"""What is said of DuckDB's errors while an index is made: a full disk, too little memory, or a file."""

from pathlib import Path

import duckdb
import pytest

from musicrec_tui.dataset.index import engine
from musicrec_tui.dataset.sources.recognise import Source


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), "The disk of /made is full"),
        (duckdb.OutOfMemoryException("failed to offload data block of size 256.0 KiB"), "The disk of /made is full"),
        (duckdb.OutOfMemoryException("raise 'max_temp_directory_size'"), "The disk of /made is full"),
        (duckdb.OutOfMemoryException("could not allocate block"), "raise memory_limit"),
        (duckdb.IOException("Cannot open file: Too many open files"), "Cannot make the index /made/x.duckdb."),
        (duckdb.IOException("Could not write to file"), "Cannot write the index /made/x.duckdb: "),
    ],
)
def test_want_is_told_from_what_cannot_be_read(error: duckdb.Error, told: str) -> None:
    said = engine.explained(error, Source((), ()), Path("/made/x.duckdb"), "the index")
    assert told in str(said)
    assert said.exit_code == 1
