"""The timeline: its years, and the months that are zoomed in to."""

from musicrec_tui.dataset.records import Month
from musicrec_tui.tui.common.month_window import MonthWindow
from musicrec_tui.tui.common.text_plots import month_span, timeline, year_line

MONTHS = tuple(Month(f"{at // 12}-{at % 12 + 1:02}", at % 7) for at in range(2020 * 12 + 9, 2024 * 12 + 3))


def _marks(months: tuple[Month, ...], width: int) -> tuple[str, str]:
    return timeline(months, width).plain, year_line(months, width).plain


def test_each_year_is_named_below_its_first_month() -> None:
    width = len(MONTHS) + len(f" {month_span(MONTHS)}, listens by month")
    _, years = _marks(MONTHS, width)
    assert years == "   2021        2022        2023"
    begins = [MONTHS[years.index(year)].month for year in ("2021", "2022", "2023")]
    assert begins == ["2021-01", "2022-01", "2023-01"]


def test_years_are_named_where_there_is_room() -> None:
    for width in range(25, 120):
        drawn, years = _marks(MONTHS, width)
        assert len(drawn) == width
        assert all(year in ("2020", "2021", "2022", "2023", "2024") for year in years.split())
    century = tuple(Month(f"{at // 12}-{at % 12 + 1:02}", 1) for at in range(1970 * 12, 2070 * 12))
    assert 5 < len(year_line(century, 80).plain.split()) < 12
    assert year_line((), 40).plain == ""
    assert timeline((), 40).plain == "no timestamps"


def test_the_first_cell_of_a_year_is_underlined() -> None:
    line = timeline(MONTHS, 120)
    begins = sorted(span.start for span in line.spans if "underline" in str(span.style))
    years = year_line(MONTHS, 120).plain
    assert [years.index(year) for year in ("2021", "2022", "2023", "2024")] == begins


def test_zoom_and_shift_stay_within_the_months() -> None:
    window = MonthWindow()

    def after(step: str, times: int = 1) -> tuple[Month, ...]:
        """What is shown after some steps."""
        move = {"in": (window.zoom, 1), "out": (window.zoom, -1), "all": (window.zoom, 0), "<": (window.shift, -1),
                ">": (window.shift, 1)}[step]  # fmt: skip
        for _ in range(times):
            move[0](move[1])
        return window.months

    window.show(MONTHS)
    assert window.months == MONTHS
    half = after("in")
    assert (len(half), half[0]) == (21, MONTHS[10])
    assert len(after("in", 9)) == 3
    assert after(">", 99) == MONTHS[-3:]
    assert after("out") == MONTHS[-6:]
    assert after("<", 99) == MONTHS[:6]
    window.show(MONTHS)
    assert len(after("out", 0)) == 6, "the same months stay zoomed"
    assert after("all") == MONTHS
    window.show(())
    assert after("in") == after("<") == ()


def test_months_that_have_not_begun_are_shown_when_they_are_asked_for() -> None:
    years = [*range(2020, 2024), 2098, 2099]
    window, months = MonthWindow(), tuple(Month(f"{year}-{at:02}", 1) for year in years for at in range(1, 13))
    window.show(months)
    assert window.months == months[:48]
    window.zoom(0)
    assert window.months == months
    window.show(months[48:])
    assert window.months == months[48:], "others there are none"
