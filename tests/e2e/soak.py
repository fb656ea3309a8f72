"""Random keys, clicks, sizes and deletions for some minutes: nothing may crash, and memory may not grow without bound.

    python -m tests.e2e.soak [--minutes 3] [--seed 1]

The app runs over the embedded sample in a home of its own, without a terminal. Half of the keys are commands that can
be given at the moment, the others any printable or named key. Jobs really start, three at most. Now and then a job or
the index is deleted or damaged, as by another program. What is pressed is decided by the seed; when what was asked for
is there is not, so a failure may need some tries to be seen again. On a failure the seed and the last keys are told.
"""

import argparse
import asyncio
import contextlib
import gc
import os
import random
import shutil
import string
import sys
import tempfile
import time
import traceback
from collections import deque
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import environment, supervisor
from musicrec_tui.paths import Home, find_data
from musicrec_tui.runs import store
from musicrec_tui.runs import tuning_store as tunings
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.common import commands

NAMED = (
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab", "enter", "escape", "space",
    "backspace", "delete", "f1", "f2", "f5", "ctrl+a", "ctrl+c", "ctrl+d", "ctrl+e", "ctrl+k", "ctrl+p", "ctrl+r",
    "ctrl+s", "ctrl+u", "ctrl+v", "ctrl+w", "ctrl+x", "ctrl+y", "ctrl+z",
)  # fmt: skip
PRINTABLE = tuple(string.ascii_letters + string.digits + string.punctuation + " ö漢🎧")
SIZES = ((80, 24), (120, 40), (200, 60), (40, 12), (300, 20), (20, 5), (10, 3), (2, 1), (1, 1))
MOUSE: tuple[tuple[str, tuple[type[events.MouseEvent], ...]], ...] = (
    ("click", (events.MouseDown, events.MouseUp)),
    ("drag", (events.MouseDown, events.MouseMove, events.MouseUp)),
    ("wheel down", (events.MouseScrollDown,)),
    ("wheel up", (events.MouseScrollUp,)),
)
LEAVING = ("q", "ctrl+q", "ctrl+c", "ctrl+z")
MOST_JOBS = 3
MOST_GROWTH_MB = 200


