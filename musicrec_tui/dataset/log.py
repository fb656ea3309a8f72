"""A log of listens: the paths that a user gave, resolved once, and the files that they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from musicrec_tui.dataset.sources.files import list_files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import expanded
from musicrec_tui.text import printable


class FileState(msgspec.Struct, frozen=True, array_like=True):
    """A file of a log as it lies there: its path (as text that JSON can hold), bytes, and nanoseconds since 1970."""

    path: str
    size: int
    modified: int


class Log:
    """Files, folders and globs that are read as one log.

    The file system is asked at the first use of `files` and of `states`, once; `fresh` asks it again.

    Args:
        paths: as the user gave them; "~" and relative ones are resolved here.
        layout: the name of the layout that the user insists on; empty: recognised by content.

    Attributes:
        paths: absolute.
        layout: as given.
    """

    def __init__(self, paths: Sequence[Path | str], layout: str = "") -> None:
        self.paths = tuple(expanded(Path(path)).absolute() for path in paths)
        self.layout = layout

    def fresh(self) -> "Log":
        """The same log, whose files are looked up anew."""
        return Log(self.paths, self.layout)

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All files that may hold listens, absolute and sorted (see `list_files`).

        Raises:
            UserError: a path does not exist, or there is nothing to read.
        """
        return tuple(list_files(self.paths))

    @cached_property
    def states(self) -> tuple[FileState, ...]:
        """The size and time of each file.

        Raises:
            UserError: a path does not exist, or there is nothing to read.
        """
        return tuple(map(_state, self.files))


@dataclass(frozen=True)
class IndexedLog:
    """A log with its index: the data that a job reads.

    Attributes:
        log: from which the index can be built again.
        index: the index file.
        content: its content hash; a job refuses an index with another one.
    """

    log: Log
    index: Path
    content: str


def _state(file: Path) -> FileState:
    """A file as it is now."""
    try:
        found = file.stat()
    except OSError as error:
        raise UserError(f"Cannot read {printable(str(file), None)}: {error.strerror}.") from error
    # Bytes of a name that are no UTF-8 come as lone surrogates, which JSON and DuckDB refuse.
    path = str(file).encode(errors="surrogateescape").decode(errors="backslashreplace")
    return FileState(path, found.st_size, found.st_mtime_ns)
