"""`import`, `profiles`, and what other commands do for a profile or for typed artists."""

import io
import json
import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.recommenders.als.model import AlsRecommender
from musicrec_tui.recommenders.base import Capabilities
from tests.cli.conftest import HOSTILE, Workshop, control_characters
from tests.dataset.logs import write_text

HEADER = "user_id,artist_name,release_name,recording_name,date,time"


@pytest.fixture
def own(workshop: Workshop, tmp_path: Path) -> Workshop:
    """A workshop to import into."""
    shutil.copytree(workshop.home, tmp_path / "home")
    return Workshop(workshop.data, tmp_path / "home")


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Somebody's listens: three artists of the log, one of them hostile, and one that it lacks."""
    names = (HOSTILE, "Band 4", "Band 4", "Band 6", "Somebody else")
    lines = [f"me,{name},,Song,2024-05-01,12:00:{at:02}" for at, name in enumerate(names)]
    return write_text(tmp_path / "mine.csv", HEADER, *lines, "me,,,,2024-05-01,12:00:00", "me,Band 4")


Say = Callable[..., str]


@pytest.fixture
def say(own: Workshop, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in that home; gives its stdout, or its stderr where a code other than 0 is expected."""

    def call(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        place = ["--home", str(own.home)] if argv[0] in ("import", "profiles") else own.place
        assert run([*argv, *place]) == code
        told = capsys.readouterr()
        assert not control_characters(told.out + told.err)
        assert "Traceback" not in told.err
        return told.err if code else told.out

    return call


def test_an_import_gives_an_account(say: Say, history: Path) -> None:
    printed = say("import", str(history), "--as", "me")
    for line in (
        "rows           7",
        "kept           5",
        "new            5",
        "skipped: no artist name  1",
        "me,Band 4",
    ):
        assert " ".join(line.split()) in " ".join(printed.split())
    again = json.loads(say("import", str(history), "--as", "me", "--json"))
    assert {name: again["import"][name] for name in ("rows", "kept", "new", "known")} == {
        "rows": 7, "kept": 5, "new": 0, "known": 5,
    }  # fmt: skip
    assert sum(again["import"]["rejected"].values()) == 2
    assert again["profile"]["listens"] == 5


def test_progress_is_told_on_stderr(say: Say, history: Path, own: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", str(history), "--as", "me", "--home", str(own.home), "--json"]) == 0
    told = capsys.readouterr()
    assert "Import: reading" in told.err
    json.loads(told.out)


def test_profiles_are_listed_shown_and_forgotten(say: Say, history: Path) -> None:
    assert "No profiles yet" in say("profiles")
    say("import", str(history), "--as", HOSTILE)
    say("import", str(history), "--as", "me")
    say("import", str(history), "--as", "me")
    assert [one["name"] for one in json.loads(say("profiles", "--json"))["profiles"]] == [HOSTILE, "me"]
    assert "2 profiles" in say("profiles")
    shown = json.loads(say("profiles", "show", "me", "--json"))
    assert [one["new"] for one in shown["imports"]] == [5, 0]
    assert "no artist name" in say("profiles", "show", HOSTILE)
    assert json.loads(say("profiles", "forget", HOSTILE, "--yes", "--json")) == {"forgotten": HOSTILE}
    assert [one["name"] for one in json.loads(say("profiles", "--json"))["profiles"]] == ["me"]
    assert "no profile" in say("profiles", "forget", HOSTILE, "--yes", code=2)


class _Terminal(io.StringIO):
    """A keyboard."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code", "left"), [("y\n", 0, 0), ("n\n", 130, 1), ("", 130, 1)])
def test_forgetting_asks(
    say: Say, history: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int, left: int
) -> None:
    say("import", str(history), "--as", "me")
    monkeypatch.setattr(sys, "stdin", _Terminal(typed))
    say("profiles", "forget", "me", code=code)
    assert len(json.loads(say("profiles", "--json"))["profiles"]) == left


