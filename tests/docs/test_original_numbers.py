"""The page about the original project shows what runs on the sample measure."""

import pytest

from docs import original_numbers
from docs.original_numbers import COLUMNS, PAGE, RUNS, differences, main, with_figures

FIGURES = {"recall@10": 0.2, "auc@10": 0.6, "auc": 0.75, "ndcg@10": 0.125}


def test_figures_are_put_into_their_places_and_the_prose_stays() -> None:
    page = PAGE.read_text(encoding="utf-8")
    new = with_figures(page, dict.fromkeys(RUNS, FIGURES))
    assert new.count("| 0.200 | 0.600 | 0.600 | 0.750 | 0.125 |") == len(RUNS)
    assert "further than 0.000 from ½ + ½ · recall@10" in new
    assert len(new.splitlines()) == len(page.splitlines())
    assert with_figures(new, dict.fromkeys(RUNS, FIGURES)) == new
    assert all(label in page for label in RUNS)
    assert all(title in page for _, title in COLUMNS)


def test_another_machine_may_round_otherwise_and_no_more() -> None:
    assert differences("a 0.512 | 1.30", "a 0.514 | 1.31") == []
    assert differences("a 0.512", "a 0.572")
    assert differences("a 0.512", "b 0.512")


@pytest.mark.slow
def test_the_page_is_what_the_runs_say() -> None:
    assert main(["--check"]) == 0
    assert original_numbers.CLOSE <= 0.02
