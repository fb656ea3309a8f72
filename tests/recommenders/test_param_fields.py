"""Parameters as a person types them."""

import msgspec
import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields, registry
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ease import EaseParams
from musicrec_tui.recommenders.hybrid import HybridParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.popularity import PopularityParams


def test_what_is_not_named_keeps_its_default() -> None:
    assert param_fields.parse("als", {"factors": " 8 ", "regularization": "0.2"}) == AlsParams(
        factors=8, regularization=0.2
    )
    assert param_fields.parse("popularity", {}) == PopularityParams()


def test_a_parameter_that_older_files_lack_has_a_default_of_its_own_for_new_runs() -> None:
    (dropout,) = [field for field in param_fields.fields("ease") if field.name == "dropout"]
    assert param_fields.parse("ease", {}) == EaseParams(dropout=dropout.default)
    assert dropout.default != EaseParams().dropout == 0.0
    assert msgspec.json.decode(b'{"model":"ease"}', type=EaseParams).dropout == 0.0
    assert param_fields.parse("ease", {"dropout": "0"}) == EaseParams()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"layers": "32,16"}, NcfParams(layers=(32, 16))),
        ({"layers": "32 16, 8"}, NcfParams(layers=(32, 16, 8))),
        ({"negatives": "all"}, NcfParams(negatives="all")),
        ({"negatives": "7"}, NcfParams(negatives=7)),
        ({"architecture": "deck", "layers": "63"}, NcfParams(architecture="deck", layers=(63,))),
    ],
)
def test_lists_and_words_are_understood(given: dict[str, str], wanted: NcfParams) -> None:
    assert param_fields.parse("ncf", given) == wanted


@pytest.mark.parametrize(
    ("model", "name", "value", "says"),
    [
        ("als", "factors", "0", "a whole number from 1 to 1,024, not '0'"),
        ("als", "factors", "many", "a whole number from 1 to 1,024"),
        ("als", "alpha", "0", "a number above 0 and at most 1,000"),
        ("als", "alpha", "nan", "a number above 0"),
        ("als", "regularization", "inf", "a number from 0 to 1,000"),
        ("als", "weighting", "loud", "one of binary, counts, log, bm25, not 'loud'"),
        ("ncf", "negatives", "0", "a whole number from 1 to 1,000, or all, not '0'"),
        ("ncf", "layers", "64,0", "whole numbers with commas between, each from 1 to 8,192"),
        ("ncf", "layers", "", "whole numbers"),
        ("ncf", "layers", "63", "the first of layers must be even"),
        ("ncf", "dropout", "1", "at least 0 and below 1"),
        ("ncf", "batch", "0", "from 1 to 1,000,000"),
        ("hybrid", "members", "als", "members must be two or more, or auto"),
        ("hybrid", "members", "", "1 to 8 names"),
        ("hybrid", "weights", "1, x", "numbers with commas between, each from 0 to 1,000"),
    ],
)
def test_a_value_that_does_not_fit_is_answered_with_what_would(model: str, name: str, value: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        param_fields.parse(model, {name: value})
    assert says in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("weights", ["1, 2", "0, 0, 0"])
def test_weights_are_one_for_each_member_and_not_all_zero(weights: str) -> None:
    with pytest.raises(UserError, match="weights must be empty, or one for each of members and not all 0"):
        param_fields.parse("hybrid", {"members": "a, b, c", "weights": weights})


def test_members_are_names_with_spaces_and_weights_numbers() -> None:
    found = param_fields.parse("hybrid", {"members": " ALS #3 , 2026-x,ease,", "weights": "0.5, 1 2"})
    assert found == HybridParams(members=("ALS #3", "2026-x", "ease"), weights=(0.5, 1.0, 2.0))


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="its parameters are: factors, regularization, iterations, alpha, weighting"):
        param_fields.parse("als", {"factor": "8"})
    with pytest.raises(UserError, match="none"):
        param_fields.parse("popularity", {"factors": "8"})
    with pytest.raises(UserError, match="the models are als, ncf, ease"):
        param_fields.parse("svd", {})


def test_no_escape_sequence_comes_back_in_a_sentence() -> None:
    for assignment in ({"factors": "\x1b]0;owned\x07"}, {"\x1b[31m\u202e": "1"}, {"factors": "9" * 10_000}):
        with pytest.raises(UserError) as caught:
            param_fields.parse("als", assignment)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 250


@pytest.mark.parametrize("model", registry.OWN)
def test_every_parameter_has_a_sentence_and_a_default_that_it_takes(model: str) -> None:
    for field in param_fields.fields(model):
        assert field.description.endswith(".")
        assert field.kind in {"int", "float", "choice", "list", "numbers", "names", "int_or_choice"}
        assert bool(field.bounds) == (field.kind != "choice")
        text = ",".join(map(str, field.default)) if isinstance(field.default, tuple) else str(field.default)
        assert getattr(param_fields.parse(model, {field.name: text}), field.name) == field.default


def test_units_and_choices_are_there_for_forms() -> None:
    named = {field.name: field for field in param_fields.fields("ncf")}
    assert named["epochs"].unit == "epochs"
    assert named["negatives"].choices == ("all",)
    assert named["negatives"].bounds == "1 to 1,000"
    assert named["layers"].bounds == "1 to 8,192"


@pytest.mark.parametrize("model", registry.OWN)
def test_parameters_survive_json_as_a_tagged_union(model: str) -> None:
    chosen = param_fields.parse(model, {})
    assert msgspec.json.decode(msgspec.json.encode(chosen), type=registry.AnyParams) == chosen


def test_recency_is_varied_where_it_is_asked_for_and_on_logs_with_timestamps() -> None:
    assert "half_life" not in [axis.name for axis in param_fields.axes("ease")]
    [asked] = param_fields.axes("ease", ("half_life",))
    assert (asked.kind, asked.choices[0]) == ("choice", 0.0)
    assert [axis for axis in param_fields.axes("ease", timed=True) if axis.name == "half_life"] == [asked]
    for choice in asked.choices:
        param_fields.parse("ease", {"half_life": choice})
    with pytest.raises(UserError, match="it can vary regularization, weighting, dropout, half_life"):
        param_fields.axes("ease", ("halflife",))
    assert "half_life" not in [axis.name for axis in param_fields.axes("bpr", timed=True)]
