from pathlib import Path

import pytest
from textual.widgets import Input

from musicrec_tui.dataset.lookups import popular, users
from musicrec_tui.jobs.protocol import Recommend, Similar
from musicrec_tui.paths import Home
from musicrec_tui.tui.widgets.row_list import RowList
from tests.tui.support import SmallApp, rows_of, settled, shown, small, until
from tests.tui.train_support import FakeRun


def finished(home: Home, app: SmallApp, ndcg: float = 0.2) -> FakeRun:
    """A finished ALS run of the app's log."""
    run = FakeRun(home, content=app.given.info.content)
    run.start()
    run.finish(ndcg)
    return run


def chosen(app: SmallApp) -> str | None:
    """The id of the run that recommends; None: popularity."""
    return app.session.chosen.id if app.session.chosen else None


async def test_a_user_and_popular_artists_appear_with_no_key_pressed(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        user = users.typical(small_app.given)
        best = popular.unheard(small_app.given, user, 1)[0]
        text = shown(small_app.screen)
        assert f"For user {user.user_id} · popularity · new artists only" in text
        assert rows_of(small_app, "recommendations")[0].startswith(f" 1 {best.name}")
        assert f"User {user.user_id}" in text


async def test_a_model_is_taken_by_itself_when_its_run_finishes(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert chosen(small_app) is None
        run = finished(home, small_app)
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert chosen(small_app) == run.info.id
        assert "· ALS #1 ·" in shown(small_app.screen.query_one("#recommendations"))
        assert "because" in rows_of(small_app, "recommendations")[0]
        ask = next(ask for ask in small_app.host.asked if isinstance(ask, Recommend))
        assert ask.run == str(run.folder)
        assert not ask.include_heard


async def test_a_run_of_another_log_is_not_taken(small_app: SmallApp, home: Home) -> None:
    FakeRun(home).finish(0.3)
    async with small_app.run_test() as pilot:
        await settled(pilot)
        assert len(small_app.session.runs) == 1
        assert chosen(small_app) is None


async def test_popularity_that_the_user_chose_is_left_alone(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert chosen(small_app) is not None
        await pilot.press("m")
        await settled(pilot)
        await pilot.press("j", "enter")
        await settled(pilot)
        assert chosen(small_app) is None
        finished(home, small_app)
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert chosen(small_app) is None
        assert "popularity" in shown(small_app.screen.query_one("#recommendations"))


async def test_a_deleted_run_gives_way(small_app: SmallApp, home: Home) -> None:
    from musicrec_tui.runs import store

    first, second = finished(home, small_app), finished(home, small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.session.choose(next(run for run in small_app.session.usable if run.id == second.info.id))
        store.delete_run(home, second.info)
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert chosen(small_app) == first.info.id


async def test_search_opens_an_artist_and_escape_comes_back(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        before = shown(small_app.screen.query_one("#artist")).splitlines()[0]
        await pilot.press("slash", *"PIXI")
        await settled(pilot)
        assert rows_of(small_app, "results")[1].startswith("Pixies")
        await pilot.press("enter")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith("Pixies")
        assert small_app.focused is small_app.screen.query_one("#results")
        await pilot.press("escape")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).splitlines()[0] == before


async def test_enter_at_once_opens_what_the_last_letters_find(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"moby", "enter")  # no pause: the search has not answered yet
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith("Moby")


async def test_accents_do_not_matter(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash")
        small_app.screen.query_one(Input).value = "SIGUR ros"
        await settled(pilot)
        assert any(row.startswith("Sigur Rós") for row in rows_of(small_app, "results"))


async def test_search_opens_a_user_and_recommends_to_them(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"112")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "For user 112 · " in shown(small_app.screen.query_one("#recommendations"))
        assert small_app.screen.query_one(Input).value == "112"  # digits were typed, no screen was switched


async def test_nothing_found_says_so(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"zzzz")
        await settled(pilot)
        assert "Nothing has these letters" in shown(small_app.screen.query_one("#results"))


async def test_arrows_choose_a_result_while_typing(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "p")
        await settled(pilot)
        second = rows_of(small_app, "results")[2]
        await pilot.press("down", "enter")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).split()[0] == second.split()[0]


async def test_lists_are_cut_honestly_and_widen(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert rows_of(small_app, "results")[0] == "artists  4 of 16"
        await pilot.press("a")
        await settled(pilot)
        assert rows_of(small_app, "results")[0] == "artists  16"
        assert len(rows_of(small_app, "results")) == 17


async def test_the_filter_takes_heard_artists_in(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        assert "heard ones too" in shown(small_app.screen.query_one("#recommendations"))
        assert any("♪ heard" in row for row in rows_of(small_app, "recommendations"))
        finished(home, small_app)
        await small_app.session.refresh_runs()
        await settled(pilot)
        asks = [ask for ask in small_app.host.asked if isinstance(ask, Recommend)]
        assert asks[-1].include_heard


async def test_a_refusal_is_shown_where_the_list_would_be(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    small_app.host.refusal = "The model is [damaged]; train it again."
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for name in ("#recommendations", "#similar"):
            assert "is [damaged];" in " ".join(shown(small_app.screen.query_one(name)).split())


async def test_a_slow_model_says_that_it_is_asked_and_the_latest_answer_wins(small_app: SmallApp, home: Home) -> None:
    import asyncio

    finished(home, small_app)
    small_app.host.gate = asyncio.Event()
    async with small_app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Asking ALS #1 …" in shown(small_app.screen))
        await until(pilot, lambda: any(isinstance(ask, Similar) for ask in small_app.host.asked))
        small_app.screen.query_one("#results", RowList).focus()
        await pilot.press("slash", *"112", "enter")
        await until(pilot, lambda: "For user 112 · ALS #1" in shown(small_app.screen))
        small_app.host.gate.set()
        await settled(pilot)
        assert "For user 112 · ALS #1" in shown(small_app.screen)
        assert rows_of(small_app, "recommendations")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (100, 30), (160, 48), (200, 60)])
async def test_it_fits_every_size(small_index: Path, home: Home, size: tuple[int, int]) -> None:
    app = small(home, small_index)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for row in app.screen._compositor.render_strips():
            assert row.cell_length == size[0]
        recommended = app.screen.query_one("#recommendations")
        assert recommended.region.height > 2
        assert "· popularity" in shown(recommended)


async def test_a_terminal_that_grows_gets_more_rows(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert rows_of(small_app, "recommendations")[-1].strip() == "10 of 16 artists"
        assert rows_of(small_app, "results")[0] == "artists  4 of 16"
        await pilot.resize_terminal(120, 60)
        await settled(pilot)
        assert len(rows_of(small_app, "recommendations")) == 16
        assert rows_of(small_app, "results")[0] == "artists  8 of 16"
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert rows_of(small_app, "results")[0] == "artists  4 of 16"
