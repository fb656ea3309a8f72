"""Dumps as they are downloaded, uncompressed `.tar` files: their Parquet members are unpacked once, into the cache."""

import contextlib
import hashlib
import os
import re
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.files import replacing_folder, try_lock
from musicrec_tui.text import printable

_WAITING = "waiting for another program that unpacks this archive"
_MAGIC = slice(257, 262)
_STREAMED = ".listens"
_LOOKED_AT = 50
_BLOCK = 4 << 20
_STREAM = 1 << 16
_GIGABYTE = 1e9


class Report(Protocol):
    """Called with the progress of the work, as in `index.running`."""

    def __call__(self, phase: str, fraction: float | None) -> None:
        """Take note."""


def beside(index: Path) -> Path:
    """The folder of unpacked archives that goes with an index; it has a folder for each state of each archive."""
    return index.parent / "unpacked"


def contents(files: Sequence[Path], unpacked: Path | None) -> list[Path]:
    """The files to read: archives among `files` are replaced by what was unpacked of them.

    Raises:
        UserError: one was not unpacked.
    """
    listed: list[Path] = []
    for file in files:
        if not _is_archive(file):
            listed.append(file)
        elif unpacked is not None and (folder := unpacked / _name(file)).is_dir():
            with contextlib.suppress(OSError):  # a cache that only others may write to
                os.utime(folder)  # `index.pruning` looks at when it was last wanted
            listed.extend(sorted(folder.iterdir()))
        else:
            raise UserError(
                f"{_shown(file)} is an archive of which the cache has no unpacked copy. Unpack it, and give its folder."
            )
    return listed


def unpack(files: Sequence[Path], unpacked: Path, report: Report, cancelled: Callable[[], bool]) -> None:
    """Unpack those of `files` that are archives and are not in the folder `unpacked` as they are now.

    Raises:
        UserError: an archive is damaged or has no Parquet in it, or the disk has no room for it.
        Cancelled: `cancelled` said so; nothing is left behind.
    """
    for file in filter(_is_archive, files):
        folder = unpacked / _name(file)
        with _exclusive(folder, report, cancelled):
            if folder.is_dir():
                continue
            for leftover in unpacked.glob(f".{folder.name}.*.tmp"):
                shutil.rmtree(leftover, ignore_errors=True)
            _unpack(file, folder, report, cancelled)
        for earlier in unpacked.glob(f"{folder.name.rpartition('-')[0]}-*"):
            if earlier != folder:
                shutil.rmtree(earlier, ignore_errors=True)


def sweep(unpacked: Path) -> None:
    """Remove what killed programs left; what is no longer needed `index.pruning` removes."""
    for leftover in unpacked.glob(".*.tmp"):
        name = leftover.name[1:].rsplit(".", 2)[0]  # see `files.replacing_folder`
        if (lock := try_lock(_lock_of(unpacked / name))) is not None:
            shutil.rmtree(leftover, ignore_errors=True)
            os.close(lock)


def _unpack(file: Path, folder: Path, report: Report, cancelled: Callable[[], bool]) -> None:
    """Copy the Parquet members of an archive into a new folder, which appears when it is complete."""
    phase = f"unpacking {printable(file.name)}"
    try:
        with tarfile.open(file, "r:") as archive:
            members = [member for member in archive if _is_wanted(member)]
            _check_end(file, archive)
            size = sum(member.size for member in members)
            _check_room(file, folder.parent, size, len(members))
            done = 0
            with replacing_folder(folder) as temporary:
                for number, member in enumerate(members):
                    with (temporary / f"{number:05}.parquet").open("wb") as out:  # names in an archive are anybody's
                        for block in _blocks(archive, member):
                            if cancelled():
                                raise Cancelled
                            out.write(block)
                            done += len(block)
                            report(phase, done / size)
    except (tarfile.TarError, EOFError) as error:
        raise UserError(f"{_shown(file)} is damaged or incomplete: {printable(str(error))}. Get it again.") from error
    except OSError as error:
        raise UserError(f"Cannot unpack {_shown(file)}: {error.strerror or error}.", exit_code=1) from error


