"""Killed before or after each call that changes the disk, during every deed: all of its exact crash points."""

import random
from collections.abc import Iterator
from functools import partial

from tests.faults import points
from tests.faults.deeds import DEEDS, Deed, World
from tests.faults.forked import forked
from tests.faults.judging import judged
from tests.faults.verdicts import Outcome

Point = tuple[Deed, int, bool]


def calls_of(world: World, deed: Deed) -> list[str]:
    """The calls that a deed makes when nothing disturbs it."""
    place = world.copy()
    watcher = points.Watcher()

    def work() -> list[str]:
        points.install(watcher, place.root)
        deed.do(place)
        return watcher.calls

    ended = forked(work, home=place.home.root)
    assert ended.done, (deed.name, ended)
    world.drop(place)
    calls: list[str] = ended.value
    return calls


def drawn(world: World, dice: random.Random, times: int | None) -> Iterator[tuple[Point, str]]:
    """Crash points with their names: all of every deed, or so many of deeds in turn; the last is behind all calls."""
    deeds = DEEDS if times is None else [DEEDS[at % len(DEEDS)] for at in dice.sample(range(10 * len(DEEDS)), times)]
    known: dict[Deed, list[str]] = {}
    for deed in deeds:
        if deed not in known:
            known[deed] = calls_of(world, deed)
        calls = known[deed]
        own = [(at, late) for at in range(len(calls)) for late in (False, True)] + [(len(calls), True)]
        for at, late in own if times is None else [dice.choice((*own, own[-1]))]:
            call = calls[at] if at < len(calls) else "it is done"
            yield (deed, at, late), _named(deed, at, call, late=late)


def _named(deed: Deed, at: int, call: str, *, late: bool) -> str:
    return f"{deed.name}, {'after' if late else 'before'} call {at} ({call})"


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Kill at each of these points."""
    for (deed, at, late), case in drawn(world, dice, times):
        place = world.copy()
        ended = deed.forked(place, partial(points.install, points.Killer(at, late=late), place.root))
        yield judged("crash points", case, world, deed, place, ended)
        world.drop(place)
