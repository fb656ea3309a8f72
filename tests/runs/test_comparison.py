"""Runs side by side: differences where they were measured alike, a refusal where not."""

import msgspec
import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.runs.comparison import Comparison, comparable, compare, obstacles
from tests.runs.conftest import MakeRun


def test_runs_measured_alike_are_ranked_with_differences_to_the_first(make: MakeRun) -> None:
    runs = [make(0.2), make(0.3), make(0.1)]
    compared = compare(runs)
    assert compared.comparable
    assert comparable(runs)
    assert compared.ranking == (1, 0, 2)
    [ndcg] = [row for row in compared.rows if row.metric == "ndcg@10"]
    assert ndcg.values == (0.2, 0.3, 0.1)
    assert ndcg.differences == pytest.approx((0.0, 0.1, -0.1))
    assert ndcg.best == 1
    [auc] = [row for row in compared.rows if row.metric == "auc"]
    assert auc.best is None  # all equal
    assert "validation" in compared.sentence
    assert compared.seconds[0] == {"fit": 2.0}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"content": "c2"}, "different data"),
        ({"split": SplitSpec(seed=1)}, "different splits"),
        ({"k": 20}, "different K"),
        ({"candidates": "some"}, "candidates"),
        ({"final": True}, "validation and test"),
    ],
)
def test_runs_measured_differently_are_shown_but_not_ranked(make: MakeRun, other: dict[str, object], said: str) -> None:
    compared = compare([make(0.2), make(0.3, **other)])
    assert not compared.comparable
    assert said in compared.sentence
    assert compared.ranking == ()
    assert all(row.best is None for row in compared.rows)
    assert all(difference is None for row in compared.rows for difference in row.differences)
    assert 0.2 in compared.rows[0].values


def test_all_that_differs_is_said(make: MakeRun) -> None:
    sentence = obstacles([make(), make(content="c2", final=True)])
    assert "different data" in sentence
    assert "validation and test" in sentence


def test_a_run_without_a_result_is_named(make: MakeRun) -> None:
    runs = [make(), make(None, name="unlucky")]
    assert not comparable(runs)
    assert "unlucky is not finished" in compare(runs).sentence


def test_often_looking_at_test_is_said(make: MakeRun) -> None:
    for _ in range(3):
        make(final=True)
    runs = [make(0.2, final=True), make(0.3, final=True)]
    compared = compare(runs)
    assert compared.comparable
    assert compared.test_looks == 5
    assert "5 runs" in compared.sentence


def test_a_comparison_is_json(make: MakeRun) -> None:
    compared = compare([make(0.2), make(0.3), make(None)])
    assert msgspec.json.decode(msgspec.json.encode(compared), type=Comparison) == compared


def test_one_run_and_none_at_all_are_no_error(make: MakeRun) -> None:
    assert compare([make(0.2)]).ranking == (0,)
    assert compare([]).sentence


def test_repeat_and_discovery_are_protocols_apart(make: MakeRun) -> None:
    discovery = SplitSpec("time")
    repeat = SplitSpec("time", protocol="repeat")
    compared = compare([make(split=discovery), make(split=repeat, candidates="all artists")])
    assert not compared.comparable
    assert "different protocols of the time split (discovery and repeat)" in compared.sentence
    assert "time 0.2/0.1 repeat" in compare([make(split=repeat)] * 2).sentence
    assert "different splits" in obstacles(
        [make(split=discovery), make(split=SplitSpec("time", 0.3, protocol="repeat"))]
    )


def test_only_where_a_way_is_good_is_there_a_best(make: MakeRun) -> None:
    runs = [make(others={"novelty@10": 3.0, "map@10": 0.1}), make(others={"novelty@10": 5.0, "map@10": 0.2})]
    rows = {row.metric: row for row in compare(runs).rows}
    assert rows["map@10"].best == 1
    assert rows["novelty@10"].best is None
    assert rows["novelty@10"].differences == (0, 2)


def test_values_come_with_their_intervals(make: MakeRun) -> None:
    runs = [make(intervals={"ndcg@10": (0.1, 0.3)}), make()]
    rows = {row.metric: row for row in compare(runs).rows}
    assert rows["ndcg@10"].intervals == ((0.1, 0.3), None)


def test_one_look_at_test_is_no_reason_for_doubt(make: MakeRun) -> None:
    assert "looks better than it is" not in compare([make(final=True)]).sentence
