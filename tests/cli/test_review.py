"""`review`, `links` and `personal` on the command line."""

import json
import os
import shutil
import stat
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.dataset import bookmarks
from musicrec_tui.jobs import personal_files
from musicrec_tui.paths import Home
from tests.cli.conftest import HOSTILE, Tell, Workshop


@pytest.mark.parametrize("ending", ["svg", "md", "json", "txt"])
def test_a_year_is_printed_and_written(tell: Tell, tmp_path: Path, ending: str) -> None:
    told = json.loads(tell("review", "--user", "user3", "--year", "2007", "--json"))
    assert (told["year"], told["whose"]) == (2007, "user3")
    printed = tell("review", "--user", "user3")
    assert f"listens         {told['totals']['listens']:,}" in printed
    assert told["artists"][0]["name"] in printed
    assert tell("review", "--user", "user3", "--markdown").startswith("# 2007 of user3")
    target = tmp_path / f"year.{ending}"
    assert str(target) in tell("review", "--user", "user3", "--to", str(target)).replace("\n", "")
    assert "user3" in target.read_text()
    if ending == "json":
        assert json.loads(target.read_text()) == told


def test_a_year_needs_to_know_whose_it_is(tell: Tell, tmp_path: Path) -> None:
    assert "Whose year?" in tell("review", code=2)
    assert "not both" in tell("review", "--user", "user3", "--profile", "me", code=2)
    assert "no listens by user3 in 1999" in tell("review", "--user", "user3", "--year", "1999", code=2)
    assert ".svg" in tell("review", "--user", "user3", "--to", str(tmp_path / "year.png"), code=2)


def test_links_are_printed_encoded(tell: Tell) -> None:
    told = json.loads(tell("links", HOSTILE, "--track", "A/B", "--json"))["links"]
    assert told["Last.fm"].endswith("/_/A%2FB")
    assert "https://open.spotify.com/search/Nirvana%20%5BLive%5D" in tell("links", "Nirvana [Live]")


