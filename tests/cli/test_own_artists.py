"""Artists that are named on the command line: a profile of them, and a playlist of what is recommended."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import HOSTILE, Workshop, control_characters
from tests.cli.test_profiles import own

__all__ = ["own"]

Say = Callable[..., str]


@pytest.fixture
def say(own: Workshop, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in a home of its own; gives its stdout, or its stderr where it fails."""

    def call(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        assert run([*argv, *own.place]) == code
        told = capsys.readouterr()
        assert not control_characters(told.out + told.err)
        return told.err if code else told.out

    return call


def test_named_artists_are_a_profile_like_any_other(say: Say) -> None:
    likes = ["--like", "band 4", "--like", HOSTILE]
    made = json.loads(say("profiles", "new", "me", *likes, "--dislike", "Band 6", "--json"))
    assert (made["name"], made["artists"], made["ratings"]) == ("me", 2, 3)
    shown = json.loads(say("profiles", "show", "me", "--json"))
    assert (shown["like"], shown["dislike"]) == (["Band 4", HOSTILE], ["Band 6"])
    assert "typed artist" in say("profiles", "show", "me")
    by_profile = json.loads(say("recommend", "--profile", "me", "-k", "30", "--json"))
    by_names = json.loads(say("recommend", *likes, "-k", "30", "--json"))
    assert by_profile["rows"]
    told = [row["artist"]["name"] for row in by_profile["rows"]]
    assert told == [row["artist"]["name"] for row in by_names["rows"] if row["artist"]["name"] != "Band 6"][: len(told)]
    assert "profile:me" in say("users", "me")
    say("profiles", "new", "me", "--like", "Band 8")
    assert json.loads(say("profiles", "show", "me", "--json"))["like"] == ["Band 8"]
    assert "Deleted the profile me" in say("profiles", "forget", "me", "--yes")


def test_recommendations_become_a_playlist(say: Say, tmp_path: Path) -> None:
    likes = ["--like", "Band 4", "--like", "Band 6"]
    told = json.loads(say("recommend", *likes, "-k", "5", "--playlist", str(tmp_path / "list.jspf"), "--json"))
    assert (told["playlist"]["to"], told["playlist"]["tracks"]) == (str(tmp_path / "list.jspf"), 5)
    written = json.loads((tmp_path / "list.jspf").read_text())["playlist"]["track"]
    assert [one["creator"] for one in written] == [row["artist"]["name"] for row in told["rows"]]
    printed = say("recommend", *likes, "-k", "2", "--playlist", str(tmp_path / "list.txt"))
    assert "Wrote 2 tracks to" in printed
    assert len((tmp_path / "list.txt").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["profiles", "new"], "needs a NAME"),
        (["profiles", "new", "me"], "needs an artist"),
        (["profiles", "new", "me", "--like", "Bend 4"], "Did you mean"),
        (["profiles", "new", "me", "--like", "Band 4", "--dislike", "band 4"], "is there twice"),
        (["profiles", "show", "me", "--like", "Band 4"], "takes no --like"),
        (["recommend", "--like", "Band 4", "--playlist", "list.csv"], "end it with .jspf, .json, .xspf, .m3u8, .txt"),
    ],
)
def test_mistakes_get_sentences(say: Say, argv: list[str], said: str) -> None:
    assert said in say(*argv, code=2)
