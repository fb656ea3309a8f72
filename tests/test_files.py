"""Files are whole or not there; a lock lives no longer than who holds it."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from musicrec_tui import files
from musicrec_tui.errors import UserError


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "file"
    files.write_bytes(target, b"one")
    files.write_bytes(target, b"two")
    assert target.read_bytes() == b"two"
    assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o077 == 0o066 & ~files._umask()


def test_every_new_folder_survives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    files.make_folder(tmp_path / "a" / "b")
    files.make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]
    assert (tmp_path / "a" / "b").is_dir()


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    files.write_bytes(target, b"before")

    def fail() -> None:
        with files.replacing(target) as temporary:
            temporary.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"^Cannot write .*/file/x") as raised:
        files.write_bytes(tmp_path / "file" / "x", b"")
    assert raised.value.exit_code == 1


def test_a_full_disk_is_one_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    limited = (
        "import resource, signal, sys; from pathlib import Path; from musicrec_tui import files; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "files.write_bytes(Path(sys.argv[1]), bytes(2000))"
    )
    ended = subprocess.run([sys.executable, "-c", limited, str(tmp_path / "x")], capture_output=True, text=True)
    assert "UserError: Cannot write" in ended.stderr
    assert not list(tmp_path.iterdir())


def test_who_waits_too_long_for_a_lock_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PATIENCE_SECONDS", 0.0)
    lock = tmp_path / "new" / "lock"
    with files.alone(lock, "Somebody is at it."):
        assert files.is_locked(lock)
        with pytest.raises(UserError, match="Somebody is at it"), files.alone(lock, "Somebody is at it."):
            pytest.fail("two hold it")
    with files.alone(lock, ""):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot write to"), files.alone(tmp_path / "file" / "lock", ""):
        pytest.fail("there is no such folder")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"content")
    assert files.sha256_of(tmp_path / "x") == hashlib.sha256(b"content").hexdigest()


def test_a_lock_is_exclusive_until_it_is_let_go(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not files.is_locked(lock)
    held = files.try_lock(lock)
    assert held is not None
    assert files.is_locked(lock)
    assert files.try_lock(lock) is None
    os.close(held)
    assert not files.is_locked(lock)


def test_shared_locks_live_together(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    one, two = files.try_lock(lock, shared=True), files.try_lock(lock, shared=True)
    assert one is not None
    assert two is not None
    assert files.try_lock(lock) is None
    assert not files.is_locked(lock)
    os.close(one)
    os.close(two)


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from musicrec_tui import files; "
        "held = files.try_lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert files.is_locked(lock)
        process.send_signal(signal.SIGKILL)
    assert not files.is_locked(lock)


def test_a_folder_is_there_with_all_of_its_files_or_not_at_all(tmp_path: Path) -> None:
    def make(name: str, *, fail: bool = False) -> None:
        with files.replacing_folder(tmp_path / name, mode=0o700) as folder:
            (folder / "a").write_text("one")
            assert not (tmp_path / name).exists()
            if fail:
                raise ZeroDivisionError

    make("whole")
    assert (tmp_path / "whole" / "a").read_text() == "one"
    assert (tmp_path / "whole").stat().st_mode & 0o777 == 0o700
    with pytest.raises(ZeroDivisionError):
        make("part", fail=True)
    with pytest.raises(UserError, match="exists already"):
        make("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_what_is_no_regular_file_is_neither_waited_for_nor_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "large").write_bytes(b"x" * 11)
    for name, words in (("fifo", "not a regular file"), ("zero", "not a regular file"), ("large", "far too large")):
        with pytest.raises(OSError, match=words):
            files.read_bytes(tmp_path / name, 10)
    with pytest.raises(IsADirectoryError):
        files.read_bytes(tmp_path, 10)
    with pytest.raises(OSError, match="not a regular file"):
        files.sha256_of(tmp_path / "zero")
    assert not files.is_locked(tmp_path / "fifo")
    assert files.read_bytes(tmp_path / "large", 11) == b"x" * 11


@pytest.mark.parametrize("seen", [0, 4, 11])
def test_a_file_that_grows_while_it_is_read_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: int
) -> None:
    (tmp_path / "grown").write_bytes(b"x" * 11)
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result((0o100644, 0, 0, 1, 0, 0, seen, 0, 0, 0)))
    assert files.read_bytes(tmp_path / "grown", 11) == b"x" * 11
    with pytest.raises(OSError, match="far too large"):
        files.read_bytes(tmp_path / "grown", 10)
