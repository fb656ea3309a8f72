"""The deck's grid on the sample, killed in the middle and resumed: in a real terminal, and on the command line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.jobs import stopping
from musicrec_tui.paths import Home
from musicrec_tui.runs import tuning_store
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.tuning_info import TuningInfo
from tests.e2e.terminal import Terminal
from tests.waiting import PATIENCE, until

_CTRL_S = "\x13"


def home_of(place: Path) -> Home:
    """The home that `Terminal(home=place)` uses."""
    root = place / "musicrec"
    return Home(root, root / "cache")


def killed(home: Home, fewest: int) -> TuningInfo:
    """Kill the tuner of the only tuning when so many of its trials have ended; what is left of it."""
    until(lambda: any(len(tuning.trials) >= fewest for tuning in tuning_store.list_tunings(home)), "the first trials")
    pid = stopping.worker_pid(tuning_store.list_tunings(home)[0].folder)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not tuning_store.list_tunings(home)[0].status.live, "its death")
    tuning = tuning_store.list_tunings(home)[0]
    assert tuning.status is Status.DIED
    assert fewest <= len(tuning.trials) < 90
    return tuning


def goes_on(home: Home, before: TuningInfo) -> None:
    """All trials are there, and none that had ended was made again."""
    (after,) = tuning_store.list_tunings(home)
    assert after.status is Status.FINISHED
    assert [trial.number for trial in after.trials] == list(range(90))
    assert [after.trials[trial.number] for trial in before.trials] == list(before.trials)


@pytest.mark.slow
@pytest.mark.timeout(2000)
def test_the_decks_grid_in_the_terminal(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    with Terminal(home=tmp_path) as terminal:
        terminal.wait_for("66,936 listens · 1,422 users")
        terminal.press("3")
        terminal.wait_for(r"plan\s+◂ optuna ▸")
        terminal.press("n", "down", "right", "right")
        terminal.wait_for(r"plan\s+◂ original ▸")
        terminal.wait_for("90 trials from 18 fits")
        terminal.press(_CTRL_S)
        terminal.wait_for(r"◐ running\s+\d+ of 90 trials")
        before = killed(home, 10)
        terminal.wait_for(rf"† died\s+{len(before.trials)} of 90 trials")
        terminal.press("R")
        terminal.wait_for(r"✓ finished\s+90 of 90 trials")
        terminal.press("v")
        terminal.wait_for(r"Map\s+factors across, regularization down")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    goes_on(home, before)


@pytest.mark.slow
@pytest.mark.timeout(2000)
def test_the_decks_grid_on_the_command_line(tmp_path: Path) -> None:
    home = home_of(tmp_path)

    def told(*arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "musicrec_tui", *arguments, "--home", str(home.root), "--json"]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=4 * PATIENCE)
        line: dict[str, Any] = json.loads(answer.stdout)
        return line

    tuning = told("tune", "als", "--grid", "deck", "--objective", "auc@10", "--detach")["tuning"]
    before = killed(home, 10)
    assert told("tunings", "resume", tuning)["done"] == 90
    goes_on(home, before)
