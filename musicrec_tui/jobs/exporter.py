"""Writes a file in a process of its own: `python -m musicrec_tui.jobs.exporter`, an order on stdin.

An order with `columns` is followed by rows (see `jobs.row_stream`). It prints `json_lines`: `RowsDone` while it
works (not while rows come), and at the end `FileWritten`, `Failure` or `Stopped`. SIGTERM cancels it cleanly, and so
does the death of its reader: no file is left.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from musicrec_tui.dataset.playlists.target import PlaylistRequest
from musicrec_tui.dataset.table_files import Cells
from musicrec_tui.errors import Cancelled
from musicrec_tui.jobs import json_lines
from musicrec_tui.jobs.json_lines import ExportOrder, FileWritten, RowsDone, Speaker

_PAUSE_SECONDS = 0.1
"""Between two messages on progress."""


class _Reporter:
    """Prints how far it is, a few times a second; raises `Cancelled` after a signal, or when the reader is gone."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._printed = 0.0

    def __call__(self, done: int, of: int) -> None:
        """So many of so many rows are written."""
        if self._speaker.stopped():
            raise Cancelled
        if time.monotonic() - self._printed >= _PAUSE_SECONDS:
            self._printed = time.monotonic()
            self._speaker.say(RowsDone(done, of))


def main() -> int:
    """Do what the order on stdin says; returns the exit code."""
    speaker = Speaker()
    order = json_lines.expect(sys.stdin.buffer.readline(), ExportOrder)

    def write_file() -> FileWritten:
        if order.playlist:
            return _write_playlist(order, order.playlist, speaker)
        return FileWritten(_export(order, speaker))

    return speaker.conclude(write_file, "Writing the file failed")


def _export(order: ExportOrder, speaker: Speaker) -> int:
    """Write the file; returns its rows."""
    if order.columns:
        return _export_rows(order, speaker)
    report = _Reporter(speaker)
    if not order.table:
        from musicrec_tui.jobs import sql, sql_export

        limits = sql.Limits(None, order.seconds, order.memory_mb)
        return sql_export.export(Path(order.index), order.sql, Path(order.target), limits, report, speaker.stopped)
    from musicrec_tui.dataset import export_tables
    from musicrec_tui.dataset.index.opened import Dataset

    dataset = Dataset(Path(order.index))
    try:
        return export_tables.write_index_table(dataset, order.table, Path(order.target), report)
    finally:
        dataset.close()


def _export_rows(order: ExportOrder, speaker: Speaker) -> int:
    """Write what is sent. Who sends it knows how far it is, and does not listen before the end."""
    from musicrec_tui.dataset.table_files import write_rows
    from musicrec_tui.jobs import row_stream

    def sent() -> Iterator[list[Cells]]:
        for page in row_stream.pages(order.columns, sys.stdin.buffer):
            if speaker.stopped():
                raise Cancelled
            yield page

    return write_rows(order.columns, sent(), Path(order.target))


def _write_playlist(order: ExportOrder, wish: PlaylistRequest, speaker: Speaker) -> FileWritten:
    """Write a playlist."""
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.dataset.playlists import writing

    dataset = Dataset(Path(order.index))
    try:
        written = writing.write_playlist(dataset, wish, Path(order.target), lambda *_: None, speaker.stopped)
    finally:
        dataset.close()
    return FileWritten(written.tracks, written.notes)


if __name__ == "__main__":
    sys.exit(main())
