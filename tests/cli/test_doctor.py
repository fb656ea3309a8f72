"""`doctor`: what it says of a healthy home, each kind of damage that it finds, and remedies that are true."""

import errno
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musicrec_tui import files
from musicrec_tui.cli.app import run
from musicrec_tui.dataset import bookmarks, opinions
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.records import Artist
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.jobs.doctor import damage
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import eventlog, trials, tuning_store
from musicrec_tui.runs import store as runs
from musicrec_tui.runs.events import Cancelled, Started
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import Grid, TuneRequest
from musicrec_tui.tui.shell import memory
from tests.cli.conftest import Workshop, control_characters

PIXIES = Artist(-1, "pixies", "Pixies", 3, 9)


@pytest.fixture
def store(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Home:
    """A copy of the workshop's home, with a tuning, a profile, an opinion, a bookmark and a run in the trash."""
    root = tmp_path / "home"
    shutil.copytree(workshop.home, root)
    place = ["--home", str(root), "--data", str(workshop.data)]
    assert run(["profiles", "new", "me", "--like", "Band 1", "--like", "Band 2", *place]) == 0
    home = Home(root, root / "cache")
    _tune(home)
    opinions.change_opinions(home, "u", give=[opinions.opinion("loved", PIXIES, "table")])
    bookmarks.add_bookmark(home, bookmarks.bookmark_of(PIXIES))
    home.sql_history.write_text('["SELECT 1"]')
    home.sql_history.chmod(0o600)
    capsys.readouterr()
    return home


def examine(home: Home, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of `doctor`."""
    code = run(["doctor", "--json", "--home", str(home.root)])
    return code, json.loads(capsys.readouterr().out)


def flipped(path: Path) -> Path:
    """A file, with one bit in its middle changed."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    return path


def only(folder: Path, pattern: str) -> Path:
    """The first file of a folder that matches."""
    return sorted(folder.glob(pattern))[0]


def written(path: Path, content: bytes) -> Path:
    """Write a private file."""
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def _tune(home: Home) -> None:
    """A tuning with one trial, without the processes of a real one."""
    plan = Grid({"factors": (2, 3)})
    request = TuneRequest(base=AlsParams(), plan=plan, split=SplitSpec(), seed=1, k=10)
    tuning, lock = tuning_store.create_tuning(home, request, IndexedLog(Log(["/log"]), Path("/index"), "content"))
    os.close(lock)
    now = datetime.now(UTC)
    trials.write_trial(tuning.folder, Trial(number=0, params=AlsParams(factors=2), state="finished", at=now, value=0.1))
    eventlog.append(tuning.folder, Cancelled(at=now))


DAMAGES: dict[str, tuple[str, Callable[[Home], Path]]] = {
    "a line of settings": ("settings", lambda home: written(home.settings, b"k = -3\n")),
    "opinions": ("opinions", lambda home: flipped(home.opinions)),
    "bookmarks": ("bookmarks", lambda home: flipped(home.bookmarks)),
    "state": ("screen state", lambda home: written(home.state, b"{}")),
    "queries": ("SQL history", lambda home: written(home.sql_history, b'{"a": 1}')),
    "a profile": ("profile", lambda home: flipped(only(home.profiles, "*/profile.json"))),
    "a history": ("profile me", lambda home: flipped(only(home.profiles, "*/*.parquet"))),
    "a spec": ("run", lambda home: flipped(only(home.runs, "*/spec.json"))),
    "metrics": ("run", lambda home: flipped(only(home.runs, "*/metrics.json"))),
    "a log": ("log of run", lambda home: flipped(only(home.runs, "*/events.jsonl"))),
    "an array": ("model", lambda home: flipped(only(home.runs, "*/model/train_data.npy"))),
    "a manifest": ("model", lambda home: flipped(only(home.runs, "*/model/manifest.json"))),
    "a digit in a log": ("log of run", lambda home: _other_digit(only(home.runs, "*/events.jsonl"))),
    "metrics per user": ("metrics per user", lambda home: flipped(only(home.runs, "*/per_user.parquet"))),
    "a tuning": ("tuning", lambda home: flipped(only(home.tunings, "*/spec.json"))),
    "a trial": ("trial", lambda home: flipped(only(home.tunings, "*/trials/*/trial.json"))),
    "a model of another run": ("model", lambda home: _of_another_run(only(home.runs, "*/model/manifest.json"))),
    "an index": ("index", lambda home: _cut(only(home.indexes, "*.duckdb"))),
    "evaluations on test": ("test evaluations", lambda home: written(home.root / "test_looks.jsonl", b"{}\n")),
}


def _other_digit(path: Path) -> Path:
    """Change the process id of the first event, which is still JSON: only its checksum tells."""
    content = path.read_bytes()
    at = content.index(b'"pid":') + len(b'"pid":')
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    return path


def _of_another_run(manifest: Path) -> Path:
    """Write the same values in another way: whole, and not what the run's metrics have the checksum of."""
    manifest.write_bytes(msgspec.json.format(manifest.read_bytes(), indent=3))
    return manifest


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def test_a_healthy_home_has_nothing_damaged(store: Home, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    code, told = examine(store, capsys)
    assert (code, told["damaged"]) == (0, [])
    assert told["stored"]["runs"] == 2
    assert told["stored"]["tunings"] == told["stored"]["profiles"] == told["stored"]["indexes"] == 1
    assert told["program"]["libraries"]["duckdb"]
    assert told["program"]["extras"].keys() == {"neural", "web", "gpu", "spark"}
    assert told["folders"][0] == {
        **told["folders"][0], "name": "home", "exists": True, "writable": True, "own": True,
    }  # fmt: skip
    assert told["folders"][0]["free_bytes"] > 0
    after = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    assert after == before, "it changes nothing"


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found_where_it_is_and_alone(name: str, store: Home, capsys: pytest.CaptureFixture[str]) -> None:
    what, spoil = DAMAGES[name]
    path = spoil(store)
    code, told = examine(store, capsys)
    assert code == 1
    [found] = told["damaged"]
    assert found["what"].startswith(what), found
    assert str(path).startswith(found["path"]) or found["path"].startswith(str(path)), found
    assert found["problem"], found
    assert found["remedy"], found


def test_what_may_not_be_read_is_not_to_be_deleted(
    store: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = only(store.indexes, "*.duckdb")
    real = files.open_regular

    def refused(path: Path) -> int:
        if path == index:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    monkeypatch.setattr(files, "open_regular", refused)
    _, told = examine(store, capsys)
    assert [one["remedy"] for one in told["damaged"]] == [f"Make it readable: `chmod -R u+rwX {index}`."]


def test_a_job_that_hangs_is_said(store: Home, capsys: pytest.CaptureFixture[str]) -> None:
    log = IndexedLog(Log(["/log"]), Path("/index"), "content")
    run_, lock = runs.create_run(store, TrainRequest(params=AlsParams()), log)
    eventlog.append(run_.folder, Started(at=datetime.now(UTC), pid=77))
    os.utime(run_.folder / eventlog.FILE, (0, 0))
    _, told = examine(store, capsys)
    os.close(lock)
    [found] = told["damaged"]
    assert found["problem"].startswith("Running, but no sign of life for ")
    assert "Process 77 may be suspended" in found["remedy"]


def test_what_is_private_and_readable_by_others_is_said(store: Home, capsys: pytest.CaptureFixture[str]) -> None:
    store.bookmarks.chmod(0o644)
    code, told = examine(store, capsys)
    assert code == 1
    assert told["damaged"][0]["remedy"] == f"Run `chmod 600 {store.bookmarks}`."


def test_commands_of_the_remedies_remove_the_damage(
    store: Home, workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a profile", "a spec", "a tuning"):
        DAMAGES[name][1](store)
    place = ["--home", str(store.root)]
    _, told = examine(store, capsys)
    assert len(told["damaged"]) == 3
    for _ in range(2):  # once into the trash, then out of it
        for one in told["damaged"]:
            [command] = re.findall(r"`musicrec-tui ([^`]+)`", one["remedy"])
            words = shlex.split(command)
            yes = ["--yes"] if {"forget", "empty"} & set(words) else []
            assert run([*words, *yes, *place]) == 0, command
        capsys.readouterr()
        _, told = examine(store, capsys)
    assert told["damaged"] == []


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none"
    code, told = examine(Home(missing, missing / "cache"), capsys)
    assert (code, told["damaged"], told["folders"][0]["exists"]) == (0, [], False)
    assert not missing.exists()


def test_the_screen_of_a_bug_report(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("HOME", str(workshop.home.parent))
    assert run(["doctor", "--home", str(workshop.home)]) == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    assert len(lines) <= 24, told
    assert max(map(len, lines)) <= 80
    assert "~/home (readable, writable" in told
    assert str(workshop.home.parent) not in told, "the user's name is not shown"
    assert lines[-1].split() == ["damaged", "nothing"]
    assert not control_characters(told)


def test_the_schema_of_the_state_is_the_screens() -> None:
    assert damage.STATE_SCHEMA == memory.SCHEMA
