"""The form's line for the engine of a run."""

import pytest

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs.engine import LOCAL, Engine
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.spark import needs
from musicrec_tui.tui.forms.entries import ENGINE, MODEL_KEY, SEARCH, SETTINGS, texts_of
from musicrec_tui.tui.train.params_form import ParamsForm, check, options_of
from tests.tui.train.test_train_parts import defaults

SPARK = {ENGINE.key: "spark"}


@pytest.mark.parametrize("installed", [True, False])
def test_the_line_is_there_where_spark_is(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "installed", lambda: installed)
    assert (ENGINE in options_of()) == installed
    assert (ENGINE.key in ParamsForm().typed.options) == installed
    texts = texts_of(TrainRequest(params=AlsParams(), engine=Engine(name="spark", master="spark://host:7077")))
    assert texts.get(ENGINE.key) == ("spark" if installed else None)


def test_a_run_by_spark_is_asked_for() -> None:
    request = check(defaults() | SPARK).request
    assert request is not None
    assert request.engine == Engine(name="spark")


def test_without_the_line_this_machine_trains() -> None:
    request = check(defaults()).request
    assert request is not None
    assert request.engine == LOCAL


def test_a_model_that_spark_does_not_train_is_trained_here() -> None:
    request = check(defaults("ease") | SPARK).request
    assert request is not None
    assert request.engine == LOCAL


@pytest.mark.parametrize(
    ("texts", "key", "sentence"),
    [
        ({"half_life": "30"}, "half_life", "recency"),
        ({"alpha": "1"}, "alpha", "above 1"),
        ({SETTINGS.key: SEARCH}, SETTINGS.key, "A search runs on this machine"),
    ],
)
def test_what_spark_cannot_do_is_told_at_its_line(texts: dict[str, str], key: str, sentence: str) -> None:
    checked = check(defaults() | SPARK | texts)
    assert list(checked.errors) == [key]
    assert sentence in checked.errors[key]
    assert MODEL_KEY not in checked.errors
