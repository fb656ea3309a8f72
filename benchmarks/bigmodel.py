"""The host on a large model: milliseconds of a request, memory beyond the mapped factors, and gigabytes a second.

    python -m benchmarks.bigmodel [--artists 2000000] [--factors 64] [--requests 100] [--folder KEPT] [--limit-mb 0]

The log is made up (each artist has a listener, few have most of them) and indexed as always. The model is none that was
fitted: an ALS of random factors, saved as a run of that log. The host is asked for four things: the ten best new
artists of a user with three reasons each, the same for somebody who typed five artists, similar artists, and all
reasons of a score. The bare side is the scan that each answer needs: one vector times all artist factors, mapped, in
NumPy. Memory is what the process holds (`VmRSS`) without the pages of the model's files.

`--limit-mb` asks a host that is put into a memory cgroup of its own (file pages count) and whose model is not in the
page cache; it needs root. `--folder` keeps what was made for another run.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import msgspec
import numpy as np

from benchmarks.logs import famous, write_plays
from benchmarks.measure import Row, arguments, p50_p95, report
from musicrec_tui import files
from musicrec_tui.dataset import interactions
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.jobs.host_protocol import AnyAsk, Explain, Newcomer, Recommend, Refused, Request, Response, Similar
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import factory
from musicrec_tui.recommenders import store as models
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import eventlog, metrics, store
from musicrec_tui.runs.events import Finished, Started
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainRequest

USERS = 200_000
GOAL_MS, GOAL_MB = 100.0, 300.0
_CGROUPS = Path("/sys/fs/cgroup")


def made(home: Home, data: Path, artists: int, factors: int) -> tuple[RunInfo, Path]:
    """The run and its index; made where the folder does not have them."""
    rng = np.random.default_rng(1)
    if not data.exists():
        played = np.concatenate([np.arange(artists), famous(rng, artists, artists)])
        write_plays(data, *np.divmod(np.unique(rng.integers(0, USERS, 2 * artists) * artists + played), artists))
    index = build.ensure(Log([data]), home)
    params = AlsParams(factors=factors)
    found = [run for run in store.list_runs(home) if run.result and run.spec and run.spec.params == params]
    return (found[0] if found else saved(home, index, factors)), index


def saved(home: Home, index: Path, factors: int) -> RunInfo:
    """A finished run of an ALS with random factors."""
    dataset, now = Dataset(index), datetime.now(UTC)
    rng, params = np.random.default_rng(2), AlsParams(factors=factors)
    log = interactions.load_interactions(dataset)
    arrays = {
        side: rng.standard_normal((size, factors), np.float32)
        for side, size in zip(("users", "artists"), log.plays.shape, strict=True)
    }
    run, lock = store.create_run(home, TrainRequest(params=params), dataset.indexed)
    recommender = factory.recommender_class("als").restore(params, arrays, log.plays)
    models.save(run.folder / "model", recommender, params, log.plays, log.user_keys, log.artist_keys)
    result = RunMetrics(
        run=run.id, content=dataset.info.content, split=SplitSpec(), k=10, evaluated_on="validation", candidates="all",
        users=1, metrics={"ndcg@10": 0.1}, seconds={"fit": 1.0}, peak_memory_mb=1,
        model_sha256=files.sha256_of(run.folder / "model" / "manifest.json"),
    )  # fmt: skip
    metrics.write(run.folder, result)
    eventlog.append(run.folder, Started(at=now, pid=1))
    eventlog.append(run.folder, Finished(at=now, metrics={}, seconds={}, peak_memory_mb=1))
    os.close(lock)
    dataset.close()
    return store.read_run(home, run.id)


class Host:
    """A host's process, asked one request after another; what it holds is looked at all the while."""

    def __init__(self, folder: Path, group: Path | None) -> None:
        self._log = (folder / "host.txt").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "musicrec_tui.jobs.host"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log, preexec_fn=None if group is None else lambda: _enter(group),
        )  # fmt: skip
        self.anonymous, self.beyond, self._over = 0, 0, threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()

    def ask(self, ask: AnyAsk) -> float:
        """Seconds until the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        began = time.perf_counter()
        self._process.stdin.write(msgspec.json.encode(Request(1, ask)) + b"\n")
        self._process.stdin.flush()
        answer = msgspec.json.decode(self._process.stdout.readline(), type=Response).answer
        taken = time.perf_counter() - began
        assert not isinstance(answer, Refused), answer
        return taken

    def close(self) -> None:
        """End it."""
        self._over.set()
        self._watch.join()
        self._process.communicate()
        self._log.close()

    def settle(self) -> None:
        """Note what it holds beyond the pages of model files, which takes a moment to count."""
        text = Path(f"/proc/{self._process.pid}/smaps").read_text()
        mapped = sum(
            int(one[2]) for one in re.finditer(r"^[0-9a-f]+-.*?(/\S*)?\nSize:.*?\nRss: +(\d+)", text, re.M | re.S)
            if one[1] and "/model/" in one[1]
        )  # fmt: skip
        self.beyond = max(self.beyond, self._status("VmRSS") - mapped)

    def _status(self, name: str) -> int:
        found = re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{self._process.pid}/status").read_text())
        return int(found[1]) if found else 0

    def _look(self) -> None:
        while not self._over.wait(0.002):
            with contextlib.suppress(OSError):
                self.anonymous = max(self.anonymous, self._status("RssAnon"))


def asks(run: RunInfo, index: Path, artists: int, count: int) -> Mapping[str, Sequence[AnyAsk]]:
    """The requests, by kind."""
    rng, folder, place = np.random.default_rng(3), str(run.folder), str(index)
    model = models.load(run.folder / "model")
    keys = [model.artist_keys[code] for code in rng.integers(0, artists, 7 * count).tolist()]
    users = [model.user_keys[code] for code in rng.integers(0, len(model.user_keys), count).tolist()]
    typed = [Newcomer(plays=dict.fromkeys(keys[5 * at : 5 * at + 5], 10.0)) for at in range(count)]
    return {
        "recommend to a user": [Recommend(run=folder, index=place, user=user) for user in users],
        "recommend to typed artists": [Recommend(run=folder, index=place, user=one) for one in typed],
        "similar artists": [Similar(run=folder, index=place, artist=key, min_listeners=3) for key in keys[-count:]],
        "reasons": [
            Explain(run=folder, index=place, user=user, artist=key) for user, key in zip(users, keys, strict=False)
        ],
    }


def scanned(run: RunInfo, count: int) -> list[float]:
    """Seconds of one vector times all artist factors, mapped."""
    factors = np.load(run.folder / "model" / "model_artists.npy", mmap_mode="r")
    vector, taken = np.ones((1, factors.shape[1]), np.float32), []
    for _ in range(count):
        began = time.perf_counter()
        vector @ factors.T
        taken.append(time.perf_counter() - began)
    return taken[1:]


def forget(folder: Path) -> None:
    """Take a folder's files out of the page cache."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_from_disk(path: Path) -> float:
    """Bytes a second of reading a file that is not in the page cache."""
    forget(path.parent)
    began, done = time.perf_counter(), 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(2**23):
            done += len(block)
    return done / (time.perf_counter() - began)


