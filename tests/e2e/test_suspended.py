"""Ctrl-Z gives the terminal back and stops the program; `fg` continues it, and it draws the whole screen again."""

import os
import signal
from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from tests.e2e.terminal import Terminal
from tests.e2e.test_restored import LOG
from tests.waiting import Deadline


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home with the index of a small log beside it."""
    (tmp_path / "plays.csv").write_text(LOG)
    root = tmp_path / "musicrec"
    build.ensure(Log([tmp_path / "plays.csv"]), Home(root, root / "cache"))
    return tmp_path


@pytest.mark.parametrize("typing", [False, True])
def test_ctrl_z_stops_and_fg_draws_all_anew(place: Path, *, typing: bool) -> None:
    with Terminal(str(place / "plays.csv"), home=place, columns=80, rows=24) as terminal:
        terminal.wait_for("1 Explore")
        terminal.wait_for("Artist 3")
        if typing:
            terminal.press("/", "art")
            terminal.wait_for("/ art")
        pid = terminal.process.pid
        terminal.press("\x1a")
        deadline = Deadline()
        while os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is None:
            assert not deadline.is_over, terminal.text()
            terminal.read(0.05)
        while not terminal.is_restored():  # what it wrote before it stopped may not all have been read
            assert not deadline.is_over, terminal.text()
            terminal.read(0.05)
        terminal.feed(b"\x1b[2J\x1b[Hthe shell wrote here\r\n")
        os.kill(pid, signal.SIGCONT)
        terminal.wait_for("1 Explore")
        terminal.wait_for("Artist 3")
        terminal.wait_until_gone("the shell wrote here")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
