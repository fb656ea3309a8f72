"""What the numbers mean, and what to take home."""

import json

from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.runs.figures import COSTS
from tests.cli.conftest import Tell


def test_every_number_of_a_run_is_explained(tell: Tell) -> None:
    told = json.loads(tell("metrics", "--json"))
    named = {one["name"] for one in told["metrics"]}
    for run in json.loads(tell("runs", "--json"))["runs"]:
        assert {name.replace("@10", "@k") for name in run["metrics"]} == named
    printed = tell("metrics")
    for one in (*METRICS, *COSTS):
        assert one.sentences in printed


def test_auc_at_k_is_told_on_the_runs_that_are_there(tell: Tell) -> None:
    run = json.loads(tell("runs", "show", "best", "--json"))
    printed = tell("metrics")
    expected = f"recall@10 {run['metrics']['recall@10']:.3f} = {0.5 + run['metrics']['recall@10'] / 2:.3f}"
    assert expected in printed
    assert f"measured AUC@10 {run['metrics']['auc@10']:.3f}" in printed


def test_take_aways_answer_three_questions_for_each_model(tell: Tell) -> None:
    page = json.loads(tell("takeaways", "--json"))
    assert {one["model"] for one in page["models"]} == {"als", "popularity"}
    printed = tell("takeaways")
    for part in ("Fast?", "Easy to tune?", "Good predictions?", page["basis"], page["rules"]):
        assert part in printed
    for one in page["models"]:
        assert all(one[question]["sentence"] in printed for question in ("fast", "easy", "good"))
