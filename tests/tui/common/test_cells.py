from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from musicrec_tui.tui.common.cells import bar, bars, crop, fit, short, spark


@given(st.text(), st.integers(0, 60), st.booleans())
def test_fit_is_always_exactly_as_wide_as_asked(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@given(st.text(alphabet=st.characters(exclude_categories=("C", "M", "Z"))), st.integers(1, 60))
def test_crop_keeps_what_fits_and_marks_what_does_not(text: str, width: int) -> None:
    cut = crop(text, width)
    assert cell_len(cut) <= width
    assert cut == text or cut.endswith("…")


def test_wide_characters_are_never_halved() -> None:
    assert fit("椎名林檎", 6) == "椎名… "
    assert fit("椎名林檎", 8) == "椎名林檎"


def test_counts_stay_short_and_true() -> None:
    shorts = [short(value) for value in (0, 999, 1_000, 9_949, 10_000, 66_936, 1_234_567, 45_000_000, 2_000_000_000)]
    assert shorts == ["0", "999", "1.0k", "9.9k", "10k", "66k", "1.2M", "45M", "2.0G"]


@given(st.floats(-1, 2), st.integers(0, 40))
def test_a_bar_has_its_width(share: float, width: int) -> None:
    assert cell_len(bar(share, width)) == width


def test_a_bar_grows_in_eighths() -> None:
    assert bar(0.5, 4) == "██  "
    assert bar(1 / 16, 2) == "▏ "
    assert bar(1.0, 3) == "███"


@given(st.lists(st.integers(0, 10**9)), st.integers(0, 80))
def test_a_sparkline_has_its_width_and_shows_every_listen(values: list[int], width: int) -> None:
    line = spark(values, width)
    assert len(line) == width
    assert (set(line) <= {" "}) == (not any(values) or width == 0)


def test_a_sparkline_shows_the_shape() -> None:
    assert spark([0, 1, 4, 8], 4) == " ▁▄█"
    assert spark([8, 0], 4) == "██  "
    assert spark([1, 1, 4, 4], 2) == "▂█"


def test_bars_stand_on_the_last_line_and_show_every_count() -> None:
    assert bars([0, 1, 8, 16], 1, 2) == ["   █", " ▁██"]
    assert bars([4, 2], 2, 1) == ["██▄▄"]
    assert bars([1, 1_000], 1, 2) == [" █", "▁█"]
    assert bars([0, 0], 1, 1) == ["  "]
