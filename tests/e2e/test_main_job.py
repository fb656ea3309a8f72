"""The main job by keys alone, in a real pseudo-terminal of 80×24."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicrec_tui.paths import Home
from musicrec_tui.runs.store import list_runs
from tests.e2e.terminal import Terminal
from tests.waiting import PATIENCE, until

HOSTILE = "[/b]\x1b]0;owned\x07[red]"


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program with the home that `Terminal(home=home)` uses."""
    given = [sys.executable, "-m", "musicrec_tui", *arguments, "--home", str(home / "musicrec")]
    return subprocess.run(given, check=True, capture_output=True, text=True, timeout=PATIENCE)


def statuses(home: Path) -> dict[str, str]:
    """The status of each run by its label."""
    root = home / "musicrec"
    return {run.label: str(run.status.value) for run in list_runs(Home(root, root / "cache"))}


def wait_for_status(home: Path, label: str, status: str) -> None:
    """Wait until a run has a status."""
    until(lambda: statuses(home).get(label) == status, f"{label} to be {status}")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the sample is indexed and an ALS model is trained."""
    home = tmp_path_factory.mktemp("trained")
    command(home, "train", "als", "--json")
    return home


@pytest.fixture
def terminal_home(trained: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of that home; what still trains there is stopped in the end."""
    home = tmp_path / "home"
    shutil.copytree(trained, home)
    yield home
    for lock in (home / "musicrec" / "runs").glob("*/events.jsonl"):
        for line in lock.read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "started":
                try:
                    os.killpg(event["pid"], signal.SIGKILL)
                except ProcessLookupError:
                    continue


def foot(terminal: Terminal) -> str:
    """The lines that tell what the focused line of the form is about."""
    return "\n".join(terminal.text().splitlines()[-3:])


def settled_foot(terminal: Terminal) -> str:
    """The same when nothing more comes: a key before that would be one too many."""
    while True:
        said = foot(terminal)
        terminal.read_for(0.4)
        if foot(terminal) == said:
            return said


def chosen_model(terminal: Terminal) -> str:
    """The model that the form has."""
    found = re.search(r"model\s+◂ (\w+) ▸", terminal.text())
    return found[1] if found else ""


def start_ncf(terminal: Terminal, epochs: str) -> None:
    """On the Train screen, fill the form in for NCF and start it."""
    terminal.press("n")
    terminal.wait_for(r"model\s+◂ \w+ ▸")
    terminal.wait_for("←→ change")  # the form has the focus, too
    while (shown := chosen_model(terminal)) != "ncf":
        terminal.press("right")
        while chosen_model(terminal) in (shown, ""):  # a second key before that would go past it
            terminal.read(0.1)
    terminal.wait_for(r"epochs\s+\d+")
    terminal.wait_until_gone("chooses the model")  # the note on the job before covers what the lines are about
    while "Maximum epochs" not in (said := settled_foot(terminal)):
        terminal.press("down")
        while foot(terminal) == said:
            terminal.read(0.1)
    terminal.press(*["backspace"] * 4, epochs)
    terminal.wait_for(rf"epochs\s+{epochs}\b")
    terminal.press("enter")


def test_a_first_launch_shows_recommendations_with_no_key_pressed(tmp_path: Path) -> None:
    with Terminal(home=tmp_path) as terminal:
        terminal.wait_for("66,936 listens · 1,422 users")
        terminal.wait_for(r"For user \d+ · ALS #1")
        terminal.wait_for(r" 1 \S.*\d\.\d{3} .*because")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_restored()


