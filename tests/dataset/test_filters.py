"""Filters as they are typed, and as they are told."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset import filters
from musicrec_tui.dataset.filters import MOST, Filters, Share
from musicrec_tui.errors import UserError


@given(st.integers(0, MOST))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    for text in (str(number), f" {number} ", f"{number:,}"):
        assert filters.count(text, "plays") == filters.ceiling(text) == number


@given(st.floats(0.000_01, 100))
def test_a_share_is_read_as_it_is_written(percent: float) -> None:
    text = f"{percent:.6f}"
    found = filters.ceiling(f"{text} %")
    assert isinstance(found, Share)
    assert found.share == pytest.approx(float(text) / 100)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    for read in (filters.ceiling, lambda typed: filters.count(typed, "plays", 500)):
        said = ""
        try:
            found = read(text)
        except UserError as error:
            said = str(error)
        assert said.isprintable()
        if not said:
            assert found is None or isinstance(found, Share) or 0 <= found <= MOST
            assert (found is None) == (not text.strip().replace(",", ""))


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "٣", "0%", "101%", "%", "50 % of all", str(MOST + 1)])
def test_what_is_no_bound_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="write one"):
        filters.ceiling(text)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Filters(), "new artists only"),
        (Filters(max_listeners=500), "new artists · at most 500 listeners"),
        (Filters("all"), "heard ones too"),
        (Filters("all", 1, 2), "heard ones too · at most 1 play · at least 2 listeners"),
        (Filters("rediscover"), "rediscover · quiet for 90 days"),
        (Filters("rediscover", quiet_days=1, blocked=("a", "b")), "rediscover · quiet for 1 day · without 2 artists"),
    ],
)
def test_what_is_set_is_told(found: Filters, words: str) -> None:
    assert found.words() == words


def test_without_times_rediscovery_is_told_as_what_it_is() -> None:
    assert Filters("rediscover").words(timed=False) == "rediscover · the less played half"
    assert Filters("rediscover", 3).words(timed=False) == "rediscover · at most 3 plays"


@pytest.mark.parametrize(
    "wrong", [{"heard": "never"}, {"max_plays": -1}, {"quiet_days": 40_000}, {"min_listeners": 0.5}]
)
def test_what_comes_over_the_wire_is_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(wrong), type=Filters)
