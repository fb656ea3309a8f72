"""The folder of profiles: what is in it, and changes that are whole or not there.

`HOME/profiles/<slug>/` holds `profile.json` and the Parquet file that it names. A new history is written beside the old
one first, then `profile.json` is replaced, which is the moment when it counts. Folders are 0700, files 0600.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from musicrec_tui import files, sealed
from musicrec_tui.dataset.profiles.names import checked, slug
from musicrec_tui.dataset.profiles.stored import FILE, SCHEMA, Stored
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_LOCK = ".lock"
_PATIENCE = 0.1


class Profile(NamedTuple):
    """A personal history: its folder, and what it is in short."""

    folder: Path
    stored: Stored

    @property
    def name(self) -> str:
        """What it is called, raw."""
        return self.stored.name


class Listing(NamedTuple):
    """All profiles by name, and a sentence for each that is damaged."""

    profiles: tuple[Profile, ...]
    damaged: tuple[str, ...]


def every(home: Home) -> Listing:
    """All profiles of a home; one that is damaged hides no other."""
    profiles: list[Profile] = []
    damaged: list[str] = []
    for folder in _folders(home):
        try:
            profiles.append(_open(folder))
        except UserError as error:
            damaged.append(str(error))
    return Listing(tuple(sorted(profiles, key=lambda profile: profile.name.casefold())), tuple(damaged))


def names(home: Home) -> list[str]:
    """The names of the profiles that can be opened, in order."""
    return [profile.name for profile in every(home).profiles]


def read(home: Home, name: str) -> Profile:
    """The profile of that name.

    Raises:
        UserError: there is none (those that there are come with it), or it is damaged.
    """
    folder = _folder(home, name)
    if folder is None:
        known = ", ".join(printable(other, 60) for other in names(home)[:5])
        hint = f"There are: {known}." if known else "Make one with `musicrec-tui import FILE --as NAME`."
        raise UserError(f"There is no profile {printable(name)!r}. {hint}")
    return _open(folder)


def has(home: Home, name: str) -> bool:
    """Whether there is a profile of that name, damaged or not."""
    return _folder(home, name) is not None


def history(profile: Profile) -> Path:
    """The Parquet file of a profile, after a look whether it is as it was written.

    Raises:
        UserError: it is missing or damaged.
    """
    for attempt in range(2):
        path = profile.folder / profile.stored.history_file
        try:
            if files.sha256_of(path) == profile.stored.sha256:
                return path
            break
        except FileNotFoundError:
            if attempt == 0 and (profile.folder / FILE).is_file():  # another program imported meanwhile
                profile = _open(profile.folder)
        except OSError as error:
            raise UserError(f"{printable(str(path), None)} cannot be read: {error.strerror}.", exit_code=1) from error
    raise _damaged(profile.folder, "its history is not what was written")


@contextlib.contextmanager
def changing(home: Home, cancelled: Callable[[], bool], waiting: Callable[[], None]) -> Iterator[Path]:
    """Hold the one lock of all profiles; gives their folder, free of what killed programs left.

    Args:
        home: whose profiles.
        cancelled: asked a few times a second whether to stop waiting for another program that holds it.
        waiting: told once, where there is such a program.

    Raises:
        UserError: the folder cannot be written to.
        Cancelled: `cancelled` said so.
    """
    folder = home.profiles
    try:
        private_folder(folder)
        lock = files.try_lock(folder / _LOCK)
        if lock is None:
            waiting()
        while lock is None:
            if cancelled():
                raise Cancelled
            time.sleep(_PATIENCE)
            lock = files.try_lock(folder / _LOCK)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _sweep(folder)
        yield folder
    finally:
        os.close(lock)


def place(home: Home, name: str) -> Path:
    """The folder that a profile of this name has, or would have."""
    return home.profiles / slug(checked(name))


def keep(folder: Path, stored: Stored) -> Profile:
    """Let a history count that is in the folder already; call it within `changing`."""
    sealed.write(folder / FILE, stored, SCHEMA, mode=PRIVATE_FILE)
    for file in folder.iterdir():
        if file.name not in (FILE, stored.history_file):
            file.unlink(missing_ok=True)
    return Profile(folder, stored)


def forget(home: Home, name: str) -> None:
    """Delete a profile, damaged ones too; of these the folder's name will do.

    Raises:
        UserError: there is none of that name, or it cannot be deleted.
    """
    with changing(home, lambda: False, lambda: None) as profiles:
        folder = _folder(home, name) or next((one for one in _folders(home) if one.name == name), None)
        if folder is None:
            read(home, name)
            return
        hidden = profiles / f".{folder.name}.forgotten"
        folder.rename(hidden)  # from here on it is not there; if we are killed now, the next change sweeps it
        shutil.rmtree(hidden)


def private_folder(folder: Path) -> None:
    """Make a folder that nobody else may look into."""
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    if folder.stat().st_mode & 0o777 != PRIVATE_FOLDER:
        folder.chmod(PRIVATE_FOLDER)


def _folders(home: Home) -> list[Path]:
    """The folders of profiles; one without `profile.json` is what a killed import left."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        folders = (folder for folder in home.profiles.iterdir() if not folder.name.startswith("."))
        return sorted(folder for folder in folders if (folder / FILE).is_file())
    return []


def _folder(home: Home, name: str) -> Path | None:
    """The folder of the profile of that name, if there is one."""
    try:
        folder = place(home, name)
    except UserError:  # no profile can have such a name
        return None
    return folder if (folder / FILE).is_file() else None


def _open(folder: Path) -> Profile:
    """Read a profile in short.

    Raises:
        UserError: it is damaged; the sentence says what to do.
    """
    try:
        stored = sealed.read(folder / FILE, Stored, SCHEMA)
    except UserError as error:
        raise _damaged(folder, str(error).rstrip(".")) from error
    if slug(stored.name) != folder.name:
        raise _damaged(folder, f"its {FILE} belongs to another one")
    return Profile(folder, stored)


def _damaged(folder: Path, why: str) -> UserError:
    """What to say of a profile that cannot be used."""
    return UserError(
        f"The profile in {printable(str(folder), None)} cannot be used: {printable(why, None)}. Delete it with "
        f"`musicrec-tui profiles forget {folder.name}` and import its files again.",
        exit_code=1,
    )


def _unwritable(folder: Path, error: OSError) -> UserError:
    """What to say of a folder that does not take what we write."""
    return UserError(f"Cannot write to {printable(str(folder), None)}: {error.strerror or error}.", exit_code=1)


def _sweep(folder: Path) -> None:
    """Remove what killed programs left; the caller holds the lock."""
    for leftover in folder.iterdir():
        if leftover.name == _LOCK:
            continue
        if leftover.is_dir() and (leftover.name.startswith(".") or not (leftover / FILE).is_file()):
            shutil.rmtree(leftover, ignore_errors=True)
