"""`taste`, and the filters of `recommend` and `export recommendations`: what is blocked is in no list."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import HOSTILE, Workshop, control_characters
from tests.dataset.logs import write_text

Say = Callable[..., str]


@pytest.fixture
def say(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in a copy of the workshop with a profile `me`; gives stdout, or the stderr of a mistake."""
    own = Workshop(workshop.data, tmp_path / "home")
    shutil.copytree(workshop.home, own.home)
    log = write_text(tmp_path / "mine.csv", "user_id,artist_name,play_count", "me,Band 4,3", "me,Band 6,1")
    assert run(["import", str(log), "--as", "me", "--home", str(own.home)]) == 0

    def call(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        assert run([*argv, *own.place]) == code
        told = capsys.readouterr()
        assert not control_characters(told.out + told.err)
        assert "Traceback" not in told.err
        return told.err if code else told.out

    return call


def names(told: str) -> list[str]:
    return [row["artist"]["name"] for row in json.loads(told)["rows"]]


def exported(say: Say, target: Path, *more: str) -> dict[str, list[str]]:
    """By user, the artists of an export."""
    say("export", "recommendations", "popular", "-k", "1000", "--to", str(target), *more)
    found: dict[str, list[str]] = {}
    with target.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["user_id"], []).append(row["artist_name"])
    return found


def test_taste_is_kept_listed_and_taken_back(say: Say) -> None:
    assert "No loved or blocked artists yet" in say("taste")
    told = json.loads(say("taste", "love", "band 8", HOSTILE, "--profile", "me", "--json"))
    assert (told["for"], told["blocked"]) == ("profile me", [])
    assert [artist["name"] for artist in told["loved"]] == ["Band 8", HOSTILE]
    assert datetime.now(UTC) - datetime.fromisoformat(told["loved"][0].pop("since")) < timedelta(hours=1)
    assert told["loved"][0] == {"key": "name:band 8", "name": "Band 8", "mbid": None}
    say("taste", "block", "Band 9")
    say("taste", "block", "Band 8", "--profile", "me")
    printed = say("taste")
    assert "[/b]�" in printed
    assert "3 artists" in printed
    told = json.loads(say("taste", "list", "--json"))["taste"]
    assert [(one["for"], [artist["name"] for artist in one["blocked"]]) for one in told] == [
        ("profile me", ["Band 8"]), ("everybody", ["Band 9"]),
    ]  # fmt: skip
    assert "Band 9" not in say("taste", "--profile", "me")
    say("taste", "clear", "band 8", HOSTILE, "--profile", "me")
    say("taste", "clear", "name:band 9")
    assert json.loads(say("taste", "--json")) == {"taste": []}


def test_what_is_blocked_is_in_no_list_and_no_export(say: Say, tmp_path: Path) -> None:
    first, second, third = names(say("recommend", "popular", "--user", "user1", "--json"))[:3]
    say("taste", "block", first, "--user", "user1")
    say("taste", "block", second)
    for model in ("popular", "best"):
        found = names(say("recommend", model, "--user", "user1", "-k", "1000", "--heard", "all", "--json"))
        assert len(found) == 28
        assert not {first, second} & set(found)
    assert second not in names(say("recommend", "--profile", "me", "-k", "1000", "--heard", "all", "--json"))
    assert second not in names(say("recommend", "--like", "Band 4", "-k", "1000", "--heard", "all", "--json"))
    lists = exported(say, tmp_path / "all.csv", "--heard", "all", "--block", third)
    assert not {first, second, third} & set(lists["user1"])
    assert first in lists["user2"]
    assert not any({second, third} & set(found) for found in lists.values())


def test_what_a_profile_loves_counts_and_is_not_new(say: Say) -> None:
    before = names(say("recommend", "--profile", "me", "-k", "1000", "--json"))
    say("taste", "love", before[0], "--profile", "me")
    assert before[0] not in names(say("recommend", "--profile", "me", "-k", "1000", "--json"))
    printed = say("recommend", "--profile", "me", "-k", "1000", "--heard", "all")
    assert "♥ no" in printed
    assert "because of" in printed


def test_an_artist_that_is_named_twice_is_blocked_once(say: Say) -> None:
    told = json.loads(say("taste", "block", "Band 9", "band 9", "--json"))
    assert [artist["name"] for artist in told["blocked"]] == ["Band 9"]


def test_filters_of_lists_and_exports_agree(say: Say, tmp_path: Path) -> None:
    every = json.loads(say("recommend", "popular", "--user", "user1", "-k", "1000", "--heard", "all", "--json"))["rows"]
    known = {row["artist"]["name"] for row in every if row["heard"]}
    for argv in (
        ["--max-listeners", "50%"],
        ["--heard", "rediscover", "--quiet-days", "30"],
        ["--heard", "all", "--max-plays", "0", "--min-listeners", "3", "--max-listeners", "12"],
    ):
        told = json.loads(say("recommend", "popular", "--user", "user1", "-k", "1000", *argv, "--json"))
        found = [row["artist"]["name"] for row in told["rows"]]
        assert found
        assert (set(found) <= known) == ("rediscover" in argv)
        assert exported(say, tmp_path / "lists.csv", *argv)["user1"] == found
    half = json.loads(say("recommend", "popular", "--user", "user1", "--max-listeners", "50%", "--json"))
    counts = sorted(row["artist"]["listeners"] for row in every)
    assert half["filters"]["max_listeners"] == counts[14]
    printed = say("recommend", "popular", "--user", "user1", "--max-listeners", "50%")
    assert f"new artists · at most {counts[14]} listeners" in printed


def test_who_types_artists_may_dislike_others(say: Say) -> None:
    told = json.loads(say("recommend", "--like", "Band 4", "--dislike", "Band 6", "-k", "1000", "--json"))
    assert [artist["name"] for artist in told["dislike"]] == ["Band 6"]
    assert not {"Band 4", "Band 6"} & {row["artist"]["name"] for row in told["rows"]}
    assert told["total"] == 28


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["taste", "love", "Band 4"], "`taste love` needs --user"),
        (["taste", "block", "Bend 4"], "Did you mean"),
        (["taste", "block"], "needs at least one ARTIST"),
        (["taste", "list", "Band 4"], "takes no ARTIST"),
        (["taste", "clear", "Band 4"], "everybody neither loves nor blocks 'Band 4'"),
        (["taste", "block", "Band 4", "--user", "nobody"], "nobody"),
        (["taste", "block", "Band 4", "--user", "user1", "--profile", "me"], "not both"),
        (["taste", "block", "Band 4", "--profile", "you"], "no profile 'you'"),
        (["recommend", "--user", "user1", "--dislike", "Band 4"], "--block ARTIST"),
        (["recommend", "--user", "user1", "--max-listeners", "half"], "no number of listeners"),
        (["recommend", "--user", "user1", "--max-listeners", "0%"], "no share of artists"),
        (["recommend", "--user", "user1", "--block", "Bend 4"], "Did you mean"),
        (["export", "scores", "--to", "x.csv", "--max-plays", "3"], "Filters apply to recommendations"),
    ],
)
def test_mistakes_get_sentences(say: Say, argv: list[str], said: str) -> None:
    assert said in say(*argv, code=2)
