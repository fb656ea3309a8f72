"""What other libraries make of exported files: `.peers/bin/python others.py FOLDER`.

Their environment has no musicrec_tui. FOLDER has `split.parquet` and `als.parquet` (from `export split` and `export
evaluated`), and `keys.json`, the users and the artists in the order of their codes. Written are `lists.json`, for each
recommender and user of the validation part the ten best artists that the user does not have in train, with scores; and
`metrics.json`, for each library and metric a value per user of `als.parquet`.
"""

import json
import sys
import warnings
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from lenskit.algorithms import Recommender
from lenskit.algorithms.als import ImplicitMF
from lenskit.algorithms.item_knn import ItemItem
from lenskit.metrics import topn
from ranx import Qrels, Run, evaluate
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel, ImplicitALSWrapperModel, ImplicitItemKNNWrapperModel
from scipy.sparse import csr_matrix
from settings import ALPHA, FACTORS, NEIGHBOURS, REGULARIZATION, RIDGE, SEED, SWEEPS, K

Lists = dict[str, list[tuple[str, float]]]
RANX = {
    "ndcg": "ndcg@10",
    "map": "map@10",
    "mrr": "mrr@10",
    "recall": "recall@10",
    "precision": "precision@10",
    "hit_rate": "hit_rate@10",
}


class Split:
    """The train part as each library wants it.

    Attributes:
        users, artists: keys in the order of codes.
        pairs: of train, one row each: `user`, `item`.
        held: the artists of each user's validation part.
    """

    def __init__(self, folder: Path) -> None:
        keys = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
        self.users, self.artists = keys["users"], keys["artists"]
        rows = pd.read_parquet(folder / "split.parquet").rename(columns={"user_id": "user", "artist_key": "item"})
        self.pairs = rows.loc[rows["part"] == "train", ["user", "item"]].reset_index(drop=True)
        validation = rows[rows["part"] == "validation"]
        self.held = validation.groupby("user")["item"].agg(list).to_dict()

    def matrix(self) -> csr_matrix:
        """Ones, (users, artists) float32."""
        row = pd.Index(self.users).get_indexer(self.pairs["user"])
        column = pd.Index(self.artists).get_indexer(self.pairs["item"])
        return csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(len(self.users), len(self.artists)))

    def asked(self) -> list[str]:
        """The users who are evaluated and have something in train."""
        return sorted(set(self.held) & set(self.pairs["user"]))


class TurnedEASE(EASEModel):  # type: ignore[misc]
    """RecTools 0.19 ranks by X Wᵀ, where the paper and ours have X W."""

    weight: Any

    def _fit(self, dataset: Dataset) -> None:
        super()._fit(dataset)
        self.weight = np.ascontiguousarray(self.weight.T)


def by_implicit(split: Split, model: Any, **options: Any) -> Lists:
    """Lists of a model of implicit."""
    matrix, asked = split.matrix(), split.asked()
    model.fit(matrix, show_progress=False)
    codes = pd.Index(split.users).get_indexer(asked)
    found, scores = model.recommend(codes, matrix[codes], N=K, filter_already_liked_items=True, **options)
    return {
        user: [(split.artists[code], float(score)) for code, score in zip(*lists, strict=True) if code >= 0]
        for user, *lists in zip(asked, found, scores, strict=True)
    }


def by_rectools(split: Split, model: Any) -> Lists:
    """Lists of a model of RecTools."""
    rows = pd.DataFrame({
        Columns.User: split.pairs["user"], Columns.Item: split.pairs["item"], Columns.Weight: 1.0,
        Columns.Datetime: pd.Timestamp("2024-01-01"),
    })  # fmt: skip
    data = Dataset.construct(rows)
    model.fit(data)
    found = model.recommend(split.asked(), data, k=K, filter_viewed=True)
    return _grouped(found[Columns.User], found[Columns.Item], found[Columns.Score])


