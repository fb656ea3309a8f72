"""A run on the cluster of the tests, a screen that is killed while it follows it, and the next screen."""

import contextlib
import os
import re
import signal
from pathlib import Path

import pytest

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import store
from musicrec_tui.runs.status import Status
from tests.e2e.terminal import Terminal
from tests.spark.world import World
from tests.waiting import until

pytestmark = pytest.mark.slow


def screen(world: World, folder: Path) -> Terminal:
    """The program in a terminal, with the home of the world."""
    return Terminal(home=folder, columns=120, rows=40, MUSICREC_HOME=str(world.home.root))


def follow_run(terminal: Terminal) -> None:
    """Go to Train, and see the run that Spark trains at work."""
    terminal.wait_for("66,936 listens")
    terminal.press("2")
    terminal.wait_for(r"ALS on Spark #1\s+(queued|running)")

    def is_shown() -> bool:
        terminal.press("j")  # until the list's cursor is on the run
        return re.search(r"ALS on Spark #1\s+◐ running", terminal.text()) is not None

    until(is_shown, "the run that is at work")
    terminal.wait_for(r"epoch \d+ of 60")


def test_a_run_on_the_cluster_outlives_a_killed_screen(world: World, tmp_path: Path) -> None:
    run = world.submit(AlsParams(factors=8, iterations=60))
    with screen(world, tmp_path) as terminal:
        follow_run(terminal)
        driver = store.read_run(world.home, run.id).pid
        assert driver is not None
        os.killpg(driver, signal.SIGSTOP)  # so that it cannot end before the next screen is there
        terminal.kill(signal.SIGKILL)
        terminal.wait_for_exit()
    try:
        with screen(world, tmp_path) as terminal:
            follow_run(terminal)
            os.killpg(driver, signal.SIGCONT)
            terminal.wait_for(r"ALS on Spark #1\s+✓ finished")
            terminal.press("q")
            assert terminal.wait_for_exit() == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(driver, signal.SIGCONT)
    assert world.ended(run).status is Status.FINISHED