def _check_end(file: Path, archive: tarfile.TarFile) -> None:
    """Look for the mark at the end: without it `tarfile` takes what is there of a cut archive for all of it.

    Raises:
        EOFError: it is not there.
    """
    with file.open("rb") as opened:
        opened.seek(archive.offset)
        if opened.read(tarfile.BLOCKSIZE) != tarfile.NUL * tarfile.BLOCKSIZE:
            raise EOFError("it ends too soon")


def _blocks(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    """The content of a member, in blocks.

    Raises:
        EOFError: the archive ends before the member does.
    """
    opened = archive.extractfile(member)
    left = member.size
    while opened is not None and left and (block := opened.read(min(_BLOCK, left))):
        left -= len(block)
        yield block
    if left:
        raise EOFError("it ends too soon")


def _is_wanted(member: tarfile.TarInfo) -> bool:
    """Whether a member is a Parquet file: no link, no device, no file with holes (which may claim any size)."""
    return member.isreg() and not member.issparse() and member.name.lower().endswith(".parquet")


def _check_room(file: Path, folder: Path, size: int, members: int) -> None:
    """Say so where there is nothing to unpack, or no room for it."""
    if not members:
        raise UserError(f"There is no Parquet file in the archive {_shown(file)}.")
    free = shutil.disk_usage(folder).free
    if size > free:
        raise UserError(
            f"Unpacking {_shown(file)} takes {size / _GIGABYTE:.1f} GB, and {folder} has {free / _GIGABYTE:.1f} left. "
            "Make room there, choose another place with --home, or unpack it elsewhere and give its folder.",
            exit_code=1,
        )


@contextlib.contextmanager
def _exclusive(folder: Path, report: Report, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock of an unpacked archive, after waiting for whoever holds it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        while (lock := try_lock(_lock_of(folder))) is None:
            report(_WAITING, None)
            if cancelled():
                raise Cancelled
            time.sleep(0.2)
    except OSError as error:
        raise UserError(f"Cannot write to {folder.parent}: {error.strerror}.", exit_code=1) from error
    try:
        yield
    finally:
        os.close(lock)


def _lock_of(folder: Path) -> Path:
    """The lock file of an unpacked archive."""
    return folder.with_name(f".{folder.name}.lock")


def is_tar(start: bytes) -> bool:
    """Whether bytes are the beginning of a tar."""
    return start[_MAGIC] == b"ustar"


def members(opened: IO[bytes], pattern: re.Pattern[str]) -> Iterator[IO[bytes]]:
    """The members of a tar (unpacked as it is read) whose names match, one after another.

    Raises:
        EOFError: it ends too soon, or is damaged.
    """
    try:
        with tarfile.open(fileobj=opened, mode="r|", bufsize=_STREAM) as archive:
            for member in archive:
                if member.isreg() and not member.issparse() and pattern.search(member.name):
                    content = archive.extractfile(member)
                    if content is not None:
                        yield content
    except tarfile.TarError as error:
        raise EOFError(str(error)) from error


def _is_archive(file: Path) -> bool:
    """Whether a file is a tar that is unpacked before it is read; one of `.listens` files is streamed.

    Raises:
        UserError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            if not is_tar(opened.read(tarfile.BLOCKSIZE)):
                return False
        with tarfile.open(file, "r:") as archive:
            kinds = (
                member.name.lower().endswith(_STREAMED) for member in islice(archive, _LOOKED_AT) if member.isreg()
            )
            return not any(kinds)
    except (tarfile.TarError, EOFError):
        return True  # unpacking it says what is wrong
    except OSError as error:
        raise UserError(f"Cannot read {_shown(file)}: {error.strerror}.") from error


def _name(file: Path) -> str:
    """What the unpacked archive is called: by its name, its path, and its size and modification time."""
    seen = file.stat()
    place = hashlib.sha256(str(file).encode(errors="surrogateescape")).hexdigest()
    state = hashlib.sha256(f"{seen.st_size} {seen.st_mtime_ns}".encode()).hexdigest()
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', file.stem)[:80]}-{place[:16]}-{state[:16]}"


def _shown(file: Path) -> str:
    """A path, for people."""
    return printable(str(file), None)
