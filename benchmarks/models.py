"""How well each model ranks: `train MODEL --final` with its defaults for several seeds, and what it costs.

    python -m benchmarks.models --data PATH [--seeds 1,2,3,4,5] [--only ease,hybrid]

A seed is that of the split and of the fit. Whatever a model finds for itself (epochs, weights) it finds on the
validation part; the numbers are NDCG@10 on test. Seconds are those of `fit`, peak memory is the worker's. The goals are
for half of the users of HetRec 2011 Last.fm (see benchmarks/README.md); for other data read the numbers without them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import machine

HEADER = "| model | NDCG@10, mean (range) | fit | peak memory | goal | verdict |\n|---|---|---|---|---|---|"


class Case(NamedTuple):
    """A line of the table: `goal` is the least mean NDCG@10, `seconds` the most that a fit may take."""

    name: str
    model: str
    assignments: tuple[str, ...] = ()
    goal: float | None = None
    seconds: float | None = None


class Outcome(NamedTuple):
    """What one seed gave."""

    ndcg: float
    seconds: float
    peak_mb: int


CASES = (
    Case("popularity", "popularity"),
    Case("item_knn", "item_knn", goal=0.195),
    Case("item_knn, cosine", "item_knn", ("similarity=cosine",)),
    Case("rp3beta", "rp3beta", goal=0.200),
    Case("ease", "ease", goal=0.217),
    Case("bpr", "bpr"),
    Case("als", "als", goal=0.203),
    Case("mult_vae", "mult_vae", goal=0.195, seconds=120),
    Case("ncf", "ncf", goal=0.190, seconds=120),
    Case("ncf from ALS", "ncf", ("pretrain=als", "factors=64")),
    Case("hybrid of EASE, ALS, RP3β", "hybrid"),
    Case("the same with Mult-VAE", "hybrid", ("members=ease,als,rp3beta,mult_vae",), goal=0.229),
)


def once(case: Case, data: Path | None, seed: int, home: str) -> Outcome:
    """One run in a home that all share, so that the log is read once."""
    command = [sys.executable, "-m", "musicrec_tui", "train", case.model, "--home", home, "--json", "--final"]
    command += ["--split", "random", "--test-size", "0.2", "--seed", str(seed)]
    command += [part for assignment in case.assignments for part in ("--set", assignment)]
    command += ["--data", str(data)] if data else []
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    return Outcome(told["metrics"]["ndcg@10"], told["seconds"]["fit"], told["peak_memory_mb"])


def row(case: Case, outcomes: list[Outcome], *, judged: bool) -> str:
    """The line of the table; with goals where they are for this data."""
    values = [outcome.ndcg for outcome in outcomes]
    mean, longest = statistics.mean(values), max(outcome.seconds for outcome in outcomes)
    wanted = [f"≥ {case.goal:.3f}"] if case.goal and judged else []
    wanted += [f"≤ {case.seconds:g} s"] if case.seconds and judged else []
    met = mean >= (case.goal or 0) and longest <= (case.seconds or float("inf"))
    verdict = ("met" if met else "**missed**") if wanted else "–"
    spread = f"{mean:.4f} ({min(values):.3f}–{max(values):.3f})"
    seconds = f"{statistics.median(outcome.seconds for outcome in outcomes):.3g} s"
    peak = f"{max(outcome.peak_mb for outcome in outcomes):,} MB"
    return f"| {case.name} | {spread} | {seconds} | {peak} | {', '.join(wanted) or '–'} | {verdict} |"


def main() -> None:
    """Print the table, one line after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--only", default="", help="the first words of lines, with commas between")
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    wanted = [name.strip() for name in given.only.split(",") if name.strip()]
    judged = given.data is not None and "hetrec-half" in given.data.name
    print(machine(), f"{len(seeds)} seeds", HEADER, sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as home:
        for case in CASES:
            if not wanted or any(case.name.startswith(name) for name in wanted):
                outcomes = [once(case, given.data, seed, home) for seed in seeds]
                print(row(case, outcomes, judged=judged), flush=True)


if __name__ == "__main__":
    main()
