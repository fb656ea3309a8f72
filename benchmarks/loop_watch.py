"""The app with a watch on its event loop: run as the program of a benchmark's terminal.

    RESULT=FILE python -m benchmarks.loop_watch [PATH ...]

A task sleeps 5 ms over and over and notes how much later it woke, how much of that the main thread spent on a
processor, and how much of it in garbage collection. A thread notes what the main thread was doing while a wake-up was
overdue. What it saw is written to RESULT when the app is over, as JSON.
"""

import asyncio
import gc
import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import find_data, find_home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.shell import background

TICK = 0.005
OVERDUE = 0.030


class Late(NamedTuple):
    """One wake-up, as the benchmark reads it; all in seconds.

    Attributes:
        late: how much later than asked for.
        on_processor: processor time of the main thread from asking to waking.
        collecting: time in garbage collections within that.
        doing: what the main thread was in most, where the wake-up was overdue by `OVERDUE`; else empty.
    """

    late: float
    on_processor: float
    collecting: float
    doing: str


class WatchedApp(MusicrecApp):
    """The app with the watch."""

    def on_mount(self) -> None:
        """Begin with the first paint (Textual calls the app's own `on_mount` too)."""
        # Plain tuples of numbers, which the collector leaves alone: others were a third of what it looked through.
        self.late: list[tuple[float, float, float, str]] = []
        self._woke = time.perf_counter()
        self._seen: Counter[str] = Counter()
        self._collected = self._collecting_since = 0.0
        self._main = threading.get_ident()
        gc.callbacks.append(self._note_collection)
        threading.Thread(target=self._watch, daemon=True).start()
        self.call_after_refresh(self._begin_watch)

    def _begin_watch(self) -> None:
        """Start the ticking task."""
        self._ticker = asyncio.create_task(self._tick())

    def exit(self, *given: Any, **named: Any) -> None:
        """The session is over: what follows is quitting, which has a benchmark of its own."""
        self._ticker.cancel()
        super().exit(*given, **named)

    async def _tick(self) -> None:
        """Sleep, and note how late the loop woke us."""
        while True:
            before, used, collected = time.perf_counter(), time.thread_time(), self._collected
            self._woke = before
            await asyncio.sleep(TICK)
            late = time.perf_counter() - before - TICK
            doing = self._seen.most_common(1)[0][0] if late > OVERDUE and self._seen else ""
            self._seen.clear()
            self.late.append((late, time.thread_time() - used, self._collected - collected, doing))

    def _watch(self) -> None:
        """Name what runs while a wake-up is overdue."""
        while True:
            time.sleep(TICK)
            if time.perf_counter() - self._woke > TICK + OVERDUE / 2:
                self._seen[_named(sys._current_frames()[self._main])] += 1

    def _note_collection(self, phase: str, _info: dict[str, int]) -> None:
        """Add a collection's length up."""
        if phase == "start":
            self._collecting_since = time.perf_counter()
        else:
            self._collected += time.perf_counter() - self._collecting_since


def _named(frame: FrameType | None) -> str:
    """The innermost two functions of ours and the innermost of all: `screen.action > pane.show > strip.crop`."""
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    ours = [one for one in frames if "musicrec_tui" in one.f_code.co_filename and one.f_code.co_name != "run"]
    inner = dict.fromkeys([*reversed(ours[:2]), frames[0]])
    return " > ".join(f"{Path(one.f_code.co_filename).stem}.{one.f_code.co_qualname}" for one in inner)


def main() -> None:
    """Run the app as `__main__` does, and write what was seen."""
    background.put_off()
    app = WatchedApp(find_home(), Log(find_data([Path(given) for given in sys.argv[1:]])), Settings())
    app.run()
    Path(os.environ["RESULT"]).write_text(json.dumps(app.late))


if __name__ == "__main__":
    main()