def by_lenskit(split: Split, model: Any) -> Lists:
    """Lists of an algorithm of LensKit."""
    adapted = Recommender.adapt(model)
    adapted.fit(split.pairs)
    return {
        user: list(zip(found["item"], map(float, found["score"]), strict=True))
        for user in split.asked()
        for found in [adapted.recommend(user, K)]
    }


def _grouped(users: Iterable[str], artists: Iterable[str], scores: Iterable[float]) -> Lists:
    lists: Lists = {}
    for user, artist, score in zip(users, artists, scores, strict=True):
        lists.setdefault(user, []).append((artist, float(score)))
    return lists


def recommended(split: Split) -> dict[str, Lists]:
    """The lists of all."""
    settings = {"factors": FACTORS, "regularization": REGULARIZATION, "alpha": ALPHA, "iterations": SWEEPS}
    return {
        "als by implicit": by_implicit(
            split, AlternatingLeastSquares(**settings, random_state=np.random.default_rng(SEED)), recalculate_user=True
        ),
        "als by RecTools": by_rectools(
            split, ImplicitALSWrapperModel(AlternatingLeastSquares(**settings, random_state=SEED))
        ),
        # LensKit's confidence is 1 + weight (and never a fraction of 1, which ours could be).
        "als by LensKit": by_lenskit(
            split, ImplicitMF(FACTORS, iterations=SWEEPS, reg=REGULARIZATION, weight=ALPHA - 1, rng_spec=SEED)
        ),
        "ease by RecTools": by_rectools(split, EASEModel(regularization=RIDGE)),
        "ease by RecTools, turned": by_rectools(split, TurnedEASE(regularization=RIDGE)),
        "item_knn by implicit": by_implicit(split, CosineRecommender(K=NEIGHBOURS)),
        "item_knn by RecTools": by_rectools(split, ImplicitItemKNNWrapperModel(CosineRecommender(K=NEIGHBOURS))),
        "item_knn by LensKit": by_lenskit(split, ItemItem(NEIGHBOURS, feedback="implicit")),
    }


def measured(split: Split, lists: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """The metrics of exported lists by library, metric and user."""
    shown = {str(user): rows.sort_values("rank") for user, rows in lists.groupby("user_id")}
    return {"ranx": _by_ranx(split, shown), "LensKit": _by_lenskit(split, shown)}


def _by_ranx(split: Split, shown: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, float]]:
    held = Qrels({user: dict.fromkeys(split.held[user], 1) for user in shown})
    run = Run({
        user: {artist: float(K - place) for place, artist in enumerate(rows["artist_key"])}
        for user, rows in shown.items()
    })  # fmt: skip
    evaluate(held, run, list(RANX.values()), make_comparable=True)
    return {name: {user: float(value) for user, value in run.scores[told].items()} for name, told in RANX.items()}


def _by_lenskit(split: Split, shown: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, float]]:
    formulas = {
        # Its own discount is log2(place), 1 for the first two places; the paper's and ours is log2(place + 1).
        "ndcg": partial(topn.ndcg, discount=lambda places: np.log2(places + 1)),
        "mrr": topn.recip_rank, "recall": topn.recall, "precision": topn.precision, "hit_rate": topn.hit,
    }  # fmt: skip
    found: dict[str, dict[str, float]] = {name: {} for name in formulas}
    for user, rows in shown.items():
        listed = pd.DataFrame({"item": rows["artist_key"].to_list()})
        truth = pd.DataFrame(index=pd.Index(split.held[user], name="item"))
        for name, formula in formulas.items():
            found[name][user] = float(formula(listed, truth, k=K))
    return found


def main() -> None:
    """Write both files."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    split = Split(folder)
    (folder / "lists.json").write_text(json.dumps(recommended(split)), encoding="utf-8")
    lists = pd.read_parquet(folder / "als.parquet")
    (folder / "metrics.json").write_text(json.dumps(measured(split, lists)), encoding="utf-8")


if __name__ == "__main__":
    main()
