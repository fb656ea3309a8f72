"""What a log shows at once, before there is an index: its files, and the first rows of one of them."""

from pathlib import Path
from typing import NamedTuple

import duckdb

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import glimpse
from musicrec_tui.dataset.sources.recognise import recognise
from musicrec_tui.errors import UserError


class Preview(NamedTuple):
    """A log at first sight; nothing in it is clean.

    Attributes:
        files: the paths, with their bytes.
        layout: what it is, for people; empty where that is not known yet (an archive that has to be unpacked).
        columns: of the first rows.
        rows: some of the first file, as they are there.
    """

    files: tuple[tuple[Path, int], ...]
    layout: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()


def preview(log: Log, limit: int = 20) -> Preview:
    """Look at a log. Quick: it reads the heads of the files and a few rows.

    Raises:
        UserError: there is no such log.
    """
    files = tuple((file, file.stat().st_size) for file in log.files)
    try:
        source = recognise(log, own=True)
        part = source.parts[0]
        with duckdb.connect() as connection:
            seen = glimpse.rows(connection, part._replace(files=part.files[:1]), limit)
    except (UserError, duckdb.Error):  # whoever builds the index finds it too, and says it
        return Preview(files)
    return Preview(files, source.layout_name, seen.columns, seen.rows)
