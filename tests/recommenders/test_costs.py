"""What the list of models says of them: what they can do is what they say themselves, costs grow with the log."""

import pytest

from musicrec_tui.recommenders import costs, factory
from musicrec_tui.recommenders.costs import Abilities
from musicrec_tui.recommenders.params import Size
from musicrec_tui.recommenders.registry import OWN

SMALL, LARGE = Size(1_000, 5_000, 20_000), Size(30_000, 15_000, 5_000_000)


@pytest.mark.parametrize("model", [name for name, model in OWN.items() if not model.members])
def test_abilities_are_those_of_the_recommender(model: str) -> None:
    found = factory.create(OWN[model].params()).capabilities
    reasons = "none" if not found.explain else "estimated" if found.explain_estimate else "exact"
    new_users = "no" if not found.fold_in else "estimated" if found.fold_in_estimate else "yes"
    assert costs.ABILITIES[model] == Abilities(reasons, new_users, found.similar)


def test_every_model_is_described() -> None:
    assert costs.ABILITIES.keys() == costs._FITS.keys() == OWN.keys()


@pytest.mark.parametrize("model", list(OWN))
def test_costs_grow_with_the_log_and_are_marked_as_estimated(model: str) -> None:
    small, large = costs.estimated(model, SMALL), costs.estimated(model, LARGE)
    assert large.seconds > small.seconds > 0
    assert large.memory_bytes > small.memory_bytes > 0
    told = costs.cost_sentence(model, SMALL)
    assert told.count("≈") == 2
    assert told.endswith("(estimated)")


def test_what_was_measured_is_met() -> None:
    found = costs.estimated("ease", costs._MEASURED)
    assert found.seconds == pytest.approx(1.82 + 3)
