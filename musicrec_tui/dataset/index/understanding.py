"""How the files of a log were understood: what each column is, and the first rows as they are counted."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.records import TableReading
from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources.base import CANONICAL
from musicrec_tui.dataset.sources.reading import Reading, TextFile
from musicrec_tui.dataset.sources.recognise import Part, Source
from musicrec_tui.text import counted, printable

_ROWS = 3
_MOST = 20
_PHASE = "counting rows"
_SHOWN = [name for name in CANONICAL if name != "refused"]


def of(runner: Runner, reading: Reading, source: Source) -> tuple[TableReading, ...]:
    """How each kind of file was read; files that were read alike are one.

    Args:
        runner: its connection has what `reading` staged.
        reading: of the source.
        source: the log.
    """

    def more(number: int, part: Part, one: TableReading) -> TableReading:
        told = (*one.warnings, *_timeless(runner, reading, number, part), *_nameless(runner, reading, number, part))
        return replace(one, warnings=told, rows=_first(runner, reading, number))

    return _alike(source, lambda part: _reading(part, reading.texts.get(part.first)), more)


def without_rows(source: Source, *, has_times: bool) -> tuple[TableReading, ...]:
    """The same of files that were not read here, without their first rows.

    Args:
        source: the log.
        has_times: whether a time was read from any of its rows.
    """

    def more(_: int, part: Part, one: TableReading) -> TableReading:
        return one if has_times or not _takes_time(part) else replace(one, warnings=(*one.warnings, _no_time(part)))

    return _alike(source, _reading, more)


def _alike(
    source: Source, reading: Callable[[Part], TableReading], more: Callable[[int, Part, TableReading], TableReading]
) -> tuple[TableReading, ...]:
    """How each kind of file was read; `more` is asked once for each."""
    found: dict[tuple[object, ...], TableReading] = {}
    for number, part in enumerate(source.parts):
        one = reading(part)
        key = (one.layout, one.encoding, one.sentence, one.warnings)
        if (known := found.get(key)) is not None:
            found[key] = replace(known, files=known.files + one.files)
        elif len(found) < _MOST:
            found[key] = more(number, part, one)
    return tuple(found.values())


def _reading(part: Part, text: TextFile | None = None) -> TableReading:
    """How a part was read, without its rows."""
    encoding = text.encoding if text is not None else part.encoding.label if part.encoding.codec != "utf-8" else ""
    told = part.understood
    if told is None:
        return TableReading(part.layout.name, len(part.files), encoding)
    columns = {role: told.labels.get(column, column) for role, column in told.columns.items()}
    return TableReading(part.layout.name, len(part.files), encoding, told.sentence, columns, told.warnings)


def _timeless(runner: Runner, reading: Reading, number: int, part: Part) -> tuple[str, ...]:
    """A warning where a column was taken for the time, and no time could be read from it."""
    if not _takes_time(part):
        return ()
    sql = f"SELECT count(*) > 0 AND count(listened_at) = 0 FROM ({reading.select(number)})"  # noqa: S608
    [(none,)] = runner.step(_PHASE, 0.17, sql, reading.parameters)
    return (_no_time(part),) if none else ()


def _takes_time(part: Part) -> bool:
    """Whether a column was taken for the time."""
    return part.understood is not None and part.understood.time is not None


def _no_time(part: Part) -> str:
    """The warning that no time could be read from it."""
    assert part.understood is not None  # noqa: S101  (`_takes_time`)
    columns = part.understood.columns
    column = columns.get(roles.TIME) or columns.get(roles.DATE, "")
    shown = printable(part.understood.labels.get(column, column), 60)
    return f"No time could be read from the column {shown!r}: these are plays without times."


def _nameless(runner: Runner, reading: Reading, number: int, part: Part) -> tuple[str, ...]:
    """Warnings where a table beside the listens is broken in places, or does not name all of their artists."""
    if not part.companions:
        return ()
    files = [file for several in part.companions.values() for one in several for file in one.files]
    told = [
        f"{counted(broken, 'line')} of {printable(file.name)} left out: no row of its table."
        for file in files
        if file in reading.beside and (broken := reading.beside[file].refused.total())
    ]
    sql = f"SELECT count(DISTINCT artist_id) FROM ({reading.select(number)}) WHERE artist_name IS NULL"  # noqa: S608
    [(nameless,)] = runner.step(_PHASE, 0.17, sql, reading.parameters)
    if nameless:
        where = ", ".join(printable(file.name) for file in files)
        told.append(f"{counted(nameless, 'artist')} without a name in {where}: shown by number.")
    return tuple(told)


def _first(runner: Runner, reading: Reading, number: int) -> tuple[dict[str, str], ...]:
    """The first rows of a part that no layout refuses, without what they lack."""
    fields = ", ".join(f"CAST({name} AS VARCHAR)" if name != "listened_at" else _TIME for name in _SHOWN)
    sql = f"SELECT {fields} FROM ({reading.select(number)}) WHERE refused IS NULL LIMIT {_ROWS}"  # noqa: S608
    rows: list[tuple[Any, ...]] = runner.step(_PHASE, 0.17, sql, reading.parameters)
    return tuple(
        {name: str(value) for name, value in zip(_SHOWN, row, strict=True) if value is not None} for row in rows
    )


_TIME = "CASE WHEN listened_at BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(listened_at AS VARCHAR) END"
"""What lies outside DuckDB cannot write as text: it breaks the connection."""
