"""The models learn on the sample, by the command line and with their defaults."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PATIENCE


def trained(home: Path, *arguments: str) -> dict[str, float]:
    """The metrics of a run."""
    command = [sys.executable, "-m", "musicrec_tui", "train", *arguments, "--home", str(home), "--json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=4 * PATIENCE)
    metrics: dict[str, float] = json.loads(answer.stdout)["metrics"]
    return metrics


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_als_and_ncf_beat_popularity_on_test_and_nothing_is_perfect(tmp_path: Path) -> None:
    ndcg = {model: trained(tmp_path, model, "--final")["ndcg@10"] for model in ("popularity", "als", "ncf")}
    assert 0.15 <= ndcg["als"] <= 0.35
    assert ndcg["als"] >= 1.5 * ndcg["popularity"]
    assert ndcg["ncf"] >= 1.2 * ndcg["popularity"]


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.neural
def test_the_decks_network_trains_and_tells_its_figures_by_epoch(tmp_path: Path) -> None:
    metrics = trained(tmp_path, "ncf", "--set", "architecture=deck", "--set", "negatives=2", "--set", "epochs=2")
    assert 0 <= metrics["ndcg@10"] < 0.35
    [log] = tmp_path.glob("runs/*/events.jsonl")
    epochs = [event for event in map(json.loads, log.read_text().splitlines()) if event["event"] == "epoch"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    assert all(
        {"loss", "accuracy", "precision", "recall", "val_ndcg@10"} <= event["metrics"].keys() for event in epochs
    )
