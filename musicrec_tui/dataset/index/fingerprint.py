"""The name of an index: what it was made from, down to the sizes and times of its files."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui.dataset.index.schema import VERSION
from musicrec_tui.dataset.sources.files import list_files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import expanded
from musicrec_tui.text import printable


class Input(msgspec.Struct, frozen=True, array_like=True):
    """A file of a log as it lies there: its path (as text that JSON can hold), bytes, and nanoseconds since 1970."""

    path: str
    size: int
    modified: int


def inputs(paths: Sequence[Path]) -> tuple[Input, ...]:
    """The files of a log as they are now.

    Raises:
        UserError: a path is missing, or there is nothing to read.
    """
    seen = []
    for file in list_files(paths):
        try:
            found = file.stat()
        except OSError as error:
            raise UserError(f"Cannot read {printable(str(file), None)}: {error.strerror}.") from error
        # Bytes of a name that are no UTF-8 come as lone surrogates, which JSON and DuckDB refuse.
        path = str(file).encode(errors="surrogateescape").decode(errors="backslashreplace")
        seen.append(Input(path, found.st_size, found.st_mtime_ns))
    return tuple(seen)


def index_name(paths: Sequence[Path], seen: Sequence[Input], layout: str = "") -> str:
    """The file name of the index of a log.

    It has two hashes: of the inputs' paths and the layout that was insisted on (two states of one log share it), and of
    their sizes, modification times and our schema.

    Args:
        paths: files, folders and globs, as the user gave them.
        seen: `inputs(paths)`.
        layout: the layout that the user insists on; empty: by content.
    """
    place, state = hashlib.sha256(layout.encode()), hashlib.sha256(f"schema {VERSION}".encode())
    for path in sorted({str(expanded(path).absolute()) for path in paths}):
        place.update(path.encode(errors="surrogateescape") + b"\0")
    for one in seen:
        state.update(f"{one.path}\0{one.size}\0{one.modified}\0".encode())
    return f"{place.hexdigest()[:16]}-{state.hexdigest()[:16]}.duckdb"
