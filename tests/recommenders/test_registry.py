"""Names of models, and what looking at one loads."""

import subprocess
import sys

import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import factory, param_fields
from musicrec_tui.recommenders.base import Staged
from musicrec_tui.recommenders.params import Need, Size
from musicrec_tui.recommenders.registry import OWN


@pytest.mark.parametrize("name", OWN)
def test_a_model_is_registered_by_the_name_of_its_parameters_and_its_class(name: str) -> None:
    model = OWN[name]
    assert (model.name, model.params().model, factory.recommender_class(name).name) == (name, name, name)
    assert model.title
    assert model.sentence


@pytest.mark.parametrize("name", OWN)
def test_what_a_model_says_of_itself_fits_its_parameters_and_its_class(name: str) -> None:
    model, known = OWN[name], {field.name for field in param_fields.fields(name)}
    assert {model.staged_by, model.members} - {""} <= known
    assert bool(model.staged_by) == issubclass(factory.recommender_class(name), Staged)
    if model.neural:
        needs = [model.neural.need(model.params()), *_needs(name)]
        assert {need.parameter for need in needs if need} - {""} <= known


def _needs(name: str) -> list[Need | None]:
    """Of parameters that differ from the defaults in one choice, or have wide layers."""
    model = OWN[name]
    assert model.neural
    changes = [{field.name: choice} for field in param_fields.fields(name) for choice in field.choices]
    wide = [{"layers": "512,512"}] if "layers" in {field.name for field in param_fields.fields(name)} else []
    return [model.neural.need(param_fields.parse(name, change)) for change in [*changes, *wide]]


@pytest.mark.parametrize("name", OWN)
def test_more_users_and_artists_never_need_less_memory(name: str) -> None:
    params, small, large = OWN[name].params(), Size(100, 200, 1000), Size(1000, 2000, 10_000)
    assert 0 < OWN[name].needed_bytes(params, small) < OWN[name].needed_bytes(params, large)


def test_an_unknown_model_is_a_sentence() -> None:
    with pytest.raises(UserError, match="no model named 'svd'"):
        factory.recommender_class("svd")
    for written, meant in (("Item-kNN", "item_knn"), ("mult vae", "mult_vae"), ("EASE", "ease"), ("rp3", "rp3beta")):
        with pytest.raises(UserError, match=rf"did you mean {meant}\?"):
            factory.recommender_class(written)


def test_looking_at_saved_als_needs_neither_implicit_nor_tensorflow() -> None:
    code = (
        "import sys; from musicrec_tui.recommenders import factory, store; factory.recommender_class('als');"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'implicit', 'tensorflow', 'keras'})"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == []
