"""Several dumps together: a listen that two of them have counts once, and archives are unpacked once."""

import io
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset.index import build, pruning, schema
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import rows
from musicrec_tui.dataset.sources import archives, dumps
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import recognise
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.files import try_lock
from musicrec_tui.paths import Home
from tests.clock import Clock
from tests.dataset.logs import Listen, listen, opened, played, write_listens
from tests.dataset.samples import tars

AGAIN = {dumps.REPEATED: 1}


def archive(target: Path, *members: tuple[str, bytes]) -> Path:
    """A tar of such members."""
    with tarfile.open(target, "w") as made:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return target


def parquet(folder: Path, *listens: Listen) -> bytes:
    """Listens as the bytes of a Parquet file."""
    return write_listens(folder / "made.parquet", listens).read_bytes()


def unpack(file: Path, folder: Path, told: list[tuple[str, float | None]] | None = None) -> list[Path]:
    """Unpack one archive and give what is there."""
    archives.unpack([file], folder, lambda *words: told.append(words) if told is not None else None, lambda: False)
    return archives.contents([file], folder)


@pytest.mark.parametrize("without", [(), ("recording_msid",)])
def test_dumps_share_listens_by_the_recording_or_by_its_name(
    without: Sequence[str], tmp_path: Path, home: Home
) -> None:
    first = [listen(1, "Air", at=hour) for hour in range(5)] + [listen(3, "Low", at=at / 7) for at in range(1000)]
    later = [
        listen(1, "Air", at=4),
        listen(2, "Air", at=4),
        listen(1, "Air", at=5),
        listen(1, "AIR", at=3) if not without else listen(1, "Air", at=3, recording="Another"),
    ]
    write_listens(tmp_path / "full" / "0.parquet", first)
    write_listens(tmp_path / "incremental" / "0.parquet", later, without=without, zone="UTC")
    dataset = opened(home, tmp_path / "full", tmp_path / "incremental")
    # With one file that has no `recording_msid` (all here are "msid"), recordings are told apart by name.
    assert dataset.info.rejected == {dumps.REPEATED: 1 if without else 2}
    assert played(dataset) == {("1", "name:air", 7 if without else 6), ("2", "name:air", 1), ("3", "name:low", 1000)}
    [(file, row)] = dataset.query("SELECT file, row FROM offender ORDER BY row LIMIT 1")
    assert (Path(file).parent.name, row) == ("incremental", 1)


def test_one_dump_is_read_as_it_is(tmp_path: Path) -> None:
    for number in range(3):
        write_listens(tmp_path / "dump" / f"{number}.parquet", [listen(1, "Air")])
    with duckdb.connect() as connection:
        reading = Reading(connection, recognise(Log([tmp_path / "dump"])))
        reading.stage(lambda sql, _: pytest.fail(sql))
        assert "repeated" not in reading.sql
        assert "JOIN" not in reading.sql


def test_files_that_were_asked_for_by_name_are_dumps_of_their_own(tmp_path: Path, home: Home) -> None:
    one = write_listens(tmp_path / "a.parquet", [listen(1, "Air"), listen(1, "Air", at=1), listen(1, "Air", at=2)])
    other = write_listens(tmp_path / "b.parquet", [listen(1, "Air", at=1)])
    assert opened(home, other, one).info.rejected == AGAIN
    assert opened(home, tmp_path).info.rejected == {}


