"""The table of metrics against what evaluation calculates."""

from musicrec_tui.evaluation import formulas
from musicrec_tui.evaluation.metrics import METRICS, OBJECTIVES, named


def test_every_metric_has_its_formula_and_every_formula_its_entry() -> None:
    assert set(formulas._FORMULAS) == {metric.name for metric in METRICS}


def test_names_and_titles_are_told_apart() -> None:
    assert len({metric.name for metric in METRICS}) == len({metric.title for metric in METRICS}) == len(METRICS)


def test_a_metric_is_found_by_its_name_in_a_run() -> None:
    for metric in METRICS:
        assert named(metric.at(25)) == metric
    assert named("auc") != named("auc@10")
    assert named("ndcg") is None


def test_a_tuning_raises_only_what_is_better_when_it_is_higher() -> None:
    assert "ndcg@k" in {metric.name for metric in OBJECTIVES}
    assert "coverage@k" not in {metric.name for metric in OBJECTIVES}
