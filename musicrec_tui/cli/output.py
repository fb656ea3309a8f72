"""Tables for people, JSON for programs, a question before what cannot be undone. Names pass `printable()` first."""

import json
import math
import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.text import printable

WIDEST = 1000  # columns in a pipe: a program that reads it wants whole names
LONGEST_HEADING = 40  # characters: a run's name heads a column where runs are compared

_MANY = 200  # rows: beyond them Rich takes its time
_NOT_PLAIN = re.compile("[\x7f-\U0010ffff]")

Cell = str | int | float | datetime | bool | None


def console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: no markup, no emoji names, no guessed colours."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDEST
    return Console(file=stream, markup=False, emoji=False, highlight=False, width=width, soft_wrap=False)


def print_json(value: Any) -> None:
    """Print one JSON value, in ASCII: names stay raw, and still no control character reaches a terminal.

    Python escapes what is not ASCII and the C0 controls; DEL is left to us. NaN and infinity, which JSON lacks,
    become null.
    """
    try:  # some ten times as fast as Python's own for what is indented; NaN and infinity become null
        text = msgspec.json.format(msgspec.json.encode(value, enc_hook=_plain_number), indent=2).decode()
    except (UnicodeEncodeError, OverflowError):  # half a surrogate pair, an integer of more than 64 bits
        built = _finite(msgspec.to_builtins(value, enc_hook=_plain_number))
        text = json.dumps(built, indent=2, allow_nan=False)
    sys.stdout.write(_NOT_PLAIN.sub(_escaped, text) + "\n")


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "",
    wrap: bool = False,
    right: Sequence[bool] = (),
) -> None:
    """Print rows under their columns; numbers to the right, long names cut by "…" where the terminal is narrow.

    With `wrap` they continue on the next line instead: for sentences of ours. `right` marks columns of numbers that are
    text already.
    """
    listed = [list(row) for row in rows]
    out = console()
    if title:
        out.print(Text(printable(title), style="bold"))
    if (
        len(listed) > _MANY
        and not (wrap or out.options.ascii_only)
        and (lines := _aligned(columns, listed, right, out.width))
    ):
        out.file.write("\n".join([*lines, ""]))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title_justify="left")
    for number, column in enumerate(columns):
        to_the_right = _is_number(listed, number, right)
        # Rich narrows the columns that may wrap, so names give way and figures do not: a cut figure is a wrong one.
        table.add_column(
            Text(printable(column, LONGEST_HEADING)), justify="right" if to_the_right else "left", no_wrap=to_the_right
        )
    for row in listed:
        table.add_row(*(Text(shown(cell), no_wrap=not wrap, overflow="ellipsis") for cell in row))
    out.print(table)


def _is_number(rows: Sequence[Sequence[Cell]], column: int, right: Sequence[bool]) -> bool:
    """Whether a column has numbers, which go to the right."""
    return bool(right and right[column]) or any(
        isinstance(row[column], int | float) and not isinstance(row[column], bool) for row in rows
    )


def _aligned(columns: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[bool], width: int) -> list[str]:
    """The lines that Rich prints of a table where nothing has to be cut, in a hundredth of its time; else none."""
    cells = [
        [printable(column, LONGEST_HEADING) for column in columns],
        *([shown(cell) for cell in row] for row in rows),
    ]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + 3 * (len(widths) - 1) > width:
        return []
    to_the_right = [_is_number(rows, number, right) for number in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        padded = (
            " " * (room - cell_len(cell)) + cell if number else cell + " " * (room - cell_len(cell))
            for cell, room, number in zip(row, widths, to_the_right, strict=True)
        )
        return "   ".join(padded)

    heading, *body = map(line, cells)
    return [heading, "─" * cell_len(heading), *body]


def print_facts(facts: Iterable[tuple[str, Cell]]) -> None:
    """Print names with their values, one on each line; nothing is cut, long values wrap."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(Text(printable(name), style="bold"), Text(shown(value)))
    console().print(table)


def print_line(text: str = "") -> None:
    """Print one line of ours or of data; it wraps where the terminal ends."""
    console().print(Text(printable(text, limit=None)))


def note_cut(shown_rows: int, total: int, what: str) -> None:
    """Print how much is shown: "200 of 18,432 artists"."""
    amount = f"{shown_rows:,} of {total:,}" if shown_rows < total else f"{total:,}"
    print_line(f"{amount} {what if total != 1 else what.removesuffix('s')}")


def confirm(question: str) -> None:
    """Ask for confirmation.

    Args:
        question: what will be done, without a question mark; may be raw.

    Raises:
        UserError: there is no terminal to ask on.
        Cancelled: the answer is no.
    """
    clean = printable(question, None)
    if not sys.stdin.isatty():
        raise UserError(f"{clean}? There is no terminal to confirm on: add --yes.")
    try:
        if typer.confirm(f"{clean}?", err=True):
            return
    except typer.Abort:
        pass
    raise Cancelled


def shown(cell: Cell) -> str:
    """A cell as text: grouped whole numbers, four significant digits, UTC instants, cleaned names."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.4f}" if abs(cell) < 1000 else f"{cell:,.1f}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return printable(cell)


def interval(ends: tuple[float, float] | None) -> str | None:
    """An interval as text; None where there is none."""
    return f"{shown(ends[0])} to {shown(ends[1])}" if ends else None


def _escaped(found: re.Match[str]) -> str:
    """A character as JSON escapes it: beyond the first plane as two."""
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _plain_number(value: Any) -> Any:
    """NumPy scalars as Python's numbers (seen without importing NumPy)."""
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"{type(value).__name__} has no place in JSON")


def _finite(value: Any) -> Any:
    """The same value with null for what JSON cannot say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value
