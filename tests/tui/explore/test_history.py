"""Back and forward, held to a list with a finger on it."""

from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.tui.explore.history import LONGEST, Trail


@given(st.lists(st.sampled_from(["go", "back", "forward"]), max_size=40))
def test_a_trail_is_a_list_with_a_finger_on_it(moves: list[str]) -> None:
    trail: Trail[int] = Trail()
    visited, finger, here = [0], 0, 0
    for number, move in enumerate(moves, 1):
        if move == "go":
            trail.leave(here)
            here = number
            visited, finger = [*visited[: finger + 1], number], finger + 1
        else:
            place = trail.back(here) if move == "back" else trail.forward(here)
            here = here if place is None else place
            finger = max(0, finger - 1) if move == "back" else min(len(visited) - 1, finger + 1)
        assert here == visited[finger]
        assert trail.behind == tuple(visited[:finger])
        assert trail.ahead == tuple(visited[:finger:-1])


def test_what_is_not_wanted_is_forgotten_and_the_way_has_an_end() -> None:
    trail: Trail[int] = Trail()
    for place in range(2 * LONGEST):
        trail.leave(place)
    assert len(trail.behind) == LONGEST
    trail.back(-1)
    trail.only(lambda place: place % 2 == 0)
    assert all(place % 2 == 0 for place in (*trail.behind, *trail.ahead))
