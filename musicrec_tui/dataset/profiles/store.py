"""The folder of profiles: what is in it, and changes that are whole or not there.

`HOME/profiles/<slug>/` holds `profile.json` and the Parquet file that it names. A new profile is made under a hidden
name and renamed. To one that is there a new history is written beside the old one first, then `profile.json` is
replaced, which is the moment when it counts. Folders are 0700, files 0600.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui import files, sealed
from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.profiles.names import checked_name, profile_of_key, slug
from musicrec_tui.dataset.profiles.stored import FILE, SCHEMA, SameArtist, Stored
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.shortage import ShortageError, shortage
from musicrec_tui.text import printable

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_LOCK = ".lock"
_PATIENCE = 0.1
_LONGEST_WAIT = 5.0

MAKE_ONE = "Make one with `musicrec-tui import FILE --as NAME` or `musicrec-tui profiles new NAME --like ARTIST`."
"""What to do where there are no profiles."""


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


def list_profiles(home: Home) -> Listing:
    """All profiles of a home; one that is damaged hides no other."""
    return _every(home.profiles)


def profile_names(home: Home) -> list[str]:
    """The names of the profiles that can be opened, in order."""
    return [profile.name for profile in list_profiles(home).profiles]


def read_profile(home: Home, name: str) -> Profile:
    """The profile of that name.

    Raises:
        UserError: there is none (those that there are come with it), or it is damaged.
    """
    folder = _folder(home, name)
    if folder is None:
        known = ", ".join(printable(other, 60) for other in profile_names(home)[:5])
        hint = f"There are: {known}." if known else MAKE_ONE
        raise UserError(f"There is no profile {printable(name)!r}. {hint}")
    return open_profile(folder)


def has_profile(home: Home, name: str) -> bool:
    """Whether there is a profile of that name, damaged or not."""
    return _folder(home, name) is not None


def open_profile(folder: Path) -> Profile:
    """The profile in a folder, as it is now.

    Raises:
        UserError: it is not there any more, or damaged; the sentence says what to do.
    """
    if not folder.is_dir():
        raise UserError(f"There is no profile in {printable(str(folder), None)} any more.")
    try:
        stored = sealed.read(folder / FILE, Stored, SCHEMA)
    except UserError as error:
        if why := shortage(error):
            shown = printable(str(folder), None)
            raise ShortageError(f"The profile in {shown} cannot be read for the moment. {why}") from error
        raise damaged(folder, str(error).rstrip(".")) from error
    if slug(stored.name) != folder.name:
        raise damaged(folder, f"its {FILE} belongs to another one")
    return Profile(folder, stored)


def damaged(folder: Path, why: str) -> UserError:
    """What to say of a profile that cannot be used."""
    return UserError(
        f"The profile in {printable(str(folder), None)} cannot be used: {printable(why, None)}. Delete it with "
        f"`musicrec-tui profiles forget {folder.name}` and import its files again.",
        exit_code=1,
    )


@contextlib.contextmanager
def changing(home: Home, cancelled: Callable[[], bool], waiting: Callable[[], None]) -> Iterator[Path]:
    """Hold the one lock of all profiles; gives their folder, free of what killed programs left.

    Args:
        home: whose profiles.
        cancelled: asked a few times a second whether to stop waiting for another program that holds it.
        waiting: called once, where there is such a program.

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
        raise unwritable(folder, error) from error
    try:
        _sweep(folder)
        yield folder
    finally:
        os.close(lock)


@contextlib.contextmanager
def changing_soon(home: Home) -> Iterator[Path]:
    """`changing`, for a change that the user waits for: another program's import may delay it for a moment only.

    Raises:
        UserError: the folder cannot be written to, or that program takes longer.
    """
    deadline = time.monotonic() + _LONGEST_WAIT
    try:
        with changing(home, lambda: time.monotonic() > deadline, lambda: None) as folder:
            yield folder
    except Cancelled:
        raise UserError(
            "Another program is importing a history: try again when it has finished.", exit_code=1
        ) from None


def profile_folder(home: Home, name: str) -> Path:
    """The folder that a profile of this name has, or would have."""
    return home.profiles / slug(checked_name(name))


