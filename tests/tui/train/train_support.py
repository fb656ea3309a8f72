"""Fake runs (folders as a worker would leave them, without any training) and an app that opens nothing."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePath
from typing import Any, ClassVar, cast

from textual.app import App
from textual.pilot import Pilot

from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.param_fields import parse
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import eventlog, events, metrics, store, test_usage
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp

CONTENT = "c" * 64
STYLES = Path(__file__).parents[3] / "musicrec_tui" / "tui"
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


class FakeDataset:
    """What the two screens look at of a dataset."""

    def __init__(self, *, has_times: bool = True, content: str = CONTENT) -> None:
        self.path = Path("/nowhere/index.duckdb")
        self.info = DatasetInfo(
            paths=("/nowhere/listens",), layout="listenbrainz", content=content, rows=66_936, listens=66_936,
            users=1_422, artists=4_600, plays=30_000, has_times=has_times,
        )  # fmt: skip

    def close(self) -> None:
        """Nothing is open."""


class OneScreenApp(MusicrecApp):
    """The app with a screen on top, and with nothing that goes on by itself: tests refresh the runs."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [*sorted(STYLES.rglob("*.tcss"), key=lambda path: path.name)]

    def __init__(self, home: Home, dataset: FakeDataset | None = None) -> None:
        super().__init__(home, Log([Path("/nowhere/listens")]), Settings())
        self.session.dataset = cast(Any, dataset or FakeDataset())

    async def _begin(self) -> None:
        """Instead of opening the log and watching the runs."""

    def draw_title(self) -> None:
        """Nothing, since it tells the time that a job takes."""

    async def on_ready(self) -> None:
        """Read the runs once."""
        await self.session.refresh_runs()


class TrainApp(OneScreenApp):
    """The Train screen."""

    DEFAULT_MODE = "train"


class CompareApp(OneScreenApp):
    """The Compare screen."""

    DEFAULT_MODE = "compare"


NOWHERE = IndexedLog(Log(["/nowhere/listens"]), Path("/nowhere/index.duckdb"), CONTENT)


class FakeJob:
    """A folder whose events the test writes. Its job lives until `die` or a final event."""

    folder: Path
    _lock: int

    def __init__(self) -> None:
        self._log = eventlog.Appender(self.folder)
        self._at = START

    def __del__(self) -> None:
        """Tests make hundreds of these; each would hold its log open until the process ends."""
        self._log.close()

    def tell(self, kind: type[events.AnyEvent], *, after: float = 1.0, **values: Any) -> None:
        """Append an event, some seconds after the one before."""
        self._at += timedelta(seconds=after)
        self._log.append(kind(at=self._at, **values))

    def start(self) -> None:
        """Leave the queue."""
        self.tell(events.Queued, pid=4_000_000)
        self.tell(events.Started, pid=4_000_000)

    def fail(self, reason: str, advice: str = "") -> None:
        """End with an error."""
        self.tell(events.Failed, reason=reason, advice=advice)
        self.die()

    def die(self) -> None:
        """Release the lock without a final event."""
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1


