"""Typographic signs and those of a keyboard are one; what was kept before that is found all the same."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from musicrec_tui import sealed
from musicrec_tui.dataset import bookmarks, opinions
from musicrec_tui.dataset.artist_keys import current_key
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import history, importing, reading
from musicrec_tui.dataset.records import Artist
from musicrec_tui.paths import Home
from musicrec_tui.text import normal_name
from tests.dataset.logs import opened, played, write_text

SIGNS = [
    ("Lanterns’ Edge", "Lanterns' Edge"), ("Nine‐Seven", "Nine-Seven"), ("A – B — C", "A - B - C"),
    ("“Weird Al” Yankovic", '"Weird Al" Yankovic'), ("Wait…", "Wait..."), ("ＡＢＢＡ", "ABBA"),
    ("Guns Nʼ Roses", "Guns N' Roses"), ("7″ Mix", '7" Mix'), ("Rock ´n Roll", "Rock 'n Roll"),
]  # fmt: skip


@pytest.mark.parametrize(("typographic", "plain"), SIGNS)
def test_signs_are_one(typographic: str, plain: str) -> None:
    assert normal_name(typographic) == normal_name(plain)
    assert normal_name(normal_name(typographic)) == normal_name(typographic)


@pytest.mark.parametrize(("one", "other"), [("AC/DC", "ACDC"), ("Ke$ha", "Kesha"), ("Can", "Can't"), ("P!nk", "Pink")])
def test_what_must_stay_apart_does(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)


def test_a_log_has_both_spellings_as_one_artist(tmp_path: Path, home: Home) -> None:
    lines = [f"u,{name},1" for name in ("Lanterns’ Edge", "Lanterns' Edge")]
    file = write_text(tmp_path / "x.csv", "user,artist,plays", *lines)
    dataset = opened(home, file)
    assert played(dataset) == {("u", "name:lanterns' edge", 2)}
    assert dataset.info.normal_form == 2


def test_bookmarks_and_verdicts_of_before_are_found(home: Home) -> None:
    old = "name:lanterns’ edge"
    mark = bookmarks.Bookmark("artist", old, "Lanterns’ Edge", datetime(2024, 5, 1, tzinfo=UTC))
    home.root.mkdir(parents=True, exist_ok=True)
    sealed.write(home.bookmarks, bookmarks._Kept((mark,)), bookmarks.SCHEMA)
    assert [one.key for one in bookmarks.list_bookmarks(home)] == ["name:lanterns' edge"]
    held = opinions.Opinions({"": (opinions.Opinion("blocked", old, "Lanterns’ Edge"),)})
    sealed.write(home.opinions, held, opinions.SCHEMA)
    artist = Artist(0, "name:lanterns' edge", "Lanterns' Edge", 1, 1)
    [one] = opinions.read_opinions(home.opinions).of("")
    assert one.same_artist(opinions.opinion("loved", artist, "listens"))
    assert current_key("id:’") == "id:’"


def test_a_history_of_before_is_joined_with_what_comes(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path
    line = "Lanterns’ Edge,Record,Nine‐Seven,01 May 2024 12:00:00"
    with monkeypatch.context() as before:
        before.setattr(reading, "normal_name", str.casefold)
        profile = importing.import_history(home, "me", Log([write_text(folder / "a.csv", line)]))
    plain = line.replace("’", "'").replace("‐", "-")
    profile = importing.import_history(home, "me", Log([write_text(folder / "b.csv", plain)]))
    assert (profile.stored.listens, profile.stored.artists, profile.stored.imports[-1].new) == (1, 1, 0)
    rows = history.ask(profile, lambda query: query("SELECT DISTINCT artist_key, recording_key FROM told"))
    assert rows == [("name:lanterns' edge", "nine-seven")]


def test_an_mbid_makes_two_spellings_one_and_two_names_apart(tmp_path: Path, home: Home) -> None:
    """Ke$ha and Kesha are one by their MBID alone; AC/DC and ACDC, and two artists of one name, stay apart."""
    one, other = "2ba0dafd-2ea2-4dc7-a8a5-6bdf0ebb2b2a", "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
    rows = [
        ("Ke$ha", one),
        ("Kesha", one),
        ("Nirvana", one[:-1] + "b"),
        ("Nirvana", other),
        ("AC/DC", ""),
        ("ACDC", ""),
    ]
    lines = [f"u,{name},{mbid},1" for name, mbid in rows]
    plain = opened(home, write_text(tmp_path / "x.csv", "user,artist,artist_id,plays", *lines))
    assert len(played(plain)) == 5
    names = [f"u,{name},1" for name in ("Ke$ha", "Kesha", "AC/DC", "ACDC", "Ke＄ha")]
    assert {key for _, key, _ in played(opened(home, write_text(tmp_path / "y.csv", "user,artist,plays", *names)))} == {
        "name:ke$ha", "name:kesha", "name:ac/dc", "name:acdc",
    }  # fmt: skip
