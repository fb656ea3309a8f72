"""What is estimated covers what is taken, and what cannot fit is refused with advice."""

import tracemalloc

import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, memory
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.memory import needed_bytes, refuse_what_cannot_fit
from musicrec_tui.recommenders.param_fields import parse
from musicrec_tui.recommenders.params import Size
from musicrec_tui.recommenders.registry import OWN, Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from tests.recommenders.small import matrix, quiet

LARGE = Size(users=1_000_000, artists=2_000_000, pairs=100_000_000)


@pytest.mark.parametrize("params", [ItemKnnParams(), Rp3BetaParams(), EaseParams(), AlsParams(iterations=1)])
def test_the_estimate_covers_what_the_arrays_take(params: Params, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_BLOCKS", 12_000_000)
    monkeypatch.setattr("musicrec_tui.recommenders.sparse_products.BLOCK_BYTES", 4_000_000)
    train = matrix(users=400, artists=1500, share=0.05)
    model = factory.create(params)
    tracemalloc.start()
    try:
        model.fit(train, quiet())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= needed_bytes(params, Size(400, 1500, train.nnz)) <= 20 * peak


@pytest.mark.parametrize("model", OWN)
def test_more_data_never_needs_less(model: str) -> None:
    params = parse(model, {})
    small = needed_bytes(params, Size(10, 20, 50))
    for size in (Size(10_000, 20, 50), Size(10, 20_000, 50), Size(10, 20, 500_000)):
        assert needed_bytes(params, size) >= small


@pytest.mark.parametrize(
    ("model", "assignments", "says"),
    [
        ("als", {"factors": "1024"}, "Lower `factors`."),
        ("item_knn", {}, "Lower `neighbours`."),
        ("ease", {"memory_mb": "1000000"}, "Lower `memory_mb`."),
        ("popularity", {}, "smaller log"),
    ],
)
def test_what_cannot_fit_is_refused_with_what_to_lower(model: str, assignments: dict[str, str], says: str) -> None:
    with pytest.raises(UserError) as caught:
        refuse_what_cannot_fit(parse(model, assignments), LARGE, 4 * 2**30)
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.startswith(f"{OWN[model].title} needs about ")
    assert "4.0 GB is free" in sentence
    assert "2,000,000 artists" in sentence


def test_what_fits_is_not_refused_and_ease_stays_within_its_memory() -> None:
    refuse_what_cannot_fit(AlsParams(), Size(1000, 10_000, 50_000), 2**30)
    ease = needed_bytes(EaseParams(memory_mb=500), LARGE) - needed_bytes(EaseParams(memory_mb=100), LARGE)
    assert ease == 400 * 2**20
