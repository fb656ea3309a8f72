"""The TUI's event loop while two jobs run: how late is it, and what held it up longest.

    python -m benchmarks.event_loop [--seconds 300] [--before "chrt -R -r 1"]

The app runs in a pseudo-terminal of 120×40; a scripted person searches, opens users and artists, moves through lists
and switches screens; a worker trains NCF and a tuner tries ALS. `loop_watch` says what is measured. `--before` is put
before the app's command: on a machine that other programs keep busy, a priority that makes it as good as idle for it.
"""

import itertools
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.loop_watch import Late
from benchmarks.measure import BEFORE, ENDLESS, Row, arguments, musicrec, report
from tests.e2e.terminal import Terminal

SCRIPT = [
    ("1",), ("/", "p", "o", "r", "t"), ("enter",), ("j", "j", "enter"), ("escape", "4"), ("5",), ("2",), ("j", "k"),
    ("3",), ("j", "j", "k"), ("v",), ("escape", "1"), ("/", "1", "2"), ("enter",), ("tab", "j", "j", "j", "j"),
    ("pagedown", "v"), ("question_mark", "escape"), ("escape", "4", "j", "space"), ("2",), ("j", "v"),
]  # fmt: skip
"""What the person does, again and again; 0.4 s between the groups."""


def start_jobs(home: Path) -> None:
    """A finished ALS run to recommend with, then NCF and a tuning of ALS, which outlast any session."""
    musicrec("train", "als", home=home)
    musicrec("train", "ncf", *ENDLESS, home=home)
    musicrec("tune", "als", "--trials", "1000", "--detach", home=home)


def session(terminal: Terminal, seconds: float) -> None:
    """Press the script's keys for so long, then quit, and the jobs with it."""
    terminal.wait_for("66,936 listens")
    until = time.monotonic() + seconds
    terminal.watching = False
    for keys in itertools.cycle(SCRIPT):
        terminal.press(*keys)
        terminal.read(0.4)
        if time.monotonic() > until:
            break
    terminal.watching = True
    terminal.press("escape", "escape", "1", "q")
    terminal.wait_for("[Cc]ancel")
    terminal.press("x")
    terminal.wait_for_exit()


def measure(seconds: float, before: Sequence[str]) -> list[Row]:
    """All rows of this benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder, result = Path(name), Path(name) / "late.json"
        start_jobs(folder / "musicrec")
        program = [*before, sys.executable, "-m", "benchmarks.loop_watch"]
        with Terminal(home=folder, columns=120, rows=40, program=program, RESULT=str(result)) as terminal:
            session(terminal, seconds)
        late = [Late(*one) for one in json.loads(result.read_text())]
    return _rows(late, seconds)


def _rows(late: list[Late], seconds: float) -> list[Row]:
    """The tail of the latenesses; the ten longest are printed, with what they were made of."""
    ordered = sorted(late, reverse=True)
    for one in ordered[:10]:
        parts = f"{one.on_processor * 1000:4.0f} ms of processor, {one.collecting * 1000:4.0f} ms collecting"
        print(f"{one.late * 1000:6.0f} ms ({parts})  {one.doing}")
    p999 = ordered[int(len(ordered) * 0.001)].late * 1000
    longest, doing = ordered[0].late * 1000, ordered[0].doing or "not caught"
    work = f"event loop over {seconds:.0f} s, two jobs running, {len(ordered):,} wake-ups"
    return [
        Row(f"{work}: p99.9", f"{p999:.0f} ms late", "–", "–", "≤ 50 ms", p999 <= 50),
        Row(f"the longest, in `{doing}`", f"{longest:.0f} ms late", "–", "–", "≤ 150 ms", longest <= 150),
    ]


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, seconds=300.0, before=BEFORE)
    report(measure(given.seconds, given.before))


if __name__ == "__main__":
    main()
