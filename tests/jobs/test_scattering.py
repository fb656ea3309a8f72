"""Users as points: the host's counts are those of the two files, counted one user after another."""

from bisect import bisect_right
from collections import Counter

import numpy as np
import pytest

from musicrec_tui.evaluation.significance import exact
from musicrec_tui.jobs import per_user_metrics
from musicrec_tui.jobs.host_protocol import Refused, Scatter, Scattered
from musicrec_tui.jobs.service import Service
from musicrec_tui.runs import store
from tests.jobs.conftest import World


def asked(world: World, first: str, other: str, **more: object) -> Scattered | Refused:
    runs = tuple(str(store.find_run(world.home, name).folder) for name in (first, other))
    answer = Service().answer(Scatter(runs=runs, **more))  # type: ignore[arg-type]
    assert isinstance(answer, Scattered | Refused)
    return answer


@pytest.mark.parametrize("metric", ["", "auc", "hit_rate@10"])
def test_every_user_is_in_the_cell_of_both_values(trained: World, metric: str) -> None:
    answer = asked(trained, "popular", "als", metric=metric, columns=7, rows=5)
    assert isinstance(answer, Scattered)
    tables = [per_user_metrics.read_per_user(store.find_run(trained.home, name)) for name in ("popular", "als")]
    popular, als = (table.metrics[metric or "ndcg@10"] for table in tables)
    ends = [min(popular.min(), als.min()), max(popular.max(), als.max())]
    assert [answer.low, answer.high] == pytest.approx(ends)
    edges = [np.linspace(ends[0], ends[1], cells + 1) for cells in (7, 5)]
    wanted = Counter(
        tuple(min(bisect_right(ticks, value), len(ticks) - 1) - 1 for ticks, value in zip(edges, pair, strict=True))
        for pair in zip(popular, als, strict=True)
    )
    assert {(cell.column, cell.row): cell.users for cell in answer.cells} == wanted
    change = exact(als - popular)
    assert (answer.above, answer.ties) == (int((change > 0).sum()), int((change == 0).sum()))
    assert answer.above + answer.ties + answer.below == len(change)
    assert answer.ties_at_low == np.count_nonzero((change == 0) & (popular == ends[0]))


def test_a_run_against_itself_is_on_the_diagonal(trained: World) -> None:
    answer = asked(trained, "als", "als", columns=9, rows=9)
    assert isinstance(answer, Scattered)
    assert all(cell.column == cell.row for cell in answer.cells)
    assert (answer.above, answer.below) == (0, 0)


def test_what_cannot_be_counted_is_refused_with_a_sentence(trained: World) -> None:
    for more in ({"metric": "beauty"}, {"columns": 0}, {"rows": 10_000}):
        answer = asked(trained, "popular", "als", **more)
        assert isinstance(answer, Refused)
        assert not answer.defect
