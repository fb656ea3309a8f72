"""Models and layouts of other packages: the example is installed and used; a broken one costs a sentence."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from musicrec_tui.dataset.sources.describe_layout import described as described_layout
from musicrec_tui.dataset.sources.maloja import LAYOUT
from musicrec_tui.describing import in_a_line
from musicrec_tui.paths import sample_data
from musicrec_tui.recommenders.describe import described
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
from musicrec_tui.tui.forms.entries import model_entry, parameter_entries
from musicrec_tui.tui.tune import tune_form
lines = {one.key: [one.default, one.hint, one.description] for one in parameter_entries("slim")}
loaded = [name for name in sys.modules if name.startswith(("musicrec_slim", "sklearn", "scipy"))]
tunable = "slim" in tune_form.model_entry().choices
told = costs.abilities_sentence("slim"), costs.cost_sentence("slim", Size(1, 2, 3))
print(json.dumps([model_entry().choices[-1], tunable, lines, *told, loaded]))
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


_LARGE = """
import json, resource, sys
from musicrec_tui import api
from musicrec_tui.errors import UserError
log = api.open_log(sys.argv[1])
limit = 4000 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))  # of workers, too
try:
    refused = api.train(log, "ease", memory_mb=1_000_000, min_listeners=1).name
except UserError as error:
    refused = str(error)
slim, popular = api.train(log, "slim", neighbours=20), api.train(log, "popularity")
print(json.dumps([log.counts.items, refused, slim.metrics["ndcg@10"], popular.metrics["ndcg@10"]]))
"""


@pytest.mark.slow
def test_the_example_learns_where_the_memory_for_ease_ends(slim: Outside) -> None:
    """The table of 20,000 artists takes EASE 4.8 GB, and a process is given 4."""
    rng = np.random.default_rng(1)
    users, tastes, own, each = np.arange(2000), 40, 500, 60
    plays = (own * rng.random((len(users), each)) ** 2).astype(int) + own * (users % tastes)[:, None]
    plays[:, :10] = (np.arange(len(users) * 10) % (own * tastes)).reshape(-1, 10)  # and every artist once
    names = {"user_id": np.repeat(users, each).astype(str), "artist_name": plays.ravel().astype(str)}
    parquet.write_table(pa.table(names), log := slim.folder / "large.parquet")
    artists, refused, ndcg, popular = json.loads(slim.python("-c", _LARGE, str(log)).stdout)
    assert artists == own * tastes
    assert "memory" in refused
    assert ndcg > popular + 0.05


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
    said = outside.command("formats").stderr.splitlines()
    assert [line.partition(" 1.0 cannot be used: ")[0] for line in said] == [
        "musicrec-tui: broken",
        "musicrec-tui: odd",
    ]


_MODEL = """
from typing import Annotated, Literal
from musicrec_tui.recommenders.base import Capabilities
from musicrec_tui.recommenders.params import Model, ModelParams, about
class Given(ModelParams, frozen=True, tag="{tag}"):
    '''A model.'''
    x: {x}
class Recommender:
    capabilities = Capabilities()
    fit = scores = fold_in = similar = explain = explain_profile = arrays = restore = lambda *_: None