def save_profile(home: Home, stored: Stored, write: Callable[[Path], str]) -> Profile:
    """Write a profile, a new one as a whole; call it within `changing`.

    Args:
        home: whose profiles.
        stored: the profile in short; its `sha256` is filled in here.
        write: writes the history of that generation into a folder, and gives its SHA-256.

    Raises:
        UserError: it cannot be written.
    """
    target = profile_folder(home, stored.name)
    new = not target.is_dir()
    making = files.replacing_folder(target, mode=PRIVATE_FOLDER) if new else contextlib.nullcontext(target)
    with making as folder:
        stored = msgspec.structs.replace(stored, sha256=write(folder))
        sealed.write(folder / FILE, stored, SCHEMA, mode=PRIVATE_FILE)
    profile = Profile(target, stored)
    _tidy(profile)
    return profile


def save_same_artists(home: Home, name: str, chosen: dict[str, SameArtist]) -> Profile:
    """Save which artists of logs the artists of a profile are.

    Raises:
        UserError: there is no such profile, it cannot be written, or another program has been changing profiles.
    """
    with changing_soon(home):
        before = read_profile(home, name)
        stored = msgspec.structs.replace(before.stored, same_artists=chosen)
        sealed.write(before.folder / FILE, stored, SCHEMA, mode=PRIVATE_FILE)
    return Profile(before.folder, stored)


def find_folder(home: Home, text: str) -> Path:
    """The folder of the profile of that name, damaged or not; the folder's own name will do.

    Raises:
        UserError: there is none.
    """
    folder = _folder(home, text) or next((one for one in _folders(home.profiles) if one.name == text), None)
    return folder or read_profile(home, text).folder  # which says that there is none


def delete_profile(home: Home, text: str) -> Path:
    """Delete the profile that `find_folder` finds, with what it loves and blocks; gives the folder that it had.

    Raises:
        UserError: there is none, it cannot be deleted, or another program has been changing profiles for a while.
    """
    with changing_soon(home) as profiles:
        folder = _delete(find_folder(home, text), profiles)
    opinions.delete_opinions(home, lambda key: (name := profile_of_key(key)) is not None and slug(name) == folder.name)
    return folder


def private_folder(folder: Path) -> None:
    """Make a folder that only the user can read."""
    files.make_folder(folder, mode=PRIVATE_FOLDER)
    if folder.stat().st_mode & 0o777 != PRIVATE_FOLDER:
        folder.chmod(PRIVATE_FOLDER)


def _every(parent: Path) -> Listing:
    """All profiles below a folder."""
    profiles: list[Profile] = []
    broken: list[str] = []
    for folder in _folders(parent):
        try:
            profiles.append(open_profile(folder))
        except UserError as error:
            broken.append(str(error))
    return Listing(tuple(sorted(profiles, key=lambda profile: profile.name.casefold())), tuple(broken))


def _folders(parent: Path) -> list[Path]:
    """The folders of profiles; hidden ones are being made, or left by who was killed."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return sorted(folder for folder in parent.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    return []


def _folder(home: Home, name: str) -> Path | None:
    """The folder of the profile of that name, if there is one."""
    try:
        folder = profile_folder(home, name)
    except UserError:  # no profile can have such a name
        return None
    return folder if folder.is_dir() else None


def unwritable(folder: Path, error: OSError) -> UserError:
    """What to say of a folder that does not take what we write."""
    return UserError(f"Cannot write to {printable(str(folder), None)}: {error.strerror or error}.", exit_code=1)


def sweep(home: Home) -> None:
    """Remove what killed programs left of profiles, unless one is being changed."""
    with contextlib.suppress(OSError):
        if home.profiles.is_dir() and (lock := files.try_lock(home.profiles / _LOCK)) is not None:
            try:
                _sweep(home.profiles)
            finally:
                os.close(lock)


def _sweep(folder: Path) -> None:
    """Remove what killed programs left; the caller holds the lock."""
    for leftover in folder.iterdir():
        if leftover.is_dir() and leftover.name.startswith("."):
            shutil.rmtree(leftover, ignore_errors=True)
    for profile in _every(folder).profiles:
        _tidy(profile)


def _delete(folder: Path, profiles: Path) -> Path:
    """Delete a profile's folder; the lock is held."""
    hidden = profiles / f".{folder.name}.forgotten"
    try:
        folder.rename(hidden)  # from here on it is not there; if we are killed now, the next change sweeps it
        shutil.rmtree(hidden)
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder


def _tidy(profile: Profile) -> None:
    """Remove all but the two files that count."""
    for file in profile.folder.iterdir():
        if file.is_file() and file.name not in (FILE, profile.stored.history_file):
            file.unlink(missing_ok=True)
