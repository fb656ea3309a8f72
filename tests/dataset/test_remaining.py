"""How much longer: nothing while nobody can tell, then what is left at the speed so far."""

import pytest

from musicrec_tui.dataset.index.remaining import Remaining


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_estimate_is_what_is_left_at_the_speed_so_far() -> None:
    clock = Clock()
    remaining = Remaining(clock)
    assert remaining.seconds(0.0) is None
    clock.now = 1.0
    assert remaining.seconds(0.5) is None  # too early to say
    clock.now = 30.0
    assert remaining.seconds(0.01) is None  # too little to say
    assert remaining.seconds(0.25) == pytest.approx(90.0)
    assert remaining.seconds(1.0) == 0.0


def test_waiting_does_not_count() -> None:
    clock = Clock()
    remaining = Remaining(clock)
    assert remaining.words(None) == ""
    clock.now = 1000.0
    assert remaining.seconds(None) is None
    assert remaining.seconds(0.0) is None
    clock.now = 1010.0
    assert remaining.seconds(0.5) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "about 5 s left"), (21, "about 20 s left"), (54, "about 55 s left"), (61, "about 1 min left"),
     (150, "about 2 min left"), (5000, "about 83 min left"), (9000, "about 2.5 h left")],
)  # fmt: skip
def test_words(seconds: float, expected: str) -> None:
    clock = Clock()
    remaining = Remaining(clock)
    remaining.words(0.0)
    clock.now = max(seconds, 10.0)
    assert remaining.words(clock.now / (clock.now + seconds)) == expected
