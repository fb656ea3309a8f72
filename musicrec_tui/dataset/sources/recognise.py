"""From paths to a source: which files, and which layout they have."""

import csv
import glob
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb

from musicrec_tui.dataset.sources import counts, deck, listenbrainz
from musicrec_tui.dataset.sources.base import Columns, Layout
from musicrec_tui.dataset.sources.files import list_files
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

LAYOUTS: tuple[Layout, ...] = (listenbrainz.LAYOUT, deck.LAYOUT, counts.LAYOUT)
"""All layouts; the first that fits is taken. A new one is a file beside these, and its name here."""

_LONGEST_HEADER = 65_536
_SHOWN_COLUMNS = 20


class Part(NamedTuple):
    """Files of one format with the same columns, so that one scan reads them all.

    Attributes:
        format: how they are read.
        files: absolute paths.
        columns: the names (lower case) and DuckDB types that they share, in the files' order.
        delimiter: between the fields of a CSV.
    """

    format: Literal["parquet", "csv"]
    files: tuple[Path, ...]
    columns: Columns
    delimiter: str = ","


class Source(NamedTuple):
    """A log: what was asked for, and how to read it."""

    paths: tuple[Path, ...]
    layout: Layout
    parts: tuple[Part, ...]


def recognise(paths: Sequence[Path]) -> Source:
    """Find the files that `paths` stand for, and the layout that all of them have.

    Raises:
        UserError: nothing there, a file that cannot be read, columns that no layout has, or several layouts.
    """
    files = list_files(paths)
    layouts: dict[str, tuple[Layout, Path]] = {}
    groups: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Path]] = {}
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        for file in files:
            if _is_parquet(file):
                columns, delimiter = _parquet_columns(connection, file), ""
            else:
                columns, delimiter = _csv_columns(file)
            layout = _layout_of(file, columns)
            layouts.setdefault(layout.name, (layout, file))
            format_ = "csv" if delimiter else "parquet"
            groups.setdefault((format_, delimiter, tuple(columns.items())), []).append(file)
    if len(layouts) > 1:
        seen = "; ".join(f"{printable(file.name)} is {layout.sentence}" for layout, file in layouts.values())
        raise UserError(f"These files do not belong together: {seen}. Open one kind at a time.")
    parts = tuple(
        Part("csv" if format_ == "csv" else "parquet", tuple(group), dict(columns), delimiter or ",")
        for (format_, delimiter, columns), group in groups.items()
    )
    layout, _ = next(iter(layouts.values()))
    return Source(tuple(path.expanduser().absolute() for path in paths), layout, parts)


def _is_parquet(file: Path) -> bool:
    """Whether a file is Parquet: it says so at its beginning, or by its name (then it may be broken)."""
    try:
        with file.open("rb") as opened:
            return opened.read(4) == b"PAR1" or file.suffix.lower() == ".parquet"
    except OSError as error:
        raise UserError(f"Cannot read {printable(str(file), None)}: {error.strerror}.") from error


def _parquet_columns(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """The columns of a Parquet file, from its footer."""
    sql = "DESCRIBE SELECT * FROM read_parquet($files, binary_as_string = true)"
    try:
        rows = connection.execute(sql, {"files": [glob.escape(str(file))]}).fetchall()
    except duckdb.Error as error:
        raise UserError(
            f"{printable(str(file), None)} cannot be read as Parquet: it is damaged, incomplete, or something else."
        ) from error
    return {str(name).lower(): str(type_) for name, type_, *_ in rows}


def _csv_columns(file: Path) -> tuple[dict[str, str], str]:
    """The columns of a CSV, all text, and its delimiter: the first line says both.

    DuckDB's sniffer also looks at rows, and one broken row can make it take each line for one column.
    """
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            header = opened.readline(_LONGEST_HEADER)
    except OSError as error:
        raise UserError(f"Cannot read {printable(str(file), None)}: {error.strerror}.") from error
    if not header.strip() or "\0" in header:
        raise UserError(f"{printable(str(file), None)} is not a CSV: its first line must name the columns.")
    delimiter = max(",\t;|", key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter))]
    names = [name if name and name not in names[:place] else f"column_{place}" for place, name in enumerate(names)]
    return dict.fromkeys(names, "VARCHAR"), delimiter


def _layout_of(file: Path, columns: Columns) -> Layout:
    """The layout that a file with these columns has."""
    for layout in LAYOUTS:
        if layout.fits(columns):
            if misfits := layout.misfits(columns):
                raise UserError(
                    f"{printable(str(file), None)} has the columns of {layout.sentence}, but {', '.join(misfits)}."
                )
            return layout
    shown = [printable(re.sub(r"\s+", " ", name), 40) for name in columns][:_SHOWN_COLUMNS]
    more = f" and {len(columns) - _SHOWN_COLUMNS} more" if len(columns) > _SHOWN_COLUMNS else ""
    known = "; ".join(f"{layout.name} ({', '.join(layout.required)})" for layout in LAYOUTS)
    raise UserError(
        f"{printable(str(file), None)} has the columns {', '.join(shown)}{more}, which no known layout has. "
        f"Known: {known}."
    )
