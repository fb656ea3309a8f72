"""What we recommend and measure, against other libraries on the same pairs: see `others`, which runs them."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from pyarrow import parquet

from musicrec_tui.cli.app import run
from musicrec_tui.paths import find_home
from musicrec_tui.recommenders import store
from musicrec_tui.runs.store import find_run
from tests.peers import settings
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".peers" / "bin" / "python"
EQUAL = ("als by implicit", "ease by RecTools, turned", "item_knn by implicit", "item_knn by RecTools",
         "item_knn by LensKit")  # fmt: skip
ALIKE = ("als by RecTools", "als by LensKit", "ease by RecTools")
"""Other first vectors, another confidence, a transposed table."""
K = settings.K

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="LensKit 0.14 (the last without PyTorch) needs Python 3.11"),
]

Lists = dict[str, list[tuple[str, float]]]


class Compared(NamedTuple):
    """Files of ours and what the others made of them.

    Attributes:
        ours: by model, the lists of each user.
        theirs: by recommender.
        held: the artists of each user's validation part.
        metrics: by library, metric and user, of our ALS's lists.
        means: ours, of the same lists.
    """

    ours: dict[str, Lists]
    theirs: dict[str, Lists]
    held: dict[str, set[str]]
    metrics: dict[str, dict[str, dict[str, float]]]
    means: dict[str, float]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """Our three models on the sample, the exports, and the others' answers."""
    folder = tmp_path_factory.mktemp("peers")
    place = ["--home", str(folder / "home")]
    for model, wanted in settings.OURS.items():
        chosen = [word for name, value in wanted.items() for word in ("--set", f"{name}={value}")]
        assert run(["train", model, "--name", model, "--seed", str(settings.SEED), *chosen, *place]) == 0
        assert run(["export", "evaluated", model, "--to", str(folder / f"{model}.parquet"), *place]) == 0
    assert run(["export", "split", "als", "--to", str(folder / "split.parquet"), *place]) == 0
    found = find_run(find_home(folder / "home"), "als")
    saved = store.load(found.folder / "model")
    (folder / "keys.json").write_text(json.dumps({"users": list(saved.user_keys), "artists": list(saved.artist_keys)}))
    assert PYTHON.exists(), "run `make peers` first"
    told = subprocess.run(
        [PYTHON, Path(settings.__file__).with_name("others.py"), folder], capture_output=True, text=True, check=False,
        timeout=8 * PATIENCE,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    held: dict[str, set[str]] = defaultdict(set)
    for row in rows(folder / "split.parquet"):
        if row["part"] == "validation":
            held[row["user_id"]].add(row["artist_key"])
    assert found.result is not None
    return Compared(
        {model: lists(folder / f"{model}.parquet") for model in settings.OURS},
        json.loads((folder / "lists.json").read_text()),
        held,
        json.loads((folder / "metrics.json").read_text()),
        found.result.metrics,
    )


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of an export."""
    found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return found


def lists(path: Path) -> Lists:
    """Artists and scores of each user, best first."""
    found: Lists = defaultdict(list)
    for row in rows(path):
        found[row["user_id"]].append((row["artist_key"], row["score"]))
    return found


def ndcg(listed: list[tuple[str, float]], held: set[str]) -> float:
    """NDCG@10 of one list, as `formulas.ndcg` has it."""
    discounts = 1 / np.log2(np.arange(2, K + 2))
    gained = sum(discounts[place] for place, (artist, _) in enumerate(listed) if artist in held)
    return float(gained / discounts[: len(held)].sum())


@pytest.mark.parametrize("name", EQUAL)
def test_the_same_algorithm_gives_the_same_scores_and_artists(compared: Compared, name: str) -> None:
    ours, theirs = compared.ours[name.split()[0]], compared.theirs[name]
    assert len(theirs) == len(ours) > 1000
    for user, expected in theirs.items():
        scores, others = ([score for _, score in both[user]] for both in (ours, theirs))
        np.testing.assert_allclose(scores, others, rtol=settings.SAME, atol=settings.SAME)
        clear = {artist for artist, score in expected if score > others[-1] + 10 * settings.SAME}
        assert clear <= {artist for artist, _ in ours[user]}, user  # of equal scores each takes its own


@pytest.mark.parametrize("name", ALIKE)
def test_where_it_is_not_the_same_ours_is_not_below(compared: Compared, name: str) -> None:
    ours, theirs = compared.ours[name.split()[0]], compared.theirs[name]
    differences = [ndcg(ours[user], held) - ndcg(theirs[user], held) for user, held in compared.held.items()]
    error = np.std(differences) / np.sqrt(len(differences))
    assert np.mean(differences) > -1.96 * error
    assert error > 0


@pytest.mark.parametrize("library", ["ranx", "LensKit"])
def test_metrics_of_exported_lists_are_ours(compared: Compared, library: str) -> None:
    found = compared.metrics[library]
    assert found.keys() >= {"ndcg", "mrr", "recall", "precision", "hit_rate"}
    for name, values in found.items():
        assert values.keys() == compared.held.keys()
        if library == "ranx" and name in ("recall", "map"):  # it divides by all that are held out, ours by 10 at most
            values = {
                user: value * len(compared.held[user]) / min(K, len(compared.held[user]))
                for user, value in values.items()
            }
        assert compared.means[f"{name}@{K}"] == pytest.approx(np.mean(list(values.values())), abs=1e-6), name
