"""Whether a model is at or above popularity where the log is cut by time: validation and test, several seeds of fits.

    python -m benchmarks.time_split [--data PATH] [--only als,ease] [--seeds 1,2,3,4,5]

As `train MODEL --split time` and `--final` measure it, with popularity for users without usable training data; what a
model finds on validation (epochs, weights) it finds there before a final fit. For each part: NDCG@10 of all users (the
mean over the seeds), popularity's, and the difference among warm users with its interval (the seed with the lowest
upper end).
"""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.defaults import SAMPLE, Quiet
from benchmarks.measure import arguments, machine
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.evaluation.assessment import Assessment, assess
from musicrec_tui.jobs import training_data, training_steps
from musicrec_tui.jobs.hybrids import ALWAYS
from musicrec_tui.paths import find_home
from musicrec_tui.recommenders import param_fields
from musicrec_tui.runs.spec import TrainRequest

MODELS = "als,ease,item_knn,rp3beta,bpr,ncf,mult_vae,hybrid"
UNSEEDED = ("popularity", "ease", "item_knn", "rp3beta")
SPLIT = SplitSpec("time")


def measured(model: str, parts: training_data.TrainingData, seed: int, *, final: bool) -> Assessment:
    """A model with its defaults on a part; a hybrid joins those that it always chooses."""
    joined = ALWAYS if model == "hybrid" else ()
    params = param_fields.parse(model, {"members": ",".join(joined)} if joined else {})
    members = [(one, seed) for one in map(param_fields.member, joined) if one]
    request = TrainRequest(params=params, final=final, split=SPLIT, seed=seed)
    fitted = training_steps.fit(request, members, parts, Quiet())
    known = parts.known(fitted.train)
    return assess(fitted.recommender.scores, fitted.train, known, parts.held_out(final=final), 10)


def main() -> None:
    """Print the table."""
    given = arguments(__doc__, data=Path, only=MODELS, seeds="1,2,3,4,5")
    seeds = [int(seed) for seed in given.seeds.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset(build.ensure(Log([given.data or SAMPLE]), find_home(Path(folder))))
        parts = training_data.load(dataset, SPLIT)
        dataset.close()
    print(machine(), "| model | part | NDCG@10 | popularity | warm users, minus popularity | verdict |", sep="\n")
    print("|---" * 6 + "|", flush=True)
    for part, final in (("validation", False), ("test", True)):
        popular = measured("popularity", parts, 1, final=final).metrics["ndcg@10"]
        for model in given.only.split(","):
            found = [measured(model, parts, seed, final=final) for seed in seeds[: 1 if model in UNSEEDED else None]]
            value = np.mean([one.metrics["ndcg@10"] for one in found])
            against = [one.against_popularity for one in found if one.against_popularity]
            difference, low, high = min(against, key=lambda one: one[2], default=(0.0, 0.0, 0.0))
            verdict = "at or above" if high >= 0 else "**below**"
            told = f"{difference:+.4f} ({low:+.4f} to {high:+.4f})"
            print(f"| {model} | {part} | {value:.4f} | {popular:.4f} | {told} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
