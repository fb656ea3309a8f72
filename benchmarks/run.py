"""Runs every benchmark of this folder and prints the table: `make bench` (some twenty minutes)."""

import os
import subprocess
import sys

from benchmarks.measure import HEADER, machine

SCRIPTS = (
    "startup",
    "index",
    "sources",
    "lookups",
    "als",
    "ncf",
    "evaluation",
    "api",
    "tuning",
    "event_loop",
    "keystrokes",
    "at_rest",
    "quitting",
)
ONE_THREAD = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # of BLAS: `implicit` has threads of its own


def main() -> None:
    """Each script in a process of its own, so that none warms another's caches; only the rows are kept."""
    print(machine(), HEADER, sep="\n")
    for script in SCRIPTS:
        printed = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{script}"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=ONE_THREAD,
        )
        rows = [line for line in printed.stdout.splitlines() if line.startswith("| ") and not line.startswith("| work")]
        print(*rows, sep="\n", flush=True)


if __name__ == "__main__":
    main()
