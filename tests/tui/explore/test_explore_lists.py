"""Two lists beside each other, the reasons of a recommendation, and the way back to the screen that sent us."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Explain, Recommend, Recommendation
from musicrec_tui.paths import Home
from musicrec_tui.runs import labels
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore.ranked_row import Ranked, ranked_row, widths
from musicrec_tui.tui.explore.recommendations import Recommendations, SecondList, scale_of
from musicrec_tui.tui.explore.why_panel import WhyPanel, signed_bar
from musicrec_tui.tui.shell.messages import ArtistNamed, UserWanted
from musicrec_tui.tui.tabular.pictures import marks
from tests.tui.support import SmallApp, rows_of, settled, shown, small
from tests.tui.train.train_support import FakeRun


@pytest.mark.parametrize("beside", [None, "", "=12"])
@pytest.mark.parametrize("room", [20, 25, 37, 51, 80, 110, 150])
def test_a_row_keeps_its_width_and_says_most_of_the_name(room: int, beside: str | None) -> None:
    told = Ranked.by_model(Recommendation(3, Artist(0, "k", "Bee [/b]\x1b", 143, 9), 0.25), "because A")
    line = ranked_row(told, lambda: 0.5, lambda: beside).draw(room).plain
    assert len(line) <= max(room, 26)
    assert line.startswith(" 3 Bee")
    assert "\x1b" not in line
    assert ("=12" in line) == (beside == "=12")
    assert ("♪143" in line) == (room >= 90)
    cells = widths(room, beside=beside is not None)
    assert line.count("█") == cells.bar // 2


def test_bars_say_by_their_side_and_filling_what_takes_away() -> None:
    assert signed_bar(0.5, 8, both_ways=False) == "████    "
    assert signed_bar(0.5, 9, both_ways=True) == "    │██  "
    assert signed_bar(-0.5, 9, both_ways=True) == "  ▒▒│    "
    assert signed_bar(-0.001, 9, both_ways=True) == "   ▒│    "
    assert {len(signed_bar(share, 20, both_ways=True)) for share in (-1.0, -0.3, 0.0, 1.0)} == {20}


def finished(home: Home, app: SmallApp, model: str = "als", ndcg: float = 0.2) -> FakeRun:
    """A finished run of the app's log."""
    run = FakeRun(home, model, content=app.given.info.content)
    run.start()
    run.finish(ndcg)
    return run


async def test_a_second_list_marks_what_both_have_and_shares_the_scale_of_its_kind(
    small_app: SmallApp, home: Home
) -> None:
    for model, ndcg in (("ease", 0.1), ("als", 0.2), ("als", 0.3)):
        finished(home, small_app, model, ndcg)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        first = small_app.screen.query_one("#recommendations", Recommendations)
        second = small_app.screen.query_one(SecondList)
        assert not second.display
        await pilot.press("c")
        await settled(pilot)
        assert "Show beside it" in shown(small_app.screen)
        assert not any(row.startswith("●") for row in rows_of(small_app, "models"))
        await pilot.press("enter")  # the newest but the one that recommends: an ALS run, too
        await settled(pilot)
        assert second.run is not None
        assert second.run != first.run
        asks = [ask for ask in small_app.host.asked if isinstance(ask, Recommend)]
        assert {ask.run for ask in asks[-2:]} >= {str(second.run.folder)}
        assert "= 1" in shown(first)
        assert "= 1" in shown(second)
        assert "= 16 of 16" in shown(first)
        first.best, second.best = 0.5, 2.0
        assert scale_of(first, second) == 2.0
        second.run = next(run for run in small_app.session.usable if run.model == "ease")
        assert scale_of(first, second) == 0.0
        await pilot.press("f")  # both have the same filters
        await settled(pilot)
        await pilot.press("right", "enter")
        await settled(pilot)
        asks = [ask for ask in small_app.host.asked if isinstance(ask, Recommend)][-2:]
        assert [ask.filters for ask in asks] == [Filters("all")] * 2
        await pilot.press("c")
        await settled(pilot)
        assert not second.display
        assert "= 1" not in shown(first)
        await pilot.press("c", "G", "enter")
        await settled(pilot)
        assert "popularity" in shown(second)