def test_where_nobody_can_be_asked_nothing_is_forgotten(
    say: Say, history: Path, own: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("import", str(history), "--as", "me")
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert "4 artists? There is no terminal to confirm on: add --yes" in say("profiles", "forget", "me", code=2)
    [folder] = (path for path in (own.home / "profiles").iterdir() if path.is_dir())
    (folder / "profile.json").write_text("{}")
    assert f"profiles forget {folder.name}" in " ".join(say("profiles").split())
    assert folder.name in json.loads(say("profiles", "--json"))["damaged"][0]
    assert "the damaged profile" in say("profiles", "forget", folder.name, code=2)
    say("profiles", "forget", folder.name, "--yes")
    assert "No profiles yet" in say("profiles")


def test_a_profile_is_looked_up_like_a_user(say: Say, history: Path) -> None:
    say("import", str(history), "--as", "me")
    assert "profile:me" in say("users", "me")
    assert json.loads(say("users", "me", "--json"))["rows"][0]["key"] == "profile:me"
    for name in ("me", "profile:me"):
        told = json.loads(say("user", name, "--json"))
        assert (told["top_artists"][0]["artist"]["name"], told["top_artists"][0]["plays"]) == ("Band 4", 2)
        assert told["unknown_artists"] == 1
        assert [month["month"] for month in told["months"]] == ["2024-05"]
    printed = say("user", "me")
    assert "1 of 4 artists" in printed.partition("not in this log")[2].partition("\n")[0]
    assert "[/b]�]0;owned�[red]" in printed


def test_a_profile_is_recommended_to_with_reasons(say: Say, history: Path) -> None:
    say("import", str(history), "--as", "me")
    told = json.loads(say("recommend", "--profile", "me", "-k", "5", "--json"))
    assert told["profile"] == "me"
    assert (told["estimate"], told["unknown"], len(told["rows"])) == (False, 1, 5)
    own = {HOSTILE, "Band 4", "Band 6"}
    assert not own & {row["artist"]["name"] for row in told["rows"]}
    assert told["rows"][0]["reasons"]
    assert {reason["artist"]["name"] for row in told["rows"] for reason in row["reasons"]} <= own
    printed = say("recommend", "--profile", "me", "-k", "5")
    assert printed.startswith("For me by als")
    assert "1 of their artists is not in the data" in printed
    again = json.loads(say("recommend", "--profile", "me", "-k", "100", "--heard", "all", "--json"))
    assert {row["artist"]["name"] for row in again["rows"] if row["heard"]} == own
    best = told["rows"][0]
    why = json.loads(say("explain", "--profile", "me", "--artist", best["artist"]["key"], "--json"))
    assert math.isclose(sum(reason["amount"] for reason in why["reasons"]), why["score"], abs_tol=1e-3)
    assert math.isclose(why["score"], best["score"], abs_tol=1e-6)


def test_typed_artists_are_enough(say: Say) -> None:
    likes = ["--like", "band 4", "--like", "Band 6", "--like", HOSTILE]
    told = json.loads(say("recommend", *likes, "-k", "4", "--json"))
    assert [artist["name"] for artist in told["like"]] == ["Band 4", "Band 6", HOSTILE]
    assert told["profile"] is None
    assert len(told["rows"]) == 4
    assert {reason["artist"]["name"] for row in told["rows"] for reason in row["reasons"]} <= {
        HOSTILE, "Band 4", "Band 6",
    }  # fmt: skip
    assert "For Band 4 + Band 6 + [/b]�" in say("recommend", *likes)
    assert "because of" in say("explain", *likes, "--artist", "Band 8")
    assert json.loads(say("recommend", "popular", *likes, "--json"))["rows"]


def test_an_estimate_is_said_to_be_one(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    can = Capabilities(explain=True, fold_in=True, fold_in_estimate=True, similar=True)
    monkeypatch.setattr(AlsRecommender, "capabilities", can)
    assert "an estimate from similar users" in say("recommend", "--like", "Band 4")
    assert "an estimate from similar users" in say("explain", "--like", "Band 4", "--artist", "Band 8")
    assert "Reasons are an estimate" not in say("recommend", "--like", "Band 4")


def test_reasons_that_do_not_sum_to_the_score_are_said_to_be_estimates(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    can = Capabilities(explain=True, explain_estimate=True, fold_in=True, similar=True)
    monkeypatch.setattr(AlsRecommender, "capabilities", can)
    assert "Reasons are an estimate" in say("recommend", "--like", "Band 4")
    assert "Reasons are an estimate" in say("explain", "--like", "Band 4", "--artist", "Band 8")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["recommend"], "--user ID, --profile NAME or --like ARTIST"),
        (["recommend", "user1"], "--user ID, --profile NAME or --like ARTIST"),
        (["recommend", "--user", "user1", "--like", "Band 4"], "omit it"),
        (["recommend", "--like", "Bend 4"], "Did you mean"),
        (["recommend", "--profile", "me"], "no profile 'me'"),
        (["explain", "--artist", "Band 4"], "Give --user ID"),
        (["user", "profile:me"], "no profile 'me'"),
        (["profiles", "show"], "needs a NAME"),
        (["profiles", "list", "me"], "takes no NAME"),
        (["profiles", "forget", "me"], "no profile 'me'"),
        (["import", "/nowhere", "--as", "me"], "There is nothing at /nowhere"),
        (["import", "/nowhere"], "--as"),
    ],
)
def test_mistakes_get_sentences(say: Say, argv: list[str], said: str) -> None:
    assert said in say(*argv, code=2)


def test_a_log_of_many_needs_a_user(say: Say, workshop: Workshop) -> None:
    assert "--user ID" in say("import", str(workshop.data), "--as", "me", code=2)
    told = json.loads(say("import", str(workshop.data), "--as", "me", "--user", "user1", "--json"))
    assert told["import"]["user_id"] == "user1"
    mine = json.loads(say("user", "user1", "--json"))["user"]
    assert (told["profile"]["listens"], told["profile"]["artists"]) == (mine["listens"], mine["artists"])
