"""A log of listens: the paths that a user gave, resolved once, and the files that they stand for."""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.paths import expanded
from musicrec_tui.text import printable

_READ = re.compile(
    r"\.(parquet|zip|((csv|tsv|txt|json|jsonl|ndjson|log|dat|listens|tar)(\.(gz|zst|xz))?))$", re.IGNORECASE
)
"""The names of files that are looked at inside folders."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/@]*:[^/]*@", re.IGNORECASE)
_OF_THIS_MACHINE = "file://"

_NO_LOG = re.compile(r"-profile\.tsv$", re.IGNORECASE)
"""Last.fm's data sets come with a table of their users."""


class FileState(msgspec.Struct, frozen=True, array_like=True):
    """A file of a log as it lies there: its path (as text that JSON can hold), bytes, and nanoseconds since 1970."""

    path: str
    size: int
    modified: int


class Log:
    """Files, folders and globs that are read as one log: paths of this machine, or addresses that a cluster reads.

    The file system is asked at the first use of `files` and of `states`, once; `fresh` asks it again.

    Args:
        paths: as the user gave them; "~" and relative ones are resolved here. What has a scheme (`hdfs://`, `s3a://`,
            `file://`) is an address.
        layout: the name of the layout that the user insists on; empty: recognised by content.

    Raises:
        UserError: an address holds a password.

    Attributes:
        paths: absolute.
        addresses: as given.
        layout: as given.
    """

    def __init__(self, paths: Sequence[Path | str], layout: str = "") -> None:
        self.addresses = tuple(str(path) for path in paths if _ADDRESS.match(str(path)))
        if any(map(_PASSWORD.match, self.addresses)):
            raise UserError(
                "An address holds a password, which runs and logs would show: give it in Spark's environment "
                "(AWS_SECRET_ACCESS_KEY) or in spark-defaults.conf."
            )
        self.paths = tuple(expanded(Path(path)).absolute() for path in paths if not _ADDRESS.match(str(path)))
        self.layout = layout

    @property
    def names(self) -> tuple[str, ...]:
        """The paths and addresses as text, by which the log is known."""
        return (*self.addresses, *map(str, self.paths))

    @property
    def here(self) -> "Log | None":
        """The same files by paths of this machine; None where addresses are elsewhere.

        Raises:
            UserError: a `file://` address names a machine.
        """
        if not all(address.lower().startswith(_OF_THIS_MACHINE) for address in self.addresses):
            return None
        paths = [address[len(_OF_THIS_MACHINE) :] for address in self.addresses]
        for path in paths:
            if not path.startswith("/"):
                raise UserError(f"A file:// address needs three slashes before its path, not file://{printable(path)}.")
        return Log([*paths, *self.paths], self.layout)

    def fresh(self) -> "Log":
        """The same log, whose files are looked up anew."""
        return Log(self.names, self.layout)

    def need(self) -> None:
        """Refuse paths where there is nothing to read. Addresses elsewhere are not looked at.

        Raises:
            UserError: see there.
        """
        _ = self.states if self.addresses else self.files

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All files that may be logs, absolute, sorted, each once.

        Hidden files and those that start with "_" (Spark's markers) are skipped inside folders.

        Raises:
            UserError: a path does not exist or is no text, a folder holds nothing to read, or the log has addresses.
        """
        if self.addresses:
            shown = printable(self.addresses[0], None)
            if shown.lower().startswith(("http://", "https://")):
                raise UserError(f"{shown} is a web address: download the file and give its path.")
            raise UserError(
                f"{shown} is an address: a cluster reads its files, this machine does not. `musicrec-tui train als "
                f"--engine spark --data {shown}` makes its index. Give files of this machine by their path."
            )
        for path in self.paths:
            _need_text(path)
        return tuple(sorted({file.resolve() for path in self.paths for file in _expand(path)}))

    @cached_property
    def states(self) -> tuple[FileState, ...]:
        """The size and time of each file; none of addresses elsewhere, which a cluster alone can list.

        Raises:
            UserError: a path does not exist, there is nothing to read, or addresses are mixed with paths.
        """
        if self.addresses and self.paths:
            raise UserError("Give either addresses or paths of this machine, not both.")
        here = self.here
        return () if here is None else tuple(map(_state, here.files))


@dataclass(frozen=True)
class IndexedLog:
    """A log with its index: the data that a job reads.

    Attributes:
        log: from which the index can be built again.
        index: the index file.
        content: its content hash; a job refuses an index with another one. Empty: the job reads the log itself.
        users: how many it has; None: not known here.
    """

    log: Log
    index: Path
    content: str
    users: int | None = None


def _state(file: Path) -> FileState:
    """A file as it is now."""
    try:
        found = file.stat()
    except OSError as error:
        raise UserError(f"Cannot read {printable(str(file), None)}: {error.strerror}.") from error
    # Bytes of a name that are no UTF-8 come as lone surrogates, which JSON and DuckDB refuse.
    path = str(file).encode(errors="surrogateescape").decode(errors="backslashreplace")
    return FileState(path, found.st_size, found.st_mtime_ns)


def _need_text(path: Path) -> None:
    """Refuse a path with bytes that are no UTF-8: indexes and runs store the paths of their log.

    Raises:
        UserError: it has such bytes.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise UserError(f"{printable(str(path), None)} holds bytes that are no UTF-8 text: rename it.") from error


def _expand(path: Path) -> Iterator[Path]:
    """The files that one path stands for."""
    shown = printable(str(path), None)
    try:
        if path.is_file():
            yield path
            return
        if path.is_dir():
            files = [path / name for name in _walk(path)]
            if not files:
                raise UserError(f"There is no file in the folder {shown} that may be a log.")
            yield from files
            return
    except OSError as error:
        raise UserError(f"Cannot read {shown}: {error.strerror}.") from error
    matches = [Path(name) for name in glob.glob(str(path), recursive=True)] if glob.has_magic(str(path)) else []  # noqa: PTH207
    files = [file for file in matches if file.is_file()]
    if not files:
        raise UserError(f"There is nothing at {shown}. Give a log of listens (a file, a folder, or a glob).")
    yield from files


def _walk(folder: Path) -> Iterator[Path]:
    """The readable files below a folder, relative to it."""
    for parent, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            looked_at = _READ.search(name) and not _NO_LOG.search(name) and not name.startswith((".", "_"))
            if looked_at or name == ".scrobbler.log":
                yield Path(parent, name).relative_to(folder)


def _raise(error: OSError) -> None:
    """`os.walk` swallows what it cannot read unless told otherwise."""
    raise error
