"""A run whose log has grown since it was trained."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.runs import store
from tests.cli.conftest import write_log


def test_a_run_tells_of_new_listens_and_is_trained_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, home = write_log(tmp_path / "log.csv"), ["--home", str(tmp_path / "home")]
    settings = ["--set", "neighbours=7", "-k", "5", "--name", "old"]
    assert run(["train", "item_knn", *settings, "--data", str(log), *home, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)

    def shown() -> str:
        assert run(["runs", "show", "old", *home]) == 0
        return capsys.readouterr().out

    assert "outdated" not in shown()
    with log.open("a", encoding="utf-8") as file:
        file.writelines(f"user{number},Band 3,,New,2008-01-0{number},12:00:00\n" for number in range(1, 4))
    assert "the log's files have changed since." in shown()
    assert run(["runs", "retrain", "old", *home, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["content"] != first["content"]
    assert (again["parameters"], again["k"], again["name"]) == (first["parameters"], 5, "Item kNN #2")
    assert "; 3 new ones since." in shown()
    assert run(["runs", "show", "old", *home, "--json"]) == 0
    change = json.loads(capsys.readouterr().out)["log_change"]
    assert change["new"] == 3
    assert change["last_at"].startswith("2007-")
    assert run(["runs", "show", again["run"], *home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log_change"] is None


def test_an_outdated_run_is_marked_where_it_is_listed_and_recommends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, home = write_log(tmp_path / "log.csv"), ["--home", str(tmp_path / "home")]
    data = ["--data", str(log)]
    assert run(["train", "item_knn", "--name", "old", *data, *home]) == 0
    capsys.readouterr()
    assert run(["runs", *home]) == 0
    assert "finished" in capsys.readouterr().out
    with log.open("a", encoding="utf-8") as file:
        file.write("user1,Band 3,,New,2008-01-01,12:00:00\n")
    assert run(["recommend", "--user", "user1", *data, *home]) == 0, "the model of the log as it was still recommends"
    said = capsys.readouterr().out
    assert "1 new one since. `musicrec-tui runs retrain 1` trains it again." in " ".join(said.split())
    assert run(["recommend", "--user", "user1", *data, *home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log_change"]["new"] == 1
    assert run(["runs", *home]) == 0
    said = capsys.readouterr().out
    assert [line.split()[2] for line in said.splitlines() if " old " in line] == ["outdated"]
    assert "`runs retrain RUN` trains it again" in said
    assert run(["runs", *data, *home]) == 0
    assert capsys.readouterr().out == said, "a run on an earlier state of a log is a run of it"
    log.touch()  # other files with the same content are no change
    assert run(["train", "item_knn", "--name", "new", *data, *home]) == 0
    assert run(["recommend", "--user", "user1", *data, *home]) == 0
    assert "by new" in capsys.readouterr().out
    log.touch()
    assert run(["users", "", *data, *home]) == 0
    capsys.readouterr()
    assert run(["runs", *home]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines() if " new " in line] == ["finished"]


class _Terminal(io.StringIO):
    """A keyboard."""

    def isatty(self) -> bool:
        return True


def test_an_equal_run_is_asked_about_on_a_terminal_and_named_elsewhere(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["train", "popularity", "--data", str(write_log(tmp_path / "log.csv")), "--home", str(home.root)]
    assert run(argv) == 0
    assert "same model" not in capsys.readouterr().err
    [first] = store.list_runs(home)
    submitted: list[Any] = []

    def submit(*given: Any, **_: Any) -> store.RunInfo:
        submitted.append(given)
        return first

    monkeypatch.setattr(supervisor, "submit", submit)
    monkeypatch.setattr(sys, "stdin", _Terminal("n\n"))
    assert run(argv) == 130
    assert "has the same model, settings and log, and is finished. Train it again?" in capsys.readouterr().err
    assert not submitted
    assert run([*argv, "--seed", "7", "--detach"]) == 0, "another seed is another run"
    assert "same model" not in capsys.readouterr().err
    assert run([*argv, "--yes", "--detach"]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run([*argv, "--detach"]) == 0
    assert capsys.readouterr().err.count("It is trained again.") == 2
    assert len(submitted) == 3
