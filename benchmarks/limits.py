"""Memory and seconds against listens, artists, users, factors and runs, and a formula for each, for docs/limits.md.

    python -m benchmarks.limits [--page docs/limits.md] [--scale 1.0]

Each measurement is a process of its own: its processor and wall seconds, and the most memory that it held. A line is
fitted by least squares to each series. `--scale` makes all sizes smaller or larger.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import make_listens
from benchmarks.measure import arguments, machine
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.jobs import environment
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.runs import eventlog, metrics, store
from musicrec_tui.runs.events import Finished, Started
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainRequest

_PLACE = re.compile(r"(<!-- measured -->\n).*?(<!-- end of measured -->)", re.DOTALL)


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    memory_mb: float


class Series(NamedTuple):
    """Costs of one work against one size.

    Attributes:
        work, unit: what was done, and what was counted.
        per: how many of the unit one step of the formula is.
        points: sizes with their costs.
        powers: of the size, in the formula of the seconds and in that of the memory.
    """

    work: str
    unit: str
    per: int
    points: list[tuple[int, Cost]]
    powers: tuple[int, int] = (1, 1)

    def row(self) -> str:
        """The line of the table."""
        sizes = ", ".join(f"{size:,}" for size, _ in self.points)
        seconds = ", ".join(f"{cost.seconds:.2f}" for _, cost in self.points)
        memory = ", ".join(f"{cost.memory_mb:,.0f}" for _, cost in self.points)
        at = np.array([size / self.per for size, _ in self.points])
        step = f"({self.unit} / {self.per:,})" if self.per > 1 else self.unit
        formulas = []
        for name, power in zip(Cost._fields, self.powers, strict=True):
            start, slope = fit(at**power, np.array([getattr(cost, name) for _, cost in self.points]))
            formulas.append(f"{start:.3g} + {slope:.3g} × {step}{_POWERS[power]}")
        return f"| {self.work} | {self.unit}: {sizes} | {seconds} | {formulas[0]} | {memory} | {formulas[1]} |"


_POWERS = {1: "", 2: "²", 3: "³"}
HEADER = """| work | measured at | seconds | fitted seconds | peak memory, MiB | fitted MiB |
|---|---|---|---|---|---|"""


def fit(at: "np.typing.NDArray[np.float64]", values: "np.typing.NDArray[np.float64]") -> tuple[float, float]:
    """Start and slope of the line through some points, by least squares."""
    slope, start = np.polyfit(at, values, 1)
    return float(start), float(slope)


def cost(*words: str, home: Path) -> Cost:
    """Run a command of the program; what it took."""
    command = [sys.executable, "-m", "musicrec_tui", *words, "--home", str(home)]
    began, most = time.perf_counter(), 0
    with (home.parent / "output.txt").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment.for_child())
        while process.poll() is None:  # not its rusage, which begins with the memory of this process
            most = max(most, _peak_kb(process.pid))
            time.sleep(0.01)
    if process.returncode:
        raise RuntimeError((home.parent / "output.txt").read_text())
    return Cost(time.perf_counter() - began, most / 1024)


def _peak_kb(pid: int) -> int:
    """The most memory that a process has held; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        return 0


def trained(*words: str, data: Path, home: Path) -> Cost:
    """Train, and what its worker said that it took."""
    cost("train", *words, "--data", str(data), home=home)
    result = store.find_run(Home(home, home / "cache"), "latest").result
    assert result is not None
    return Cost(result.seconds["fit"], result.peak_memory_mb)


def series(root: Path, scale: float) -> Iterator[Series]:
    """All of them."""

    def log(name: str, listens: float, users: float, artists: float) -> Path:
        folder = root / name
        if not folder.exists():
            make_listens.make(folder, int(listens * scale), int(users * scale), int(artists * scale), 1, 1)
        return folder

    def indexed(name: str, data: Path) -> Cost:
        home = root / f"home-{name}"
        home.mkdir()
        return cost("info", "--data", str(data), home=home)

    points = []
    for listens in (100_000, 300_000, 1_000_000):
        data = log(f"listens-{listens}", listens, 2000, 20_000)
        points.append((int(listens * scale), indexed(data.name, data)))
    yield Series("index, 2,000 users × 20,000 artists", "listens", 1_000_000, points)
    points = []
    for artists in (20_000, 100_000, 200_000):
        data = log(f"artists-{artists}", 500_000, 2000, artists)
        points.append((int(artists * scale), indexed(data.name, data)))
    yield Series("index, 500,000 listens", "artists", 100_000, points)
    home = root / "home-listens-300000"
    data = root / "listens-300000"
    points = [(n, trained("als", "--set", f"factors={n}", data=data, home=home)) for n in (16, 64, 256)]
    yield Series("ALS fit, 300,000 listens", "factors", 1, points)
    points = []
    for users in (1000, 3000, 9000):
        data = log(f"users-{users}", 60 * users, users, 5000)
        home = root / f"home-users-{users}"
        home.mkdir()
        points.append((int(users * scale), trained("als", data=data, home=home)))
    yield Series("ALS fit, 64 factors, 60 listens a user", "users", 1000, points)
    points = []
    for artists in (1000, 2000, 4000):
        data = log(f"ease-{artists}", 100_000, 1000, artists)
        home = root / f"home-ease-{artists}"
        home.mkdir()
        points.append((int(artists * scale), trained("ease", data=data, home=home)))
    yield Series("EASE fit, 100,000 listens", "artists", 1000, points, powers=(3, 2))
    points = []
    for runs in (100, 1000, 5000):
        home = root / f"home-runs-{runs}"
        fill(home, int(runs * scale))
        points.append((int(runs * scale), cost("runs", "--all", home=home)))
    yield Series("`runs --all`", "runs", 1000, points)


def fill(home: Path, runs: int) -> None:
    """A home with so many finished runs."""
    place = Home(home, home / "cache")
    now = datetime.now(UTC)
    for _ in range(runs):
        request = TrainRequest(params=PopularityParams())
        run, lock = store.create_run(place, request, IndexedLog(Log(["/log"]), Path("/index"), "content"))
        os.close(lock)
        result = RunMetrics(
            run=run.id, content="content", split=SplitSpec(), k=10, evaluated_on="validation", candidates="all",
            users=5, metrics={"ndcg@10": 0.1}, seconds={"fit": 1.0}, peak_memory_mb=100,
        )  # fmt: skip
        metrics.write(run.folder, result)
        eventlog.append(run.folder, Started(at=now, pid=1))
        eventlog.append(run.folder, Finished(at=now, metrics={}, seconds={}, peak_memory_mb=1))


def main() -> None:
    """The command."""
    given = arguments(__doc__, page="", scale=1.0)
    with tempfile.TemporaryDirectory(prefix="limits-") as name:
        rows = []
        for one in series(Path(name), given.scale):
            rows.append(one.row())
            print(rows[-1], flush=True)
    text = "\n".join([machine(), "", HEADER, *rows]) + "\n"
    print(text)
    if given.page:
        page = Path(given.page)
        before = page.read_text(encoding="utf-8")
        page.write_text(_PLACE.sub(lambda found: f"{found[1]}{text}{found[2]}", before), encoding="utf-8")


if __name__ == "__main__":
    main()