MODEL = Model(Given, {title}, {place}, {needed}, "Less.", {more})
"""


def model_source(
    tag: str = "outside", *, x: str = "int = 1", title: str = "'T'", place: str = "__name__ + ':Recommender'",
    needed: str = "lambda *_: 1", more: str = "",
) -> str:  # fmt: skip
    """The source of a model with one parameter."""
    return _MODEL.format(tag=tag, x=x, title=title, place=place, needed=needed, more=more)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("X = 1", "has no attribute 'MODEL'"),
        ("class M:\n  @property\n  def __class__(self): raise RuntimeError('mine')\nMODEL = M()", "mine"),
        (model_source(place="__name__ + ':Gone'"), "has no attribute 'Gone'"),
        (model_source(place="'collections:OrderedDict'"), "is no Recommender: it lacks fit, scores"),
        (model_source(x="bool = True"), "x is <class 'bool'>; parameters are int, float or Literal of texts"),
        (model_source(x="Literal[1, 2] = 1"), "parameters are int, float or Literal of texts"),
        (model_source(x="int"), "x has no default that a form can show"),
        (model_source(x="float = float('nan')"), "x has the default nan"),
        (model_source(x="Annotated[int, about('n', ge=5)] = 1"), "Expected `int` >= 5"),
        (model_source(x="Literal['a', 'b'] = 'c'"), "Invalid enum value 'c'"),
        (model_source(x="Annotated[float, about('n', tune=(5.0, 1.0, 'log'))] = 1.0"), "a search cannot try"),
        (model_source(x="Annotated[float, about('n', tune=(0.0, 1.0, 'log'))] = 1.0"), "a search cannot try"),
        (model_source(needed="lambda *_: 1 / 0"), "division by zero"),
        (model_source(needed="lambda *_: 'much'"), "must give numbers, 0 or more"),
        (model_source(title="7"), "Expected `str`"),
        (model_source(more="staged_by='nothing'"), "staged_by is nothing, which is no parameter"),
    ],
)
def test_a_model_that_could_not_be_used_is_not_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    (tmp_path / "outside_model.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "outside_model", raising=False)
    with pytest.raises(Exception) as caught:  # noqa: PT011  (the describer takes any)
        described("outside_model:MODEL")
    assert sentence in in_a_line(caught.value)


_TABLE = """
from musicrec_tui.dataset.sources.base import TableLayout
LAYOUT = TableLayout({name}, "a table of my own", "zz,yy", {required}, {{}}, {expressions})
"""


def layout_source(
    *, name: str = "'Mine'", required: str = "{'zz': 'text', 'yy': 'text'}",
    expressions: str = "lambda _: {'artist_name': 'zz', 'user_id': 'yy', 'play_count': '1'}",
) -> str:  # fmt: skip
    """The source of a layout with two columns."""
    return _TABLE.format(name=name, required=required, expressions=expressions)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("LAYOUT = 3", "is no TableLayout or RecordLayout"),
        (layout_source(expressions="lambda _: 1 / 0"), "division by zero"),
        (layout_source(expressions="lambda _: {'artist': 'zz'}"), "the canonical listen has no field artist"),
        (layout_source(expressions="lambda _: {'artist_name': 'zz +++ ('}"), "syntax error"),
        (layout_source(expressions="lambda _: {'artist_name': 'xx'}"), "xx"),
        (layout_source(required="('zz',)"), "keys"),
        (layout_source(required="{'zz': 'txt'}"), "txt"),
        (layout_source(name="'!!'"), "a layout's name has letters or digits"),
        (_LAYOUT.replace('")', '", fits=lambda _: 1 / 0)'), "division by zero"),
    ],
)
def test_a_layout_that_could_not_read_is_not_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    (tmp_path / "outside_layout.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "outside_layout", raising=False)
    with pytest.raises(Exception) as caught:  # noqa: PT011  (the describer takes any)
        described_layout("outside_layout:LAYOUT")
    assert sentence in in_a_line(caught.value)


_READS = """
from musicrec_tui.dataset.sources import maloja
from musicrec_tui.dataset.sources.base import Record
def read(file):
    yield Record(artist_name="A")
    {then}
LAYOUT = maloja.LAYOUT._replace(name="{name}", fits=lambda head: head.start.startswith("{name}"), read=read)
"""


def test_layouts_that_hang_end_or_fail_cost_a_sentence_and_a_good_one_reads(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    package(packages, "ends", "import os; os._exit(3)", layouts="ends:LAYOUT", recommenders="ends:MODEL")
    package(packages, "mine", layout_source(), layouts="mine:LAYOUT")
    package(packages, "fails", _READS.format(name="fails", then="raise KeyError('oops')"), layouts="fails:LAYOUT")
    (tmp_path / "good.csv").write_text("zz,yy\nA,u1\nB,u1\nA,u2\n")
    (tmp_path / "bad.txt").write_text("fails\n")
    outside = Outside(tmp_path, packages)
    outside.environment["MUSICREC_DATA"] = str(tmp_path / "good.csv")
    ended = "importing it ended the process (exit code 3), or its description is none."
    assert outside.command("formats").stderr == f"musicrec-tui: ends 1.0 cannot be used: {ended}\n"
    package(packages, "hangs", "import time\nwhile True: time.sleep(9)", layouts="hangs:LAYOUT")
    outside.environment["MUSICREC_DESCRIBING_SECONDS"] = "0.5"  # the others have been described
    hung = "musicrec-tui: hangs 1.0 cannot be used: importing it took more than 0.5 seconds."
    assert hung in outside.command("formats").stderr.splitlines()
    found = json.loads(outside.command("info", "--json").stdout)
    assert (found["layout"], found["users"], found["artists"]) == ("Mine", 2, 2)
    outside.environment["MUSICREC_DATA"] = str(tmp_path / "bad.txt")
    assert outside.command("info", code=2).stderr.endswith(
        "fails 1.0 cannot read the file as fails: KeyError: 'oops'\n"
    )
    code = """
import sys
from pathlib import Path
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles.looking import look
from musicrec_tui.dataset.sources.preview import preview
from musicrec_tui.cli.preflight import need_data
need_data(Log([Path(sys.argv[1])], "mine"))
shown = preview(Log([Path(sys.argv[1])]))
try:
    look(Log([Path(sys.argv[1])]), lambda: False)
except Exception as error:
    print(error)
print(shown.layout, len(shown.files), "mine" in sys.modules)
"""
    looked, shown = outside.python("-c", code, str(tmp_path / "good.csv")).stdout.splitlines()
    assert looked.endswith("A layout of another package may read it: Enter imports it.")
    assert shown == " 1 False"  # the screen imports none of them
