"""`tune` and `tunings` on the command line: a table for people, JSON for programs, a sentence for mistakes."""

import json
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import Tell, Workshop, control_characters


def test_a_tuning_from_start_to_test(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--home", str(tmp_path)]
    argv = ["tune", "als", "--vary", "factors=2,4", "--vary", "iterations=2,3,5", "--name", "[red]\x1b[31m"]
    assert run([*argv, "--objective", "auc@10", "--json", "--data", str(workshop.data), *place]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["done"], told["total"]) == ("finished", 6, 6)
    best = max(told["trials"], key=lambda trial: trial["metrics"]["auc@10"])
    assert told["best"]["value"] == best["metrics"]["auc@10"]

    assert run(["tunings", *place]) == 0
    assert "6 of 6" in (listed := capsys.readouterr().out)
    assert not control_characters(listed)

    assert run(["tunings", "show", "latest", "--heat", "factors", "--heat", "iterations", *place]) == 0
    shown = capsys.readouterr().out
    assert "iterations ↓ factors →" in shown
    assert f"{best['value']:.4f}" in shown
    assert not control_characters(shown)

    assert run(["tunings", "train", told["tuning"], "--json", *place]) == 0
    final = json.loads(capsys.readouterr().out)
    assert final["evaluated_on"] == "test"
    assert final["parameters"] == {name: value for name, value in best["params"].items() if name != "model"}

    assert run(["tunings", "resume", told["tuning"], *place]) == 2
    assert "nothing to resume" in capsys.readouterr().err
    for words in (["rename", told["tuning"], "first try"], ["delete", "first try"], ["restore", "first try"]):
        assert run(["tunings", *words, *place]) == 0
    capsys.readouterr()
    assert run(["tunings", "star", "First try", "--json", *place]) == 0
    starred = json.loads(capsys.readouterr().out)
    assert (starred["starred"], starred["best"], starred["done"]) == (True, best, told["done"])
    assert run(["tunings", "delete", told["tuning"], *place]) == 0
    assert run(["tunings", "empty", "--yes", *place]) == 0
    capsys.readouterr()
    assert run(["tunings", "--json", *place]) == 0
    assert json.loads(capsys.readouterr().out) == {"tunings": []}


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["nothing"], "no model named 'nothing'"),
        (["als", "--grid", "deck", "--trials", "3"], "exclude each other"),
        (["als", "--grid", "nowhere.toml"], "Cannot read the grid"),
        (["ncf", "--grid", "deck"], "is for als"),
        (["als", "--vary", "factors"], "name=values"),
        (["als", "--vary", "factors=a,b"], "factors"),
        (["als", "--over", "colour"], "cannot vary 'colour'"),
        (["popularity"], "no parameter that a search can vary"),
        (["als", "--objective", "speed"], "Unknown objective 'speed'"),
        (["als", "--validation-size", "0"], "validation"),
        (["als", "--master", "spark://host:7077"], "--master is for Spark: add --engine spark."),
        (["ncf", "--engine", "spark", "--processes", "4"], "--processes is for this machine"),
    ],
)
def test_what_cannot_be_tuned_gets_a_sentence(tell: Tell, argv: list[str], sentence: str) -> None:
    assert sentence in tell("tune", *argv, code=2)


def test_a_tuning_that_is_not_there_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["tunings", "show", "nothing"], ["tunings", "show"]):
        assert run([*argv, "--home", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
