"""A run whose log has grown since it was trained."""

import json
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
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
