"""Too little of what the system gives: memory, descriptors, the size of a file."""

import random
import resource
from collections.abc import Iterator
from pathlib import Path

from tests.faults.deeds import DEEDS, SILENT, World
from tests.faults.judging import judged
from tests.faults.verdicts import Outcome


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Each deed with each limit, or so many drawn."""
    rounds = 4 if times is None else 1
    cases = [(deed, limit) for deed in DEEDS for limit in ("memory", "descriptors", "file size")] * rounds
    drawn = cases if times is None else [cases[at % len(cases)] for at in dice.sample(range(10 * len(cases)), times)]
    for deed, limit in drawn:
        place = world.copy()
        which, value = _limit(limit, dice)
        ended = deed.forked(place, limits={which: value})
        if ended.code < 0 or (ended.code and not ended.error):
            ended = ended._replace(trace="")  # a library aborts where it gets no memory: as a kill
        if ended.done and deed.name in SILENT:
            ended = ended._replace(error=limit)
        yield judged("limits", f"{deed.name}, {limit} {value:,}", world, deed, place, ended)
        world.drop(place)


def _limit(name: str, dice: random.Random) -> tuple[int, int]:
    """A limit that lets a deed begin."""
    if name == "memory":
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        return resource.RLIMIT_AS, held + dice.choice((1, 8, 32, 64, 128, 256)) * 2**20
    if name == "descriptors":
        return resource.RLIMIT_NOFILE, dice.randrange(6, 24)
    return resource.RLIMIT_FSIZE, dice.choice((0, 1, 100, 1000, 5000, 50_000))
