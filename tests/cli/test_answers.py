"""What models answer: ranked, cut honestly, explained by shares that sum to the score, free of escapes."""

import json
import math
import re
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import ARTISTS, HOSTILE, HOSTILE_USER, Tell, Workshop


def test_the_best_run_recommends_what_the_user_has_not_heard(tell: Tell) -> None:
    heard = {row["artist"]["name"] for row in json.loads(tell("user", "user1", "--json"))["top_artists"]}
    told = json.loads(tell("recommend", "--user", "user1", "-k", "5", "--json"))
    assert [row["rank"] for row in told["rows"]] == [1, 2, 3, 4, 5]
    scores = [row["score"] for row in told["rows"]]
    assert scores == sorted(scores, reverse=True)
    assert not heard & {row["artist"]["name"] for row in told["rows"]}
    assert told["run"] == json.loads(tell("runs", "show", "best", "--json"))["run"]
    printed = tell("recommend", "best", "--user", "user1", "-k", "5")
    assert f"5 of {told['total']}" in printed
    assert all(row["artist"]["name"] in printed for row in told["rows"] if row["artist"]["name"] != HOSTILE)


def test_heard_artists_are_ranked_where_asked_for(tell: Tell) -> None:
    told = json.loads(tell("recommend", "popular", "--user", "user1", "-k", "1000", "--heard", "all", "--json"))
    assert {row["artist"]["name"] for row in told["rows"]} == set(ARTISTS)
    assert any(row["heard"] for row in told["rows"])


def test_a_list_that_is_empty_says_why(tell: Tell) -> None:
    printed = tell("recommend", "popular", "--user", "user1", "--min-listeners", "1000000")
    assert "0 artists\nNo artist passes the filters." in printed


def test_hostile_names_are_recommended_clean(tell: Tell) -> None:
    printed = tell("recommend", "popular", "--user", "user1", "-k", "1000", "--heard", "all")
    assert "[/b]�]0;owned�[red]" in printed
    assert "Nirvana [Live]" in printed
    assert "user�[31m" in tell("recommend", "--user", HOSTILE_USER)


def test_similar_takes_a_run_or_none(tell: Tell) -> None:
    told = json.loads(tell("similar", "Band 3", "-k", "4", "--json"))
    assert told == json.loads(tell("similar", "best", "Band 3", "-k", "4", "--json"))
    assert len(told["rows"]) == 4
    assert "Band 3" not in [row["artist"]["name"] for row in told["rows"]]
    assert all(-1 <= row["score"] <= 1.0001 for row in told["rows"])
    assert "Similar to [/b]�" in tell("similar", HOSTILE)


def test_reasons_sum_to_the_score(tell: Tell) -> None:
    told = json.loads(tell("explain", "--user", HOSTILE_USER, "--artist", "Band 3", "--json"))
    assert math.isclose(sum(reason["amount"] for reason in told["reasons"]), told["score"], abs_tol=1e-3)
    assert "[/b]�" in tell("explain", "best", "--user", HOSTILE_USER, "--artist", "Band 3")


def test_parts_beyond_the_limit_are_told_as_one(tell: Tell) -> None:
    argv = ["explain", "best", "--user", "user3", "--artist", "Band 3"]
    told = json.loads(tell(*argv, "--json"))
    parts = sorted((reason["amount"] for reason in told["reasons"]), key=abs, reverse=True)
    printed = tell(*argv, "-n", "2")
    assert re.search(rf"{len(parts) - 2} others +{sum(parts[2:]):.4f}", printed)
    assert f"2 of {len(parts)} reasons" in printed
    if told["score"] > 0:
        assert f"{parts[0] / told['score']:.1%}" in printed


def test_what_a_model_cannot_do_it_says(tell: Tell) -> None:
    assert tell("explain", "popular", "--user", "user1", "--artist", "Band 3", code=1).strip()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["recommend", "--user", "nobody"], "nobody"),
        (["recommend"], "--user"),
        (["recommend", "nonsense", "--user", "user1"], "nonsense"),
        (["similar", "No Such Band"], "No Such Band"),
        (["similar", "best", "Band", "3"], "quotes"),
        (["explain", "--user", "user1"], "--artist"),
    ],
)
def test_mistakes_get_sentences(tell: Tell, argv: list[str], said: str) -> None:
    assert said in tell(*argv, code=2)


def test_without_a_run_it_says_how_to_train(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["recommend", "--user", "user1", "--data", str(workshop.data), "--home", str(tmp_path)]) == 2
    assert "musicrec-tui train als" in capsys.readouterr().err


def test_a_named_run_brings_its_log(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recommend", "popular", "--user", "user1", "--home", str(workshop.home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["user"] == "user1"


def test_a_defect_of_the_service_is_logged_and_not_printed(
    workshop: Workshop, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musicrec_tui.jobs import answering

    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(answering, "recommend", broken)
    assert "defect" in tell("recommend", "--user", "user1", code=1)
    assert "oops" in (workshop.home / "cache" / "logs" / "cli.log").read_text()
