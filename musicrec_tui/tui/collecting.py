"""When the garbage collector runs: never while the program starts, and never over what stays alive.

Modules, styles and screens are 200,000 objects. A full collection that goes through all of them holds the screen up for
100 ms and more, every few seconds of use. So they are set aside once they stand; what is looked at later is what came
since.
"""

import gc


class _Collector:
    """Whether this process is the program, and not a test or another tool that has the app in it."""

    ours = False


def put_off() -> None:
    """Do not collect before the first `settle`; called once, when the program starts."""
    _Collector.ours = True
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