class Soak:
    """One run of it.

    Attributes:
        last: the keys, clicks and sizes of late, newest last.
        pressed: how many there were.
    """

    def __init__(self, home: Home, seed: int, seconds: float) -> None:
        self.last: deque[str] = deque(maxlen=60)
        self.pressed = 0
        self._home = home
        self._dice = random.Random(seed)
        self._seconds = seconds

    async def run(self) -> None:
        """Press until the time is over; where the app is quit, start it again.

        Raises:
            AssertionError: it crashed, or memory grew.
        """
        begun, settled = time.monotonic(), 0
        while (since := time.monotonic() - begun) < self._seconds:
            await self._one_app(begun + self._seconds)
            gc.collect()
            memory = environment.memory_mb()
            if not settled and since > self._seconds / 4:
                settled = memory
            grown = memory - (settled or memory)
            assert grown < MOST_GROWTH_MB, f"memory grew by {grown} MiB to {memory} MiB"
        for log in self._home.logs.glob("*.log"):
            told = log.read_text(errors="replace")
            assert "Traceback" not in told, f"{log.name} has a traceback:\n{told[-6000:]}"

    async def _one_app(self, until: float) -> None:
        """From start to quit, or for a tenth of the time at most."""
        until = min(until, time.monotonic() + max(10.0, self._seconds / 10))
        app = MusicrecApp(self._home, Log(find_data()), Settings())
        async with app.run_test(size=self._dice.choice(SIZES), notifications=True, tooltips=True) as pilot:
            while time.monotonic() < until and app.is_running and app.return_code is None:
                await self._act(app, pilot)
            app.exit(0)  # as who quits does: Textual's test would take the widgets away from work that goes on
            while app.is_running:
                await asyncio.sleep(0.01)
        assert app.crash_log is None, f"it crashed:\n{app.crash_log.read_text()[-6000:]}"

    async def _act(self, app: MusicrecApp, pilot: Pilot[Any]) -> None:
        """One key, size, deed of a mouse or of another program."""
        self.pressed += 1
        fate = self._dice.random()
        if fate < 0.04:
            size = self._dice.choice(SIZES)
            self.last.append(f"size {size}")
            with contextlib.suppress(TimeoutError):  # it waits for a widget that is taken away meanwhile, too
                await asyncio.wait_for(pilot.resize_terminal(*size), 1.0)
        elif fate < 0.1:
            await self._point(app)
        elif fate < 0.107:
            self.last.append(self._meddle())
        else:
            key = self._key(app)
            self.last.append(key)
            app.simulate_key(key if len(key) > 1 else _named(key))
            await asyncio.sleep(self._dice.choice((0, 0, 0.002, 0.02, 0.1)))

    async def _point(self, app: MusicrecApp) -> None:
        """A click, a drag or the wheel: to the app, as the terminal's driver gives them."""
        name, kinds = self._dice.choice(MOUSE)
        here, there = ((self._dice.randrange(app.size.width), self._dice.randrange(app.size.height)) for _ in range(2))
        self.last.append(f"{name} {here}" + (f" to {there}" if name == "drag" else ""))
        for kind in kinds:
            place = there if name == "drag" and kind is not events.MouseDown else here
            app.post_message(kind(None, *place, 0, 0, 1, False, False, False, *place))
        await asyncio.sleep(0.01)

    def _meddle(self) -> str:
        """What another program may do meanwhile to jobs that are over, or to the index; says what it was."""
        over = [job.folder for job in jobs(self._home) if not job.status.live]
        files = [path for folder in over for path in folder.rglob("*") if path.is_file()]
        fate = self._dice.random()
        if fate < 0.4 and over:
            shutil.rmtree(gone := self._dice.choice(over), ignore_errors=True)
            return f"deleted {gone.name}"
        if fate < 0.9 and files:
            (damaged := self._dice.choice(files)).write_bytes(self._dice.randbytes(50))
            return f"damaged {damaged.name}"
        for index in self._home.indexes.glob("*.duckdb"):
            index.unlink(missing_ok=True)
        return "deleted the index"

    def _key(self, app: MusicrecApp) -> str:
        """Any key, or one of the commands that can be given now; those that leave are rare."""
        offered = [key for _, command in commands.reachable(app.screen) for key in command.keys.split(",")]
        key = self._dice.choice(self._dice.choice((offered, offered, NAMED, PRINTABLE)) or NAMED)
        if key in LEAVING and self._dice.random() < 0.9:
            return "escape"
        # A path that is typed at random must not lead out of the home.
        return "a" if key in ("/", "slash", "~", "tilde") and "Dialog" in type(app.screen).__name__ else key


def _named(character: str) -> str:
    """What `App.simulate_key` calls a character."""
    from textual.keys import _character_to_key

    return _character_to_key(character)


def jobs(home: Home) -> list[RunInfo | TuningInfo]:
    """All runs and tunings."""
    return [*store.list_runs(home), *tunings.list_tunings(home)]


def bounded(home: Home) -> None:
    """Let `MOST_JOBS` jobs be started at a time; more are refused as a full disk would be."""

    def guarded(submit: Any) -> Any:
        def guard(*given: Any, **named: Any) -> Any:
            alive = sum(job.status.live for job in jobs(home))
            if alive >= MOST_JOBS:
                raise UserError("There are jobs enough for a soak.")
            return submit(*given, **named)

        return guard

    supervisor.submit = guarded(supervisor.submit)
    supervisor.submit_tuning = guarded(supervisor.submit_tuning)


def soak(seconds: float, seed: int) -> int:
    """Run it; 1 where it failed, after telling how."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "home", "musicrec")
        home = Home(root, root / "cache")
        Path(name, "home", "work").mkdir(parents=True)
        os.environ["HOME"] = str(root.parent)
        bounded(home)
        one = Soak(home, seed, seconds)
        try:
            with contextlib.chdir(Path(name, "home", "work")):
                asyncio.run(one.run())
        except BaseException:  # noqa: BLE001  (whatever it was, the seed is told)
            traceback.print_exc()
            print(f"seed {seed}, after {one.pressed:,} keys; the last: {' · '.join(one.last)}", file=sys.stderr)  # noqa: T201
            return 1
        finally:
            for job in jobs(home):
                supervisor.ensure_stopped(job, 2)
    print(f"{one.pressed:,} keys, seed {seed}: no crash.")  # noqa: T201
    return 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    given = parser.parse_args()
    return soak(given.minutes * 60, given.seed)


if __name__ == "__main__":
    sys.exit(main())
