"""Artists that a log spells otherwise: near names are offered, and the choice is kept."""

import json
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, near_names, store
from musicrec_tui.dataset.profiles.lookup import user_of
from musicrec_tui.dataset.profiles.person import person_of
from musicrec_tui.dataset.profiles.taste import taste_of
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, write_text

LOG = ("user,artist,plays", "u,Motörhead Band,3", "u,Air,2", "v,Air,1", "v,Portishead,1")
OWN = (
    "artist,track,time",
    "Motorhead Bandd,Ace,2024-05-01 12:00",
    "Air,La,2024-05-02 12:00",
    "Nobody,X,2024-05-03 12:00",
)


@pytest.fixture
def log(tmp_path: Path, home: Home) -> Path:
    """A log, and the profile `me` beside it."""
    importing.import_history(home, "me", Log([write_text(tmp_path / "own.csv", *OWN)]))
    return write_text(tmp_path / "log.csv", *LOG)


def test_near_names_are_offered_and_the_choice_is_kept(log: Path, home: Home, tmp_path: Path) -> None:
    dataset = opened(home, log)
    unknown, total = near_names.unknown_artists(dataset, store.read_profile(home, "me"))
    assert total == 2
    assert {one.own.name: [artist.name for artist in one.near] for one in unknown} == {
        "Motorhead Bandd": ["Motörhead Band"], "Nobody": [],
    }  # fmt: skip
    profile = near_names.choose(home, dataset, "me", [("motorhead bandd", "Motörhead Band")])
    assert taste_of(dataset, profile).plays == {"name:motörhead band": 1, "name:air": 1}
    assert person_of(home, dataset, user_of(profile), "UTC").profile(10).unknown_artists == 1
    importing.import_history(home, "me", Log([write_text(tmp_path / "more.csv", *OWN[:2])]))
    kept = store.read_profile(home, "me")
    assert taste_of(dataset, kept).unknown == 1
    forgotten = near_names.choose(home, dataset, "me", [("Motorhead Bandd", "")])
    assert taste_of(dataset, forgotten).unknown == 2


def test_the_log_s_own_artist_comes_before_a_choice(log: Path, home: Home, tmp_path: Path) -> None:
    dataset = opened(home, log)
    profile = near_names.choose(home, dataset, "me", [("Motorhead Bandd", "Air")])
    other = opened(home, write_text(tmp_path / "other.csv", *LOG, "v,Motorhead Bandd,1"))
    assert taste_of(other, profile).plays == {"name:motorhead bandd": 1, "name:air": 1}


def test_a_choice_names_artists_that_are_there(log: Path, home: Home) -> None:
    dataset = opened(home, log)
    for pair, told in ((("Moby", "Air"), "has no artist 'Moby'"), (("Nobody", "Xyzzy"), "no artist 'Xyzzy'")):
        with pytest.raises(UserError, match=told):
            near_names.choose(home, dataset, "me", [pair])


def test_the_command(log: Path, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["profiles", "match", "me", "--json", "--data", str(log), "--home", str(home.root)]
    assert run(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["unknown"][0]["near"] or told["unknown"][1]["near"]
    assert run([*asked, "--same", "Motorhead Bandd=Motörhead Band"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], told["same"]) == (1, {"Motorhead Bandd": "Motörhead Band"})
    assert run([*asked, "--same", "Motorhead Bandd"]) == 2
    assert run(["profiles", "show", "me", "--same", "a=b", "--home", str(home.root)]) == 2
