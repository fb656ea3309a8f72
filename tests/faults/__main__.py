"""Faults of each kind, drawn by a seed, and the table of what came of them.

    python -m tests.faults [KIND ...] [--seed N] [--times N | --full] [--page docs/reliability.md]

Without KIND all kinds. Where something did not survive, a line says what, and the exit code is 1.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: a process with threads must not be copied
os.environ.setdefault("MKL_NUM_THREADS", "1")

from tests.faults import clock, crash, damage, full, fuzz, kills, limits, native, power, preload, verdicts
from tests.faults.deeds import World
from tests.faults.verdicts import Outcome

Kind = Callable[[World, random.Random, int | None], Iterator[Outcome]]
KINDS: dict[str, Kind] = {
    "kills": kills.run,
    "crash-points": crash.run, "power-cuts": power.run, "full-disks": full.run, "damage": damage.run,
    "clock-shifts": clock.run, "fuzzed-files": fuzz.run, "limits": limits.run,
}  # fmt: skip
NATIVE = "native"
"""The kind that needs a C compiler: not among all, but named."""
NEEDS = {
    "kills": "Linux",
    "crash points": "Linux", "power cuts": "Linux", "full disks": "Linux", "limits": "Linux", "fuzzed files": "Linux",
    "native crash points": "Linux, a C compiler", "native power cuts": "Linux, a C compiler",
    "native full disks": "Linux, a C compiler",
}  # fmt: skip
"""What a kind needs: `/proc`, and a process that may be copied though libraries are loaded."""
DOZEN = 12
_ROOM = 2**30
"""Bytes: many times what a home and its copies take."""


def run(kinds: list[str], seed: int, times: int | None) -> Iterator[Outcome]:
    """The faults of some kinds.

    Args:
        kinds: which.
        seed: the same draws the same faults.
        times: of each kind; None: all that there are, or as many as the kind says.
    """
    with tempfile.TemporaryDirectory(prefix="faults-", dir=_disk()) as name:
        world = World(Path(name).resolve())
        for kind in kinds:
            before = _processor_seconds()
            yield from (KINDS | {NATIVE: native.run})[kind](world, random.Random(f"{seed} {kind}"), times)
            print(f"{kind}: {_processor_seconds() - before:.1f} s of processor", file=sys.stderr)  # noqa: T201


def _disk() -> Path | None:
    """Linux's disk in memory where it has room: power cuts are simulated, so no real fsync needs to be waited for."""
    memory = Path("/dev/shm")
    room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return memory if room else None


def _processor_seconds() -> float:
    """Of this process and of all that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> int:
    """The command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it starts in the background ignore it
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and nohup this: the programs that are killed would ignore it, too
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join((*KINDS, NATIVE)))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=DOZEN, help=f"of each kind (default {DOZEN})")
    parser.add_argument("--full", action="store_true", help="all, where they can be counted; 1,000 files")
    parser.add_argument("--log", type=Path, help="append what came of each fault to this file, JSON Lines")
    parser.add_argument("--page", type=Path, help="write the table (of all that is in the log) into this page")
    given = parser.parse_args()
    kinds = given.kinds or list(KINDS)
    if unknown := set(kinds) - {*KINDS, NATIVE}:
        parser.error(f"no kind is called {', '.join(sorted(unknown))}")
    if NATIVE in kinds and not preload.is_loaded():
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            return preload.start_again(Path(folder))
    began = time.monotonic()
    outcomes: list[Outcome] = []
    drawn = "--full" if given.full else f"--times {given.times}"
    for found in run(kinds, given.seed, None if given.full else given.times):
        outcome = found._replace(drawn=drawn)
        outcomes.append(outcome)
        if given.log:
            with given.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(outcome) + "\n")
        if outcome.verdict != "survived":
            print(*verdicts.failures([outcome]), flush=True)  # noqa: T201
    text = verdicts.table(outcomes, given.seed, NEEDS)
    print(text)  # noqa: T201
    print(f"{len(outcomes):,} faults in {time.monotonic() - began:.0f} s, seed {given.seed}.")  # noqa: T201
    if given.page:
        logged = given.log.read_text(encoding="utf-8").splitlines() if given.log else []
        known = [Outcome(*json.loads(line)) for line in logged] or outcomes
        verdicts.write_page(given.page, verdicts.table(known, given.seed, NEEDS))
    return 1 if verdicts.failures(outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
