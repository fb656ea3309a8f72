"""Twenty seconds of random keys (`make soak` has minutes of them), and the session that a person can watch."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import session
from tests.waiting import PATIENCE


@pytest.mark.slow
def test_random_keys_do_not_crash() -> None:
    command = [sys.executable, "-m", "tests.e2e.soak", "--minutes", "0.34", "--seed", "1"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=4 * PATIENCE, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
def test_the_session_that_can_be_watched_does_the_main_job(tmp_path: Path) -> None:
    session.play(tmp_path, pause=0)
