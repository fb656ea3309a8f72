"""Models and layouts of other packages: the example is installed and used; a broken one costs a sentence."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from musicrec_tui.dataset.sources.maloja import LAYOUT
from musicrec_tui.paths import sample_data
from musicrec_tui.runs import status
from tests.jobs.conftest import write_log
from tests.waiting import until

ROOT = Path(__file__).parents[1]
SLIM = ROOT / "examples" / "musicrec-slim"


class Outside:
    """A folder on PYTHONPATH with a package, beside a home and a log."""

    def __init__(self, folder: Path, packages: Path) -> None:
        self.folder, self.packages = folder, packages
        self.log = write_log(folder / "listens.csv")
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join((str(packages), str(ROOT))),
            "MUSICREC_HOME": str(folder / "home"),
            "MUSICREC_DATA": str(self.log),
        }

    def python(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run Python; its output."""
        done = subprocess.run(
            [sys.executable, "-P", *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        return done

    def command(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of the program."""
        return self.python("-m", "musicrec_tui", *words, code=code)


def package(folder: Path, name: str, source: str, **groups: str) -> Path:
    """A package that is installed in a folder: a module, and an entry point in each group."""
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    entries = "".join(f"[musicrec_tui.{group}]\n{name} = {value}\n" for group, value in groups.items())
    (info / "entry_points.txt").write_text(entries)
    return folder


@pytest.fixture(scope="module")
def slim(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """The example, installed as a user installs it."""
    folder = tmp_path_factory.mktemp("slim")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--no-build-isolation", "--no-index", "--target", str(folder / "packages"), str(SLIM)],
        check=True,
    )  # fmt: skip
    return Outside(folder, folder / "packages")


_SCREEN = """
import json, sys
from musicrec_tui.recommenders import costs
from musicrec_tui.recommenders.params import Size
from musicrec_tui.tui.forms.entries import MODEL, parameter_entries
from musicrec_tui.tui.tune.tune_form import TUNABLE
lines = {one.key: [one.default, one.hint, one.description] for one in parameter_entries("slim")}
loaded = [name for name in sys.modules if name.startswith(("musicrec_slim", "sklearn", "scipy"))]
print(json.dumps([MODEL.choices[-1], "slim" in TUNABLE, lines, costs.abilities_sentence("slim"),
                  costs.cost_sentence("slim", Size(1, 2, 3)), loaded]))
"""

_NOTEBOOK = """
import json
from musicrec_tui import api
log = api.open_log()
run = api.train(log, "slim", name="slim", l1=0.001, neighbours=30)
why = run.explain("artist 11", "u1")
model = api.fit("slim", api.split(log), l1=0.001, neighbours=30)
weights = model._recommender.arrays()
print(json.dumps([run.metrics == api.evaluate(model, api.split(log)).metrics, sum(why.table["amount"].to_pylist()),
                  why.score, run.recommend(like=["artist 3", "artist 5"], k=4).table["item"].to_pylist(),
                  sorted(path.suffix for path in (run.folder / "model").iterdir()), run.parameters,
                  api.compare([api.train(log, "popularity", name="popular"), run]).verdict,
                  float(weights["weights_data"].min())]))
"""


def test_the_example_is_trained_compared_and_explained_like_our_own(slim: Outside) -> None:
    alike, explained, score, listed, files, parameters, verdict, least = json.loads(slim.python("-c", _NOTEBOOK).stdout)
    assert alike
    assert explained == pytest.approx(score, abs=1e-5)
    assert all(int(name.removeprefix("artist ")) % 2 for name in listed)
    assert set(files) == {".npy", ".json"}
    assert parameters == {"l1": 0.001, "l2": 0.005, "neighbours": 30, "half_life": 0.0}
    assert verdict.startswith("slim ranks better than popular")
    assert least > 0
    # The screen draws it from the cached description alone.
    name, tunable, lines, abilities, cost, loaded = json.loads(slim.python("-c", _SCREEN).stdout)
    assert (name, tunable, loaded) == ("slim", True, [])
    assert lines["neighbours"][:2] == ["100", "1 to 10,000 artists"]
    assert abilities.startswith("exact reasons · new users · similar artists")
    assert "musicrec-slim 0.1.0" in cost
    # Without the package its runs say what is missing, and nothing else is lost.
    slim.environment["PYTHONPATH"] = str(ROOT)
    try:
        runs = json.loads(slim.command("runs", "--json").stdout)["runs"]
    finally:
        slim.environment["PYTHONPATH"] = os.pathsep.join((str(slim.packages), str(ROOT)))
    missing = [run for run in runs if run["status"] == "damaged"]
    assert [(one["reason"], one["advice"]) for one in missing] == [
        ("Its model, slim, is of a package that is not installed here.", "Install that package.")
    ]
    assert [run["name"] for run in runs if run["status"] == "finished"] == ["popular"]


@pytest.mark.slow
def test_the_example_is_tuned_and_resumed_after_a_kill(slim: Outside) -> None:
    slim.environment["MUSICREC_DATA"] = str(sample_data())
    started = slim.command("tune", "slim", "--trials", "6", "--detach", "--json", "--name", "search")
    folder = Path(json.loads(started.stdout)["folder"])
    until(lambda: list(folder.glob("trials/*/trial.json")), "a trial")
    pid = re.findall(r'"pid":(\d+)', (folder / "events.jsonl").read_text())[-1]
    os.kill(int(pid), signal.SIGKILL)
    until(lambda: not status.is_alive(folder), "the tuner's end")
    kept = {path: path.read_bytes() for path in folder.glob("trials/*/trial.json")}
    assert 0 < len(kept) < 6
    slim.command("tunings", "resume", "search")
    found = json.loads(slim.command("tunings", "show", "search", "--json").stdout)
    assert (found["status"], found["done"]) == ("finished", 6)
    assert {path: path.read_bytes() for path in kept} == kept
    best = json.loads(slim.command("tunings", "train", "search", "--json").stdout)
    assert (best["status"], best["model"], best["evaluated_on"]) == ("finished", "slim", "test")


_BROKEN = "raise OSError('no such thing\\x1b[2J')\n"
_ODD = "MODEL = 7\n"
_TAKEN = """
from musicrec_tui.recommenders import als
MODEL = als.MODEL._replace(recommender="musicrec_tui.recommenders.als.model:AlsRecommender")
"""
_LAYOUT = """
from musicrec_tui.dataset.sources import maloja
LAYOUT = maloja.LAYOUT._replace(name="My own layout", sentence="a layout of my own")
"""


def test_a_broken_package_costs_one_sentence_and_a_layout_is_listed(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    package(packages, "broken", _BROKEN, recommenders="broken:MODEL", layouts="broken:LAYOUT")
    package(packages, "odd", _ODD, recommenders="odd:MODEL", layouts="odd:MODEL")
    package(packages, "taken", _TAKEN, recommenders="taken:MODEL")
    package(packages, "own", _LAYOUT, layouts="own:LAYOUT")
    outside = Outside(tmp_path, packages)
    listed = outside.command("models")
    assert "als: Implicit-feedback ALS" in listed.stdout
    said = listed.stderr.splitlines()
    assert [line.partition(" cannot be used: ")[0] for line in said] == [
        "musicrec-tui: broken 1.0", "musicrec-tui: odd 1.0", "musicrec-tui: taken 1.0",
    ]  # fmt: skip
    assert "OSError: no such thing" in said[0]
    assert "odd:MODEL is no Model" in said[1]
    assert "there is a model named als already" in said[2]
    assert "\x1b" not in listed.stderr
    formats = outside.command("formats", "--json")
    names = [layout["layout"] for layout in json.loads(formats.stdout)["layouts"]]
    assert names.count("My own layout") == 1
    assert names.index("My own layout") > names.index(LAYOUT.name)
    assert len(outside.command("formats").stderr.splitlines()) == 2
