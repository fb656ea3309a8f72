"""Reads what jobs write, each time only what is new, without holding up the event loop."""

import asyncio

from musicrec_tui.runs import store
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.train import log_file
from musicrec_tui.tui.train.log_file import Place
from musicrec_tui.tui.train.watched import Watched

_KEPT = 8


class _Read:
    """What was read of a job."""

    def __init__(self) -> None:
        self.watched = Watched()
        self.place = Place()


class Reader:
    """Keeps the jobs that were looked at last, so that going back and forth between them reads nothing twice."""

    def __init__(self) -> None:
        self._known: dict[str, _Read] = {}

    async def catch_up(self, run: RunInfo) -> Watched:
        """All that a run's events and its log say so far.

        Who is cancelled while a thread reads has taken nothing: the next call reads the same again.

        Raises:
            UserError: the events cannot be read.
        """
        while True:
            known = self._of(run)
            watched = known.watched
            events, offset = await asyncio.to_thread(store.read_events, run.folder, watched.offset)
            if offset < watched.offset:  # another file has taken the place of the one that was read
                del self._known[run.id]
                continue
            watched.take(events)
            if offset == watched.offset:
                break
            watched.offset = offset
        lines, known.place = await asyncio.to_thread(log_file.news, run.folder, known.place)
        watched.add_lines(lines)
        watched.log_cut |= known.place.cut
        if not run.status.live:
            lines, known.place = log_file.rest(known.place)
            watched.add_lines(lines)
        return watched

    def _of(self, run: RunInfo) -> _Read:
        """What was read of a run, which is the one that was looked at last now."""
        known = self._known.pop(run.id, None) or _Read()
        self._known[run.id] = known
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return known
