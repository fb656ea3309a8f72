"""Best trials at the ends of what was tried."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_edges import Edge, edges_of
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneSpec

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def tuning(plan: Grid | Search, best: Params | None) -> TuningInfo:
    """A finished tuning with a trial or none."""
    spec = TuneSpec(
        tuning="t", number=1, base=best or AlsParams(), plan=plan, objective="ndcg@10", data=(), index="", content="",
        split=SplitSpec(), created_at=NOW,
    )  # fmt: skip
    trials = (Trial(number=0, params=best, state="finished", at=NOW, value=0.2),) if best else ()
    return TuningInfo(id="t", folder=Path("t"), status=Status.FINISHED, spec=spec, trials=trials)


def found(plan: Grid | Search, best: Params | None) -> dict[str, Edge]:
    return {edge.name: edge for edge in edges_of(tuning(plan, best))}


def test_a_search_whose_best_is_inside_its_ranges_has_no_edge() -> None:
    assert found(Search(30), AlsParams(factors=64, regularization=3.0, iterations=15, alpha=5.0)) == {}


@pytest.mark.parametrize(("value", "end"), [(256, "upper"), (8, "lower")])
def test_the_sentence_says_which_end_and_what_to_try(value: int, end: str) -> None:
    (edge,) = found(Search(30, ("factors",)), AlsParams(factors=value)).values()
    assert (edge.value, edge.low, edge.high) == (value, 8, 256)
    assert f"at the {end} end of what was tried (8 to 256)" in edge.sentence
    assert edge.beyond == ((512, 1024) if end == "upper" else (4, 2, 1))


def test_an_end_beyond_which_the_parameter_cannot_go_is_no_edge() -> None:
    assert found(Search(30, ("beta",)), Rp3BetaParams(beta=0.0)) == {}
    assert set(found(Search(30, ("beta",)), Rp3BetaParams(beta=0.8))) == {"beta"}


def test_a_grid_has_the_ends_of_its_numbers() -> None:
    grid = Grid({"regularization": (1.0, 3.0, 10.0), "weighting": ("binary", "log"), "alpha": (5.0,)})
    assert found(grid, AlsParams(regularization=3.0)) == {}
    assert found(grid, AlsParams(regularization=10.0))["regularization"].beyond == (20, 40, 80)


@pytest.mark.parametrize(("best", "beyond"), [(0, None), (1, (2,))])
def test_what_was_tried_is_not_to_be_tried_again(best: int, beyond: tuple[int, ...] | None) -> None:
    edges = found(Grid({"epochs": (0, 1)}), NcfParams(epochs=best))
    assert [edge.beyond for edge in edges.values()] == ([beyond] if beyond else [])
    assert all("at the upper end" in edge.sentence for edge in edges.values())


def test_before_a_trial_ended_there_is_no_edge() -> None:
    assert found(Search(30), None) == {}
