"""Start-up: first frame and first useful frame of the app, against a bare Textual app's first paint.

    python -m benchmarks.startup [--repeats 7]

Both run in the same kind of pseudo-terminal, in turns. The index exists already (its build is a benchmark of its own).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Row, alternate, arguments, compared, musicrec, report, timed
from tests.e2e.terminal import Terminal

# The console script, as people start it (`python -m` adds runpy to every start).
SCRIPT = Path(sys.executable).with_name("musicrec-tui")
BARE = """
from textual.app import App
from textual.widgets import Label
class Bare(App):
    def compose(self):
        yield Label("ready")
Bare().run()
"""


def until(terminal: Terminal, started: float, *patterns: str) -> float:
    """Seconds from `started` until the screen shows all patterns."""
    while not all(pattern in terminal.text() for pattern in patterns):
        if time.perf_counter() - started > 60:
            raise RuntimeError(f"{patterns} never showed:\n{terminal.text()}")
        terminal.read(0.002)
    return time.perf_counter() - started


def _bare_first_paint(folder: Path) -> float:
    """Seconds to the first paint of an app with one label."""
    script = folder / "bare.py"
    script.write_text(BARE)
    started = time.perf_counter()
    with Terminal(home=folder, program=[sys.executable, str(script)]) as terminal:
        return until(terminal, started, "ready")


def _first_frame(folder: Path) -> float:
    """Seconds to our first frame: the header's name is there."""
    started = time.perf_counter()
    with Terminal(home=folder, program=[str(SCRIPT)]) as terminal:
        return until(terminal, started, "musicrec")


def _useful_frame(folder: Path) -> float:
    """Seconds until the header has the counts, and letters that are typed then are in the search box."""
    started = time.perf_counter()
    with Terminal(home=folder, program=[str(SCRIPT)]) as terminal:
        until(terminal, started, "66,936 listens")
        os.write(terminal.master, b"/zq")  # at once: `press` would add the pauses of a person
        return until(terminal, started, "zq")


def _command(*words: str) -> Callable[[], float]:
    """Gives the seconds of a whole command."""
    return timed(lambda: subprocess.run(words, check=True, stdout=subprocess.DEVNULL))


def measure(repeats: int) -> list[Row]:
    """All rows of this benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        musicrec("train", "als", home=folder / "musicrec")
        seconds = alternate(
            repeats,
            {
                "bare": lambda: _bare_first_paint(folder),
                "frame": lambda: _first_frame(folder),
                "useful": lambda: _useful_frame(folder),
                "pass": _command(sys.executable, "-c", "pass"),
                "version": _command(str(SCRIPT), "--version"),
            },
        )
    return [
        compared("first frame, against a bare Textual app's", seconds["frame"], seconds["bare"], 1.3),
        compared("header's counts and a typed letter, against the same", seconds["useful"], seconds["bare"], 2.5),
        compared("`--version`, against `python -c pass`", seconds["version"], seconds["pass"], 1.5),
    ]


def main() -> None:
    """Print the rows."""
    report(measure(arguments(__doc__, repeats=7).repeats))


if __name__ == "__main__":
    main()
