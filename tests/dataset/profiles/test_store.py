"""Profiles survive kills, damage and company: what is there is whole, and what is not whole is not there."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from musicrec_tui import files
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import history, importing, store
from musicrec_tui.dataset.profiles.names import checked_name, slug
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, write_text
from tests.dataset.profiles.histories import add, heard, jot, rows

HEADER = "user_id,artist_name,date,time"

_DIES = """
import os, pathlib, sys
from musicrec_tui import files, sealed
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, store
from musicrec_tui.paths import Home

def die(*_, **__):
    os.kill(os.getpid(), 9)

root, log, where = sys.argv[1:]
if where == "reading":
    importing.read_rows = die
elif where == "writing":
    os.fsync = die
elif where == "written":
    files.sha256_of = die
elif where == "sealing":
    sealed.write = die
elif where == "tidying":
    write = sealed.write
    def written(*values, **more):
        write(*values, **more)
        store._tidy = die
    sealed.write = written
importing.import_history(Home(pathlib.Path(root), pathlib.Path(root) / "cache"), "me", Log([pathlib.Path(log)]))
"""


def log(path: Path, *artists: str) -> Path:
    """One user's listens in the deck's layout."""
    return write_text(path, HEADER, *(f"me,{artist},2024-05-01,12:00:{at:02}" for at, artist in enumerate(artists)))


def artists(profile: Profile) -> set[str]:
    return {str(row[3]) for row in rows(profile)}


def leftovers(home: Home) -> list[str]:
    """What lies in the folder of profiles beside the two files of each, and the lock."""
    found = [str(path.relative_to(home.profiles)) for path in home.profiles.rglob("*") if path.is_file()]
    fine = {".lock"}
    for profile in store.list_profiles(home).profiles:
        fine |= {f"{profile.folder.name}/{name}" for name in ("profile.json", profile.stored.history_file)}
    return sorted(set(found) - fine) + [path.name for path in home.profiles.glob(".*") if path.is_dir()]


@pytest.mark.parametrize(
    ("where", "before"),
    [*((where, True) for where in ("reading", "writing", "written", "sealing", "tidying")), ("sealing", False)],
)
def test_a_killed_import_is_whole_or_was_not(home: Home, tmp_path: Path, where: str, before: bool) -> None:
    if before:
        add(home, log(tmp_path / "first.csv", "Low"))
    more = log(tmp_path / "more.csv", "Low", "Air")
    ended = subprocess.run(
        [sys.executable, "-c", _DIES, str(home.root), str(more), where], check=False, capture_output=True
    )
    assert ended.returncode == -9, ended.stderr.decode()
    if where == "tidying":
        assert artists(store.read_profile(home, "me")) == {"Low", "Air"}
    elif before:
        assert artists(store.read_profile(home, "me")) == {"Low"}
    else:
        assert store.list_profiles(home) == ((), ())
    add(home, log(tmp_path / "last.csv", "Moby"), name="other")  # whichever changes next cleans up
    assert leftovers(home) == []
    add(home, more)
    assert artists(store.read_profile(home, "me")) == {"Low", "Air"}


def test_imports_at_the_same_time_all_count(home: Home, tmp_path: Path) -> None:
    logs = [log(tmp_path / f"{name}.csv", name) for name in ("Low", "Air", "Moby")]
    running = [
        subprocess.Popen([sys.executable, "-c", _DIES, str(home.root), str(one), "nowhere"], stderr=subprocess.PIPE)
        for one in logs
    ]
    assert [process.communicate()[1] for process in running] == [b""] * 3
    profile = store.read_profile(home, "me")
    assert artists(profile) == {"Low", "Air", "Moby"}
    assert profile.stored.generation == len(profile.stored.imports) == 3


def test_who_waits_can_be_told_and_stopped(home: Home, tmp_path: Path) -> None:
    home.profiles.mkdir(parents=True)
    held = files.try_lock(home.profiles / ".lock")
    assert held is not None
    told: list[str] = []
    with pytest.raises(Cancelled):
        add(
            home, log(tmp_path / "a.csv", "Low"),
            report=lambda phase, _share: told.append(phase), cancelled=lambda: bool(told),
        )  # fmt: skip
    os.close(held)
    assert told == [importing.WAITING]


def test_forgetting_does_not_wait_for_ever(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(home, log(tmp_path / "a.csv", "Low"))
    monkeypatch.setattr(store, "_LONGEST_WAIT", 0.0)
    held = files.try_lock(home.profiles / ".lock")
    assert held is not None
    with pytest.raises(UserError, match="try again"):
        store.delete_profile(home, "me")
    os.close(held)
    assert store.profile_names(home) == ["me"]


def test_a_history_that_is_replaced_while_it_is_read_is_read_anew(home: Home, tmp_path: Path) -> None:
    profile = importing.import_history(home, "me", Log([log(tmp_path / "a.csv", "Low")]))
    more = log(tmp_path / "b.csv", "Low", "Air")
    asked: list[int] = []

    def question(query: history.Query) -> set[str]:
        asked.append(1)
        if len(asked) == 1:
            add(home, more)
        return {str(name) for (name,) in query("SELECT artist_name FROM told")}

    assert history.ask(profile, question) == {"Low", "Air"}
    assert len(asked) == 2


def flip(path: Path) -> None:
    """Change one byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def cut(path: Path) -> None:
    """Lose the second half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink], ids=["flip", "cut", "unlink"])
def test_a_damaged_history_is_said_to_be_one(home: Home, tmp_path: Path, harm: object) -> None:
    profile = importing.import_history(home, "me", Log([log(tmp_path / "a.csv", "Low")]))
    harm(profile.folder / profile.stored.history_file)  # type: ignore[operator]
    with pytest.raises(UserError, match=f"profiles forget {profile.folder.name}"):
        rows(profile)
    with pytest.raises(UserError, match="cannot be used"):
        add(home, tmp_path / "a.csv")
    store.delete_profile(home, "me")
    add(home, tmp_path / "a.csv")
    assert artists(store.read_profile(home, "me")) == {"Low"}


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink], ids=["flip", "cut", "unlink"])
def test_a_damaged_summary_hides_no_other_profile_and_can_be_forgotten(
    home: Home, tmp_path: Path, harm: object
) -> None:
    add(home, log(tmp_path / "a.csv", "Low"), name="you")
    profile = importing.import_history(home, "me", Log([tmp_path / "a.csv"]))
    harm(profile.folder / "profile.json")  # type: ignore[operator]
    listing = store.list_profiles(home)
    assert [one.name for one in listing.profiles] == ["you"]
    assert len(listing.damaged) == 1
    assert str(profile.folder) in listing.damaged[0]
    with pytest.raises(UserError, match="cannot be used"):
        add(home, tmp_path / "a.csv")
    assert (profile.folder / profile.stored.history_file).is_file()  # nothing is thrown away unasked
    store.delete_profile(home, profile.folder.name)
    assert not profile.folder.exists()


def no_descriptor(*_: object) -> bytes:
    """What reading a file does when too many are open."""
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def test_a_summary_that_cannot_be_read_for_the_moment_is_not_damaged(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, log(tmp_path / "a.csv", "Low"))
    with monkeypatch.context() as patch:
        patch.setattr(files, "read_bytes", no_descriptor)
        with pytest.raises(UserError, match="Too many files are open") as caught:
            store.read_profile(home, "me")
    assert "forget" not in str(caught.value)
    assert store.profile_names(home) == ["me"]


def test_a_profile_in_the_folder_of_another_is_refused(home: Home, tmp_path: Path) -> None:
    add(home, log(tmp_path / "a.csv", "Low"))
    shutil.copytree(store.profile_folder(home, "me"), store.profile_folder(home, "you"))
    with pytest.raises(UserError, match="belongs to another"):
        store.read_profile(home, "you")


def test_forgetting_leaves_nothing(home: Home, tmp_path: Path) -> None:
    add(home, log(tmp_path / "a.csv", "Low"))
    add(home, tmp_path / "a.csv", name="you")
    store.delete_profile(home, "me")
    assert store.profile_names(home) == ["you"]
    assert not any("me-" in path.name for path in home.profiles.rglob("*"))
    with pytest.raises(UserError, match=r"There is no profile 'me'. There are: you"):
        store.delete_profile(home, "me")
    with pytest.raises(UserError, match="There is no profile 'me'"):
        store.read_profile(home, "me")


def test_without_a_profile_it_says_how_to_make_one(home: Home) -> None:
    with pytest.raises(UserError, match="import FILE --as NAME"):
        store.read_profile(home, "me")
    assert store.list_profiles(home) == ((), ())
    assert not home.profiles.exists()


@pytest.mark.parametrize("name", ["me", "Me", "../../etc", "a/b", HOSTILE, "椎名林檎", "x" * 200, ".", "profile:me"])
def test_any_name_is_a_folder_of_its_own(home: Home, tmp_path: Path, name: str) -> None:
    profile = importing.import_history(home, name, Log([jot(tmp_path / "a.json", [heard("Low")])]))
    assert profile.folder.parent == home.profiles
    assert profile.name == name
    assert store.read_profile(home, f" {name} ") == profile
    assert {child.name for child in home.profiles.iterdir()} == {".lock", profile.folder.name}
    assert profile.folder.name.isascii()


@pytest.mark.parametrize(
    ("name", "said"), [("", "needs a name"), ("  ", "needs a name"), ("x" * 201, "200"), ("a\udcff", "not valid text")]
)
def test_some_names_are_none(home: Home, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        checked_name(name)
    assert not store.has_profile(home, name)


def test_names_that_differ_have_folders_that_do() -> None:
    assert len({slug(name) for name in ("me", "Me", "ME", "mé", "me!", "m e")}) == 6


def test_a_home_that_cannot_be_written_to_gets_a_sentence(home: Home, tmp_path: Path) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.profiles.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="Cannot write to"), contextlib.suppress(Cancelled):
        add(home, log(tmp_path / "a.csv", "Low"))
