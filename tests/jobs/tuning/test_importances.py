"""The process that tells importances: shares, or one sentence."""

import json
import math
import subprocess
import sys
from pathlib import Path

from musicrec_tui.jobs.tuning import study
from musicrec_tui.paths import Home
from musicrec_tui.runs import tuning_store
from tests.tui.tune.tune_support import FakeTuning
from tests.waiting import PATIENCE


def told(folder: Path, code: int) -> dict[str, object]:
    """The only line of the process."""
    command = [sys.executable, "-m", "musicrec_tui.jobs.tuning.importances", str(folder)]
    answer = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    assert answer.returncode == code
    (line,) = answer.stdout.splitlines()
    line_of: dict[str, object] = json.loads(line)
    return line_of


def test_the_shares_are_those_of_the_study_largest_first(home: Home) -> None:
    tuning = FakeTuning(home)
    tuning.some(12)
    tuning.die()
    shares = told(tuning.folder, 0)["shares"]
    assert isinstance(shares, dict)
    assert shares == study.importance(tuning_store.read_tuning(home, tuning.info.id).trials, "als")
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert math.isclose(sum(shares.values()), 1.0)


def test_too_few_trials_and_no_tuning_get_a_sentence(home: Home, tmp_path: Path) -> None:
    tuning = FakeTuning(home)
    tuning.some(3)
    tuning.die()
    assert "at least 10 trials" in str(told(tuning.folder, 2)["sentence"])
    assert str(tmp_path) in str(told(tmp_path, 1)["sentence"])
