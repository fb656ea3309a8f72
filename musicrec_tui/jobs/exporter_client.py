"""Has a table written by the exporter, and hears how far it is. Light, and for any thread: the TUI uses it."""

import contextlib
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import json_lines, row_stream
from musicrec_tui.jobs.environment import for_child
from musicrec_tui.jobs.json_lines import ExportOrder, Failure, FileWritten, RowsDone

Report = Callable[[int, int], None]
_LOOK = 0.1
_GRACE = 5.0


def _unheard(sentence: str) -> None:
    """Nobody wants to know."""


def export(
    order: ExportOrder, report: Report, cancelled: Callable[[], bool], note: Callable[[str], None] = _unheard
) -> int:
    """Have a file written.

    Args:
        order: what is to be written, and where.
        report: hears of (rows written, rows in all; 0: unknown).
        cancelled: asked ten times a second whether to stop.
        note: hears, before the end, each sentence on what was written that its reader should know.

    Returns:
        The rows written.

    Raises:
        UserError: it cannot be; the exporter's own sentence.
        Cancelled: `cancelled` said so; no file is left.
    """
    with _started(order) as (sending, heard):
        sending.close()
        return _follow(heard, report, cancelled, note)


def export_rows(
    columns: Sequence[Column],
    pages: Iterable[Sequence[Cells]],
    total: int,
    target: Path,
    report: Report,
    cancelled: Callable[[], bool],
) -> int:
    """Have rows written that only this process has.

    Args:
        columns: of the rows.
        pages: some rows at a time; the next ones are asked for when those before are on their way.
        total: how many rows there will be (0: unknown).
        target: its ending says the format.
        report: as in `export`.
        cancelled: asked before each page.

    Returns, and raises: as `export`; also what `pages` raises.
    """
    with _started(ExportOrder("", str(target), columns=tuple(columns))) as (sending, heard):
        done = 0
        # Where the exporter gave up, its last word says why.
        with contextlib.suppress(BrokenPipeError), contextlib.closing(sending):
            for line, rows in row_stream.lines_of(pages):
                if cancelled():
                    raise Cancelled
                sending.write(line)
                done += rows
                report(done, total)
        return _follow(heard, report, cancelled, lambda _: None)


@contextlib.contextmanager
def _started(order: ExportOrder) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """An exporter with its order, its stdin, which can take more, and its stdout; it is over afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "musicrec_tui.jobs.exporter"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=for_child(),
        start_new_session=True,
    )  # fmt: skip
    with process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  (started with pipes)
        try:
            process.stdin.write(json_lines.encode(order))
            yield process.stdin, process.stdout
        finally:
            _end(process)


def _follow(lines: IO[bytes], report: Report, cancelled: Callable[[], bool], note: Callable[[str], None]) -> int:
    """Pass progress on until the last word."""
    with selectors.DefaultSelector() as selector:
        selector.register(lines, selectors.EVENT_READ)
        while True:
            if cancelled():
                raise Cancelled
            if not selector.select(_LOOK):
                continue
            raw = lines.readline()
            if not raw:
                raise UserError("The process that writes the file ended without a message: try again.", exit_code=1)
            match json_lines.decode(raw):
                case Failure(sentence):
                    raise UserError(sentence, exit_code=1)
                case FileWritten(rows, notes):
                    for sentence in notes:
                        note(sentence)
                    return rows
                case RowsDone(done, of):
                    report(done, of)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop it where it still works: gently, so that it can remove what it began."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
