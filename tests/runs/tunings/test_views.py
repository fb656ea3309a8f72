"""What is drawn of a tuning, against the same worked out by hand."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import tuning_views
from musicrec_tui.runs.trials import Trial

START = datetime(2026, 1, 1, tzinfo=UTC)


def trial(number: int, value: float | None, **params: int) -> Trial:
    """A trial that ended so many seconds after the start."""
    state = "failed" if value is None else "finished"
    return Trial(
        number=number,
        params=AlsParams(**params),  # type: ignore[arg-type]
        state=state,  # type: ignore[arg-type]
        at=START + timedelta(seconds=number),
        value=value,
    )


def test_the_best_so_far_never_falls_and_ends_with_the_best() -> None:
    trials = [trial(0, None), trial(1, 0.2), trial(2, 0.1), trial(3, 0.3)]
    assert tuning_views.best_so_far(trials) == [(2, 0.2), (3, 0.2), (4, 0.3)]
    assert tuning_views.best_so_far([]) == []


def test_a_map_has_the_best_of_each_cell() -> None:
    trials = [
        trial(0, 0.1, factors=8, iterations=5),
        trial(1, 0.4, factors=8, iterations=5),
        trial(2, 0.2, factors=64, iterations=5),
        trial(3, None, factors=64, iterations=9),
        trial(4, 0.3, factors=8, iterations=9),
    ]
    heat = tuning_views.heat(trials, "factors", "iterations")
    assert (heat.columns, heat.rows) == (("8", "64"), ("5", "9"))
    assert heat.cells == ((0.4, 0.2), (0.3, None))
    assert heat.counts == ((2, 1), (1, 0))


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 1)), min_size=1, max_size=60))
def test_many_values_become_spans_and_no_trial_is_lost(tried: list[tuple[int, float]]) -> None:
    trials = [trial(number, value, factors=factors) for number, (factors, value) in enumerate(tried)]
    heat = tuning_views.heat(trials, "factors", "iterations")
    assert len(heat.columns) <= 12
    assert sum(map(sum, heat.counts)) == len(tried)
    assert max(cell for row in heat.cells for cell in row if cell is not None) == max(value for _, value in tried)


def test_the_values_of_a_grid_have_their_place_before_they_are_tried() -> None:
    planned = {"factors": (8, 16, 32), "iterations": (5, 9)}
    heat = tuning_views.heat([trial(0, 0.1, factors=16, iterations=9)], "factors", "iterations", planned=planned)
    assert (heat.columns, heat.rows) == (("8", "16", "32"), ("5", "9"))
    assert heat.cells == ((None, None, None), (None, 0.1, None))


def test_a_map_has_no_more_columns_and_rows_than_there_is_room_for() -> None:
    trials = [trial(number, number / 100, factors=1 + number, iterations=1 + number % 10) for number in range(40)]
    heat = tuning_views.heat(trials, "factors", "iterations", most=(3, 5))
    assert (len(heat.columns), len(heat.rows)) == (3, 5)
    assert heat.columns[0] == "1–14"
    assert sum(map(sum, heat.counts)) == 40
