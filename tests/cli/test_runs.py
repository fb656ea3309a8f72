"""Runs: listed, shown, deleted; named in every way that the help promises."""

import json
import re
import shutil
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import HOSTILE, Tell, Workshop


def test_the_list_has_every_run_newest_first(tell: Tell) -> None:
    runs = json.loads(tell("runs", "--json"))["runs"]
    assert [told["name"] for told in runs] == ["popular", f"als {HOSTILE}"]
    printed = tell("runs", "list")
    assert all(told["run"] in printed for told in runs)


def test_a_run_is_named_by_id_beginning_name_latest_and_best(tell: Tell) -> None:
    popular, als = (told["run"] for told in json.loads(tell("runs", "--json"))["runs"])
    ways = [(popular, popular), (popular[:-1], popular), ("popular", popular), ("latest", popular), ("best", als)]
    for text, wanted in ways:
        assert json.loads(tell("runs", "show", text, "--json"))["run"] == wanted


def test_a_run_is_shown_with_parameters_metrics_and_costs(tell: Tell) -> None:
    printed = tell("runs", "show", "best")
    for part in ("factors=4", "ndcg@10", "seconds: fit", "validation", "[/b]�"):
        assert part in printed


def test_a_run_is_shown_with_intervals_and_groups(tell: Tell) -> None:
    told = json.loads(tell("runs", "show", "best", "--json"))
    low, high = told["intervals"]["ndcg@10"]
    assert low <= told["metrics"]["ndcg@10"] <= high
    assert {"light", "niche"} <= told["groups"].keys()
    printed = tell("runs", "show", "best")
    assert f"{low:.4f} to {high:.4f}" in printed
    for part in ("group of users", "light", "niche", "model size, MB", "novelty@10", "gini@10"):
        assert part in printed


def test_runs_are_sorted_by_a_figure_within_what_was_measured_alike(tell: Tell) -> None:
    [group] = json.loads(tell("runs", "--sort", "recall@k", "--json"))["groups"]
    values = [run["metrics"]["recall@10"] for run in group["runs"]]
    assert values == sorted(values, reverse=True)
    assert group["places"][0] == 1
    printed = tell("runs", "--sort", "fit")
    assert "validation · random" in printed
    seconds = [float(line.split()[-1]) for line in printed.splitlines() if re.match(r" +\d+ +\d{8}-", line)]
    assert len(seconds) == 2
    assert seconds == sorted(seconds)
    assert "No run has 'beauty'" in tell("runs", "--sort", "beauty", code=2)


def test_a_run_that_is_not_running_cannot_be_cancelled(tell: Tell) -> None:
    assert "is finished: there is nothing to cancel." in tell("runs", "cancel", "popular", code=2)


def test_wrong_words_get_sentences(tell: Tell) -> None:
    assert "needs a RUN" in tell("runs", "show", code=2)
    assert "nonsense" in tell("runs", "show", "nonsense", code=2)
    assert "paint" in tell("runs", "paint", code=2)


def test_a_deleted_run_is_in_the_trash_until_it_is_restored_or_emptied(workshop: Workshop, tell: Tell) -> None:
    assert run(["train", "popularity", "--name", "short-lived", *workshop.place]) == 0
    before = json.loads(tell("runs", "show", "short-lived", "--json"))
    assert f"`musicrec-tui runs restore {before['run']}`" in tell("runs", "delete", "short-lived")
    assert "short-lived" not in tell("runs")
    assert "short-lived" in tell("runs", "trash")
    listed = json.loads(tell("runs", "trash", "--json"))
    assert (listed["trash"][0]["run"], listed["days"]) == (before["run"], 30)
    assert "Restored short-lived" in tell("runs", "restore", "short-lived")
    assert json.loads(tell("runs", "show", "short-lived", "--json")) == before
    assert json.loads(tell("runs", "trash", "short-lived", "--json"))["trashed"] == before["run"]
    assert "add --yes" in tell("runs", "empty", code=2)
    assert json.loads(tell("runs", "empty", before["run"], "--yes", "--json")) == {"deleted": [before["run"]]}
    tell("runs", "empty", "--yes")  # of what other tests left there
    assert "The trash is empty." in tell("runs", "empty")
    assert "`musicrec-tui runs trash` lists" in tell("runs", "restore", "short-lived", code=2)


def test_a_run_is_named_noted_and_starred(tell: Tell) -> None:
    told = json.loads(tell("runs", "show", "best", "--json"))
    try:
        assert "to [/b] night owl" in tell("runs", "rename", told["run"], "[/b] night owl")
        noted = json.loads(tell("runs", "note", "[/b] Night Owl", "too much\x1b[2J alpha", "--json"))
        assert noted["note"] == "too much\ufffd[2J alpha"
        assert "Starred" in tell("runs", "star", told["run"])
        printed = tell("runs")
        assert printed.index("★ [/b] night owl") < printed.index("popular")
        shown = tell("runs", "show", "[/b] night owl")
        assert "too much\ufffd[2J alpha" in shown
        assert "starred" in shown
    finally:
        tell("runs", "unstar", told["run"])
        tell("runs", "note", told["run"], "")
        tell("runs", "rename", told["run"], "")
    assert json.loads(tell("runs", "show", "best", "--json")) == told
    assert "needs a TEXT" in tell("runs", "rename", "popular", code=2)
    assert "at most 60" in tell("runs", "rename", "popular", "x" * 61, code=2)
    assert "needs a RUN and its new name" in tell("runs", "rename", code=2)


def test_a_star_needs_no_index(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    shutil.copytree(workshop.home / "runs", home / "runs")
    for words in (["star", "latest"], ["unstar", "best"], ["show", "latest"]):
        assert run(["runs", *words, "--home", str(home)]) == 0
    assert run(["runs", "star", "latest", "--home", str(home), "--data", str(workshop.data)]) == 0
    other = tmp_path / "other.csv"
    other.write_text("user_id,artist_name,play_count\n1,Air,1\n")
    assert run(["runs", "star", "latest", "--home", str(home), "--data", str(other)]) == 2
    assert not (home / "cache").exists()
    capsys.readouterr()


def test_the_newest_runs_are_listed_and_all_on_demand(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("musicrec_tui.cli.runs._NEWEST", 1)
    assert run(["runs", "--home", str(workshop.home)]) == 0
    told = capsys.readouterr().out
    assert "1 of 2 runs" in told
    assert "--all" in told
    assert run(["runs", "--all", "--home", str(workshop.home)]) == 0
    assert "2 runs" in capsys.readouterr().out
