"""Whether a model is at or above popularity where the log is cut by time: validation and test, several seeds of fits.

    python -m benchmarks.time_split [--data PATH] [--only als,ease] [--seeds 1,2,3,4,5]

As `train MODEL --split time` and `--final` measure it, with popularity for users without usable training data; models
that find epochs or weights on validation are not among the defaults. For each part: NDCG@10 of all users (the mean over
the seeds), popularity's, and the difference among warm users with its interval (the seed with the lowest upper end).
"""

import tempfile
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.defaults import SAMPLE, Quiet
from benchmarks.measure import arguments, machine
from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.evaluation.assessment import Assessment, assess
from musicrec_tui.paths import find_home
from musicrec_tui.recommenders import factory, param_fields
from musicrec_tui.recommenders.base import Fit

MODELS = "als,ease,item_knn,rp3beta,bpr"
SEEDED = ("als", "bpr")


def measured(model: str, train: csr_matrix, held: csr_matrix, seed: int) -> Assessment:
    """A model with its defaults on a part."""
    recommender = factory.create(param_fields.parse(model, {}))
    recommender.fit(train, Fit(seed, Quiet()))
    return assess(recommender.scores, train, train, held, 10)


def main() -> None:
    """Print the table."""
    given = arguments(__doc__, data=Path, only=MODELS, seeds="1,2,3,4,5")
    seeds = [int(seed) for seed in given.seeds.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset(build.ensure(Log([given.data or SAMPLE]), find_home(Path(folder))))
        split = splits.split(dataset, interactions.load_interactions(dataset), SplitSpec("time"))
        dataset.close()
    both = (split.train + split.validation).tocsr()
    both.sort_indices()
    print(machine(), "| model | part | NDCG@10 | popularity | warm users, minus popularity | verdict |", sep="\n")
    print("|---" * 6 + "|", flush=True)
    for part, train, held in (("validation", split.train, split.validation), ("test", both, split.test)):
        popular = measured("popularity", train, held, 1).metrics["ndcg@10"]
        for model in given.only.split(","):
            found = [measured(model, train, held, seed) for seed in (seeds if model in SEEDED else seeds[:1])]
            value = np.mean([one.metrics["ndcg@10"] for one in found])
            against = [one.against_popularity for one in found if one.against_popularity]
            difference, low, high = min(against, key=lambda one: one[2], default=(0.0, 0.0, 0.0))
            verdict = "at or above" if high >= 0 else "**below**"
            told = f"{difference:+.4f} ({low:+.4f} to {high:+.4f})"
            print(f"| {model} | {part} | {value:.4f} | {popular:.4f} | {told} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
