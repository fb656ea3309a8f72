"""What all benchmarks share: one result row, the machine's name, and repeated runs that alternate."""

import argparse
import datetime
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        goal: the goal as text; empty where there is none.
        met: whether the goal is met; None where there is none.
    """

    work: str
    ours: str
    theirs: str
    ratio: str
    goal: str = ""
    met: bool | None = None

    def markdown(self) -> str:
        """The row for `benchmarks/README.md`."""
        verdict = {True: "met", False: "**missed**", None: "–"}[self.met]
        return f"| {self.work} | {self.ours} | {self.theirs} | {self.ratio} | {self.goal or '–'} | {verdict} |"


HEADER = "| work | ours | bare | ratio | goal | verdict |\n|---|---|---|---|---|---|"
BEFORE: list[str] = []
"""The default of `--before`: words to put before the app's command, such as a priority."""
ENDLESS = ("--set", "epochs=1000", "--set", "patience=0", "--detach")
"""Has `train ncf` run for longer than any benchmark, in the background."""


def arguments(doc: str | None, **options: Any) -> argparse.Namespace:
    """The command line of a benchmark: each option with its default, or with its type where it has none.

    False is a flag, a list a command in one word.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in options.items():
        option = "--" + name.replace("_", "-")
        if default is False:
            parser.add_argument(option, action="store_true")
        elif isinstance(default, type):
            parser.add_argument(option, type=default)
        else:
            parser.add_argument(
                option, type=shlex.split if isinstance(default, list) else type(default), default=default
            )
    return parser.parse_args()


def report(rows: Iterable[Row], *notes: str) -> None:
    """Print the table."""
    print(machine(), *notes, HEADER, *(row.markdown() for row in rows), sep="\n")


def musicrec(*words: str, home: Path | str) -> str:
    """Run a command of the program on a home; returns what it prints."""
    command = [sys.executable, "-m", "musicrec_tui", *words, "--home", str(home)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """The work as a function that returns its seconds."""

    def run() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return run


def machine() -> str:
    """The machine and the day, as the table's caption."""
    cpu = next(
        (line.split(":")[1].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return f"{cores} cores of {cpu}, Python {platform.python_version()}, {platform.system()}, {today}"


def _lines(path: Path) -> list[str]:
    """The lines of a file; none where there is no such file."""
    return path.read_text().splitlines() if path.exists() else []


def alternate(repeats: int, works: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """Run each work `repeats` times, in turns, so that a busy moment hits all alike; the median seconds of each.

    The first round warms caches and does not count.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for round_ in range(repeats + 1):
        for name, work in works.items():
            seconds = work()
            if round_:
                taken[name].append(seconds)
    return {name: statistics.median(values) for name, values in taken.items()}


def compared(work: str, ours: float, bare: float, goal: float | None = None, unit: str = "s") -> Row:
    """A row of two measures, the smaller the better, with the goal for their ratio."""
    ratio = ours / bare
    return Row(
        work, f"{ours:.3g} {unit}", f"{bare:.3g} {unit}", f"{ratio:.2f} ×",
        f"≤ {goal:g} ×" if goal else "", None if goal is None else ratio <= goal,
    )  # fmt: skip


def p50_p95(seconds: Sequence[float]) -> tuple[str, float]:
    """`12.34 / 45.67 ms`, and the second of the two in milliseconds."""
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    return f"{statistics.median(seconds) * 1000:.2f} / {p95:.2f} ms", p95


def linked_home(folder: Path, index: Path) -> None:
    """Make a home for `Terminal(home=folder)` that has an index of another home, which is not written to."""
    indexes = folder / "musicrec" / "cache" / "indexes"
    indexes.mkdir(parents=True)
    (indexes / index.name).symlink_to(index)
