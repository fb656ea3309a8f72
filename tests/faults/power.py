"""The power fails at a call that changes the disk: what was not fsynced is gone.

Two disks are simulated. A *journal* keeps renames and deletions in their order, as ext4 and APFS do, but no content
that was not fsynced. A *strict* one keeps of each folder only the entries that it had when the folder was fsynced last,
which is all that POSIX promises.
"""

import json
import random
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.faults import points
from tests.faults.crash import drawn
from tests.faults.deeds import Place, World
from tests.faults.judging import judged
from tests.faults.verdicts import Outcome


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Cut the power at these points, on both disks; and after each deed that was reported as done."""
    for (deed, at, late), case in drawn(world, dice, times):
        for strict in (False, True) if times is None else (dice.random() < 0.5,):
            place = world.copy()
            disk = Disk(place)
            killer = points.Synced(at, disk.kept, late=late)
            ended = deed.forked(place, partial(points.install, killer, place.root))
            disk.lose_power(strict=strict)
            name = f"{case}, {'strict' if strict else 'journal'}"
            yield judged("power cuts", name, world, deed, place, ended)
            world.drop(place)


class Disk:
    """What is on a disk for sure.

    Args:
        place: as it is now, all of which is.
    """

    def __init__(self, place: Place) -> None:
        self._root = place.root
        self.kept = place.root.with_name(f"{place.root.name}-kept")
        self.kept.mkdir()
        self._before = {path.stat().st_ino: path for path in self._all()}
        self._entries = {
            path.stat().st_ino: {one.name: one.stat().st_ino for one in path.iterdir()}
            for path in (self._root, *self._before.values())
            if path.is_dir()
        }
        self._contents = {ino: path.read_bytes() for ino, path in self._before.items() if path.is_file()}
        self._modes = {ino: path.stat().st_mode & 0o7777 for ino, path in self._before.items()}

    def _all(self) -> list[Path]:
        return [path for path in self._root.rglob("*") if not path.is_symlink()]

    def lose_power(self, *, strict: bool) -> None:
        """Make the home what a power cut leaves of it."""
        modes = self._modes | {path.stat().st_ino: path.stat().st_mode & 0o7777 for path in self._all()}
        if strict:
            entries = self._entries | {
                int(path.name.removesuffix(".folder")): json.loads(path.read_bytes())
                for path in self.kept.glob("*.folder")
            }
            self._only_once(entries)
            new = self._root.with_name(f"{self._root.name}-new")
            new.mkdir()
            self._restore(new, self._root.stat().st_ino, entries, modes)
            shutil.rmtree(self._root)
            new.rename(self._root)
        else:
            for path in self._all():
                if path.is_file():
                    path.write_bytes(self._content(path.stat().st_ino))
        shutil.rmtree(self.kept)

    def _only_once(self, entries: dict[int, dict[str, int]]) -> None:
        """A folder that was moved is never in two: where the new place is on the disk, it has left the old one."""
        placed = {ino: {inner for inner in inside.values() if inner in entries} for ino, inside in entries.items()}
        before = {ino: set(inside.values()) for ino, inside in self._entries.items()}
        for ino, inside in placed.items():
            for moved in inside - before.get(ino, set()):
                for other, names in entries.items():
                    if other != ino and moved in names.values():
                        entries[other] = {name: inner for name, inner in names.items() if inner != moved}

    def _content(self, ino: int) -> bytes:
        """What a file had at its last fsync; nothing where there was none."""
        kept = self.kept / str(ino)
        return kept.read_bytes() if kept.exists() else self._contents.get(ino, b"")

    def _restore(self, folder: Path, ino: int, entries: dict[int, dict[str, int]], modes: dict[int, int]) -> None:
        """Fill a folder with the entries that it has for sure."""
        for name, inner in entries.get(ino, {}).items():
            target = folder / name
            if inner in entries or self._is_folder(inner):
                target.mkdir()
                self._restore(target, inner, entries, modes)
            else:
                target.write_bytes(self._content(inner))
            target.chmod(modes.get(inner, 0o644 if target.is_file() else 0o755))

    def _is_folder(self, ino: int) -> bool:
        """Whether an inode that is new is a folder's that was never fsynced: it is empty then."""
        return any(path.is_dir() and path.stat().st_ino == ino for path in self._all())
