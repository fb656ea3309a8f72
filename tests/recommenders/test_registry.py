"""Names of models, and what looking at one loads."""

import subprocess
import sys

import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.params import MODELS, AlsParams, PopularityParams


def test_every_model_with_parameters_is_registered() -> None:
    assert set(registry._CLASSES) == set(MODELS)


@pytest.mark.parametrize("params", [PopularityParams(), AlsParams()])
def test_the_class_is_the_one_that_the_parameters_name(params: PopularityParams | AlsParams) -> None:
    model = registry.create(params)
    assert model.name == registry.model_name(params)
    assert isinstance(model, registry.recommender_class(model.name))


def test_an_unknown_model_is_a_sentence() -> None:
    with pytest.raises(UserError, match="no model named 'svd'"):
        registry.recommender_class("svd")


def test_looking_at_saved_als_needs_neither_implicit_nor_tensorflow() -> None:
    code = (
        "import sys; from musicrec_tui.recommenders import registry, store; registry.recommender_class('als');"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'implicit', 'tensorflow', 'keras'})"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == []
