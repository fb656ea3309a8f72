"""The program without TensorFlow and Keras, as `pip install musicrec-tui` brings it: one process and its children.

What is refused is refused before anything is queued, with the command that installs the extra.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.absent import without
from tests.cli.conftest import write_log
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = """
import contextlib, io, json, sys
from musicrec_tui.cli.app import run

place = ["--data", sys.argv[1], "--home", sys.argv[2]]

def told(*words, code=0):
    out, err = io.StringIO(), io.StringIO()
    where = {"models": [], "doctor": place[2:], "tunings": place[2:]}.get(words[0], place)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        found = run([*words, *where])
    assert found == code, (words, found, err.getvalue())
    return err.getvalue() if code else out.getvalue()

def refused(*words):
    sentence = " ".join(told(*words, code=1).split())
    assert "needs TensorFlow (the extra `neural`), which is not installed. Install it with: " in sentence, sentence

small = ["--set", "factors=4", "--set", "epochs=2"]
told("train", "ncf", *small, "--name", "small", "--json")
refused("train", "mult_vae")
refused("train", "ncf", "--set", "architecture=deck")
refused("train", "ncf", "--set", "loss=softmax", "--auto")
refused("train", "hybrid", "--set", "members=ease,mult_vae")
refused("tune", "mult_vae", "--trials", "2")
refused("tune", "ncf", "--vary", "loss=binary,softmax")
assert len(json.loads(told("runs", "--json"))["runs"]) == 1
assert json.loads(told("tunings", "--json"))["tunings"] == []
told("train", "hybrid", "--set", "members=auto", "--json")
told("recommend", "small", "--user", "user3")
for name, need in (("ncf", "architecture=deck, loss=softmax"), ("mult_vae", "all training")):
    listed = told("models", name)
    assert need in listed and "Install it with: " in listed, listed
assert "Install it with: " not in told("models", "als")
assert json.loads(told("doctor", "--json"))["program"]["extras"]["neural"] is False
assert not {"tensorflow", "keras"} & set(sys.modules)
"""
SCREENS = """
import asyncio, sys
from pathlib import Path
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import find_home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.forms.form import described_model
from musicrec_tui.tui.train.params_form import ParamsForm
from tests.tui.support import shown, until

async def main():
    app = MusicrecApp(find_home(Path(sys.argv[2])), Log([Path(sys.argv[1])]), Settings())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.session.dataset is not None)
        await until(pilot, lambda: len(app.session.runs) == 2)
        for key, mode in {"4": "compare", "5": "data", "3": "tune", "2": "train", "1": "explore"}.items():
            await pilot.press(key)
            await until(pilot, lambda: app.current_mode == mode and app.screen.is_current)
        await pilot.press("2", "n")
        form = app.screen.query_one(ParamsForm)
        assert described_model("mult_vae", None)[-1].startswith("Needs TensorFlow (the extra `neural`)")
        assert not any("TensorFlow" in sentence for sentence in described_model("als", None))
        await form.fill({"run.model": "mult_vae"})
        await until(pilot, lambda: "needs TensorFlow" in form.check().errors.get("run.model", ""))
        before = len(app.session.runs)
        form.action_start()
        await form.fill({"run.model": "ncf", "architecture": "deck"})
        await until(pilot, lambda: "needs TensorFlow" in form.check().errors.get("architecture", ""))
        await form.fill({"run.model": "ncf", "architecture": "neumf"})
        await until(pilot, lambda: form.check().request is not None)
        assert len(app.session.runs) == before

asyncio.run(main())
assert not {"tensorflow", "keras"} & set(sys.modules)
"""


def test_commands_and_screens_work_and_what_needs_the_extra_says_so_before_it_queues(tmp_path: Path) -> None:
    environment = without(tmp_path, "tensorflow", "keras")
    log, home = write_log(tmp_path / "log.csv"), tmp_path / "home"
    for script in (COMMANDS, SCREENS):
        command = [sys.executable, "-c", script, str(log), str(home)]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_old_homes_and_models_pass_their_tests_and_what_needs_tensorflow_is_listed(tmp_path: Path) -> None:
    tests = ["tests/stored", "tests/recommenders/ncf", "tests/recommenders/mult_vae"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, env=without(tmp_path, "tensorflow", "keras"), cwd=ROOT, capture_output=True, text=True,
        timeout=4 * PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    [line] = [line for line in done.stdout.splitlines() if line.startswith("left out")]
    assert line.count("test_training.py") == 2
    assert line.count("test_softmax.py") == 1
