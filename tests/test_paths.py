"""Where things are: what was asked for, else the environment, else the platform."""

import os
from pathlib import Path

import platformdirs
import pytest

from musicrec_tui import paths


def test_home_is_what_was_asked_for_else_the_environment_else_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSICREC_HOME", str(tmp_path / "env"))
    assert paths.find_home(tmp_path / "asked").root == tmp_path / "asked"
    assert paths.find_home().root == tmp_path / "env"
    monkeypatch.delenv("MUSICREC_HOME")
    home = paths.find_home()
    assert home.root == Path(platformdirs.user_data_dir(paths.APP))
    assert home.cache == Path(platformdirs.user_cache_dir(paths.APP))


def test_a_home_is_absolute_and_knows_the_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.find_home(Path("here")).root == tmp_path / "here"
    assert paths.find_home(Path("~/there")).root == tmp_path / "there"


def test_a_tilde_that_is_nobodys_home_is_a_name_like_any_other() -> None:
    assert paths.expanded(Path("~nobody-at-all/x")) == Path("~nobody-at-all/x")
    assert paths.expanded(Path("~/x")) == Path.home() / "x"


def test_everything_of_a_home_lies_in_it(tmp_path: Path) -> None:
    home = paths.find_home(tmp_path)
    for place in (home.runs, home.settings, home.indexes, home.slots, home.logs):
        assert place.is_relative_to(tmp_path)


def test_data_is_what_was_asked_for_else_the_environment_else_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICREC_DATA", os.pathsep.join(["/a", "", "/b c"]))
    assert paths.find_data([Path("/x")]) == [Path("/x")]
    assert paths.find_data() == ["/a", "/b c"]
    monkeypatch.delenv("MUSICREC_DATA")
    assert paths.find_data([]) == [paths.sample_data()]


def test_the_sample_is_there() -> None:
    assert list(paths.sample_data().glob("*.parquet"))


def test_a_path_below_the_home_folder_is_abbreviated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert paths.abbreviated("/home/ada/music/listens") == "~/music/listens"
    assert paths.abbreviated("/home/adam/listens") == "/home/adam/listens"
    assert paths.abbreviated("/srv/listens") == "/srv/listens"


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        (r"""'/home/listener/my data (1)/it'\''s mine.zip' """, ["/home/listener/my data (1)/it's mine.zip"]),
        (r"/home/listener/my\ data\ \(1\)/it\'s\ mine.zip ", ["/home/listener/my data (1)/it's mine.zip"]),
        ("file:///home/listener/my%20data%20(1)/it's%20mine.zip", ["/home/listener/my data (1)/it's mine.zip"]),
        ('"/home/listener/my data (1)/it\'s mine.zip"\n', ["/home/listener/my data (1)/it's mine.zip"]),
        ("file://localhost/a%25b%C3%A9", ["/a%bé"]),
        ("file:///a%20b file:///c", ["/a b", "/c"]),
        ("'/a b' '/c'", ["/a b", "/c"]),
        ("'file:///a%20b'", ["/a b"]),
        ("my data.zip", ["my data.zip"]),
        ("it's mine.zip", ["it's mine.zip"]),
        ("~/x", ["~/x"]),
        ("a\0b", ["a\0b"]),
        ("  ", []),
    ],
)
def test_what_terminals_paste_for_a_dragged_file_is_its_path(pasted: str, found: list[str]) -> None:
    assert paths.pasted_paths(pasted) == found


def test_a_file_that_is_called_so_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (r"a\ b.zip", "'quoted'", "it's.zip"):
        (tmp_path / name).touch()
        assert paths.pasted_paths(name) == [name]
