"""A home that version 0.1 wrote opens with the code of today, and answers as it did then.

`v0_1` is what `make_v0_1` made with the program of that version: see there. The log is copied to another folder, so the
paths in the files of the home lead nowhere, as after a move: what counts is the log's content. Its index is put where
the cache looks for it; where the schema has changed since, it is built again, and must have the same content hash.
"""

import gzip
import json
import math
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from musicrec_tui.settings import load
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.shell import memory
from tests.tui.support import shown, until

STORED = Path(__file__).parent / "v0_1"
ANSWERS = json.loads((STORED / "expected.json").read_text(encoding="ascii"))
CONTENT = "e63d5482bdd9112f6bd7dc2028d9cc7d"
LOOSE = (".reason", ".advice", ".sentence", ".title", ".trashed_at", "answer.state")
"""Text that must be there, but may differ: sentences, a file's time, and whether the log is where the index says."""
MACHINE = "/srv/musicrec-fixture"
"""Where the home and the log were when they were made."""


class Opened(NamedTuple):
    """A copy of the home and the log."""

    home: Home
    log: Path

    @property
    def place(self) -> list[str]:
        """The options that name both."""
        return ["--home", str(self.home.root), "--data", str(self.log)]


def opened(folder: Path) -> Opened:
    """Copy the log and the home to a folder, the index to where this log's is looked for."""
    log = Path(shutil.copy(STORED / "listens.csv", folder))
    root = Path(shutil.copytree(STORED / "home", folder / "home"))
    for mark in root.glob("trash/*/*/trashed"):
        os.utime(mark)  # its time says since when, and an sdist gives all files one from long ago
    home = Home(root, root / "cache")
    [packed] = home.indexes.glob("*.duckdb.gz")
    cache.index_path(Log([log]), home).write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    return Opened(home, log)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """To be read only."""
    return opened(tmp_path_factory.mktemp("old"))


@pytest.fixture
def own(tmp_path: Path) -> Opened:
    """To be changed."""
    return opened(tmp_path)


def answer(where: Opened, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0, data: bool = True) -> Any:
    """What a command answers; None where it is refused, which must be with `code`."""
    capsys.readouterr()
    homeless = words[0] in ("tunings", "profiles") and words[1:2] != ("new",)
    place = where.place[:2] if homeless or not data else where.place
    assert run([*words, "--json", *place]) == code, capsys.readouterr().err
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return json.loads(told.out) if code == 0 else None


def recorded(*asked: str) -> Any:
    """What a command answered then."""
    return next(one["answer"] for one in ANSWERS if one["asked"] == list(asked))


