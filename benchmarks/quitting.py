"""Quitting: from the last key to the end of the process, with a look-up and a job running.

    python -m benchmarks.quitting [--repeats 5]

A worker trains NCF and a query of the SQL line that would take minutes is being answered. `q` asks what to do with the
job; the clock runs from `l` (leave it running) to the exit of the process, when the shell has its prompt back. The
terminal has to be as it was.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.measure import ENDLESS, Row, arguments, musicrec, report
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.runs.store import list_runs
from tests.e2e.terminal import Terminal

SLOW = "SELECT count(*) FROM play a, play b, play c WHERE a.plays + b.plays = c.plays"


def once(home: Path) -> float:
    """Seconds of one quit."""
    with Terminal("--fresh", "--no-tour", home=home, columns=120, rows=40) as terminal:
        terminal.wait_for("66,936 listens")
        terminal.wait_for("because")
        terminal.press("5")
        terminal.wait_for("Source|SQL")
        terminal.press("S")
        terminal.wait_for("SELECT|sql")
        terminal.press(SLOW, "enter", "tab")
        terminal.read(1)
        terminal.press("q")
        terminal.wait_for("Leave running")
        terminal.read(0.3)
        started = time.perf_counter()
        os.write(terminal.master, b"l")
        while terminal.process.poll() is None and time.perf_counter() - started < 20:
            terminal.read(0.002)
        taken = time.perf_counter() - started
        terminal.read(0.2)
        if not terminal.is_restored():
            raise RuntimeError("the terminal was not restored")
    return taken


def measure(repeats: int) -> list[Row]:
    """The row."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "musicrec")
        musicrec("train", "als", home=root)
        musicrec("train", "ncf", *ENDLESS, home=root)
        taken = [once(Path(name)) for _ in range(repeats)]
        for run in list_runs(Home(root, root / "cache")):
            supervisor.ensure_stopped(run, 10)
    said = f"{statistics.median(taken):.2f} s (at most {max(taken):.2f} s)"
    work = "quit with a look-up and a job running, from the key to the end of the process"
    return [Row(work, said, "–", "–", "≤ 0.5 s", max(taken) <= 0.5)]


def main() -> None:
    """Print the row."""
    report(measure(arguments(__doc__, repeats=5).repeats))


if __name__ == "__main__":
    main()