async def test_a_run_that_is_renamed_is_called_so_everywhere(small_app: SmallApp, home: Home) -> None:
    run = finished(home, small_app)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        labels.change(run.folder, name="Evening")
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert small_app.session.chosen in small_app.session.runs
        assert "Evening" in str(small_app.screen.query_one("#recommendations", Recommendations).border_title)


async def test_an_artist_without_similar_ones_has_no_count_of_another(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        similar = small_app.screen.query_one("#similar", RowList)
        assert str(similar.border_title).startswith("Similar · ")
        small_app.host.refusal = "The model does not know this artist."
        small_app.screen.post_message(ArtistNamed("Pulp"))
        await settled(pilot)
        assert str(similar.border_title) == "Similar"


async def test_why_shows_the_parts_and_each_opens_its_artist(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.screen.query_one("#recommendations").focus()
        await pilot.press("w")
        await settled(pilot)
        panel = small_app.screen.query_one(WhyPanel)
        text = shown(panel)
        assert "score 1.0000 = the sum of" in text
        assert "+0.5000   50%" in text
        assert "-0.1250  -12%" in text
        assert "▒" in text
        assert not small_app.screen.query_one("#recommendations").region
        assert small_app.focused is panel
        assert rows_of(small_app, "why")[-1].startswith("2 others")
        artist = panel.value
        assert isinstance(artist, Artist)
        sheet = panel.sheet()
        assert sheet is not None
        assert sheet.title.startswith("Why ")
        assert sheet.here is not None
        assert sheet.here[:2] == (artist.name, 0.5)
        assert sheet.loaded()[-1][:4] == (None, 0.125, 0.125, 2)
        assert sheet.whole is not None
        every = [row for page in sheet.whole(lambda: False) for row in page]
        assert (len(every), sheet.total) == (12, 12)
        assert sum(float(str(row[1])) for row in every) == 1.0
        assert sheet.pictures is not None
        assert marks(*sheet.pictures()) == len(sheet.loaded())
        await pilot.press("enter")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith(artist.name)
        await pilot.press("escape")
        await settled(pilot)
        assert small_app.focused is small_app.screen.query_one("#recommendations")


async def test_why_follows_the_cursor_and_a_click_opens_a_part(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    small_app.host.reasons_estimate = True
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        ranked = small_app.screen.query_one("#recommendations", RowList)
        ranked.focus()
        await pilot.press("w", "j")
        await settled(pilot)
        assert small_app.focused is ranked
        assert isinstance(ranked.value, Artist)
        asked = [ask for ask in small_app.host.asked if isinstance(ask, Explain)][-1]
        assert asked.artist == ranked.value.key
        panel = small_app.screen.query_one(WhyPanel)
        text = shown(panel)
        assert f"Why {ranked.value.name[:4]}" in text
        assert "≈+0.5000" in text
        assert "do not sum" in text
        await pilot.click(panel, offset=(5, 5))
        await pilot.click(panel, offset=(5, 5))
        await settled(pilot)
        artist = panel.value
        assert isinstance(artist, Artist)
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith(artist.name[:8])
        await pilot.press("w")
        await settled(pilot)
        assert not panel.region


async def test_back_goes_to_the_screen_that_asked_for_a_user(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = shown(small_app.screen.query_one("#user"))
        small_app.session.broadcast(UserWanted, users.find_user(small_app.given, "112"), "compare")
        await settled(pilot)
        assert "For user 112" in shown(small_app.screen)
        await pilot.press("escape")
        await settled(pilot)
        assert small_app.current_mode == "explore"
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert small_app.current_mode == "compare"
        await pilot.press("1")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#user")) == before


async def test_a_huge_screen_explains_without_being_asked(small_index: Path, home: Home) -> None:
    app = small(home, small_index)
    finished(home, app)
    async with app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        assert "Why " in shown(app.screen.query_one("#why"))
        assert app.screen.query_one("#habits").region
        assert app.screen.query_one("#recent").region
