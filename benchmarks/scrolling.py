"""Scrolling through 10,000 recommendations: from the key to the painted page, in a real terminal.

    python -m benchmarks.scrolling [--pages 200] [--before "chrt -R -r 1"]

A log of some 20,000 artists is made, and ALS trained on it. PgDn is pressed in the list of recommendations, again when
the page before has been painted: its new rank is waited for. At the end `G` goes to the last row.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import make_listens
from benchmarks.measure import BEFORE, Row, arguments, musicrec, p50_p95, report
from tests.e2e.terminal import Terminal

_PAGE_DOWN = b"\x1b[6~"
_RANK = re.compile(r"▸ *([\d,]+) ")


def _rank(terminal: Terminal) -> int:
    """The rank under the cursor of the recommendations; 0: none is seen."""
    ranked = [line[line.index("▕") :] for line in terminal.text().splitlines() if "▕" in line]
    found = [int(match[1].replace(",", "")) for line in ranked[-20:] if (match := _RANK.search(line))]
    return found[-1] if found else 0


def _click_first(terminal: Terminal) -> None:
    """Click into the list below its title, which gives it the focus."""
    lines = terminal.text().splitlines()
    at = next(at for at, line in enumerate(lines) if "For user" in line)
    column, row = lines[at].index("For user") + 6, at + 2
    for sign in "Mm":
        os.write(terminal.master, f"\x1b[<0;{column};{row}{sign}".encode())


def pages(terminal: Terminal, many: int) -> Iterator[float]:
    """Seconds of each page."""
    for _ in range(many):
        before, started = _rank(terminal), time.perf_counter()
        os.write(terminal.master, _PAGE_DOWN)
        while _rank(terminal) == before:
            if time.perf_counter() - started > 20:
                raise RuntimeError(f"no page after rank {before}:\n{terminal.text()}")
            terminal.read(0.001)
        yield time.perf_counter() - started


def measure(folder: Path, many: int, before: Sequence[str]) -> Iterator[Row]:
    """The row."""
    log, home = folder / "log", folder / "home"
    make_listens.make(log, 600_000, 3_000, 25_000, 2, 1)
    musicrec("train", "als", "--set", "iterations=3", "--data", str(log), home=home / "musicrec")
    program = [*before, sys.executable, "-m", "musicrec_tui"]
    with Terminal(str(log), home=home, columns=120, rows=40, program=program) as terminal:
        terminal.wait_for(r"For user \S+ · ALS #1")
        terminal.wait_for("because")
        terminal.read_for(2)
        _click_first(terminal)
        terminal.read_for(2)
        taken = list(pages(terminal, many))
        told, p95 = p50_p95(taken)
        yield Row(f"a page of recommendations, {many} pages", told, "–", "–", "p95 ≤ 50 ms", p95 <= 50)
        started = time.perf_counter()
        terminal.press("G")
        terminal.wait_for(r"▸ ?10000 ")
        yield Row("to the last of 10,000", f"{time.perf_counter() - started:.2f} s", "–", "–", "–", None)


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, pages=200, before=BEFORE)
    with tempfile.TemporaryDirectory() as folder:
        report(measure(Path(folder), given.pages, given.before))


if __name__ == "__main__":
    main()
