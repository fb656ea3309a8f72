"""Kills, power cuts and full disks at the calls of the C library: those of DuckDB and Arrow, too."""

import random
from collections.abc import Iterator
from functools import partial

from tests.faults import preload
from tests.faults.deeds import DEEDS, SILENT, Deed, World
from tests.faults.forked import forked
from tests.faults.judging import judged
from tests.faults.power import Disk
from tests.faults.verdicts import Outcome

_KIND = {
    preload.KILL_BEFORE: "native crash points", preload.KILL_AFTER: "native power cuts",
    preload.REFUSE: "native full disks",
}  # fmt: skip


def counts(world: World, deed: Deed) -> dict[str, int]:
    """The calls that a deed makes when nothing disturbs it, by library."""
    place = world.copy()

    def work() -> dict[str, int]:
        preload.arm(place.root, -1, preload.COUNT)
        deed.do(place)
        return preload.counted()

    ended = forked(work, home=place.home.root)
    assert ended.done, (deed.name, ended)
    world.drop(place)
    found: dict[str, int] = ended.value
    return found


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Calls drawn from all that the deeds make, each with each kind of fault; by default 40 of a kind."""
    calls = {deed: counts(world, deed) for deed in DEEDS}
    seen = {name: sum(count[name] for count in calls.values()) for name in preload.LIBRARIES}
    print("calls that pass through the preload:", ", ".join(f"{name} {n:,}" for name, n in seen.items()))  # noqa: T201
    if not seen["duckdb"] or not seen["arrow"]:
        yield Outcome("native crash points", "counting", "wrong", f"DuckDB's or Arrow's calls are not seen: {seen}")
    writers = [deed for deed in DEEDS if calls[deed]["duckdb"] + calls[deed]["arrow"]]
    for number in range(times or 40):
        deed = writers[number % len(writers)] if number % 2 else dice.choice(DEEDS)
        at = dice.randrange(sum(calls[deed].values()))
        for action in _KIND:
            yield _disturbed(world, deed, at, action, strict=dice.random() < 0.5)


def _disturbed(world: World, deed: Deed, at: int, action: int, *, strict: bool) -> Outcome:
    """One fault at one call."""
    place = world.copy()
    power = action == preload.KILL_AFTER
    disk = Disk(place) if power else None
    ended = deed.forked(place, partial(preload.arm, place.root, at, action, disk.kept if disk else None))
    if disk:
        disk.lose_power(strict=strict)
    if ended.done and deed.name in SILENT:
        ended = ended._replace(error="refused")
    how = (", strict" if strict else ", journal") if power else ""
    outcome = judged(_KIND[action], f"{deed.name}, call {at}{how}", world, deed, place, ended)
    world.drop(place)
    return outcome
