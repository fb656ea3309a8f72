"""The TUI's event loop while NCF trains: how late is it, and what held it up longest.

    python -m benchmarks.event_loop [--seconds 60]

The app runs in a pseudo-terminal, a scripted person searches, opens users and artists and switches screens, and a
worker trains NCF. A task in the app sleeps 5 ms over and over and notes how much later it woke; a thread notes what
the main thread was doing when a wake-up was overdue by 30 ms.
"""

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

from benchmarks.measure import HEADER, Row, machine
from musicrec_tui.paths import find_data, find_home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from tests.e2e.terminal import Terminal

TICK = 0.005
OVERDUE = 0.030


class WatchedApp(MusicrecApp):
    """The app with a watch on its loop; writes what it saw to `RESULT` when it is over."""

    def on_mount(self) -> None:
        """Begin once the app runs (Textual calls the app's own `on_mount` too)."""
        self._woke = time.perf_counter()
        self._late: list[tuple[float, str]] = []
        self._stack = ""
        self._ticker = asyncio.create_task(self._tick())
        self._main = threading.get_ident()
        threading.Thread(target=self._watch, daemon=True).start()

    async def _tick(self) -> None:
        """Sleep, and note how late the loop woke us."""
        while True:
            self._woke = before = time.perf_counter()
            await asyncio.sleep(TICK)
            late = time.perf_counter() - before - TICK
            self._late.append((late, self._stack if late > OVERDUE else ""))
            self._stack = ""
            await asyncio.to_thread(self._save) if len(self._late) % 2000 == 0 else None

    def _watch(self) -> None:
        """Name what runs while a wake-up is overdue (the innermost lines of ours and of Textual's)."""
        while True:
            time.sleep(TICK)
            if not self._stack and time.perf_counter() - self._woke > TICK + OVERDUE:
                frames = traceback.extract_stack(sys._current_frames()[self._main])
                named = [frame for frame in frames if "musicrec_tui" in frame.filename] or frames
                innermost = [f"{Path(frame.filename).stem}.{frame.name}" for frame in (*named[-2:], frames[-1])]
                self._stack = " > ".join(innermost)

    def _save(self) -> None:
        """Write all latenesses so far."""
        Path(os.environ["RESULT"]).write_text(json.dumps(self._late))


def _child() -> None:
    """Run the watched app; the process that the terminal holds."""
    app = WatchedApp(find_home(), find_data(), Settings())
    app.run()
    app._save()


SCRIPT = [
    ("1",), ("/", "po", "r", "t"), ("enter",), ("j", "j", "enter"), ("escape", "4"), ("5",), ("2",), ("j", "k"),
    ("escape", "1"), ("/", "1", "2"), ("enter",), ("tab", "j", "j"), ("escape", "4", "j", "space"), ("2",),
]  # fmt: skip


def measure(seconds: float) -> list[Row]:
    """All rows of this benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder, result = Path(name), Path(name) / "late.json"
        command = [sys.executable, "-m", "musicrec_tui", "train"]
        home = ["--home", str(folder / "musicrec")]
        subprocess.run([*command, "als", *home], check=True, capture_output=True)
        epochs = ["--set", "epochs=1000", "--set", "patience=0"]
        subprocess.run([*command, "ncf", *home, *epochs, "--detach"], check=True, capture_output=True)
        program = [sys.executable, "-m", "benchmarks.event_loop", "--child"]
        with Terminal(home=folder, columns=120, rows=40, program=program, RESULT=str(result)) as terminal:
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
            terminal.press("c")
            terminal.wait_for_exit()
        late = json.loads(result.read_text())
    return _rows(late, seconds)


def _rows(late: list[tuple[float, str]], seconds: float) -> list[Row]:
    """The tail of the latenesses."""
    ordered = sorted(late)
    p999 = ordered[int(len(ordered) * 0.999)][0] * 1000
    longest, doing = ordered[-1][0] * 1000, ordered[-1][1] or "not caught"
    work = f"event loop over {seconds:.0f} s, NCF training, {len(ordered):,} wake-ups"
    print(*(f"{late * 1000:6.0f} ms  {doing}" for late, doing in ordered[:-11:-1]), sep="\n")
    return [
        Row(f"{work}: p99.9", f"{p999:.0f} ms late", "–", "–", "≤ 50 ms", p999 <= 50),
        Row(f"the longest, in `{doing}`", f"{longest:.0f} ms late", "–", "–", "≤ 150 ms", longest <= 150),
    ]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child()
        return
    print(machine(), HEADER, *(row.markdown() for row in measure(given.seconds)), sep="\n")


if __name__ == "__main__":
    main()
