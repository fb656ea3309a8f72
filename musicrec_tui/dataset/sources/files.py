"""Which files a path stands for."""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_READ = re.compile(r"\.(parquet|tar|zip|((csv|tsv|txt|json|jsonl|log|dat)(\.(gz|zst))?))$", re.IGNORECASE)
"""The names of files that are looked at inside folders."""


def list_files(paths: Sequence[Path]) -> list[Path]:
    """All files that may be logs and that some files, folders and globs stand for; absolute, sorted, each once.

    Hidden files and those that start with "_" (Spark's markers) are skipped inside folders.

    Raises:
        UserError: a path does not exist, or a folder holds nothing to read.
    """
    found = {file.resolve() for path in paths for file in _expand(path.expanduser())}
    return sorted(found)


def was_walked(file: Path, paths: Sequence[Path]) -> bool:
    """Whether a file of `list_files` was found inside a folder, rather than asked for by its name."""
    return not any(file == path.expanduser().resolve() or glob.has_magic(str(path)) for path in paths)


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
            if (_READ.search(name) and not name.startswith((".", "_"))) or name == ".scrobbler.log":
                yield Path(parent, name).relative_to(folder)


def _raise(error: OSError) -> None:
    """`os.walk` swallows what it cannot read unless told otherwise."""
    raise error
