"""The disk is full from some call on: nothing is lost, the error is a sentence, and with room again the work works."""

import errno
import os
import random
from collections.abc import Iterator
from functools import partial

from tests.faults import points
from tests.faults.crash import calls_of
from tests.faults.deeds import DEEDS, SILENT, World
from tests.faults.judging import judged
from tests.faults.verdicts import Outcome

_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """Refuse room from each of a deed's calls on."""
    deeds = DEEDS if times is None else [DEEDS[at % len(DEEDS)] for at in dice.sample(range(10 * len(DEEDS)), times)]
    for deed in deeds:
        needing = [call for call in calls_of(world, deed) if call.split()[0] in points.NEEDS_ROOM]
        for at in range(len(needing)) if times is None else (dice.randrange(len(needing)),):
            code = dice.choice(_CODES)
            place = world.copy()
            refuser = points.Refuser(at, code)
            ended = deed.forked(place, partial(points.install, refuser, place.root))
            case = f"{deed.name}, {errno.errorcode[code]} from call {at} ({needing[at]})"
            if ended.done and deed.name in SILENT:
                ended = ended._replace(error=os.strerror(code))
            yield judged("full disks", case, world, deed, place, ended)
            world.drop(place)
