"""Everything about people in a home, as files: listed, backed up into one archive, restored from it, erased."""

import contextlib
import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from musicrec_tui import files
from musicrec_tui.dataset.profiles import store
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs import labels
from musicrec_tui.text import printable

_PRIVATE = 0o600
_FORMAT = "musicrec-tui-personal.txt"
_VERSION = b"1\n"
_MOST_FILES, _MOST_BYTES = 1_000_000, 2**40
_DAMAGE = (zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, IndexError)
"""What `zipfile` raises beside its own error for an archive that is damaged, encrypted or made to harm."""

WHAT = {
    "profiles": ("profiles",),
    "loved and blocked artists": ("opinions.json",),
    "bookmarks": ("bookmarks.json",),
    "tokens": ("tokens.toml",),
    "fetched histories": ("fetched",),
    "what the screen remembers": ("state.json",),
    "SQL history and saved queries": ("sql_history.json", "sql_saved.json"),
    "trash": ("trash",),
}
"""What is about people, with its files and folders below the home's root. Names and notes lie in the jobs' folders."""

_LABELS = "names and notes"
_JOBS = ("runs", "tunings")
_BEFORE = "before_restore"
"""Begins the name of the backup of what a restore replaces."""


def found(home: Home) -> dict[str, int]:
    """How many files there are of each kind, without the kinds that have none."""
    counted: dict[str, int] = {}
    for what, _ in _files(home):
        counted[what] = counted.get(what, 0) + 1
    return counted


def _files(home: Home) -> Iterator[tuple[str, Path]]:
    """Every file with its kind; links are not followed, hidden files (locks) are left out."""
    for what, names in WHAT.items():
        for name in names:
            place = home.root / name
            if place.is_file():
                yield what, place
            elif place.is_dir():
                inside = (path for path in sorted(place.rglob("*")) if path.is_file() and not path.is_symlink())
                yield from ((what, path) for path in inside if not path.name.startswith("."))
    for jobs in _JOBS:
        for path in sorted((home.root / jobs).glob(f"*/{labels.FILE}")):
            yield _LABELS, path


def back_up(home: Home, target: Path) -> dict[str, int]:
    """Write all of it into an archive that only its owner can read; returns what `found` does.

    Raises:
        UserError: a file cannot be read, or the archive not be written.
    """
    if target.suffix.lower() != ".zip":
        raise UserError(f"A backup is a .zip file: {printable(str(target))}.")
    held = found(home)
    try:
        with (
            store.changing_soon(home),
            files.replacing(target, mode=_PRIVATE) as temporary,
            # Not strict: a file whose clock was wrong has a time that a .zip file cannot hold.
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
        ):
            archive.writestr(_FORMAT, _VERSION)
            for _, path in _files(home):
                archive.write(path, path.relative_to(home.root).as_posix())
    except OSError as error:
        raise UserError(f"The backup cannot be written: {error.strerror or error}.", exit_code=1) from error
    return held


def restore(home: Home, source: Path) -> dict[str, int]:
    """Replace all of it by what an archive holds; returns what `found` does afterwards.

    The archive is read and checked, and what it replaces is backed up, before anything is replaced: a restore that is
    interrupted loses nothing. Names and notes of jobs that are gone are left out.

    Raises:
        UserError: it is no backup of ours, is damaged, or cannot be read; then nothing has changed. Where the disk
            fails later, the sentence names the backup of what was there.
    """
    staged, before = home.root / ".restoring", _unused_backup(home, source)
    shutil.rmtree(staged, ignore_errors=True)
    kept = ""
    try:
        _unpack(source, staged)
        if found(home):
            back_up(home, before)
            kept = f" What was there before is in {before}."
        with store.changing_soon(home):
            _remove(home)
            for path in sorted(staged.rglob("*")):
                inside = path.relative_to(staged)
                if path.is_file() and _wanted(home, inside):
                    (home.root / inside).parent.mkdir(parents=True, exist_ok=True)
                    path.replace(home.root / inside)
            store.private_folder(home.profiles)
    except (zipfile.BadZipFile, OSError) as error:
        why = getattr(error, "strerror", "") or str(error)
        raise UserError(
            f"{printable(str(source), None)} cannot be restored: {printable(why)}.{kept}", exit_code=1
        ) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return found(home)


def _unused_backup(home: Home, source: Path) -> Path:
    """Where to back up what a restore replaces: not into the archive that is restored."""
    first, second = (home.root / f"{_BEFORE}{number}.zip" for number in ("", "_2"))
    return second if source.absolute() == first.absolute() else first


def _wanted(home: Home, inside: Path) -> bool:
    """Whether a file is to be restored: a label needs its job."""
    return inside.parts[0] not in _JOBS or (home.root / inside).parent.is_dir()


def _unpack(source: Path, staged: Path) -> None:
    """Write the files of an archive into a folder, where all of them are known to be ours.

    Raises:
        UserError: it holds something else.
        BadZipFile, OSError: it is damaged, or cannot be read.
    """
    with _damage_told(), zipfile.ZipFile(source) as archive:
        members = archive.infolist()
        if _FORMAT not in archive.namelist() or archive.read(_FORMAT) != _VERSION:
            raise UserError(f"{printable(str(source), None)} is no backup of `musicrec-tui personal backup`.")
        if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _MOST_BYTES:
            raise UserError(f"{printable(str(source), None)} holds more than a backup can.")
        for member in members:
            if member.filename == _FORMAT or member.is_dir():
                continue
            if not _ours(member):
                raise UserError(
                    f"{printable(str(source), None)} holds {printable(member.filename)!r}, which no backup does."
                )
            target = staged / member.filename
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with archive.open(member) as packed, target.open("wb") as file:
                target.chmod(_PRIVATE)
                shutil.copyfileobj(packed, file)


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever damage raises, as a `BadZipFile`."""
    try:
        yield
    except _DAMAGE as error:
        raise zipfile.BadZipFile(str(error) or "it is damaged") from error


def _ours(member: zipfile.ZipInfo) -> bool:
    """Whether a file of an archive lies where personal files do: no link, and not outside of the home."""
    path = PurePosixPath(member.filename)
    outside = path.is_absolute() or ".." in path.parts or "\\" in member.filename
    if outside or not path.parts or stat.S_ISLNK(member.external_attr >> 16):
        return False
    first, *inside = path.parts
    if first in _JOBS:
        return len(inside) == 2 and path.name == labels.FILE
    is_file = bool(PurePosixPath(first).suffix)  # of the names in `WHAT`, those of files have one
    return is_file != bool(inside) and any(first in names for names in WHAT.values())


def erase(home: Home) -> dict[str, int]:
    """Delete all of it, backups of what restores replaced included; returns what `found` did before.

    Raises:
        UserError: a file cannot be deleted.
    """
    held = found(home)
    try:
        _remove(home)
        for path in home.root.glob(f"{_BEFORE}*.zip"):
            path.unlink()
    except OSError as error:
        raise UserError(f"Not everything could be erased: {error.strerror or error}.", exit_code=1) from error
    return held


def _remove(home: Home) -> None:
    """Delete all of it.

    Raises:
        OSError: a file cannot be deleted.
    """
    for name in (name for names in WHAT.values() for name in names):
        place = home.root / name
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    for jobs in _JOBS:
        for path in (home.root / jobs).glob(f"*/{labels.FILE}"):
            path.unlink(missing_ok=True)
