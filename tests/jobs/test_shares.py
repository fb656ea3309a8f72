"""A score taken apart: the parts sum to it, the largest are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Explained, Reason
from musicrec_tui.jobs.shares import shares


def explained(amounts: list[float], score: float | None = None) -> Explained:
    reasons = tuple(Reason(Artist(code, f"a{code}", f"A{code}", 1, 1), one) for code, one in enumerate(amounts))
    return Explained(sum(amounts) if score is None else score, reasons)


@given(st.lists(st.floats(-10, 10), max_size=30), st.integers(0, 12))
def test_parts_sum_to_the_score_and_no_part_left_out_says_more(amounts: list[float], most: int) -> None:
    told = shares(explained(amounts), most)
    assert sum(part.amount for part in told) == pytest.approx(sum(amounts), abs=1e-9)
    named = [part for part in told if part.artist is not None]
    assert len(named) <= most
    assert [abs(part.amount) for part in named] == sorted(map(abs, amounts), reverse=True)[: len(named)]
    assert sum(part.artists for part in told if part.artist is None) == len(
        [one for one in amounts if one] or amounts
    ) - len(named)


def test_shares_are_of_the_score_and_mean_nothing_where_that_is_not_positive() -> None:
    assert [part.share for part in shares(explained([3.0, -1.0, 1.0, 1.0]), 2)] == [0.75, -0.25, 0.5]
    assert [part.share for part in shares(explained([-3.0, 1.0]), 2)] == [None, None]
    assert shares(explained([], 0.5), 3) == []
