"""The cluster of a session: what its executors are, and whether it gives any.

Where it gives none it may be busy, which is waited for, or gone, which is an error.
"""

import contextlib
import socket
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

PATIENCE = 30.0
"""Seconds that a master may be out of reach while no executor lives. Executors alone can finish what was begun."""

SENTENCE = (
    "Waiting for executors: the cluster gives none. Its cores may be busy, or no worker has the cores and the memory "
    "that an executor asks for."
)
_STANDALONE = "spark://"
_ASKED_EVERY = 2.0
_CONNECT_SECONDS = 3.0
_MIB = 2**20


class Executors(NamedTuple):
    """What the executors of an application are, and have done.

    Attributes:
        living: how many live.
        memory_mb: the most that each held in its Java heap, summed.
        shuffle_mb: what they all have written for others to read.
    """

    living: int
    memory_mb: int
    shuffle_mb: int


def executors(context: Any) -> Executors:
    """What the executors are now; zeros where Spark does not say."""
    from py4j.protocol import Py4JError

    count = memory = shuffle = 0
    with contextlib.suppress(Py4JError, AttributeError, TypeError):
        told = context._jsc.sc().statusStore().executorList(False)
        several = told.size() > 1
        for place in range(told.size()):
            one = told.apply(place)
            if several and one.id() == "driver":  # beside executors it works on nothing
                continue
            count += bool(one.isActive())
            shuffle += one.totalShuffleWrite()
            peak = one.peakMemoryMetrics()
            memory += peak.get().getMetricValue("JVMHeapMemory") if peak.isDefined() else 0
    return Executors(count, memory // _MIB, shuffle // _MIB)


def slots(context: Any) -> dict[str, int]:
    """How many tasks the living executors can do at the same time, by host; empty where Spark does not say."""
    from py4j.protocol import Py4JError

    found: dict[str, int] = {}
    with contextlib.suppress(Py4JError, AttributeError, TypeError):
        told = context._jsc.sc().statusStore().executorList(True)
        for one in map(told.apply, range(told.size())):
            host = str(one.hostPort()).rpartition(":")[0]
            found[host] = found.get(host, 0) + int(one.maxTasks())
    return found


def require_master(master: str) -> None:
    """Refuse a standalone master that does not answer; other kinds of masters are not asked.

    Raises:
        UserError: no connection could be made.
    """
    if not answers(master):
        raise UserError(_gone(master), exit_code=1)


def answers(master: str) -> bool:
    """Whether one of the addresses in `spark://HOST:PORT,HOST:PORT` accepts connections; True for other masters."""
    if not master.startswith(_STANDALONE):
        return True
    for address in master.removeprefix(_STANDALONE).split(","):
        with contextlib.suppress(OSError, ValueError):
            place = urlsplit(f"//{address}")
            with socket.create_connection((place.hostname or "", place.port or 0), _CONNECT_SECONDS):
                return True
    return False


def _gone(master: str) -> str:
    return f"The cluster at {printable(master, 200)} does not answer: is its master running, and is the address right?"


class Waiting:
    """Looks whether a session's work waits for executors.

    Args:
        context: Spark's.
    """

    def __init__(self, context: Any) -> None:
        self._context, self._master = context, str(context.master)
        self._asked = self._answered = time.monotonic()

    def look(self) -> bool:
        """Whether a stage has begun and no executor lives; False on a local master, which is its own executor.

        Raises:
            UserError: the master does not answer, for `PATIENCE` seconds.
        """
        waits = not sum(slots(self._context).values()) and bool(self._stages())
        now = time.monotonic()
        if not waits:
            self._answered = now
        elif now - self._asked >= _ASKED_EVERY:
            self._asked = now
            if answers(self._master):
                self._answered = time.monotonic()
            elif now - self._answered > PATIENCE:
                raise UserError(_gone(self._master), exit_code=1)
        return waits

    def _stages(self) -> list[int]:
        return list(self._context.statusTracker().getActiveStageIds())
