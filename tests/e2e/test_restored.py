"""However the program ends, the terminal is as it was."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from tests.e2e.terminal import Terminal

# `v` raises what nobody expects.
DEFECTIVE = """
from musicrec_tui.__main__ import main
from musicrec_tui.tui.explore.screen import ExploreScreen
ExploreScreen.action_next_view = lambda self: 1 / 0
raise SystemExit(main())
"""
LOG = "user_id,artist_name,play_count\n" + "".join(f"u{n % 7},Artist {n % 11},{1 + n % 5}\n" for n in range(300))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the index of a small log beside it; nothing is trained by itself for so few users."""
    place = tmp_path_factory.mktemp("restored")
    (place / "plays.csv").write_text(LOG)
    root = place / "musicrec"
    build.ensure(Log([place / "plays.csv"]), Home(root, root / "cache"))
    return place


def quit_by_key(terminal: Terminal) -> None:
    """`q`; a job may run, then the question is answered."""
    terminal.press("q")
    terminal.read(0.5)
    if terminal.process.poll() is None:
        terminal.press("x")


def interrupt_then_quit(terminal: Terminal) -> None:
    """Ctrl-C is a key like others: the program goes on, and says how to leave."""
    terminal.press("ctrl+c")
    terminal.read(0.3)
    assert terminal.process.poll() is None
    quit_by_key(terminal)


ENDS: dict[str, tuple[Callable[[Terminal], None], int]] = {
    "q": (quit_by_key, 0),
    "ctrl-c": (interrupt_then_quit, 0),
    "exception": (lambda terminal: terminal.press("v"), 1),
    "SIGINT": (lambda terminal: terminal.kill(signal.SIGINT), 128 + signal.SIGINT),
    "SIGTERM": (lambda terminal: terminal.kill(signal.SIGTERM), 128 + signal.SIGTERM),
    "SIGHUP": (lambda terminal: terminal.kill(signal.SIGHUP), 128 + signal.SIGHUP),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_terminal_is_restored(place: Path, end: str) -> None:
    work, code = ENDS[end]
    program = [sys.executable, "-c", DEFECTIVE]
    with Terminal(str(place / "plays.csv"), home=place, program=program) as terminal:
        terminal.wait_for("300 listens|listens · 7 users")
        terminal.wait_for(r"For user|heard by|because")
        assert not terminal.is_restored(), "nothing was switched on"
        work(terminal)
        assert terminal.wait_for_exit() == code
        assert terminal.is_restored()
        last = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
        assert bytes(last).count(b"\n") == (end == "exception"), "only a crash has something to say in the end"


def test_it_ends_with_the_shell_that_started_it(place: Path) -> None:
    shell = ["/bin/sh", "-c", f"{sys.executable} -m musicrec_tui {place / 'plays.csv'}; true"]
    log = place / "musicrec" / "cache" / "logs" / "tui.log"
    before = log.read_bytes() if log.exists() else b""
    with Terminal(home=place, program=shell) as terminal:
        terminal.wait_for("listens · 7 users")
        [child] = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children").read_text().split()
        terminal.kill(signal.SIGKILL)
        terminal.wait_for_exit()
        for _ in range(200):
            if not _lives(int(child)):
                break
            terminal.read(0.05)
        assert not _lives(int(child))
    assert (log.read_bytes() if log.exists() else b"") == before, "it ended with a traceback"


def _lives(pid: int) -> bool:
    """Whether a process runs (one that nobody waits for any more does not)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