@pytest.fixture
def person(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workshop:
    """A home with a profile, verdicts, a bookmark, a note and a token."""
    shutil.copytree(workshop.home, tmp_path / "home")
    made = Workshop(workshop.data, tmp_path / "home")
    for argv in (
        ["profiles", "new", "me", "--like", "Band 4", *made.place], ["taste", "block", "Band 6", *made.place],
        ["runs", "note", "popular", "hm", *made.place],
    ):  # fmt: skip
        assert run(argv) == 0, capsys.readouterr().err
    bookmarks.add_bookmark(Home(made.home, made.home / "cache"), bookmarks.artist("name:band 4", "Band 4"))
    (made.home / "tokens.toml").write_text("x = 1\n")
    return made


def tree(home: Path) -> dict[str, bytes]:
    """The personal files."""
    found = personal_files._files(Home(home, home / "cache"))
    return {str(path.relative_to(home)): path.read_bytes() for _, path in found}


def test_everything_personal_is_backed_up_erased_and_restored(
    person: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, backup, at = tree(person.home), tmp_path / "me.zip", ["--home", str(person.home)]
    settings = person.home / "settings.toml"
    settings.write_text("k = 7\n")
    assert {"opinions.json", "bookmarks.json", "tokens.toml"} <= set(before)
    assert any(name.endswith("label.json") for name in before)
    assert any(name.startswith("profiles/") for name in before)
    assert run(["personal", "backup", str(backup), *at]) == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert run(["personal", "erase", *at]) == 2, "asks first"
    assert tree(person.home) == before
    assert run(["personal", "erase", "--yes", *at]) == 0
    assert tree(person.home) == {}
    assert b"Band 4" not in b"".join(path.read_bytes() for path in person.home.glob("*.json"))
    capsys.readouterr()
    assert run(["personal", *at]) == 0
    assert "nothing about a person" in capsys.readouterr().out
    assert run(["personal", "restore", str(backup), *at]) == 0
    assert tree(person.home) == before
    assert stat.S_IMODE((person.home / "profiles").stat().st_mode) == 0o700
    assert all(stat.S_IMODE((person.home / name).stat().st_mode) == 0o600 for name in before)
    assert settings.read_text() == "k = 7\n"
    assert run(["profiles", "show", "me", *at]) == 0


def test_every_file_of_a_home_is_personal_or_known_not_to_be(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path / "cache")
    places = {value for name in dir(Home) if isinstance(value := getattr(home, name), Path)}
    names = {place.name for place in places if place.parent == home.root and place != home.cache}
    not_personal = {"runs", "tunings", "settings.toml", "slots", "tour_shown", "keys_announced"}
    assert names - not_personal == {name for named in personal_files.WHAT.values() for name in named}


def test_a_restore_that_fails_in_the_middle_loses_nothing(
    person: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, backup, at = tree(person.home), tmp_path / "me.zip", ["--home", str(person.home)]
    assert run(["personal", "backup", str(backup), *at]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(personal_files, "_wanted", Mock(side_effect=[True, OSError("the disk failed")]))
        assert run(["personal", "restore", str(backup), "--yes", *at]) == 1
    told = capsys.readouterr().err
    kept = person.home / "before_restore.zip"
    assert f"the disk failed. What was there before is in {kept}." in told
    assert tree(person.home) != before
    assert run(["personal", "restore", str(kept), "--yes", *at]) == 0
    assert tree(person.home) == before
    assert run(["personal", "erase", "--yes", *at]) == 0
    assert not list(person.home.glob("before_restore*"))


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "runs/x/spec.json", "settings.toml", "profiles/../../x", ".", "profiles", "state.json/x"],
)
def test_what_no_backup_holds_is_refused_and_changes_nothing(person: Workshop, tmp_path: Path, name: str) -> None:
    before, bad = tree(person.home), tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("musicrec-tui-personal.txt", b"1\n")
        archive.writestr("bookmarks.json", b"{}")
        archive.writestr(name, b"x")
    assert run(["personal", "restore", str(bad), "--yes", "--home", str(person.home)]) == 2
    assert tree(person.home) == before


def test_files_of_a_wrong_clock_are_backed_up(person: Workshop, tmp_path: Path) -> None:
    before, backup, at = tree(person.home), tmp_path / "me.zip", ["--home", str(person.home)]
    for path in person.home.rglob("*.json"):
        os.utime(path, (0, 0))
    assert run(["personal", "backup", str(backup), *at]) == 0
    assert run(["personal", "restore", str(backup), "--yes", *at]) == 0
    (person.home / "before_restore.zip").unlink()
    assert tree(person.home) == before


@pytest.mark.parametrize("harm", ["stream", "encrypted", "nameless"])
def test_an_archive_that_cannot_be_unpacked_is_a_sentence_and_changes_nothing(
    person: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    before, backup, at = tree(person.home), tmp_path / "me.zip", ["--home", str(person.home)]
    assert run(["personal", "backup", str(backup), *at]) == 0
    content = bytearray(backup.read_bytes())
    with zipfile.ZipFile(backup) as archive:
        first, *others = archive.infolist()
    if harm == "stream":  # not deflate
        start = others[0].header_offset + 30 + len(others[0].filename)
        content[start : start + 4] = b"\xff" * 4
    elif harm == "encrypted":
        content[first.header_offset + 6] |= 1
        content[content.index(b"PK\x01\x02") + 8] |= 1
    else:
        nameless = zipfile.ZipInfo("x")
        nameless.filename = ""
        with zipfile.ZipFile(backup, "a") as archive:
            archive.writestr(nameless, b"x")
        content = bytearray(backup.read_bytes())
    backup.write_bytes(bytes(content))
    # From Python 3.12 on a file without a name can be read, and then it is none of a backup's.
    sentences = {1: "cannot be restored: "} | ({2: "holds '', which no backup does"} if harm == "nameless" else {})
    code = run(["personal", "restore", str(backup), "--yes", *at])
    assert sentences[code] in capsys.readouterr().err
    assert tree(person.home) == before


def test_a_damaged_backup_changes_nothing(person: Workshop, tmp_path: Path) -> None:
    before, backup, at = tree(person.home), tmp_path / "me.zip", ["--home", str(person.home)]
    assert run(["personal", "backup", str(backup), *at]) == 0
    content = bytearray(backup.read_bytes())
    for place in range(len(content) // 3, len(content) // 3 + 40):
        content[place] ^= 0xFF
    for damaged in (bytes(content), backup.read_bytes()[:-30], b"", b"no zip"):
        backup.write_bytes(damaged)
        assert run(["personal", "restore", str(backup), "--yes", *at]) in (1, 2)
        assert tree(person.home) == before
    assert run(["personal", "restore", str(tmp_path / "gone.zip"), "--yes", *at]) == 1
