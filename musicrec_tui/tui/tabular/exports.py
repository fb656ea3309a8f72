"""Writes a table for the export dialog: rows by the exporter process, plots as SVG."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.dataset.table_files import FORMATS, Cells
from musicrec_tui.jobs import exporter_client
from musicrec_tui.text import printable, search_name
from musicrec_tui.tui.tabular import svg
from musicrec_tui.tui.tabular.pictures import marks
from musicrec_tui.tui.tabular.sheet import IsCancelled, Sheet

SVG = ".svg"
_PAGE = 1000


def formats(sheet: Sheet) -> tuple[str, ...]:
    """The file name endings that a table can be written to."""
    return (*FORMATS, SVG) if sheet.pictures is not None else FORMATS


def title(sheet: Sheet) -> str:
    """The title of the export dialog with the number of rows, clean."""
    here = len(sheet.loaded())
    total = max(sheet.total, here)
    reached = (min(total, sheet.reach) if sheet.reach else total) if sheet.whole is not None else here
    whole = "1 row" if total == 1 else f"all {total:,} rows"
    rows = f"{reached:,} of {total:,} rows" if reached < total else whole
    return f"Export {printable(sheet.title, 60)}: {rows}"


def file_name(sheet: Sheet) -> str:
    """The suggested file name."""
    words = re.findall(r"[a-z0-9]+", search_name(sheet.title))
    return f"{'-'.join(words)[:60] or 'table'}.csv"


def write(
    sheet: Sheet, target: Path, report: exporter_client.Report, cancelled: IsCancelled, many: int = 0
) -> int:  # fmt: skip
    """Write the first `many` rows (0: all available ones), or the plots; called in a thread.

    Returns:
        The number of rows, or of the points, bars and cells of the plots.

    Raises:
        UserError: the file cannot be written, or the rows cannot be read.
        Cancelled: `cancelled` returned True; no file is left.
    """
    if target.suffix.lower() == SVG:
        return _draw(sheet, target)
    if sheet.whole is not None:
        total = min(sheet.total, sheet.reach) if sheet.reach else sheet.total
        pages = _first(sheet.whole(cancelled), many) if many else sheet.whole(cancelled)
        total = min(total, many) if many else total
        return exporter_client.export_rows(sheet.columns, pages, total, target, report, cancelled)
    rows = sheet.loaded()
    pages = (rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE))
    return exporter_client.export_rows(sheet.columns, pages, len(rows), target, report, cancelled)


def most(sheet: Sheet) -> int:
    """How many rows of a ranked list can be asked for, best first; 0: other tables are written whole."""
    return sheet.reach if sheet.whole is not None else 0


def _first(pages: Iterable[Sequence[Cells]], many: int) -> Iterator[Sequence[Cells]]:
    """The first `many` rows."""
    for page in pages:
        yield page[:many]
        many -= len(page)
        if many <= 0:
            return


def _draw(sheet: Sheet, target: Path) -> int:
    """Write the plots; returns the number of points, bars and cells."""
    pictures = sheet.pictures() if sheet.pictures is not None else ()
    files.write_bytes(target, svg.render_svg(pictures).encode())
    return sum(map(marks, pictures))
