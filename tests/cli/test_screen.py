"""`keys`, `themes` and `bookmarks`: what the screen has, without it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.cli import argv
from musicrec_tui.cli.app import run
from musicrec_tui.errors import UserError
from musicrec_tui.tui.keys.cli_bridge import Front
from tests.cli.conftest import HOSTILE, Workshop, control_characters

Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in a home of its own, beside the screen; gives stdout, or stderr where it is to fail."""

    def call(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        assert run([*argv, "--home", str(tmp_path)], Front()) == code
        told = capsys.readouterr()
        assert not control_characters(told.out + told.err)
        return told.err if code else told.out

    return call


def test_keys_are_listed_as_the_settings_have_them(say: Say, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[keys]\n"explore.search" = "ctrl+f"\n')
    told = {one["id"]: one for one in json.loads(say("keys", "--json"))["keys"]}
    assert told["explore.search"] == {
        "id": "explore.search", "key": "^f", "screen": "Explore", "help": "Type to find artists and users.",
    }  # fmt: skip
    assert (told["list.top"]["key"], told["list.top"]["screen"]) == ("g g", "every list")
    table = say("keys")
    assert all(name in table for name in told)


def test_themes_are_listed_and_the_chosen_one_is_marked(say: Say, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('theme = "mine"\n[themes.mine]\nprimary = "teal"\n')
    told = {one["theme"]: one for one in json.loads(say("themes", "--json"))["themes"]}
    assert told["mine"] == {"theme": "mine", "kind": "dark", "origin": "yours", "chosen": True}
    assert {"ansi", "light", "high-contrast", "textual-dark"} <= set(told)
    assert "✓" in say("themes")


def test_what_is_wrong_in_the_settings_is_a_sentence(say: Say, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('theme = "none"\n[keys]\n"app.help" = "ctrl+b"\n')
    assert "line 3" in say("keys", code=2)
    assert "line 1" in say("themes", code=2)
    assert run(["keys"]) == 2  # without the screen


def test_bookmarks_are_added_listed_and_removed(workshop: Workshop, say: Say) -> None:
    data = ["--data", str(workshop.data)]
    assert "No bookmarks yet" in say("bookmarks")
    added = json.loads(say("bookmarks", "add", "--artist", HOSTILE, *data, "--json"))
    assert (added["changed"], added["bookmark"]["name"]) == (True, HOSTILE)
    assert "Already bookmarked" in say("bookmarks", "add", "--artist", HOSTILE, *data)
    assert "Bookmarked user user1." in say("bookmarks", "add", "--user", "user1", *data)
    assert [one["kind"] for one in json.loads(say("bookmarks", "--json"))["bookmarks"]] == ["user", "artist"]
    assert "2 bookmarks" in say("bookmarks")
    assert "1 of 2 bookmarks" in say("bookmarks", "-n", "1")
    assert "Removed the bookmark: user user1" in say("bookmarks", "remove", "--user", "user1")
    assert "There is no bookmark 'user1'" in say("bookmarks", "remove", "--user", "user1", code=2)
    assert "either --user ID or --artist NAME" in say("bookmarks", "add", code=2)
    assert "takes no --user" in say("bookmarks", "list", "--user", "1", code=2)
    assert "There is no artist" in say("bookmarks", "add", "--artist", "nobody", *data, code=2)


def test_fresh_is_for_the_screen() -> None:
    wanted = argv.read(["--fresh", "log.csv", "--home", "h"])
    assert wanted == argv.ScreenRequest(["log.csv"], Path("h"), "", frozenset({"--fresh"}))
    with pytest.raises(UserError, match="--fresh is for the screen"):
        argv.read(["--fresh", "users", "x"])


def test_the_program_hands_the_screen_in(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "musicrec_tui", "keys", "--json", "--home", str(tmp_path)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    assert any(one["id"] == "app.jump" for one in json.loads(done.stdout)["keys"])
