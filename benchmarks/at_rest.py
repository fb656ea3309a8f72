"""The app at rest: how much of a processor it takes while nobody does anything, and how much memory it holds.

    python -m benchmarks.at_rest [--seconds 60] [--data LOG --home HOME]

Both apps run at the same time: ours on the sample with a trained model, and a bare Textual app with one focused input
(whose cursor blinks). Then ours is looked at after all screens were shown and some artists and users were searched for
and opened; with `--data`, on that log too (HOME has its index; nothing is written there). Memory is what is resident
(RSS) in the app's process, and "of its own" what it does not share with files (anonymous).
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, arguments, compared, linked_home, musicrec, report
from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from tests.e2e.terminal import Terminal

BARE = """
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input(placeholder="ready")
Bare().run()
"""
_TICKS = os.sysconf("SC_CLK_TCK")


def used(pid: int) -> float:
    """Processor seconds of a process and of those that it started, as long as they live."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue  # it has just ended
        if pid in (name, int(fields[1])):
            total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total


def resident_mb(pid: int) -> tuple[float, float]:
    """Resident memory of a process in MiB: in all, and of its own."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024, int(lines["RssAnon"].split()[0]) / 1024


def idle(folder: Path, seconds: float) -> Row:
    """Processor time of both, side by side."""
    script = folder / "bare.py"
    script.write_text(BARE)
    ours = Terminal(home=folder, columns=120, rows=40)
    with ours, Terminal(home=folder, columns=120, rows=40, program=[sys.executable, str(script)]) as bare:
        ours.wait_for("66,936 listens")
        ours.wait_for("because")
        bare.wait_for("ready")
        _watch(ours, bare, 5)
        before = used(ours.process.pid), used(bare.process.pid)
        _watch(ours, bare, seconds)
        taken = used(ours.process.pid) - before[0], used(bare.process.pid) - before[1]
    return compared(f"idle processor time in {seconds:.0f} s, against a bare app with a focused input", *taken, 1.5)


def _watch(ours: Terminal, bare: Terminal, seconds: float) -> None:
    """Let both go on, and read what they paint."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ours.read(0.2)
        bare.read(0.2)


def memory(folder: Path, said: str, goal: int, *arguments: str) -> Row:
    """Memory after all screens were shown."""
    with Terminal(*arguments, home=folder, columns=120, rows=40) as terminal:
        terminal.wait_for(r"[\d,]+ listens · [\d,]+ users")
        terminal.wait_for("heard by|because")
        for text in ("a", "the", "mo", "s 1"):
            terminal.press("/", text)
            terminal.read(1)
            terminal.press("enter", "escape", "tab", "j", "enter")
            terminal.read(1)
        for screen in "2345123451":
            terminal.press(screen)
            terminal.read(1)
        rss, own = resident_mb(terminal.process.pid)
    work = f"resident memory of the TUI's process, {said}"
    return Row(work, f"{rss:.0f} MiB ({own:.0f} of its own)", "–", "–", f"≤ {goal} MB", rss * 1.048576 <= goal)


def measure(seconds: float, data: Path | None, home: Path | None) -> Iterator[Row]:
    """All rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        musicrec("train", "als", home=folder / "musicrec")
        if seconds:
            yield idle(folder, seconds)
        yield memory(folder, "the sample", 150)
    if data is not None and home is not None:
        with tempfile.TemporaryDirectory() as name:
            linked_home(Path(name), cache.index_path(Log([data]), Home(home, home / "cache")))
            yield memory(Path(name), data.name, 250, str(data))


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, seconds=60.0, data=Path, home=Path)
    report(measure(given.seconds, given.data, given.home))


if __name__ == "__main__":
    main()
