"""Which files a path stands for."""

import functools
import glob
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from musicrec_tui.errors import UserError
from musicrec_tui.paths import expanded
from musicrec_tui.text import printable

_READ = re.compile(r"\.(parquet|tar|zip|((csv|tsv|txt|json|jsonl|log|dat)(\.(gz|zst))?))$", re.IGNORECASE)
"""The names of files that are looked at inside folders."""

_DUMP = re.compile(r"\b(full|incremental)\b", re.IGNORECASE)
_DUMP_FILES = ("SCHEMA_SEQUENCE", "TIMESTAMP", "START_TIMESTAMP", "END_TIMESTAMP")

_NO_LOG = re.compile(r"-profile\.tsv$", re.IGNORECASE)
"""Last.fm's data sets come with a table of their users."""


def list_files(paths: Sequence[Path]) -> list[Path]:
    """All files that may be logs and that some files, folders and globs stand for; absolute, sorted, each once.

    Hidden files and those that start with "_" (Spark's markers) are skipped inside folders.

    Raises:
        UserError: a path does not exist, or a folder holds nothing to read.
    """
    found = {file.resolve() for path in paths for file in _expand(expanded(path))}
    return sorted(found)


def was_walked(file: Path, paths: Sequence[Path]) -> bool:
    """Whether a file of `list_files` was found inside a folder, rather than asked for by its name."""
    return not any(file == path.resolve() or (glob.has_magic(str(path)) and not path.is_dir()) for path in paths)


def dumps(files: Sequence[Path], paths: Sequence[Path]) -> dict[Path, str]:
    """Which dump each of some files belongs to.

    A file that was asked for by its name is a dump of its own. Within a folder that was asked for it is the nearest
    folder that is marked as a dump, else all of it. What a glob or an archive gave is one with its neighbours.
    """
    asked = {path.resolve() for path in paths}
    marked = functools.cache(_is_dump)

    def dump_of(file: Path) -> Path:
        if file in asked:
            return file
        until = next((place for place, folder in enumerate(file.parents) if folder in asked), 0)
        within = file.parents[: until + 1]
        return next(filter(marked, within), within[-1])

    return {file: str(dump_of(file)) for file in files}


def _is_dump(folder: Path) -> bool:
    """Whether a folder is a dump of ListenBrainz, by its name or by the small files that come with it."""
    return bool(_DUMP.search(folder.name)) or any((folder / name).is_file() for name in _DUMP_FILES)


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
