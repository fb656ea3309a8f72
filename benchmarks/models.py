"""How well each model ranks: `train MODEL --final` with its defaults for several seeds, and what it costs.

    python -m benchmarks.models --data PATH [--seeds 1,2,3,4,5] [--only ease,hybrid]

A seed is that of the split and of the fit. Whatever a model finds for itself (epochs, weights) it finds on the
validation part; the numbers are NDCG@10 on test. Where hybrids and their members are among the
lines, their differences follow with the 95 % intervals of `compare`. Seconds are those of `fit`, peak memory is the
worker's. The goals are for half of the users of HetRec 2011 Last.fm (see benchmarks/README.md); for other data read the
numbers without them.
"""

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import arguments, machine, musicrec
from musicrec_tui.jobs.hybrids import ALWAYS

HEADER = "| model | NDCG@10, mean (range) | fit | peak memory | goal | verdict |\n|---|---|---|---|---|---|"


class Case(NamedTuple):
    """A line of the table.

    Attributes:
        name: what the line is called.
        model: which is trained, with these `assignments`.
        trials: of Optuna on the validation part, before the best is fitted; 0: the defaults are.
        goal: the least mean NDCG@10.
        seconds: the most that a fit may take.
    """

    name: str
    model: str
    assignments: tuple[str, ...] = ()
    trials: int = 0
    goal: float | None = None
    seconds: float | None = None


class Outcome(NamedTuple):
    """What one seed gave."""

    ndcg: float
    seconds: float
    peak_mb: int
    run: str


CASES = (
    Case("popularity", "popularity"),
    Case("item_knn", "item_knn", goal=0.195),
    Case("item_knn, cosine", "item_knn", ("similarity=cosine",)),
    Case("rp3beta", "rp3beta", goal=0.200),
    Case("ease", "ease", goal=0.217),
    Case("bpr", "bpr"),
    Case("als", "als", goal=0.203),
    Case("tuned als, 40 trials on validation", "als", trials=40, goal=0.208),
    Case("mult_vae", "mult_vae", goal=0.195, seconds=120),
    Case("ncf", "ncf", goal=0.190, seconds=120),
    Case("ncf from ALS", "ncf", ("pretrain=als", "factors=64")),
    Case("hybrid of EASE, ALS, RP3β", "hybrid", ("members=ease,als,rp3beta",)),
    Case("hybrid as `auto` chooses without runs", "hybrid", (f"members={','.join(ALWAYS)}",), goal=0.232),
    Case("hybrid of EASE, ALS, RP3β, Mult-VAE", "hybrid", ("members=ease,als,rp3beta,mult_vae",), goal=0.229),
)

HYBRIDS = ("hybrid of EASE, ALS, RP3β", "hybrid as `auto` chooses without runs", "hybrid of EASE, ALS, RP3β, Mult-VAE")
MEMBERS = ("ease", "als", "rp3beta", "mult_vae")


def answer(*command: str, home: str) -> Any:
    """What a command of the program says in JSON; all share a home, so that the log is read once."""
    return json.loads(musicrec(*command, "--json", home=home))


def once(case: Case, data: Path | None, seed: int, home: str) -> Outcome:
    """One run: of the defaults, or of the best that was found on validation."""
    about = ["--split", "random", "--test-size", "0.2", "--seed", str(seed), *(["--data", str(data)] if data else [])]
    about += [part for assignment in case.assignments for part in ("--set", assignment)]
    if case.trials:
        answer("tune", case.model, "--trials", str(case.trials), *about, home=home)
        run = answer("tunings", "train", "latest", home=home)
    else:
        run = answer("train", case.model, "--final", *about, home=home)
    return Outcome(run["metrics"]["ndcg@10"], run["seconds"]["fit"], run["peak_memory_mb"], run["run"])


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


def above(name: str, hybrid: list[Outcome], other: str, member: list[Outcome], home: str) -> str:
    """How much higher the hybrid's NDCG@10 is than a member's own: the paired bootstrap of `compare`, seed by seed."""
    found = []
    for ours, theirs in zip(hybrid, member, strict=True):
        (against,) = answer("compare", theirs.run, ours.run, home=home)["statistics"]["against"]
        found.append(next(metric for metric in against["metrics"] if metric["metric"] == "ndcg@10"))
    mean = statistics.mean(one["difference"] for one in found)
    clear = sum(one["low"] > 0 for one in found)
    lows = ", ".join(f"{one['low']:+.4f}…{one['high']:+.4f}" for one in found)
    return f"| {name}, above {other} | {mean:+.4f} | interval above 0 in {clear} of {len(found)} seeds: {lows} |"


def main() -> None:
    """Print the table, one line after the other."""
    given = arguments(__doc__, data=Path, seeds="1,2,3,4,5", only="")
    seeds = [int(seed) for seed in given.seeds.split(",")]
    wanted = [name.strip() for name in given.only.split(",") if name.strip()]
    judged = given.data is not None and "hetrec-half" in given.data.name
    print(machine(), f"{len(seeds)} seeds", HEADER, sep="\n", flush=True)
    found: dict[str, list[Outcome]] = {}
    with tempfile.TemporaryDirectory() as home:
        for case in CASES:
            if not wanted or any(case.name.startswith(name) for name in wanted):
                found[case.name] = [once(case, given.data, seed, home) for seed in seeds]
                print(row(case, found[case.name], judged=judged), flush=True)
        for name in MEMBERS:
            for hybrid in HYBRIDS:
                if name in found and hybrid in found:
                    print(above(hybrid, found[hybrid], name, found[name], home), flush=True)


if __name__ == "__main__":
    main()