def test_the_largest_dump_comes_first_and_repetitions_within_it_stay(tmp_path: Path, home: Home) -> None:
    write_listens(tmp_path / "b-full" / "0.parquet", [listen(1, "Air")] * 2 + [listen(2, "Air", at=1)] * 1000)
    write_listens(tmp_path / "a-incremental" / "0.parquet", [listen(1, "Air")])
    dataset = opened(home, tmp_path)
    assert dataset.info.rejected == AGAIN
    assert dataset.query("SELECT path, rows - kept FROM file ORDER BY number") == [
        (str(tmp_path / "b-full" / "0.parquet"), 0),
        (str(tmp_path / "a-incremental" / "0.parquet"), 1),
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2), st.sampled_from("ab")), max_size=6), min_size=2)
)
def test_repeated_listens_are_those_that_an_earlier_dump_has(held: list[list[tuple[int, int, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        written: dict[Path, list[tuple[int, int, str]]] = {}
        for number, listens in enumerate(held):
            file = Path(folder).resolve() / f"{number}-incremental" / "0.parquet"
            rows_ = [listen(user, "Air", at=hour, recording=recording) for user, hour, recording in listens]
            written[write_listens(file, rows_, without=("recording_msid",))] = listens
        source = recognise(Log([Path(folder)]))
        reading = Reading(connection, source)
        reading.stage(lambda sql, parameters: connection.execute(sql, parameters).fetchall())
        sql = f"SELECT file, row FROM ({reading.sql}) WHERE refused = '{dumps.REPEATED}' ORDER BY ALL"  # noqa: S608
        found = connection.execute(sql, reading.parameters).fetchall()
    expected, earlier = [], set[tuple[int, int, str]]()
    for number, file in enumerate(source.files):
        expected += [(number, row) for row, one in enumerate(written[file], 1) if one in earlier]
        earlier |= set(written[file])
    assert found == expected


def test_an_archive_is_unpacked_once_with_progress(tmp_path: Path, home: Home) -> None:
    files = tars(tmp_path)
    told: list[tuple[str, float | None]] = []
    index = build.ensure(Log(files), home, report=lambda *words: told.append(words))
    shares = [share or 0 for phase, share in told if phase == f"unpacking {files[0].name}"]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    unpacked = archives.contents(files, archives.beside(index))
    before = [file.stat().st_mtime_ns for file in unpacked]
    index.unlink()
    assert Dataset(build.ensure(Log(files), home)).info.kept == 6
    assert [file.stat().st_mtime_ns for file in archives.contents(files, archives.beside(index))] == before
    assert rows.index_rows(Dataset(index)).columns[0] == "listened_at"


def test_a_changed_archive_is_unpacked_anew_and_the_former_copy_goes(tmp_path: Path) -> None:
    file = archive(tmp_path / "x.tar", ("x/0.parquet", parquet(tmp_path, listen(1, "Air"))))
    [before] = unpack(file, tmp_path / "cache")
    archive(file, ("x/0.parquet", parquet(tmp_path, listen(1, "Air"), listen(1, "Blur"))), ("x/TIMESTAMP", b"now"))
    [after] = unpack(file, tmp_path / "cache")
    assert after != before
    assert not before.exists()


def test_only_regular_parquet_members_leave_an_archive(tmp_path: Path) -> None:
    content = parquet(tmp_path, listen(1, "Air"))
    file = archive(
        tmp_path / "x.tar",
        ("../../evil.parquet", content),
        ("/tmp/absolute.parquet", content),
        ("x/0.parquet", content),
        ("y/0.PARQUET", content),
        ("x/evil.sh", b"rm"),
    )
    with tarfile.open(file, "a") as made:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo("link.parquet")
            member.type = kind
            member.linkname = "/etc/passwd"
            made.addfile(member)
    found = unpack(file, tmp_path / "cache")
    assert [path.name for path in found] == [f"{number:05}.parquet" for number in range(4)]
    assert all(path.read_bytes() == content and path.is_file() and not path.is_symlink() for path in found)
    assert not list(tmp_path.rglob("evil*"))
    assert not Path("/tmp/absolute.parquet").exists()


@pytest.mark.parametrize("kept", [300, 512, 700, 1024, 1500, 1536, 3072, 3500])
def test_a_cut_archive_is_one_sentence_and_leaves_nothing(kept: int, tmp_path: Path, home: Home) -> None:
    content = b"PAR1" + b"0" * 1016 + b"PAR1"  # two members, each a block for its name and two for what it holds
    file = archive(tmp_path / "full.tar", ("x/0.parquet", content), ("x/1.parquet", content))
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(UserError, match=r"full\.tar is damaged or incomplete"):
        build.ensure(Log([file]), home)
    assert not [path for path in home.indexes.rglob("*") if not path.name.endswith(".lock") and path.is_file()]


def test_an_archive_without_parquet_is_one_sentence(tmp_path: Path, home: Home) -> None:
    file = archive(tmp_path / "x.tar", ("x/listens.json", b"{}"))
    with pytest.raises(UserError, match="no Parquet file in the archive"):
        build.ensure(Log([file]), home)


def test_a_disk_without_room_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = archive(tmp_path / "x.tar", ("x/0.parquet", b"0" * 2_000_000_0))
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(UserError, match=r"takes 0\.0 GB, and .* has 0\.0 left") as refused:
        unpack(file, tmp_path / "cache")
    assert refused.value.exit_code == 1


def test_unpacking_can_be_cancelled_and_leaves_nothing(tmp_path: Path, home: Home) -> None:
    [file, *_] = tars(tmp_path)
    with pytest.raises(Cancelled):
        archives.unpack([file], home.indexes, lambda *_: None, lambda: True)
    assert [path for path in home.indexes.iterdir() if path.is_dir()] == []
    assert unpack(file, home.indexes)


def test_what_a_killed_program_left_is_removed(tmp_path: Path) -> None:
    file = archive(tmp_path / "x.tar", ("x/0.parquet", b"PAR1"))
    [first] = unpack(file, tmp_path / "cache")
    left = tmp_path / "cache" / f".{first.parent.name}.abc.tmp"
    left.mkdir()
    lock = try_lock(tmp_path / "cache" / f".{first.parent.name}.lock")
    assert lock is not None
    archives.sweep(tmp_path / "cache")
    assert left.exists()  # somebody works on it
    os.close(lock)
    archives.sweep(tmp_path / "cache")
    assert not left.exists()
    assert first.exists()


def test_an_archive_that_somebody_else_unpacks_is_waited_for(tmp_path: Path) -> None:
    file = archive(tmp_path / "x.tar", ("x/0.parquet", b"PAR1"))
    [first] = unpack(file, tmp_path / "cache")
    lock = try_lock(tmp_path / "cache" / f".{first.parent.name}.lock")
    assert lock is not None
    told: list[tuple[str, float | None]] = []
    with pytest.raises(Cancelled):
        archives.unpack([file], tmp_path / "cache", lambda *words: told.append(words), lambda: bool(told))
    assert told == [("waiting for another program that unpacks this archive", None)]
    os.close(lock)
    shutil.rmtree(first.parent)
    left = tmp_path / "cache" / f".{first.parent.name}.abc.tmp"
    left.mkdir()
    assert unpack(file, tmp_path / "cache") == [first]
    assert not left.exists()


def test_what_nobody_wants_any_more_is_pruned_with_the_indexes(tmp_path: Path, home: Home, clock: Clock) -> None:
    [file, *_] = tars(tmp_path)
    [unpacked] = unpack(file, home.indexes / "unpacked")
    old = time.time() - 100 * 24 * 3600
    os.utime(unpacked.parent, (old, old))
    for day in range(-30, 1):
        clock.days = day
        pruning.prune(home.indexes, home.indexes / "0-1.duckdb", days=30, gigabytes=20)
    assert not unpacked.exists()
    with pytest.raises(UserError, match="no unpacked copy"):
        recognise(Log([file]), unpacked=home.indexes / "unpacked")
    with pytest.raises(UserError, match="no unpacked copy"):
        recognise(Log([file]))


def test_an_archive_in_a_folder_beside_its_own_content_counts_once(tmp_path: Path, home: Home) -> None:
    content = parquet(tmp_path / "x", listen(1, "Air"), listen(1, "Air", at=-1e6))
    archive(tmp_path / "x.tar", ("x/0.parquet", content))
    info = opened(home, tmp_path).info
    assert info.rejected == {schema.BAD_TIME: 1, dumps.REPEATED: 2}
    assert info.kept == 1