def test_the_main_job_by_keys_alone(terminal_home: Path) -> None:
    with Terminal(home=terminal_home) as terminal:
        terminal.wait_for(r"For user \d+ · ALS #1")
        # Search a user and open it.
        terminal.press("/", "11844")
        terminal.wait_for(r"▸user 11844")
        terminal.press("enter")
        terminal.wait_for(r"For user 11844 · ALS #1")
        # Search an artist and open it.
        terminal.press("/", "portishead")
        terminal.wait_for(r"▸\s*Portishead")
        terminal.press("enter")
        terminal.wait_for(r"Portishead\s+237 listens · 100 listeners")
        # Train NCF with two epochs and watch the plot.
        terminal.press("escape", "2")
        start_ncf(terminal, "2")
        terminal.wait_for(r"NCF #2\s+◐ running")
        terminal.wait_for(r"loss \d\.\d+[\s\S]*1\s+epoch\s+2")
        assert re.search("[⠁-⣿]", terminal.text()), "no plot"
        terminal.wait_for(r"NCF #2\s+✓ finished")
        # Cancel another job.
        start_ncf(terminal, "900")
        terminal.wait_for(r"NCF #3\s+◐ running")
        terminal.press("x")
        terminal.wait_for(r"Cancel NCF #3\?")
        terminal.press("y")
        terminal.wait_for(r"NCF #3.*cancelled")
        # Compare the two that finished.
        terminal.press("escape", "4")
        terminal.wait_for(r"1\s+ALS #1[\s\S]*2\s+NCF #2")
        terminal.press("space", "j", "space")
        terminal.wait_for(r"ALS #1[\s\S]*NCF #2")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_restored()
    assert statuses(terminal_home) == {"ALS #1": "finished", "NCF #2": "finished", "NCF #3": "cancelled"}


def test_a_job_outlives_a_killed_tui_and_the_next_start_shows_it(terminal_home: Path) -> None:
    with Terminal(home=terminal_home) as terminal:
        terminal.wait_for(r"For user \d+ · ALS #1")
        terminal.press("2")
        start_ncf(terminal, "2")
        terminal.wait_for(r"NCF #2\s+◐ running")
        terminal.kill(signal.SIGKILL)
        terminal.wait_for_exit()
    wait_for_status(terminal_home, "NCF #2", "finished")
    with Terminal(home=terminal_home) as terminal:
        terminal.wait_for(r"For user \d+ · \w+ #\d")
        terminal.press("2")
        terminal.wait_for(r"NCF #2\s+✓?\s*finished")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_a_killed_worker_is_said_to_have_died_and_nothing_else_breaks(terminal_home: Path) -> None:
    with Terminal(home=terminal_home) as terminal:
        terminal.wait_for(r"For user \d+ · ALS #1")
        terminal.press("2")
        start_ncf(terminal, "900")
        terminal.wait_for(r"NCF #2\s+◐ running")
        wait_for_status(terminal_home, "NCF #2", "running")
        [run] = [path for path in (terminal_home / "musicrec" / "runs").iterdir() if "ncf" in _spec(path)]
        pids = [json.loads(line)["pid"] for line in (run / "events.jsonl").read_text().splitlines() if '"pid"' in line]
        os.kill(pids[0], signal.SIGKILL)
        terminal.wait_for(r"NCF #2.*died")
        assert statuses(terminal_home) == {"ALS #1": "finished", "NCF #2": "died"}
        terminal.press("escape", "1")
        terminal.wait_for(r"For user \d+ · ALS #1")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def _spec(folder: Path) -> str:
    """The text of a run's specification."""
    return (folder / "spec.json").read_text() if (folder / "spec.json").exists() else ""


def test_a_hostile_name_is_shown_and_recommended_and_never_reaches_the_terminal_raw(tmp_path: Path) -> None:
    names = [HOSTILE, "Nirvana [Live]", *(f"Artist {number}" for number in range(8))]
    rows = [f"u{user},\"{name}\",{1 + (user + at) % 5}" for user in range(40) for at, name in enumerate(names)
            if (user * 7 + at * 3) % 10 < 7 or (user == 1 and at > 1)]  # fmt: skip
    log = tmp_path / "plays.csv"
    log.write_text("\n".join(["user_id,artist_name,play_count", *rows]) + "\n")
    with Terminal(str(log), home=tmp_path / "home") as terminal:
        terminal.wait_for(r"For user \S+ · ALS #1")
        terminal.press("/", "[/b]")
        terminal.wait_for(r"\[/b\]�\]0;owned�\[red\]")
        terminal.press("enter")
        terminal.wait_for("Similar")
        terminal.press("/", "nirvana")
        terminal.wait_for(r"Nirvana \[Live\]")
        terminal.press("enter", "escape", "5")
        terminal.wait_for("Source")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert b"\x1b]0;owned" not in terminal.raw
        assert b"owned\x07" not in terminal.raw
