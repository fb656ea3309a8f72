"""What numbers mean: every number that there is, in two sentences; the story of AUC@k on runs."""

import re

import pytest

from musicrec_tui.evaluation.metrics import METRICS, Metric
from musicrec_tui.runs.figures import COSTS, Cost, auc_story, named, value
from musicrec_tui.text import printable
from tests.runs.conftest import MakeRun


@pytest.mark.parametrize("told", [*METRICS, *COSTS], ids=lambda told: told.name)
def test_a_meaning_is_two_sentences_under_a_short_title(told: Metric | Cost) -> None:
    assert len(re.findall(r"[.](?: |$)", told.sentences)) == 2, told.sentences
    assert told.sentences.endswith(".")
    assert printable(told.sentences) == told.sentences, "tables cut what is longer"
    assert len(told.title) <= 10


def test_a_metric_is_found_by_its_name_in_a_run() -> None:
    found = named("ndcg@25")
    assert found is not None
    assert found.title == "NDCG@k"
    full, truncated = named("auc"), named("auc@10")
    assert full is not None
    assert truncated is not None
    assert full.title == "AUC"
    assert truncated.title == "AUC@k"
    assert named("ndcg") is None
    assert named("val_loss") is None


def test_the_value_of_a_figure_is_that_of_the_runs_own_k(make: MakeRun) -> None:
    run = make(k=5, others={"recall@5": 0.25})
    assert (value(run, "recall@k"), value(run, "recall@5"), value(run, "recall@10")) == (0.25, 0.25, None)
    assert value(run, "fit") == run.seconds["fit"]
    assert value(run, "peak_memory_mb") == run.peak_memory_mb


def test_the_story_of_auc_at_k_is_told_on_the_newest_run_of_each_model(make: MakeRun) -> None:
    older = make(others={"recall@10": 0.5, "auc@10": 0.7})
    newer = make(name="the [newer] one", others={"recall@10": 0.2, "auc@10": 0.598})
    other_k = make(k=5, others={"recall@5": 0.1, "auc@5": 0.55})
    without = make(None)
    assert auc_story([without, other_k, newer, older]) == [
        f"{other_k.label}: ½ + ½ · recall@5 0.100 = 0.550, measured AUC@5 0.550; its full AUC is 0.900.",
        "the [newer] one: ½ + ½ · recall@10 0.200 = 0.600, measured AUC@10 0.598; its full AUC is 0.900.",
    ]
    assert auc_story([without]) == []
