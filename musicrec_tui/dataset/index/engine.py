"""DuckDB at work on a log: how it is set up, and the sentences for what it could not do."""

from pathlib import Path

import duckdb

from musicrec_tui.dataset.sources import blame
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.errors import UserError
from musicrec_tui.shortage import ShortageError, shortage
from musicrec_tui.text import printable

Config = dict[str, str | bool | int | float | list[str]]


def config(memory_limit: str, spill: str) -> Config:
    """Within its memory, beyond it in the folder `spill`, and from nothing but its own wheel."""
    return {
        "memory_limit": memory_limit,
        "temp_directory": spill,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def explained(error: duckdb.Error, source: Source | None, target: Path, what: str) -> UserError:
    """The sentence for an error.

    Args:
        error: as DuckDB raised it.
        source: the input; None where that are tables of ours.
        target: the file that was to be written.
        what: what it is to people, such as "the index".
    """
    text = str(error)
    first = printable(text.splitlines()[0] if text else "unknown error", 300)
    if "No space left" in text or "failed to offload" in text.lower() or "max_temp_directory_size" in text:
        folder = printable(str(target.parent), None)
        return UserError(f"The disk of {folder} is full: {what} needs more room there.", exit_code=1)
    if isinstance(error, duckdb.OutOfMemoryException):
        return UserError(f"Not enough memory to make {what}: raise memory_limit, or give fewer files.", exit_code=1)
    if why := shortage(error):
        return ShortageError(f"Cannot make {what} {printable(str(target), None)}. {why} {first}")
    if "write" in text.lower():
        return UserError(f"Cannot write {what} {printable(str(target), None)}: {first}", exit_code=1)
    if source is None:
        return UserError(f"Cannot make {what} {printable(str(target), None)}: {first}", exit_code=1)
    return blame.unreadable(source, error)
