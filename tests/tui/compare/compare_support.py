"""A host that compares fake runs: what it answers is made up from their metrics."""

import asyncio
from pathlib import Path
from typing import Any, cast

from textual.pilot import Pilot

from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import (
    Against,
    AnyAnswer,
    AnyAsk,
    Compare,
    Compared,
    DifferingUser,
    Evaluate,
    Evaluated,
    EvaluatedRow,
    GroupDifference,
    HeldOut,
    Pair,
    PairedMetric,
    Refused,
    Scatter,
    ScatterCell,
    Scattered,
)
from musicrec_tui.jobs.verdict import verdict
from musicrec_tui.paths import Home
from musicrec_tui.runs import info
from musicrec_tui.runs.store import RunInfo
from tests.tui.support import settled as rest
from tests.tui.train.train_support import CompareApp, FakeDataset, screen_text

HOSTILE_USER = "user\x1b[31m [red]"


def answer(ask: Compare) -> Compared:
    """Differences of the runs' own metrics, all with the same interval around them."""
    runs = [info.read(Path(folder))[0] for folder in ask.runs]
    metric = ask.metric or f"ndcg@{runs[0].k}"
    against = tuple(
        Against(
            run=run.id,
            metrics=tuple(_metric(name, run.metrics[name] - runs[0].metrics[name]) for name in run.intervals),
            groups=tuple(
                GroupDifference(name, 300, change, change - 0.03, change + 0.03)
                for name, change in (("light", 0.05), ("heavy", -0.02))
            ),
            differing=(DifferingUser(HOSTILE_USER, 0.9, 0.1), DifferingUser("101", 0.25, 0.75))[: ask.users],
        )
        for run in runs[1:]
    )
    primary = ask.primary.replace("@k", f"@{runs[0].k}")
    changes = [run.metrics[primary] - runs[0].metrics[primary] for run in runs[1:]]
    pairs = tuple(
        Pair(0, place, change, change - 0.02, change + 0.02, 0.0005 if abs(change) > 0.02 else 0.7)
        for place, change in enumerate(changes, 1)
    ) + tuple(Pair(1, place, 0.0, -0.02, 0.02, 0.7) for place in range(2, len(runs)))
    told = verdict(primary, [run.label for run in runs], [run.metrics[primary] for run in runs], pairs)
    return Compared(runs[0].id, metric, against, 0.01, primary, told, pairs, 0.0005)


def _metric(name: str, change: float) -> PairedMetric:
    """Certain where the interval excludes zero."""
    p = 0.0001 if abs(change) > 0.02 else 0.7
    return PairedMetric(name, 1_000, change, change - 0.02, change + 0.02, p, p, p, p, 400, 350, 250,
                        change - 0.02, change + 0.02, p)  # fmt: skip


def scattered(ask: Scatter) -> Scattered:
    """Most users tie at zero; one is far above the diagonal."""
    cells = (ScatterCell(0, 0, 590), ScatterCell(1, ask.rows - 1, 1), ScatterCell(ask.columns - 1, 1, 42))
    return Scattered("ndcg@10", 0.0, 1.0, ask.columns, ask.rows, cells, above=8, ties=600, below=42, ties_at_low=590)


def evaluated(ask: Evaluate) -> Evaluated:
    """Ten artists of twelve, which ones depends on the run's number; the third and "Artist 30" were held out."""
    run = info.read(Path(ask.run))[0]
    first = int(run.label.rpartition("#")[2])
    numbers = [first + place for place in range(10)]
    rows = tuple(
        EvaluatedRow(rank, Artist(number, f"Artist {number}", f"Artist {number}", 5, 9), 1 / rank, number == 3)
        for rank, number in enumerate(numbers, 1)
    )
    hits = tuple(HeldOut(row.rank, row.artist, row.score) for row in rows if row.held_out)
    missed = HeldOut(20 + first, Artist(30, "Artist 30", "Artist 30", 5, 9), 0.01)
    return Evaluated("validation", 10, 0.2 * len(hits) / max(1, 4 - first), rows, (*hits, missed), 40)


class ComparingHost:
    """Answers `Compare` (which is noted), `Scatter` and `Evaluate`, or refuses the first."""

    def __init__(self) -> None:
        self.asked: list[Compare] = []
        self.refusal = ""
        self.gate: asyncio.Event | None = None

    async def ask(self, ask: AnyAsk) -> AnyAnswer:
        """What is asked is noted."""
        if isinstance(ask, Scatter):
            return scattered(ask)
        if isinstance(ask, Evaluate):
            return evaluated(ask)
        assert isinstance(ask, Compare)
        self.asked.append(ask)
        if self.gate is not None:
            await self.gate.wait()
        return Refused(self.refusal) if self.refusal else answer(ask)

    async def close(self) -> None:
        """Nothing runs."""


class ComparingApp(CompareApp):
    """The Compare screen with such a host."""

    def __init__(self, home: Home, dataset: FakeDataset | None = None) -> None:
        super().__init__(home, dataset)
        self.host = ComparingHost()
        self.session.host = cast(Any, self.host)


def chosen(runs: list[RunInfo]) -> Compared:
    """The answer for runs."""
    return answer(Compare(runs=tuple(str(run.folder) for run in runs)))


async def settled(pilot: Pilot[Any]) -> str:
    """The screen, when the host has been asked and has answered."""
    assert isinstance(pilot.app, ComparingApp)
    await pilot.app.session.refresh_runs()
    await rest(pilot)
    return screen_text(pilot.app)
