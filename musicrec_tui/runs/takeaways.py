"""What a person takes home from the runs of a log: which model is fast, easy to tune, and good. Light."""

import statistics
from collections.abc import Sequence
from typing import Literal

import msgspec

from musicrec_tui.recommenders import param_fields
from musicrec_tui.runs import picking
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.tuning_info import TuningInfo

Word = Literal["yes", "middling", "no", "unknown"]

FAST, SLOW = 10.0, 60.0
NEAR, FAR = 0.05, 0.2
ENOUGH = 3
RULES = (
    f"Fast: fits in at most {FAST:.0f} s; not fast: takes more than {SLOW:.0f} s. "
    f"Easy to tune: of {ENOUGH} settings or more the typical one (median) is at most {NEAR:.0%} below the best; "
    f"not easy: more than {FAR:.0%}. "
    f"Good: at most {NEAR:.0%} below the best model, or its interval reaches that; "
    f"not good: more than {FAR:.0%} below, or no better than popularity."
)


class Verdict(msgspec.Struct, frozen=True):
    """An answer, and the numbers that it rests on."""

    word: Word
    sentence: str


class Takeaway(msgspec.Struct, frozen=True):
    """The three answers for one model.

    Attributes:
        model: its name.
        runs: how many finished runs they rest on.
        best: id of the run with its best NDCG@k on validation.
        fast, easy, good: "fast?", "easy to tune?", "good predictions?".
    """

    model: str
    runs: int
    best: str
    fast: Verdict
    easy: Verdict
    good: Verdict


class Takeaways(msgspec.Struct, frozen=True):
    """The page: what it rests on, the models, the best first, and the rules."""

    basis: str
    models: tuple[Takeaway, ...]
    rules: str = RULES


def takeaways(runs: Sequence[RunInfo], tunings: Sequence[TuningInfo] = ()) -> Takeaways:
    """The answers from the runs of one log.

    Args:
        runs: newest first. Those that count are finished, evaluated on validation, and comparable with the newest such.
        tunings: the finished trials of those that were measured like these runs are settings that were tried, too.
    """
    measured = [run for run in runs if run.evaluated_on == "validation" and run.headline is not None]
    if not measured:
        return Takeaways("No run of this data is finished and evaluated on validation: train one without --final.", ())
    group = picking.conditions(measured[0])
    alike = [run for run in measured if picking.conditions(run) == group]
    models = _by_model(alike)
    bests = {name: max(reversed(of), key=_ndcg) for name, of in models.items()}
    trials = {name: _trials(name, tunings, measured[0]) for name in models}
    rows = [
        Takeaway(name, len(of), bests[name].id, _fast(of), _easy(name, of, trials[name]), _good(bests[name], bests))
        for name, of in models.items()
    ]
    basis = _basis(alike, len(measured), sum(map(len, trials.values())))
    return Takeaways(basis, tuple(sorted(rows, key=lambda one: -_ndcg(bests[one.model]))))


def _basis(alike: Sequence[RunInfo], measured: int, trials: int) -> str:
    """Which runs count, how many do not, and how many settings tunings have tried."""
    counted = f"{len(alike)} finished {'run' if len(alike) == 1 else 'runs'}"
    split = alike[0].split.label() if alike[0].split else ""
    left = f"; {measured - len(alike)} measured otherwise do not count" if measured > len(alike) else ""
    tried = f" {trials:,} settings of tunings also show how easy a model is to tune." if trials else ""
    return f"From {counted} on validation, split {split}, K {alike[0].k}{left}.{tried}"


def _by_model(runs: Sequence[RunInfo]) -> dict[str, list[RunInfo]]:
    """The runs of each model."""
    found: dict[str, list[RunInfo]] = {}
    for run in runs:
        found.setdefault(run.model, []).append(run)
    return found


def _trials(model: str, tunings: Sequence[TuningInfo], like: RunInfo) -> dict[bytes, float]:
    """NDCG@k by setting of a model's finished trials, where the tuning measured as this run did."""
    found: dict[bytes, float] = {}
    for tuning in reversed(tunings):
        spec = tuning.spec
        if spec is None or spec.model != model or (spec.content, spec.split, spec.k) != (
            like.content, like.split, like.k,
        ):  # fmt: skip
            continue
        for trial in tuning.trials:
            value = trial.metrics.get(f"ndcg@{like.k}")
            if trial.state == "finished" and value is not None:
                found[msgspec.json.encode(trial.params)] = value
    return found


def _ndcg(run: RunInfo) -> float:
    return run.headline or 0.0


def _fast(runs: Sequence[RunInfo]) -> Verdict:
    """How long a fit takes."""
    taken = [run.seconds["fit"] for run in runs if "fit" in run.seconds]
    if not taken:
        return Verdict("unknown", "Its runs have no recorded time.")
    seconds = statistics.median(taken)
    word: Word = "yes" if seconds <= FAST else "middling" if seconds <= SLOW else "no"
    return Verdict(word, f"{seconds:,.1f} s to fit" + (f", the median of {len(taken)}." if len(taken) > 1 else "."))


def _easy(model: str, runs: Sequence[RunInfo], trials: dict[bytes, float]) -> Verdict:
    """How much the choice of the parameters matters, as far as they were tried."""
    if not param_fields.fields(model):
        return Verdict("yes", "There is nothing to tune.")
    tried = trials | {msgspec.json.encode(run.spec.params): _ndcg(run) for run in reversed(runs) if run.spec}
    if len(tried) < ENOUGH:
        settings = "setting was" if len(tried) == 1 else "settings were"
        return Verdict("unknown", f"Only {len(tried)} {settings} tried; needs {ENOUGH}.")
    best, worst, typical = max(tried.values()), min(tried.values()), statistics.median(tried.values())
    below = 1 - typical / best if best else 0.0
    word: Word = "yes" if below <= NEAR else "middling" if below <= FAR else "no"
    return Verdict(word, f"{len(tried)} settings gave {worst:.3f} to {best:.3f}; the typical one is {below:.0%} below.")


def _good(run: RunInfo, bests: dict[str, RunInfo]) -> Verdict:
    """How near its best run is to the best of all, and how far above popularity."""
    value, best = _ndcg(run), max(map(_ndcg, bests.values()))
    name = f"ndcg@{run.k}"
    interval = run.intervals.get(name)
    told = f"NDCG@{run.k} {value:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")
    if len(bests) == 1:
        return Verdict("unknown", f"{told}; there is no other model to compare with.")
    popularity = bests.get("popularity")
    if popularity is not None and run.model != "popularity":
        told += f", {value / _ndcg(popularity):.1f} × popularity" if _ndcg(popularity) else ""
        if value <= _ndcg(popularity):
            return Verdict("no", f"{told}: no better than popularity.")
    below = 1 - value / best if best else 0.0
    near = below <= NEAR or (interval is not None and interval[1] >= best)
    word: Word = "yes" if near else "middling" if below <= FAR else "no"
    return Verdict(word, f"{told}, {f'{below:.0%} below the best' if below else 'the best'}.")
