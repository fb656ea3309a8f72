"""A file is damaged: what is whole stays as it was, what is not is said, and nothing is shown that is not true."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from musicrec_tui.jobs.doctor.damage import find_damaged
from musicrec_tui.runs import store, tuning_store
from tests.faults.content import Content, content_of
from tests.faults.deeds import Place, World
from tests.faults.forked import forked
from tests.faults.verdicts import Outcome

Spoil = Callable[[Path, random.Random], object]


def _flip(path: Path, dice: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)


def _cut(path: Path, dice: random.Random) -> None:
    os.truncate(path, dice.randrange(path.stat().st_size))


def _zeros(path: Path, dice: random.Random) -> None:
    content = bytearray(path.read_bytes())
    begin = dice.randrange(len(content))
    end = min(len(content), begin + 4096)
    content[begin:end] = bytes(end - begin)
    path.write_bytes(content)


def _noise(path: Path, dice: random.Random) -> None:
    path.write_bytes(dice.randbytes(dice.choice((0, 1, 50, 5000))))


def _deep(path: Path, _dice: random.Random) -> None:
    path.write_bytes(b"[" * 100_000)


def _folder(path: Path, _dice: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _fifo(path: Path, _dice: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _endless(path: Path, _dice: random.Random) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _gone(path: Path, _dice: random.Random) -> None:
    path.unlink()


SPOILS: dict[str, Spoil] = {
    "one bit": _flip, "cut": _cut, "zeros": _zeros, "noise": _noise, "deep JSON": _deep, "a folder": _folder,
    "a FIFO": _fifo, "/dev/zero": _endless, "gone": _gone,
}  # fmt: skip


_PLAIN = {"settings", "queries"}
"""Text without a checksum: the user's own file of settings, and the SQL history, which is a comfort."""


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Damage every file in every way, or so many drawn."""
    place = world.copy()
    names = sorted(str(path.relative_to(place.root)) for path in place.home.root.rglob("*") if path.is_file())
    world.drop(place)
    cases = [(name, how) for name in names for how in SPOILS]
    for name, how in cases if times is None else dice.sample(cases, min(times, len(cases))):
        place = world.copy()
        path = place.root / name
        if how in ("one bit", "cut", "zeros") and path.stat().st_size == 0:
            world.drop(place)
            continue
        SPOILS[how](path, dice)
        yield _judged(world, place, f"{_shown(name)}, {how}", deleted=how == "gone")
        world.drop(place)


def _shown(name: str) -> str:
    """A file's name without the ids in it."""
    parts = [part if not part[:8].isdigit() else "ID" for part in Path(name).parts]
    return "/".join(parts[1:])


def _judged(world: World, place: Place, case: str, *, deleted: bool) -> Outcome:
    """Either everything is as before, or the damage is said; what is whole beside it is as before.

    A file that was deleted alone, such as the bookmarks, leaves no trace: the user may have done that.
    """
    read = forked(lambda: _read(place), home=place.home.root)
    if read.trace or not read.done:
        told = read.trace.strip().splitlines()[-1] if read.trace else read.error or f"reading ended with {read.code}"
        return Outcome("damage", case, "wrong", told)
    sections, said = read.value
    wrong = [name for name, value in sections.items() if name not in _PLAIN and not _is_true(value, world.before[name])]
    if wrong:
        return Outcome("damage", case, "wrong", f"{wrong[0]}: {str(sections[wrong[0]])[:300]}")
    changed = [name for name, value in sections.items() if value != world.before[name]]
    if set(changed) - _PLAIN and not said and not deleted:
        return Outcome("damage", case, "lost", f"{changed[0]} is another, and nothing says so")
    return Outcome("damage", case, "survived")


def _read(place: Place) -> tuple[Content, list[str]]:
    """Each section that can be read, None for the others; and what is said of damage."""
    said: list[str] = [f"{one.what}: {one.problem}" for one in find_damaged(place.home)]
    jobs: list[Any] = [*store.list_runs(place.home), *tuning_store.list_tunings(place.home)]
    said += [job.reason or job.label_damage for job in jobs if job.reason or job.label_damage]
    return content_of(place.home, place.out, said), said


def _is_true(value: object, before: object) -> bool:
    """Whether what is shown is not other than it was: things may be missing, none may be new."""
    if isinstance(value, list) and isinstance(before, list):
        return set(value) <= set(before)
    empty = not value or (isinstance(value, dict) and not any(value.values()))
    return value == before or empty or (isinstance(value, int) and isinstance(before, int) and value <= before)
