"""Why an index is built again: in words, for people."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build, cache, changes, schema
from musicrec_tui.dataset.log import FileState, Log
from musicrec_tui.paths import Home
from tests.dataset.logs import listen, write_listens

A, B = FileState("/log/1.parquet", 100, 1), FileState("/log/2.parquet", 100, 1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([A, FileState(B.path, 101, 2)], "1 of 2 files changed: 2.parquet is larger than it was"),
        ([A, FileState(B.path, 99, 2)], "1 of 2 files changed: 2.parquet is smaller than it was"),
        ([FileState(A.path, 100, 2), FileState(B.path, 1, 2)], "2 of 2 files changed: 1.parquet was written anew"),
        ([A, B, FileState("/log/3\x1b[2J.parquet", 1, 1)], "1 file is new (3�[2J.parquet)"),
        (
            [FileState("/log/3", 1, 1), FileState("/log/4", 1, 1)],
            "2 files are new (3, …); 2 files are gone (1.parquet, …)",
        ),
        ([A, B], "the log changed"),
    ],
)
def test_a_difference_in_words(now: list[FileState], expected: str) -> None:
    assert changes.describe_changes([A, B], now) == expected


def notes(home: Home, *paths: Path) -> list[str]:
    """What opening a log has to say."""
    said: list[str] = []
    build.ensure(Log(paths), home, note=said.append)
    return said


def test_a_build_says_why_only_where_there_was_an_index(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "log"
    first = write_listens(folder / "1.parquet", [listen(1, "Air")])
    assert notes(home, folder) == []
    assert notes(home, folder) == []
    write_listens(first, [listen(user, f"Air {user}") for user in range(1000)])
    assert notes(home, folder) == ["Built again because 1.parquet is larger than it was."]
    write_listens(folder / "2.parquet", [listen(1, "Blur")])
    assert notes(home, folder) == ["Built again because 1 file is new (2.parquet)."]
    first.unlink()
    assert notes(home, folder) == ["Built again because 1 file is gone (1.parquet)."]
    assert notes(home, folder / "2.parquet") == []  # another log


def test_a_damaged_index_and_one_of_another_schema_are_told(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write_listens(tmp_path / "1.parquet", [listen(1, "Air")])
    path = build.ensure(Log([log]), home)
    path.write_bytes(b"scribble")
    assert notes(home, log) == ["Built again because the index was damaged."]
    for module in (changes, schema):
        monkeypatch.setattr(module, "VERSION", 10_000)
    path = cache.index_path(Log([log]), home)
    assert changes.rebuild_reason(path, Log([log]).states) == (
        "Built again because this version of the program makes another kind of index."
    )


def test_an_earlier_index_that_cannot_be_read_is_no_obstacle(tmp_path: Path, home: Home) -> None:
    log = write_listens(tmp_path / "1.parquet", [listen(1, "Air")])
    build.ensure(Log([log]), home).write_bytes(b"scribble")
    write_listens(log, [listen(1, "Air"), listen(2, "Air")])
    assert notes(home, log) == ["Built again because the log changed."]
