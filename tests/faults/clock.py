"""The clock is wrong: nothing is deleted, `latest` is the newest run all the same, also when the clock is set back."""

import datetime as real
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest import mock

from musicrec_tui.dataset.index import pruning
from musicrec_tui.runs import store
from tests.faults.content import Content
from tests.faults.deeds import DEEDS, Place, World
from tests.faults.forked import forked
from tests.faults.judging import differing, judged
from tests.faults.verdicts import Outcome

_SHIFTS = (-20 * 365, -365, -1, 1, 31, 365, 2 * 365, 60 * 365)
_STARTS = 10
_DAYS = 30


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Starts of the program with a wrong clock, and every deed under one."""
    rounds = times if times is not None else 3 * len(_SHIFTS)
    for number in range((rounds + 1) // 2):
        days = _SHIFTS[number % len(_SHIFTS)] if times is None else dice.choice(_SHIFTS)
        yield _started(world, days)
    for number in range(rounds // 2):
        deed = DEEDS[number % len(DEEDS)] if times is None else dice.choice(DEEDS)
        days = dice.choice(_SHIFTS)
        place = world.copy()
        ended = deed.forked(place, partial(shift, days))
        yield judged("clock shifts", f"{deed.name}, the clock {days:+} days", world, deed, place, ended)
        world.drop(place)


def _started(world: World, days: int) -> Outcome:
    """Ten starts with a wrong clock, then one with the right one; the trash has all that it had."""
    place = world.copy()
    case = f"{_STARTS} starts, the clock {days:+} days"
    latest = store.find_run(place.home, "latest").id
    for offset in (*[days] * _STARTS, 0):
        ended = forked(partial(_start, place, offset), home=place.home.root)
        if not ended.done:
            return Outcome("clock shifts", case, "wrong", ended.error or ended.trace[-300:])
        if ended.value != latest:
            return Outcome("clock shifts", case, "wrong", "latest is another run")
    read = place.content()
    world.drop(place)
    before: Content = world.before
    found = differing(read.value, before, before, acknowledged=True) if read.done else ("lost", read.error)
    return Outcome("clock shifts", case, *found) if found else Outcome("clock shifts", case, "survived")


def _start(place: Place, days: int) -> str:
    """What a start of the program does with the trash, and a build with the cache; gives the latest run."""
    shift(days)
    store.trash_of(place.home).expire(_DAYS)
    pruning.prune(place.home.indexes, place.home.indexes, days=_DAYS, gigabytes=1e6)
    return store.find_run(place.home, "latest").id


class _Shifted(real.datetime):
    """A clock that is wrong by `days`."""

    days = 0

    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> Any:
        return real.datetime.now(tz) + real.timedelta(days=cls.days)


def shift(days: int) -> None:
    """Set the clock of this process, as Python's code reads it (not the kernel's times of files)."""
    _Shifted.days = days
    for name, module in list(sys.modules.items()):
        if name.startswith("musicrec_tui.") and getattr(module, "datetime", None) is real.datetime:
            mock.patch.object(module, "datetime", _Shifted).start()
    seconds = days * 86_400
    mock.patch.object(time, "time", partial(_later, time.time, seconds)).start()
    mock.patch.object(time, "time_ns", partial(_later, time.time_ns, seconds * 10**9)).start()


def _later(now: Callable[[], float], seconds: int) -> float:
    return now() + seconds
