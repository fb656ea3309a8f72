"""Files that are either whole or not there, and locks that no crash can leave behind."""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from musicrec_tui.errors import UserError

_PATIENCE_SECONDS = 5.0
_TEMPORARY = re.compile(r"\.(?P<target>.+)\.[a-z0-9_]{8}\.tmp", re.DOTALL)
_YOUNG_SECONDS = 60.0


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make a folder (with `mode`, within the umask) and those above it that are missing; all survive a power cut.

    Raises:
        OSError: it cannot be made.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    with contextlib.suppress(PermissionError):  # it may be written to, but not be read
        sync_folder(folder.parent)


@contextlib.contextmanager
def replacing(target: Path, *, mode: int | None = None) -> Iterator[Path]:
    """Give a temporary path beside `target` to write to; on success it takes the place of `target`.

    The content is fsynced before the rename, so a reader sees the old file or the new one, never a part. On an
    exception the temporary file is removed and `target` is untouched. It is locked while it is written: `sweep` removes
    those without a lock, whose process was killed.

    Args:
        target: the file to write.
        mode: its permission bits (0o600 for private files); by default as the umask has it.

    Raises:
        UserError: the folder cannot be written to, or the disk is full; what the caller's own writing raises stays as
            it is.
    """
    with _told(target):
        make_folder(target.parent)
        sweep(target.parent, target.name)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        _lock_new(handle)
    temporary = Path(name)
    try:
        yield temporary
        with _told(target):
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.chmod(0o666 & ~_umask() if mode is None else mode)
            temporary.replace(target)
            sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
        os.close(handle)


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """Say in a sentence why a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise UserError(f"Cannot write {target}: {error.strerror or error}.", exit_code=1) from error


@contextlib.contextmanager
def replacing_folder(target: Path, *, mode: int | None = None) -> Iterator[Path]:
    """Give a temporary folder beside `target` to write files to; on success it is renamed to `target`.

    Every file is fsynced before the rename, so `target` is there with all of its files or not at all. On an exception
    the temporary folder is removed. `mode` as in `replacing` (until the rename it is private anyway).

    Raises:
        UserError: `target` exists, the folder cannot be written to, or the disk is full.
    """
    if target.exists():
        raise UserError(f"{target} exists already; delete it first.", exit_code=1)
    temporary: Path | None = None
    handle = -1
    try:
        make_folder(target.parent)
        sweep(target.parent, target.name)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        handle = os.open(temporary, os.O_RDONLY | os.O_CLOEXEC)
        _lock_new(handle)
        yield temporary
        for path in temporary.iterdir():
            with path.open("rb") as written:
                os.fsync(written.fileno())
        sync_folder(temporary)
        temporary.chmod(0o777 & ~_umask() if mode is None else mode)
        temporary.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise UserError(f"Cannot write {target}: {error.strerror or error}.", exit_code=1) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        if handle >= 0:
            os.close(handle)


def _lock_new(handle: int) -> None:
    """Lock a new temporary file or folder, where the file system has locks. Our end unlocks it."""
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sweep(folder: Path, target: str | None = None) -> None:
    """Remove the temporary files and folders that `replacing` and `replacing_folder` left when they were killed.

    None that is being written: its process holds a lock on it. One of an older version holds none, and one may just be
    about to be locked, so those that changed within the last minute stay, too.

    Args:
        folder: where to look, not below it.
        target: remove only those of a file of this name; None: of any.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(".") and entry.name.endswith(".tmp")]
    except OSError:
        return
    for name in names:
        found = _TEMPORARY.fullmatch(name)
        if found and (target is None or found["target"] == target):
            with contextlib.suppress(OSError):
                _remove_if_left(folder / name)


def is_young(path: Path) -> bool:
    """Whether a temporary file or folder may be of a process that has not locked it yet.

    Raises:
        OSError: it is gone, say.
    """
    return time.time() - path.lstat().st_mtime < _YOUNG_SECONDS


def _remove_if_left(path: Path) -> None:
    """Remove a temporary file or folder, if no process holds its lock."""
    if is_young(path):
        return
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        os.close(handle)


def _umask() -> int:
    """The process's umask (it can only be read by setting it)."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_bytes(target: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write `content` to `target` through a temporary name, fsync and rename; `mode` as in `replacing`.

    Raises:
        UserError: the folder cannot be written to, or the disk is full.
    """
    with replacing(target, mode=mode) as temporary, _told(target):
        temporary.write_bytes(content)


def open_regular(path: Path) -> int:
    """A descriptor to read a regular file; never waits, as opening a FIFO would, and never reads a device.

    Raises:
        OSError: it is missing, may not be read, or is something else than a regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    if stat.S_ISREG(mode := os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a regular file.

    Args:
        path: of it.
        most: the bytes that it may have.

    Raises:
        OSError: see `open_regular`; also where it is larger.
    """
    with os.fdopen(open_regular(path), "rb") as file:
        if (size := os.fstat(file.fileno()).st_size) <= most:
            content = file.read(size + 1)  # not as much as it may have: room for that is made first
            if len(content) > size:  # it has grown
                content += file.read(most + 1 - len(content))
            if len(content) <= most:
                return content
    raise OSError(errno.EFBIG, "it is far too large", str(path))


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a regular file's content, read in blocks."""
    with os.fdopen(open_regular(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_bytes(content: bytes) -> str:
    """The hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """Take an `flock` on `path` (created where missing) without waiting.

    Returns:
        The open file descriptor that holds the lock (inheritable by `pass_fds`; close it to let go), or None
        where another process holds it. The kernel lets go when the last copy of the descriptor is closed, so a
        killed process cannot leave a lock behind.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextlib.contextmanager
def alone(lock: Path, busy: str) -> Iterator[None]:
    """Hold a lock for a change that the user waits for.

    Args:
        lock: its file, beside what is changed.
        busy: what to say where another program has held it for some seconds.

    Raises:
        UserError: that, or the folder cannot be written to.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        while (held := try_lock(lock)) is None:
            if time.monotonic() > deadline:
                raise UserError(busy, exit_code=1)
            time.sleep(0.02)
    except OSError as error:
        raise UserError(f"Cannot write to {lock.parent}: {error.strerror}.", exit_code=1) from error
    try:
        yield
    finally:
        os.close(held)


def is_locked(path: Path) -> bool:
    """Whether another open description (any process's, this one's included) holds an exclusive lock on `path`.

    Works on a read-only file system too: nothing is created.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
