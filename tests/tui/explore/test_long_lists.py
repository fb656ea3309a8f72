"""Every list of Explore scrolls to its last row, which is the command line's, and says how many there are."""

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.popularity import rank_popular_for
from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Recommend
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore.recommendations import Recommendations
from musicrec_tui.tui.shell.export_dialog import ExportDialog
from tests.dataset.logs import write_text
from tests.tui.support import SmallApp, settled, shown, small, until
from tests.tui.train.train_support import FakeRun

ARTISTS = 700


@pytest.fixture(scope="module")
def wide_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 700 artists: u0 has heard 300 of them, and everyone has heard the first one."""
    folder = tmp_path_factory.mktemp("wide")
    lines = ["user_id,artist_name,play_count"]
    lines += [f"u0,Artist {at},{1 + at % 7}" for at in range(300)]
    lines += [f"u{user},Artist {at},1" for user in range(1, 160) for at in range(0, ARTISTS, user)]
    return build.ensure(Log([write_text(folder / "log.csv", *lines)]), Home(folder / "home", folder / "cache"))


@pytest.fixture
def app(wide_index: Path, home: Home) -> SmallApp:
    """The app over it."""
    return small(home, wide_index)


def listed(app: SmallApp, name: str) -> RowList:
    """A list by its id."""
    return app.screen.query_one(f"#{name}", RowList)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_recommendations_scroll_to_the_last_one_at_every_size(app: SmallApp, size: tuple[int, int]) -> None:
    user = users.find_user(app.given, "u0")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        app.screen.current.open_user(user)  # type: ignore[attr-defined]
        await settled(pilot)
        ranked = listed(app, "recommendations")
        app.screen.set_focus(ranked)
        await pilot.press("pagedown", "pagedown", "pagedown")
        await settled(pilot)
        assert ranked.cursor > size[1] // 3
        await pilot.press("G")
        await settled(pilot)
        page = rank_popular_for(app.session.home, app.given, user, 10_000)
        assert page.total == ARTISTS - 300
        assert [row.value for row in ranked.rows] == [one.artist for one in page.rows]
        assert ranked.value == page.rows[-1].artist
        assert page.rows[-1].artist.name[:6] in shown(ranked)


async def test_a_models_list_asks_only_for_rows_that_it_lacks(app: SmallApp, home: Home) -> None:
    run = FakeRun(home, "als", content=app.given.info.content)
    run.start()
    run.finish(0.2)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        ranked = listed(app, "recommendations")
        app.screen.set_focus(ranked)
        await pilot.press("G")
        await settled(pilot)
        assert len(ranked.rows) == ARTISTS
        asks = [ask for ask in app.host.asked if isinstance(ask, Recommend)]
        assert asks[-1].skip == asks[-2].k or asks[-1].skip > 0
        ranks = [row.record.rank for row in ranked.rows]  # type: ignore[attr-defined]
        assert ranks == list(range(1, ARTISTS + 1))
        assert "700" in shown(ranked)


@pytest.mark.parametrize("name", ["top-artists", "listeners", "similar"])
async def test_lists_of_users_and_artists_scroll_to_their_last_row(app: SmallApp, home: Home, name: str) -> None:
    run = FakeRun(home, "als", content=app.given.info.content)
    run.start()
    run.finish(0.2)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.screen.current.open_user(users.find_user(app.given, "u0"))  # type: ignore[attr-defined]
        await settled(pilot)
        rows = listed(app, name)
        app.screen.set_focus(rows)
        await pilot.press("G")
        await settled(pilot)
        artist = app.screen.current.artist  # type: ignore[attr-defined]
        total = {"top-artists": 300, "listeners": artist.listeners, "similar": ARTISTS}[name]
        assert len(rows.rows) == total
        assert rows.cursor == total - 1
        assert str(total) in str(rows.border_title)


async def test_a_list_is_filtered_and_sorted_over_all_of_its_rows(app: SmallApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.screen.current.open_user(users.find_user(app.given, "u0"))  # type: ignore[attr-defined]
        await settled(pilot)
        ranked = listed(app, "recommendations")
        app.screen.set_focus(ranked)
        await pilot.press("slash", *"artist 69")
        await settled(pilot)
        names = [row.value.name for row in ranked.rows if isinstance(row.value, Artist)]
        assert sorted(names) == [f"Artist {at}" for at in range(690, 700)]
        await pilot.press("enter", "s")
        await settled(pilot)
        assert "Sort by" in shown(app.screen)
        await pilot.press("enter")
        await settled(pilot)
        assert [row.value.name for row in ranked.rows if isinstance(row.value, Artist)] == sorted(names)
        await pilot.press("escape")
        await settled(pilot)
        assert len(ranked.rows) == ARTISTS - 300


async def test_two_slashes_search_the_whole_log(app: SmallApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.screen.set_focus(listed(app, "recommendations"))
        await pilot.press("slash", "slash")
        await settled(pilot)
        assert isinstance(app.focused, Input)
        assert app.focused.id == "search-input"


async def test_a_playlist_asks_how_many_and_takes_artists_that_are_not_loaded(
    app: SmallApp, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        app.screen.current.open_user(users.find_user(app.given, "u0"))  # type: ignore[attr-defined]
        await settled(pilot)
        ranked = app.screen.query_one("#recommendations", Recommendations)
        app.screen.set_focus(ranked)
        assert len(await ranked.first_keys(300)) == 300
        await pilot.press("e")
        await settled(pilot)
        assert app.screen.query_one("#export-many", Input).value == "50"
        await pilot.press("shift+tab", *["backspace"] * 2, *"120")
        assert "How many" in shown(app.screen)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ExportDialog))
    [written] = tmp_path.iterdir()
    assert written.read_text().count("\n") == 1 + 120
    assert json.dumps(written.name)
