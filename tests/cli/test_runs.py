"""Runs: listed, shown, deleted; named in every way that the help promises."""

import json
import re

from musicrec_tui.cli.app import run
from tests.cli.conftest import HOSTILE, Tell, Workshop


def test_the_list_has_every_run_newest_first(tell: Tell) -> None:
    runs = json.loads(tell("runs", "--json"))["runs"]
    assert [told["name"] for told in runs] == ["popular", f"als {HOSTILE}"]
    printed = tell("runs", "list")
    assert all(told["run"] in printed for told in runs)


def test_a_run_is_named_by_id_beginning_name_latest_and_best(tell: Tell) -> None:
    popular, als = (told["run"] for told in json.loads(tell("runs", "--json"))["runs"])
    ways = [(popular, popular), (popular[:-1], popular), ("popular", popular), ("latest", popular), ("best", als)]
    for text, wanted in ways:
        assert json.loads(tell("runs", "show", text, "--json"))["run"] == wanted


def test_a_run_is_shown_with_parameters_metrics_and_costs(tell: Tell) -> None:
    printed = tell("runs", "show", "best")
    for part in ("factors=4", "ndcg@10", "seconds: fit", "validation", "[/b]�"):
        assert part in printed


def test_a_run_is_shown_with_intervals_and_groups(tell: Tell) -> None:
    told = json.loads(tell("runs", "show", "best", "--json"))
    low, high = told["intervals"]["ndcg@10"]
    assert low <= told["metrics"]["ndcg@10"] <= high
    assert {"light", "niche"} <= told["groups"].keys()
    printed = tell("runs", "show", "best")
    assert f"{low:.4f} to {high:.4f}" in printed
    for part in ("among users", "light", "niche", "model size, MB", "novelty@10", "gini@10"):
        assert part in printed


def test_runs_are_sorted_by_a_figure_within_what_was_measured_alike(tell: Tell) -> None:
    [group] = json.loads(tell("runs", "--sort", "recall@k", "--json"))["groups"]
    values = [run["metrics"]["recall@10"] for run in group["runs"]]
    assert values == sorted(values, reverse=True)
    assert group["places"][0] == 1
    printed = tell("runs", "--sort", "fit")
    assert "validation · random" in printed
    seconds = [float(line.split()[-1]) for line in printed.splitlines() if re.match(r" +\d+ +\d{8}-", line)]
    assert len(seconds) == 2
    assert seconds == sorted(seconds)
    assert "No run has 'beauty'" in tell("runs", "--sort", "beauty", code=2)


def test_wrong_words_get_sentences(tell: Tell) -> None:
    assert "needs a RUN" in tell("runs", "show", code=2)
    assert "nonsense" in tell("runs", "show", "nonsense", code=2)
    assert "paint" in tell("runs", "paint", code=2)


def test_a_deleted_run_is_gone(workshop: Workshop, tell: Tell) -> None:
    assert run(["train", "popularity", "--name", "short-lived", *workshop.place]) == 0
    assert "Deleted short-lived" in tell("runs", "delete", "short-lived")
    assert "short-lived" not in tell("runs")
