"""The name of an index: what it was made from, down to the sizes and times of its files."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from musicrec_tui.dataset.index.schema import VERSION
from musicrec_tui.dataset.sources.files import list_files
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable


def index_name(paths: Sequence[Path], layout: str = "") -> str:
    """The file name of the index of a log as it lies there now.

    It has two hashes: of the inputs' paths and the layout that was insisted on (two states of one log share it), and of
    their sizes, modification times and our schema.

    Raises:
        UserError: a path is missing, or there is nothing to read.
    """
    place, state = hashlib.sha256(layout.encode()), hashlib.sha256(f"schema {VERSION}".encode())
    for path in sorted({str(path.expanduser().absolute()) for path in paths}):
        place.update(path.encode(errors="surrogateescape") + b"\0")
    for file in list_files(paths):
        try:
            seen = file.stat()
        except OSError as error:
            raise UserError(f"Cannot read {printable(str(file), None)}: {error.strerror}.") from error
        state.update(str(file).encode(errors="surrogateescape"))
        state.update(f"\0{seen.st_size}\0{seen.st_mtime_ns}\0".encode())
    return f"{place.hexdigest()[:16]}-{state.hexdigest()[:16]}.duckdb"
