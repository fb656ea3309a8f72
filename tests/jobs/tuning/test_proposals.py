"""What is tried next: all of a grid, each once, and what Optuna thinks of, also after an interruption."""

from datetime import UTC, datetime

import msgspec
import pytest

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.json_lines import Proposal
from musicrec_tui.jobs.tuning import proposals, study
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import grids
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneSpec

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def spec(plan: Grid | Search, base: Params | None = None) -> TuneSpec:
    """A tuning of ALS."""
    return TuneSpec(
        tuning="t", number=1, base=base or AlsParams(), plan=plan, objective="ndcg@10", data=(), index="", content="",
        split=SplitSpec(), created_at=NOW,
    )  # fmt: skip


def all_of(source: proposals.Proposals) -> list[Proposal]:
    """Every proposal that a source has."""
    found = []
    while (proposal := source.following()) is not None:
        found.append(proposal)
    return found


def finished(number: int, params: Params, value: float) -> Trial:
    return Trial(number=number, params=params, state="finished", at=NOW, value=value)


def test_the_deck_takes_eighteen_fits_for_its_ninety_trials() -> None:
    found = all_of(proposals.make(spec(grids.DECK), {}))
    assert len(found) == 18
    fits = grids.expand(grids.DECK, AlsParams())
    assert sorted(number for proposal in found for number in proposal.numbers) == list(range(90))
    for proposal in found:
        assert [fits[number] for number in proposal.numbers] == list(proposal.params)
        assert [getattr(one, "iterations", 0) for one in proposal.params] == [60, 65, 75, 80, 85]


def test_a_grid_goes_on_with_what_has_not_ended() -> None:
    fits = grids.expand(grids.DECK, AlsParams())
    before = {number: finished(number, fits[number], 0.1) for number in range(0, 90, 2)}
    numbers = [number for proposal in all_of(proposals.make(spec(grids.DECK), before)) for number in proposal.numbers]
    assert sorted(numbers) == list(range(1, 90, 2))


def test_the_costly_fits_come_first() -> None:
    costs = [one.params[-1] for one in all_of(proposals.make(spec(grids.DECK), {}))]
    assert [one.factors for one in costs if isinstance(one, AlsParams)] == [15] * 6 + [10] * 6 + [8] * 6


def test_a_search_stops_after_its_trials_and_learns() -> None:
    source = proposals.make(spec(Search(8, ("factors", "alpha"))), {})
    tried = []
    while (proposal := source.following()) is not None:
        [params] = proposal.params
        assert isinstance(params, AlsParams)
        assert (params.iterations, params.weighting) == (15, "binary")  # not to be varied
        tried.append(params)
        source.ended(finished(proposal.numbers[0], params, params.factors / 256))
    assert len(tried) == 8
    assert len(set(tried)) > 4


def test_a_search_that_was_interrupted_makes_the_rest_with_other_parameters() -> None:
    first = proposals.make(spec(Search(10)), {})
    before = {}
    for number in range(6):
        proposal = first.following()
        assert proposal is not None
        assert proposal.numbers == (number,)
        before[number] = finished(number, proposal.params[0], 0.1 * number)
        first.ended(before[number])
    rest = all_of(proposals.make(spec(Search(10)), before))
    assert [proposal.numbers for proposal in rest] == [(6,), (7,), (8,), (9,)]
    assert not {proposal.params[0] for proposal in rest} & {trial.params for trial in before.values()}


def test_a_trial_far_behind_the_others_is_pruned() -> None:
    source = proposals.make(spec(Search(9)), {})
    for good in range(6):
        proposal = source.following()
        assert proposal is not None
        assert all(source.go_on(proposal.numbers[0], step, 0.5 + 0.01 * step) for step in range(1, 6))
        source.ended(finished(proposal.numbers[0], proposal.params[0], 0.6 + 0.01 * good))
    proposal = source.following()
    assert proposal is not None
    assert not all(source.go_on(proposal.numbers[0], step, 0.01) for step in range(1, 6))


def test_importance_finds_the_parameter_that_matters() -> None:
    trials = [
        finished(number, AlsParams(factors=8 + number, iterations=5 + number * 7 % 11), (8 + number) / 100)
        for number in range(30)
    ]
    shares = study.importance(trials, "als")
    assert next(iter(shares)) == "factors"
    assert sum(shares.values()) == pytest.approx(1)


def test_importance_is_not_told_from_a_handful() -> None:
    with pytest.raises(UserError, match="at least 10 trials"):
        study.importance([finished(0, AlsParams(), 0.1)], "als")


def test_a_model_without_ranges_cannot_be_searched() -> None:
    with pytest.raises(UserError, match="no parameter that a search can vary"):
        proposals.make(spec(Search(3), PopularityParams()), {})
    with pytest.raises(UserError, match="cannot vary 'colour'"):
        proposals.make(spec(Search(3, ("colour",))), {})


def test_parameters_survive_the_way_to_an_evaluator() -> None:
    proposal = Proposal((3,), (AlsParams(factors=9),))
    assert msgspec.json.decode(msgspec.json.encode(proposal), type=Proposal) == proposal


def test_a_search_with_the_largest_seed_can_be_resumed() -> None:
    wanted = msgspec.structs.replace(spec(Search(3, ("factors",))), seed=2**32 - 1)
    source = proposals.make(wanted, {0: finished(0, AlsParams(), 0.1)})
    assert [one.numbers for one in all_of(source)] == [(1,), (2,)]


@pytest.mark.parametrize("model", ["als", "item_knn", "ncf"])  # each has a choice among its parameters
def test_a_search_with_a_time_begins_with_the_values_that_it_was_given(model: str) -> None:
    base = registry.named(model).params()
    first = proposals.make(spec(Search(9, seconds=60), base), {}).following()
    assert first is not None
    assert first.params == (base,)
