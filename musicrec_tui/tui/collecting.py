"""When the garbage collector runs: never while the program starts, never over what stays alive, and between two events.

Modules, styles and screens are 200,000 objects. A full collection that goes through all of them holds the screen up for
100 ms and more, every few seconds of use. So they are set aside once they stand; what is looked at later is what came
since. That still takes 10 to 40 ms, which would come on top of what is just being painted. So Python by itself looks
through what is young only, and a timer has the rest done by `sweep`.
"""

import gc

SWEEP_SECONDS = 2.0
"""How often `sweep` is to be called."""
_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000
"""Python's own thresholds, but for the last: full collections."""
_DUE = 2
"""So many collections of the middle generation make a full one worth its time."""


class _Collector:
    """Whether this process is the program, and not a test or another tool that has the app in it."""

    ours = False


def put_off() -> None:
    """Do not collect before the first `settle`; called once, when the program starts."""
    _Collector.ours = True
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
    gc.disable()


def hold() -> None:
    """A screen is being made: do not look through what comes now, for nearly all of it stays, before `settle`."""
    if _Collector.ours:
        gc.disable()


def settle() -> None:
    """A screen stands: set aside what is alive now, and collect among what comes.

    The little that is garbage at this moment is kept for good, too: a few hundred kilobytes for all screens.
    """
    if _Collector.ours:
        gc.freeze()
        gc.enable()


def sweep() -> None:
    """Collect all that came since, where that is much; called by a timer, while nothing is being painted."""
    if _Collector.ours and gc.isenabled() and gc.get_count()[2] >= _DUE:
        gc.collect()