def differences(then: Any, now: Any, place: str = "answer") -> list[str]:
    """Where an answer is not the recorded one. It may have more keys, and numbers may differ by 1e-5 of their size."""
    if isinstance(then, dict) and isinstance(now, dict):
        lost = [f"{place}.{key} is gone" for key in then if key not in now]
        both = (key for key in then if key in now)
        return lost + [one for key in both for one in differences(then[key], now[key], f"{place}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [one for at, (old, new) in pairs for one in differences(old, new, f"{place}[{at}]")]
    if isinstance(then, str) and isinstance(now, str):
        if place.endswith(LOOSE) and then:
            return [] if now else [f"{place} is empty"]
        if then.startswith(MACHINE):
            then, now = Path(then).name, Path(now).name
    elif isinstance(then, float) and isinstance(now, float) and math.isclose(then, now, rel_tol=1e-5, abs_tol=1e-7):
        return []
    return [] if then == now else [f"{place} was {then!r} and is {now!r}"]


@pytest.mark.parametrize("then", ANSWERS, ids=[" ".join(one["asked"]) for one in ANSWERS])
def test_the_answer_is_what_it_was(old: Opened, capsys: pytest.CaptureFixture[str], then: dict[str, Any]) -> None:
    now = answer(old, capsys, *then["asked"], code=then["code"])
    assert differences(then["answer"], now) == []


def test_a_difference_is_seen() -> None:
    then = {"a": [1.0, {"b": "x"}], "reason": "Because.", "folder": f"{MACHINE}/runs/1"}
    assert differences(then, {"a": [1.000001, {"b": "x"}], "reason": "So.", "folder": "/home/runs/1", "new": 1}) == []
    assert differences(then, {"a": [1.1, {"b": "y"}], "reason": "", "folder": "/home/runs/2"}) == [
        "answer.a[0] was 1.0 and is 1.1", "answer.a[1].b was 'x' and is 'y'", "answer.reason is empty",
        "answer.folder was '1' and is '2'",
    ]  # fmt: skip
    assert differences(then, {"a": [1.0]})[:2] == ["answer.reason is gone", "answer.folder is gone"]


def test_an_index_that_has_to_be_built_again_has_the_same_content(
    own: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.index_path(Log([own.log]), own.home).unlink()
    assert answer(own, capsys, "info")["content"] == CONTENT
    assert len(answer(own, capsys, "runs")["runs"]) == len(recorded("runs")["runs"])


def test_a_run_whose_log_was_moved_away_is_refused_in_a_sentence(
    old: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(old, capsys, "recommend", "small als", "--user", "user01", code=2, data=False)


@pytest.mark.parametrize(("command", "name"), [("runs", "thrown away"), ("tunings", "useless")])
def test_what_is_in_the_trash_comes_back(
    own: Opened, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    answer(own, capsys, command, "restore", name, data=False)
    assert answer(own, capsys, command, "trash", data=False)["trash"] == []
    [back] = [one for one in answer(own, capsys, command, data=False)[command] if one["name"] == name]
    [before] = recorded(command, "trash")["trash"]
    assert differences({key: one for key, one in before.items() if key not in ("test_looks", "trashed_at")}, back) == []


def test_the_home_goes_on(own: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    """New work beside the old: a run that joins a stored one, the best of a stored tuning, a history, an opinion."""
    mixed = answer(own, capsys, "train", "hybrid", "--set", "members=small als,neighbours", "--set", "weights=0.5,0.5")
    assert mixed["status"] == "finished"
    answer(own, capsys, "compare", "small ease", mixed["run"])
    answer(own, capsys, "import", str(STORED / "history.csv"), "--as", "me", data=False)
    assert answer(own, capsys, "profiles", "show", "me")["listens"] == recorded("profiles", "show", "me")["listens"]
    answer(own, capsys, "taste", "block", "Amber Choir")
    blocked = {one["name"] for entry in answer(own, capsys, "taste")["taste"] for one in entry["blocked"]}
    assert {"Amber Choir", "Late Engine"} <= blocked
    answer(own, capsys, "bookmarks", "add", "--user", "user07")
    assert len(answer(own, capsys, "bookmarks")["bookmarks"]) == 3


async def test_the_screen_opens_as_it_was_left(own: Opened) -> None:
    found = memory.opening(own.home, [own.log], "", fresh=False)
    app = MusicrecApp(own.home, found.log, load(own.home), memory=found.memory)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "For user user05 · " in shown(app.screen))
        await until(pilot, lambda: "because" in shown(app.screen))
        assert app.theme == "nord"
        await pilot.press("ctrl+f", *"sigur")
        await until(pilot, lambda: "Sigur Rós" in shown(app.screen.query_one("#results")))
        await pilot.press("escape", "4")
        await until(
            pilot, lambda: all(name in shown(app.screen) for name in ("neighbours", "★ small als", "A by time"))
        )
        await pilot.press("3")
        await until(pilot, lambda: "★ a grid" in shown(app.screen) and "five trials" in shown(app.screen))
        await pilot.press("5", "S", "up")
        await until(pilot, lambda: "SELECT name, listeners FROM artist" in shown(app.screen))
