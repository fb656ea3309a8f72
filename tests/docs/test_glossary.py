"""The glossary explains each metric with the sentences that the program shows, and is linked from the other pages."""

from pathlib import Path

import pytest

from musicrec_tui.evaluation import metrics

DOCS = Path(__file__).parents[2] / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("metric", metrics.METRICS, ids=lambda metric: metric.name)
def test_the_page_has_the_sentences_of_each_metric(metric: metrics.Metric) -> None:
    assert f"| `{metric.name}` | {metric.sentences} |\n" in GLOSSARY, "run `make pages`"


@pytest.mark.parametrize(
    "page", ["../README.md", "cli.md", "explore.md", "train.md", "tune.md", "compare.md", "data.md"]
)
def test_pages_link_to_it(page: str) -> None:
    assert "glossary.md)" in (DOCS / page).read_text(encoding="utf-8")
