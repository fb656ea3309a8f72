"""Groups, figures and differences: what may be ranked, what may not, and in which words."""

from typing import Any

import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import Home
from musicrec_tui.runs import store
from musicrec_tui.runs.grouping import Order, grouped
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.compare import side_by_side
from musicrec_tui.tui.compare.columns import COLUMNS, RunColumn, difference
from tests.tui.train.train_support import FakeRun


@pytest.fixture
def finished(home: Home) -> Any:
    """Makes finished fake runs, as the store reads them."""

    def one(ndcg: float, *arguments: Any, metrics: dict[str, float] | None = None, **options: Any) -> RunInfo:
        run = FakeRun(home, *arguments, **options)
        run.start()
        run.finish(ndcg, **(metrics or {}))
        return store.read_run(home, run.info.id)

    return one


def column(title: str) -> RunColumn:
    return next(column for column in COLUMNS if column.title == title)


def test_runs_are_ranked_by_validation_within_what_was_measured_alike(home: Home, finished: Any) -> None:
    worse, better = finished(0.1), finished(0.2)
    elsewhere, other_k = finished(0.9, split=SplitSpec(seed=7)), finished(0.8, k=5)
    final, later_final = finished(0.05, final=True), finished(0.01, final=True)
    FakeRun(home).die()
    groups = grouped(store.list_runs(home))
    assert [[run.id for run in group.runs] for group in groups[:-1]] == [
        [other_k.id], [elsewhere.id], [better.id, worse.id], [later_final.id, final.id],
    ]  # fmt: skip
    assert [group.ranked for group in groups] == [True, True, True, False, False]
    assert [group.title.split(" · ")[1] for group in groups[1:3]] == [
        "ranked apart: different splits and different K", "ranked apart: different K",
    ]  # fmt: skip
    assert [group.places for group in groups[2:4]] == [(1, 2), (None, None)]
    assert groups[3].title.startswith("TEST, used 2 times")
    assert "not ranked: test is not for choosing" in groups[3].title
    assert not groups[4].measured


def test_runs_are_ordered_by_a_figure_within_their_group_and_by_costs_even_those_on_test(finished: Any) -> None:
    def shares(run: RunInfo) -> float | None:
        return None if run is without else run.metrics["auc"]

    low, high, same = (finished(0.1, metrics={"auc": auc}) for auc in (0.6, 0.9, 0.9))
    without, final, other_k = finished(0.3), finished(0.2, final=True), finished(0.2, k=5)
    runs = [other_k, final, without, same, high, low]

    def ids(order: Order) -> list[list[str]]:
        return [[run.id for run in group.runs] for group in grouped(runs, order)]

    best_first = Order(shares)
    assert ids(best_first) == [[other_k.id], [same.id, high.id, low.id, without.id], [final.id]]
    assert [group.places for group in grouped(runs, best_first)] == [(1,), (1, 1, 3, None), (None,)]
    assert ids(best_first._replace(turned=True))[1] == [low.id, high.id, same.id, without.id]
    assert ids(best_first._replace(better="lower"))[1] == [low.id, same.id, high.id, without.id]
    assert [group.ranked for group in grouped(runs, best_first)] == [True, True, False]
    assert all(group.ranked for group in grouped(runs, best_first._replace(metric=False)))


def test_validation_and_test_have_columns_of_their_own(finished: Any) -> None:
    chosen, final = finished(0.2), finished(0.3, final=True)
    assert (column("NDCG@k").text(chosen), column("test").text(chosen)) == ("0.2000", "–")
    assert (column("NDCG@k").text(final), column("test").text(final)) == ("–", "0.3000")


def test_the_two_aucs_are_not_mixed_up(finished: Any) -> None:
    run = finished(0.2, metrics={"auc@10": 0.55, "auc": 0.85})
    assert (column("AUC@k").text(run), column("AUC").text(run)) == ("0.5500", "0.8500")
    assert "0.52 is not “random”" in column("AUC@k").meaning
    assert "½ + ½ · recall@k" in column("AUC@k").meaning


def test_every_figure_has_a_meaning_and_a_title_that_fits() -> None:
    assert all(len(column.title) <= 10 and column.meaning.endswith(".") for column in COLUMNS)


@pytest.mark.parametrize(
    ("title", "first", "second", "told"),
    [
        ("NDCG@k", 0.1, 0.2, "+0.1000 ▲ better"),
        ("NDCG@k", 0.2, 0.1, "-0.1000 ▼ worse"),
        ("NDCG@k", 0.2, 0.20001, "equal"),
        ("test", 0.1, 0.2, "–"),
    ],
)
def test_a_difference_says_which_way_is_good(finished: Any, title: str, first: float, second: float, told: str) -> None:
    assert difference(column(title), finished(first), finished(second)) == told


def test_of_costs_less_is_good(finished: Any) -> None:
    run = finished(0.2)
    costs = RunColumn("cost", "What it costs.", lambda run: 1.0 if run is cheap else 5.0, better="lower", digits=1)
    cheap = finished(0.2)
    assert difference(costs, run, cheap) == "-4.0 ▼ less"
    assert difference(costs, cheap, run) == "+4.0 ▲ more"


def test_what_was_not_measured_alike_gets_a_sentence_and_no_differences(finished: Any) -> None:
    text = side_by_side.figure_lines([finished(0.1), finished(0.2, split=SplitSpec(seed=7))], COLUMNS[0], 76).plain
    assert "different splits" in text
    assert "cannot be ranked" in text
    assert "better" not in text
    assert "0.2000" in text


def test_the_parameters_that_differ_are_listed_and_no_others(finished: Any) -> None:
    text = side_by_side.differing_settings([finished(0.1, "als", {"factors": "8"}), finished(0.1, "als")], 60).plain
    assert "factors" in text
    assert "alpha" not in text
    assert "same settings" in side_by_side.differing_settings([finished(0.1, "als"), finished(0.1, "als")], 60).plain


def test_hostile_names_are_cleaned_and_markup_is_kept(finished: Any) -> None:
    text = side_by_side.single_run(
        finished(0.1, name="a [/b]\x1b]0;owned\x07[red]"), several_groups=False, only=False
    ).plain
    assert "a [/b]\ufffd]0;owned\ufffd[red]" in text
