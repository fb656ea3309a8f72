"""A file before it is imported: what it is, how its columns are understood, and its first rows."""

import tempfile
from collections.abc import Callable, Sequence
from typing import NamedTuple

import duckdb
import msgspec

from musicrec_tui.dataset.index import engine, understanding
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.records import TableReading
from musicrec_tui.dataset.sources import glimpse, outside
from musicrec_tui.dataset.sources.base import CANONICAL, RecordLayout
from musicrec_tui.dataset.sources.layouts import GENERIC
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Part, Source, recognise
from musicrec_tui.errors import UserError

_ROWS = 3
_READ_WHOLE = 8 * 2**20
"""Bytes of a log whose rows are read as an import reads them; of a larger one the first cells are shown."""
_MEMORY = "25%"
_OTHERS = " A layout of another package may read it: Enter imports it."
_FIRST = "When it is imported, the layouts of other packages are tried first."
_GENERIC = {layout.name for layout in GENERIC}
_ROLES = {"artist": "artist_name", "track": "recording_name", "album": "release_name", "time": "listened_at"}


class Look(NamedTuple):
    """A log at first sight.

    Attributes:
        files, size: how many, and their bytes together.
        readings: how each kind of file is understood, with rows; names are raw.
    """

    files: int
    size: int
    readings: tuple[TableReading, ...]


def look(log: Log, cancelled: Callable[[], bool]) -> Look:
    """Look at a log, as far as that is quick; as layouts of this package read it, see `outside`.

    Raises:
        UserError: there is no such log, or it cannot be read; an import would say the same.
        Cancelled: `cancelled` said so.
    """
    size = sum(file.stat().st_size for file in log.files)
    try:
        source = recognise(log, own=True)
    except UserError as error:
        raise UserError(f"{error}{_OTHERS}") if outside.described() else error from None
    with (
        tempfile.TemporaryDirectory(prefix="musicrec-") as spill,
        duckdb.connect(config=engine.config(_MEMORY, spill)) as connection,
    ):
        runner = Runner(connection, lambda phase, fraction: None, cancelled)
        try:
            whole = size <= _READ_WHOLE
            readings = _understood(runner, source) if whole else _glimpsed(connection, source)
            if outside.described() and any(part.layout.name in _GENERIC for part in source.parts):
                readings = tuple(msgspec.structs.replace(one, warnings=(*one.warnings, _FIRST)) for one in readings)
        except duckdb.Error as error:
            raise UserError(f"The file cannot be read: {str(error).splitlines()[0]}") from error
        finally:
            runner.close()
    return Look(len(log.files), size, readings)


def _understood(runner: Runner, source: Source) -> tuple[TableReading, ...]:
    """How the files are understood, with rows as they are imported."""
    reading = Reading(runner.connection, source)
    with reading.failures():
        reading.stage(lambda sql, parameters: runner.step("reading", 0.5, sql, parameters))
        return understanding.of(runner, reading, source)


def _glimpsed(connection: duckdb.DuckDBPyConnection, source: Source) -> tuple[TableReading, ...]:
    """The same of a large log, with the cells of the first rows."""
    part = source.parts[0]
    seen = glimpse.rows(connection, part._replace(files=part.files[:1]), _ROWS)
    told = part.understood
    sentence, warnings = (told.sentence, told.warnings) if told is not None else ("", ())
    rows = tuple(_named(part, seen.columns, cells) for cells in seen.rows)
    return (TableReading(part.layout.name, len(part.files), "", sentence, {}, warnings, rows),)


def _named(part: Part, columns: Sequence[str], cells: Sequence[str | None]) -> dict[str, str]:
    """A row by the names of the canonical listen; times stay as the file has them."""
    told = part.understood
    if isinstance(part.layout, RecordLayout):
        places = {name: name for name in CANONICAL}
    elif told is None:
        places = {name: name for name in columns}
    else:
        places = {canonical: told.columns[role] for role, canonical in _ROLES.items() if role in told.columns}
    row = dict(zip(columns, cells, strict=False))
    return {name: value for name, column in places.items() if (value := row.get(column))}
