"""Fake tunings: folders as a tuner would leave them, without any fit."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import events, grids, trials, tuning_store
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from tests.tui.train.train_support import CONTENT, NOWHERE, FakeJob, OneScreenApp

GRID = Grid({"factors": (8, 16, 32, 64), "regularization": (0.5, 1.0, 3.0), "iterations": (15,)})


class TuneApp(OneScreenApp):
    """The Tune screen."""

    DEFAULT_MODE = "tune"

    async def on_ready(self) -> None:
        """Read runs and tunings once."""
        await super().on_ready()
        await self.session.refresh_tunings()


class FakeTuning(FakeJob):
    """A tuning whose trials the test writes, too."""

    def __init__(
        self, home: Home, plan: Grid | Search = GRID, base: Params | None = None, *, name: str = "",
        content: str = CONTENT, objective: str = "ndcg@10",
    ) -> None:  # fmt: skip
        self.home = home
        request = TuneRequest(base=base or AlsParams(), plan=plan, objective=objective, name=name)
        self.info, self._lock = tuning_store.create_tuning(home, request, replace(NOWHERE, content=content))
        self.folder = self.info.folder
        self.plan = plan
        self.base = base or AlsParams()
        super().__init__()
        self.done = 0

    def trial(self, value: float | None, params: Params | None = None, **values: Any) -> None:
        """The next trial ends, with a value, or failed."""
        if params is None:
            assert isinstance(self.plan, Grid)
            params = grids.expand(self.plan, self.base)[self.done]
        self._at += timedelta(seconds=2)
        objective = self.info.spec.objective if self.info.spec else ""
        kept: dict[str, Any] = {
            "number": self.done, "params": params, "state": "failed" if value is None else "finished", "at": self._at,
            "value": value, "metrics": {} if value is None else {objective: value, "recall@10": 0.8 * value},
            "seconds": {"fit": 0.25 + 0.5 * self.done, "evaluate": 0.125}, "peak_memory_mb": 210,
        } | values  # fmt: skip
        trials.write_trial(self.folder, Trial(**kept))
        self.done += 1
        of = self.info.total
        left = 2.0 * (of - self.done)
        self.tell(events.Progress, after=0, phase="trials", done=self.done, of=of, eta_seconds=left)

    def some(self, count: int) -> None:
        """So many trials, of which those with the middle parameters are the best."""
        for number in range(self.done, self.done + count):
            self.trial(0.21 - 0.01 * math.cos(number * 1.7) - 0.001 * abs(number - 6))

    def cancel(self) -> None:
        """Somebody stopped it."""
        self.tell(events.Cancelled)
        self.die()

    def finish(self) -> None:
        """The last word of one that tried all."""
        best = tuning_store.read_tuning(self.home, self.info.id).best
        assert best is not None
        self.tell(events.Finished, metrics=best.metrics, seconds={"tune": 60.0}, peak_memory_mb=210)
        self.die()


def several(home: Home) -> list[FakeTuning]:
    """A tuning in each state, for pictures: oldest first."""
    finished = FakeTuning(home, name="all of it")
    finished.start()
    finished.some(12)
    finished.finish()
    died = FakeTuning(home, name="Nirvana [Live] [/b]")
    died.start()
    died.some(3)
    died.die()
    failed = FakeTuning(home)
    failed.start()
    failed.trial(None, reason="The process that evaluates was killed (signal 9), perhaps for want of memory.")
    failed.fail("No trial was finished: there was not enough memory.", "Vary smaller factors.")
    cancelled = FakeTuning(home, grids.DECK, objective="auc@10")
    cancelled.start()
    cancelled.some(40)
    cancelled.cancel()
    running = FakeTuning(home, Search(30), name="search")
    running.start()
    for number in range(11):
        weighting = ("binary", "log", "bm25")[number % 3]
        tried = AlsParams(8 + 7 * number, 0.01 * 2.1**number, 5 + number, 1 + 2.5 * number, weighting)  # type: ignore[arg-type]
        running.trial(None if number == 4 else 0.2 - abs(number - 6) / 100, tried,
                      reason="There was not enough memory." if number == 4 else "")  # fmt: skip
    queued = FakeTuning(home, grids.DECK)
    queued.tell(events.Queued, pid=4_000_001)
    return [finished, died, failed, cancelled, running, queued]