class FakeRun(FakeJob):
    """A run of a model."""

    def __init__(
        self, home: Home, model: str = "als", values: Mapping[str, str] | None = None, *, name: str = "",
        final: bool = False, split: SplitSpec | None = None, content: str = CONTENT, k: int = 10,
        log: Log = NOWHERE.log,
    ) -> None:  # fmt: skip
        params: Params = parse(model, dict(values or {}))
        self.home = home
        request = TrainRequest(params=params, split=split or SplitSpec(), final=final, k=k, name=name)
        self.info, self._lock = store.create_run(home, request, replace(NOWHERE, content=content, log=log))
        self.folder = self.info.folder
        super().__init__()

    def start(self) -> None:
        """Leave the queue, and report device and data."""
        super().start()
        self.tell(events.Device, name="no GPU")
        self.tell(
            events.Data, users=1422, artists=4600, train=21_000, validation=3_000, test=6_000, seconds=0.4,
            listens=65_732, last_at=datetime(2024, 5, 1, 22, tzinfo=UTC),
        )  # fmt: skip

    def epoch(self, number: int, of: int, **values: float) -> None:
        """An epoch, and how far that is."""
        named = {name.replace("_at_", "@"): value for name, value in values.items()}
        self.tell(events.Epoch, epoch=number, of=of, metrics=named, seconds=1.0)
        self.tell(
            events.Progress, after=0, phase="fit", done=number, of=of, eta_seconds=float(of - number), memory_mb=812
        )

    def finish(self, ndcg: float, **others: float) -> None:
        """The results and the last word."""
        spec = self.info.spec
        assert spec is not None
        k = spec.k
        measured = {
            f"ndcg@{k}": ndcg, f"precision@{k}": ndcg * 0.6, f"recall@{k}": ndcg * 0.8, f"map@{k}": ndcg * 0.5,
            f"mrr@{k}": ndcg * 1.5, f"hit_rate@{k}": min(1.0, ndcg * 3), f"auc@{k}": 0.5 + ndcg * 0.4,
            "auc": 0.75 + ndcg * 0.4, f"coverage@{k}": 0.12, f"gini@{k}": 0.95, f"novelty@{k}": 6 - 10 * ndcg,
            f"popularity@{k}": 1 + ndcg, f"similarity@{k}": 0.1 + ndcg / 4,
        } | others  # fmt: skip
        seconds = {"load": 0.4, "fit": 3.0, "evaluate": 0.7}
        if spec.final:
            test_usage.record_use(self.home, spec.run, spec.content, spec.split)
        metrics.write(
            self.folder,
            metrics.RunMetrics(
                run=spec.run, content=spec.content, split=spec.split, k=k,
                evaluated_on="test" if spec.final else "validation",
                candidates="all artists not in train", users=1_000, metrics=measured, seconds=seconds,
                peak_memory_mb=256, model_bytes=3_400_000,
                intervals={
                    name: (value - 0.0123, value + 0.0123)
                    for name, value in measured.items()
                    if not name.startswith(("coverage", "gini"))
                },
                groups={
                    name: {"users": float(users), f"ndcg@{k}": ndcg * share}
                    for name, users, share in (("light", 330, 1.2), ("middle", 340, 1.0), ("heavy", 330, 0.8))
                },
            ),
        )  # fmt: skip
        self.tell(events.Finished, metrics=measured, seconds=seconds, peak_memory_mb=256)
        self.die()


def screen_text(app: App[Any]) -> str:
    """All that is on the screen, as text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


async def catch_up(pilot: Pilot[Any]) -> str:
    """Reload runs and tunings, wait for the screen's workers, and return the screen's text."""
    assert isinstance(pilot.app, OneScreenApp)
    await pilot.app.session.refresh_tunings()
    await pilot.app.session.refresh_runs()
    for _ in range(3):
        await pilot.pause()
        groups = ("start", "question", "resume", "importance", "watch")
        if busy := [worker for worker in pilot.app.workers if worker.group in groups]:
            await pilot.app.workers.wait_for_complete(busy)
    await pilot.pause()
    return screen_text(pilot.app)


async def press(pilot: Pilot[Any], *keys: str) -> str:
    """Press keys, then `catch_up`."""
    await pilot.press(*keys)
    return await catch_up(pilot)


def several(home: Home, content: str = CONTENT) -> list[FakeRun]:
    """A run in each state, for pictures: oldest first."""
    make = partial(FakeRun, home, content=content)
    popularity, als = make("popularity"), make("als", {"factors": "32"})
    for run, ndcg in ((popularity, 0.08), (als, 0.2143)):
        run.start()
        for sweep in range(1, 16 if run is als else 1):
            run.epoch(sweep, 15, loss=0.4 / sweep + 0.1)
        run.finish(ndcg)
    final = make("als", final=True)
    final.start()
    final.finish(0.201)
    failed = make("ncf")
    failed.start()
    failed.fail("TensorFlow cannot be loaded.", "Install it, or train ALS.")
    died = make("ncf", name="Nirvana [Live] [/b]")
    died.start()
    died.die()
    (died.folder / "log.txt").write_text("Fatal Python error: Segmentation fault\nThread 0x01\n")
    running = make("ncf", {"factors": "16"})
    running.start()
    layers = (("user embedding", "(1422, 16)", 22_752), ("artist embedding", "(4600, 16)", 73_600))
    running.tell(events.Summary, layers=layers, parameters=96_352)
    for epoch in range(1, 8):
        running.epoch(epoch, 20, loss=0.69 / epoch**0.5, accuracy=0.8 + epoch / 100, val_ndcg_at_10=0.2 - 0.15 / epoch)
        running.tell(events.Log, text=f"epoch {epoch} of 20 is over")
    elsewhere = make("als", split=SplitSpec(kind="leave-last"))
    elsewhere.start()
    elsewhere.finish(0.11)
    queued = make("als")
    queued.tell(events.Queued, pid=4_000_001)
    return [popularity, als, final, failed, died, running, elsewhere, queued]