@contextlib.contextmanager
def memory_group(limit: int) -> Iterator[Path]:
    """A memory cgroup of this limit in bytes, of version 2 or 1; it is removed at the end."""
    newer = (_CGROUPS / "cgroup.controllers").exists()
    group = (_CGROUPS if newer else _CGROUPS / "memory") / f"musicrec-benchmark-{os.getpid()}"
    group.mkdir()
    try:
        (group / ("memory.max" if newer else "memory.limit_in_bytes")).write_text(str(limit))
        yield group
    finally:
        for _ in range(50):  # a process that has just ended may still be listed
            with contextlib.suppress(OSError):
                group.rmdir()
            if not group.exists():
                break
            time.sleep(0.1)


def _enter(group: Path) -> None:
    (group / "cgroup.procs").write_text(str(os.getpid()))


def measured(
    run: RunInfo, index: Path, folder: Path, requests: Mapping[str, Sequence[AnyAsk]], limit: int
) -> list[Row]:
    """Ask all of it, of a host without a limit or with one."""
    bare = scanned(run, 20)
    size = (run.folder / "model" / "model_artists.npy").stat().st_size
    disk = read_from_disk(run.folder / "model" / "model_artists.npy")
    speed = f"bare scan {size / np.median(bare) / 1e9:.1f} GB/s in memory; disk {disk / 1e9:.2f} GB/s"
    with contextlib.ExitStack() as stack:
        group = stack.enter_context(memory_group(limit)) if limit else None
        if limit:
            forget(run.folder / "model")
        host = Host(folder, group)
        stack.callback(host.close)
        first = next(iter(requests.values()))[0]
        rows = [Row(f"first answer of a host that has just started ({speed})", f"{host.ask(first):.2f} s", "–", "–")]
        again = host.ask(first)
        for kind, listed in requests.items():
            taken = [host.ask(one) for one in listed[1:]]
            (own, slow), (least, _) = p50_p95(taken), p50_p95(bare)
            rate = f"{size / np.median(taken) / 1e9:.1f} GB/s"
            goal = (f"p95 ≤ {GOAL_MS:g} ms", slow <= GOAL_MS) if not limit else ("", None)
            rows.append(Row(kind, own, least, rate, *goal))
        host.settle()
        held = f"{host.beyond / 1024:.0f} MB at rest; anonymous at most {host.anonymous / 1024:.0f} MB"
        rows.append(
            Row("memory beyond the mapped model", held, f"model {run_bytes(run) / 2**20:.0f} MB",
                f"second answer {again * 1000:.0f} ms", f"≤ {GOAL_MB:g} MB", host.beyond / 1024 <= GOAL_MB)
        )  # fmt: skip
    return rows


def run_bytes(run: RunInfo) -> int:
    """What the model takes on the disk."""
    return sum(path.stat().st_size for path in (run.folder / "model").iterdir())


def main() -> None:
    """Print the rows."""
    given = arguments(__doc__, artists=2_000_000, factors=64, requests=100, folder="", limit_mb=0)
    with contextlib.ExitStack() as stack:
        folder = Path(given.folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="bigmodel-")))
        folder.mkdir(parents=True, exist_ok=True)
        home = Home(folder / "home", folder / "home" / "cache")
        run, index = made(home, folder / "log.parquet", given.artists, given.factors)
        requests = asks(run, index, given.artists, given.requests + 1)
        rows = measured(run, index, folder, requests, given.limit_mb * 2**20)
    limit = f", memory limit {given.limit_mb} MB" if given.limit_mb else ""
    report(rows, f"{given.artists:,} artists × {given.factors} factors, {given.requests} requests of each kind{limit}")


if __name__ == "__main__":
    main()
