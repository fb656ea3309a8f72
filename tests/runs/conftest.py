"""Runs made by hand, in any state."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import metrics, store, test_usage
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.events import AnyEvent, Finished, Queued, Started
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FINISHED = Finished(at=NOW, metrics={}, seconds={}, peak_memory_mb=1)
MakeRun = Callable[..., RunInfo]


def tell(run: RunInfo, *events: AnyEvent) -> None:
    """Append events to a run."""
    appender = Appender(run.folder)
    for event in events:
        appender.append(event)
    appender.close()
    (run.folder / ".reserve").unlink(missing_ok=True)


@pytest.fixture
def make(home: Home) -> MakeRun:
    """Make a run that is over; `ndcg` is its metric, None leaves it without a last word."""

    def make_run(
        ndcg: float | None = 0.2, *, content: str = "c1", split: SplitSpec | None = None, k: int = 10,
        final: bool = False, name: str = "", params: Params | None = None, candidates: str = "all",
        others: dict[str, float] | None = None, intervals: dict[str, tuple[float, float]] | None = None,
        fit: float = 2.0,
    ) -> RunInfo:  # fmt: skip
        split = split or SplitSpec()
        request = TrainRequest(params=params or AlsParams(), split=split, final=final, k=k, name=name)
        run, lock = store.create_run(home, request, IndexedLog(Log(["/log"]), Path("/index"), content))
        os.close(lock)
        tell(run, Queued(at=NOW, pid=12), Started(at=NOW, pid=12))
        if ndcg is not None:
            if final:
                test_usage.record_use(home, run.id, content, split)
            result = RunMetrics(
                run=run.id, content=content, split=split, k=k, evaluated_on="test" if final else "validation",
                candidates=candidates, users=5, metrics={f"ndcg@{k}": ndcg, "auc": 0.9} | (others or {}),
                seconds={"fit": fit}, peak_memory_mb=100, intervals=intervals or {},
            )  # fmt: skip
            metrics.write(run.folder, result)
            tell(run, FINISHED)
        return store.read_run(home, run.id)

    return make_run
