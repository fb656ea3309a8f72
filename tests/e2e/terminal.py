"""A real pseudo-terminal with a program in it, and an emulator (pyte) that knows what a person would see."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from musicrec_tui.jobs.environment import NICENESS
from tests.waiting import Deadline

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C",
    "left": "\x1b[D", "question_mark": "?", "space": " ", "backspace": "\x7f", "ctrl+c": "\x03", "ctrl+p": "\x10",
    "ctrl+s": "\x13",
    "shift+tab": "\x1b[Z", "pagedown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F",
}  # fmt: skip
# What pyte does not know and would print as text: private CSI sequences with < > = (keyboard protocol), DCS and OSC.
_UNKNOWN = re.compile(
    rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)

_ONLY_INSIDE = (1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2026)
"""What a full-screen program switches on, and has to switch off: mouse, focus, other screen, pastes, whole updates."""


class Emulator:
    """What a person would see of the bytes that a program sends."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._pending = b""

    def feed(self, chunk: bytes) -> None:
        """Give the emulator whole sequences only: one that is cut stays for the next chunk."""
        data = self._pending + chunk
        cut = data.rfind(b"\x1b", max(0, len(data) - 64))
        complete = cut < 0 or re.match(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[@-Z\\^_a-z78=>])", data[cut:]) is not None
        self._pending = b"" if complete else data[cut:]
        self._stream.feed(_UNKNOWN.sub(b"", data if complete else data[:cut]))

    def text(self) -> str:
        """The screen as lines of text. Pyte's own fails where one half of a wide character is painted over."""
        rows, columns = range(self.screen.lines), range(self.screen.columns)
        lines = ("".join(self.screen.buffer[row][column].data for column in columns) for row in rows)
        return "\n".join(line.rstrip() for line in lines)


def readable(descriptor: int, seconds: float) -> bool:
    """Whether something arrives within so many seconds; `select.select` knows no descriptor beyond 1,023."""
    arrivals = select.poll()
    arrivals.register(descriptor, select.POLLIN)
    return bool(arrivals.poll(seconds * 1000))


class Terminal(Emulator):
    """Runs `musicrec-tui ARGUMENTS` in a pseudo-terminal of a given size, in a `folder` where one is given.

    Attributes:
        raw: every byte that the program sent, for tests that look for escapes.
        mirrored: show all of it on this program's own terminal, too, for a person to watch.
        watching: feed the emulator (it takes a processor of its own, which a benchmark may not want).
        process: the program, the leader of its own session with the terminal as its controlling one.
    """

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int = 80,
        rows: int = 24,
        program: Sequence[str] = (sys.executable, "-m", "musicrec_tui"),
        folder: Path | None = None,
        **extra: str,
    ) -> None:
        super().__init__(columns, rows)
        self.raw = bytearray()
        self.watching = True
        self.mirrored = False
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings_before = termios.tcgetattr(slave)
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "MUSICREC_HOME": str(home / "musicrec"),
                       "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor", **extra}  # fmt: skip
        for name in ("PYTHONPATH", NICENESS):  # the package that the tests were started with, at their priority
            if name in os.environ:
                environment.setdefault(name, os.environ[name])
        self.process = subprocess.Popen(
            [*program, *arguments],
            cwd=folder,
            stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        self._slave = slave

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self._slave)
        if error is not None:
            sys.stderr.write("The screen at the failure:\n" + self.text() + "\n")

    def read(self, seconds: float = 0.05) -> None:
        """Feed the emulator with what arrives within `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not readable(self.master, left):
                return
            with contextlib.suppress(OSError):
                chunk = os.read(self.master, 65536)
                self.raw += chunk
                if self.mirrored:
                    sys.stdout.buffer.write(chunk)
                    sys.stdout.flush()
                if self.watching:
                    self.feed(chunk)

    def read_for(self, seconds: float) -> None:
        """Read all that comes within `seconds`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(min(left, 0.1))

    def press(self, *keys: str) -> None:
        """Press named keys (see `KEYS`) or type text, with the pause of a quick person between."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())
            self.read(0.3 if key == "escape" else 0.08)  # Esc and a key right after it would be Alt and the key

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until the screen shows `pattern` (a regular expression).

        Raises:
            AssertionError: it did not; the message holds the screen.
        """
        deadline = Deadline()
        while not deadline.is_over:
            self.read(0.1)
            if match := re.search(pattern, self.text(), re.MULTILINE):
                return match
            if self.process.poll() is not None and not readable(self.master, 0):
                break
        raise AssertionError(f"{pattern!r} never showed; exit code {self.process.poll()}; the screen:\n{self.text()}")

    def wait_until_gone(self, pattern: str) -> None:
        """Wait until the screen does not show `pattern` any more."""
        deadline = Deadline()
        while re.search(pattern, self.text(), re.MULTILINE):
            assert not deadline.is_over, f"{pattern!r} stayed; the screen:\n{self.text()}"
            self.read(0.1)

    def wait_for_exit(self) -> int:
        """Wait for the program to end; its exit code."""
        deadline = Deadline()
        while self.process.poll() is None:
            assert not deadline.is_over, f"it did not end; the screen:\n{self.text()}"
            self.read(0.1)
        self.read(0.2)
        return self.process.returncode

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the program alone."""
        self.process.send_signal(number)

    def is_restored(self) -> bool:
        """Whether the terminal is as it was: line settings, main screen, cursor; no reports of mouse or focus."""
        sent = bytes(self.raw)
        last = {
            mode: (sent.rfind(b"\x1b[?%dh" % mode), sent.rfind(b"\x1b[?%dl" % mode)) for mode in (25, *_ONLY_INSIDE)
        }
        return (
            termios.tcgetattr(self._slave) == self.settings_before
            and last[25][0] >= last[25][1]
            and all(last[mode][1] >= last[mode][0] for mode in _ONLY_INSIDE)
            and sent.count(b"\x1b[>1u") <= sent.count(b"\x1b[<u")
        )
