"""What is copied of a table, and the two clipboards: the terminal's (OSC 52) and the system's (pyperclip).

Terminals do not answer OSC 52, so the system's clipboard is filled too, wherever that can be done. Over SSH only the
terminal's is the user's own.
"""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.jobs.environment import for_child
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.tabular.formats import Extent, Format
from musicrec_tui.tui.tabular.sheet import Sheet

LARGEST = 74_000
"""Most bytes of UTF-8: several terminals cut an OSC 52 at 100,000 characters of Base64 without an error."""
_SECOND_WAY = (sys.executable, "-P", "-X", "utf8", "-m", "pyperclip", "--copy")
_PATIENCE = 5.0


class CopyChoice(NamedTuple):
    """Extent and format of a copy."""

    extent: Extent = "row"
    format: Format = "TSV"


def rows_to_copy(sheet: Sheet, extent: Extent) -> tuple[tuple[Column, ...], Sequence[Cells]]:
    """The columns and rows of an extent; no rows without a cursor."""
    if extent == "table":
        return sheet.columns, sheet.loaded()
    if sheet.here is None:
        return sheet.columns, ()
    if extent == "row":
        return sheet.columns, (sheet.here,)
    return (sheet.columns[sheet.cell],), ((sheet.here[sheet.cell],),)


def copied_sentence(sheet: Sheet, choice: CopyChoice, rows: int) -> str:
    """The notification on a copy: extent, size, format."""
    columns = len(sheet.columns)
    as_what = f"as {choice.format}"
    if choice.extent == "cell":
        as_what = as_what if choice.format == "JSON" else "as text"
        return f"Copied 1 cell ({printable(sheet.columns[sheet.cell].name, 40)}) {as_what}."
    if choice.extent == "row":
        return f"Copied 1 row {as_what} ({counted(columns, 'cell')})."
    if rows < sheet.total:
        return f"Copied {rows:,} of {sheet.total:,} rows {as_what}: those that are loaded."
    return f"Copied {counted(rows, 'row')} {as_what} ({counted(columns, 'column')})."


def fits(text: str) -> bool:
    """Whether a text is small enough for a terminal's clipboard."""
    return len(text.encode()) <= LARGEST


def too_large(text: str) -> str:
    """The error for a text that is too large for the clipboard."""
    return (
        f"{len(text.encode()) / 1000:,.0f} kB are too much for the terminal's clipboard ({LARGEST // 1000} kB), and "
        "there is no other: nothing was copied. Export the table instead (e, or E)."
    )


async def fill_system(text: str) -> bool:
    """Copy a text to the system's clipboard; whether that succeeded.

    In a process of its own, since pyperclip starts others whose error output would overwrite the screen.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *_SECOND_WAY, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, env=for_child(), start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    try:
        await asyncio.wait_for(process.communicate(text.encode()), _PATIENCE)
    except (TimeoutError, OSError):
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    return process.returncode == 0
