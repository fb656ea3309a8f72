import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, details, users
from musicrec_tui.dataset.popularity import rank_popular
from musicrec_tui.dataset.profiles.person import Person
from musicrec_tui.dataset.recipients import Verdicts, user_recipient
from musicrec_tui.dataset.records import (
    Artist,
    ArtistPage,
    Listen,
    ListenPage,
    Month,
    Played,
    Title,
    TitlePage,
    User,
    UserDetails,
    UserProfile,
)
from musicrec_tui.errors import Cancelled
from musicrec_tui.jobs.host_protocol import Recommend, Similar
from musicrec_tui.paths import Home
from musicrec_tui.text import counted
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore import search_pane, user_pane
from musicrec_tui.tui.explore.drawing import artist_row
from musicrec_tui.tui.explore.user_pane import UserPane
from tests.tui.support import SmallApp, rows_of, settled, shown, small, until
from tests.tui.train.train_support import FakeRun

FOR_EVER = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"


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
        user = users.typical_user(small_app.given)
        best = rank_popular(small_app.given, user_recipient(small_app.given, user.code, Verdicts()), 1).rows[0].artist
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
        assert ask.filters == Filters()


async def test_a_run_of_another_log_is_not_taken(small_app: SmallApp, home: Home) -> None:
    FakeRun(home).finish(0.3)
    async with small_app.run_test() as pilot:
        await settled(pilot)
        assert len(small_app.session.runs) == 1
        assert chosen(small_app) is None


async def test_a_run_of_the_log_as_it_was_recommends_says_so_and_is_trained_again(
    small_app: SmallApp, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musicrec_tui.jobs import supervisor

    old = FakeRun(home, log=small_app.session.log, name="old")
    old.start()
    old.finish(0.3)
    submitted: list[Any] = []

    def submit(home: Home, request: Any, log: Any) -> Any:
        submitted.append((request, log.content))
        return finished(home, small_app).info

    monkeypatch.setattr(supervisor, "submit", submit)
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        title = shown(small_app.screen.query_one("#recommendations")).splitlines()[0]
        assert "old" in title
        assert "outdated: R retrains" in title
        assert "retrain" in shown(small_app.screen)
        await pilot.press("m")
        await settled(pilot)
        assert "outdated: the log has changed" in shown(small_app.screen)
        await pilot.press("escape", "R")
        await until(pilot, lambda: len(submitted) == 1)
        assert submitted[0][1] == small_app.given.info.content
        await until(pilot, lambda: chosen(small_app) not in (None, old.info.id))
        await settled(pilot)
        assert "outdated" not in shown(small_app.screen.query_one("#recommendations")).splitlines()[0]
        assert not small_app.screen.check_action("retrain", ())


async def test_what_was_trained_again_takes_over_and_is_not_trained_twice(
    small_app: SmallApp, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musicrec_tui.jobs import supervisor

    best = finished(home, small_app, ndcg=0.4)
    old = FakeRun(home, "ease", name="old", content="of yesterday", log=small_app.session.log)
    old.start()
    old.finish(0.3)
    again: list[FakeRun] = []

    def submit(home: Home, request: Any, log: Any) -> Any:
        again.append(FakeRun(home, "ease", content=log.content, log=log.log))
        again[-1].start()
        return again[-1].info

    monkeypatch.setattr(supervisor, "submit", submit)
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        session = small_app.session
        assert chosen(small_app) == best.info.id
        session.choose(next(run for run in session.usable if run.id == old.info.id))
        await settled(pilot)
        await pilot.press("R")
        await until(pilot, lambda: len(again) == 1 and any(run.id == again[0].info.id for run in session.runs))
        await pilot.press("R")
        await settled(pilot)
        assert len(again) == 1
        assert chosen(small_app) == old.info.id, "another model does not come between"
        again[0].finish(0.2)
        await session.refresh_runs()
        assert chosen(small_app) == again[0].info.id


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


async def test_search_opens_an_artist_which_esc_never_changes_and_back_does(small_app: SmallApp) -> None:
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
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith("Pixies")  # the root of Esc
        await pilot.press("left_square_bracket")
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
        assert "No artist or user matches" in shown(small_app.screen.query_one("#results"))


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
        await pilot.press("A")
        await settled(pilot)
        assert rows_of(small_app, "results")[0] == "artists  16"
        assert len(rows_of(small_app, "results")) == 17


async def test_a_refusal_is_shown_where_the_list_would_be(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    small_app.host.refusal = "The model is [damaged]; train it again."
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for name in ("#recommendations", "#similar"):
            assert "is [damaged];" in " ".join(shown(small_app.screen.query_one(name)).split())


async def test_a_slow_model_says_that_it_is_asked_and_the_latest_answer_wins(small_app: SmallApp, home: Home) -> None:
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
        assert len(rows_of(small_app, "recommendations")) == 16  # also those that do not fit
        assert rows_of(small_app, "results")[0] == "artists  4 of 16"
        await pilot.resize_terminal(120, 60)
        await settled(pilot)
        assert len(rows_of(small_app, "recommendations")) == 16
        assert rows_of(small_app, "results")[0] == "artists  8 of 16"
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert rows_of(small_app, "results")[0] == "artists  4 of 16"


async def test_results_go_on_at_the_end_of_the_list(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_pane, "PAGE", 5)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("A")
        await until(pilot, lambda: len(rows_of(small_app, "results")) >= 11)  # so near is the end at this height
        results = small_app.screen.query_one("#results", RowList)
        assert results.cursor == 1
        for _ in range(3):
            await pilot.press("G")
            await settled(pilot)
        listed = rows_of(small_app, "results")
        everybody = artists.search_artists(small_app.given, "", 100)
        assert listed[1:] == [artist_row(artist).draw(60).plain for artist in everybody.rows]
        assert listed[0] == "artists  16"
        assert results.cursor == 16


async def test_a_heading_tells_how_many_are_fetched(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_pane, "PAGE", 15)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.screen.query_one("#results", RowList)._more = False
        await pilot.press("A")
        await until(pilot, lambda: rows_of(small_app, "results")[0] in ("artists  15 of 16", "artists  16"))


async def test_close_names_are_marked_as_such(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"radoihead")
        await settled(pilot)
        rows = rows_of(small_app, "results")
        assert rows[:2] == ["No exact match", "similar names  1"]
        assert rows[2].startswith("Radiohead")
        await pilot.press("enter")
        await settled(pilot)
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith("Radiohead")


async def test_an_old_search_does_not_go_on(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, real = [], artists.search_artists

    def slowly(dataset: Dataset, text: str, limit: int, offset: int) -> ArtistPage:
        if text == "p":
            try:
                dataset.query(FOR_EVER)
            except Cancelled:
                stopped.append(text)
                raise
        return real(dataset, text, limit, offset)

    monkeypatch.setattr(artists, "search_artists", slowly)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "p")
        await until(pilot, lambda: small_app.given._running)
        await pilot.press("i")
        await settled(pilot)
        assert stopped == ["p"]
        assert rows_of(small_app, "results")[1].startswith("Pixies")


async def test_the_views_of_a_user_take_turns(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        user = users.typical_user(small_app.given)
        pane = small_app.screen.query_one("#user")
        assert "Recent listens" in shown(pane)
        small_app.screen.query_one("#recent").focus()
        await pilot.press("v")
        await settled(pilot)
        told = details.details(small_app.given, user)
        assert "· titles" in shown(pane)
        assert f"Top recordings · {told.top_recordings.total}" in shown(pane)
        assert rows_of(small_app, "top-recordings")[0].startswith(told.top_recordings.rows[0].name)
        assert small_app.focused is small_app.screen.query_one("#top-recordings")
        await pilot.press("v")
        await settled(pilot)
        text = shown(pane)
        assert "Hours of the day, UTC" in text
        mainstream = users.user_profile(small_app.given, user).mainstream
        assert mainstream is not None
        assert f"mainstream {mainstream.share:.0%} · {mainstream.word}" in text
        bar = next(line for line in text.splitlines() if "█" in line and "20" not in line)
        assert bar.rstrip().index("█") == 1 + 12  # every listen of this log is at noon
        await pilot.press("v")
        await settled(pilot)
        assert "Recent listens" in shown(pane)


async def test_recent_listens_go_on_and_open_their_artist(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_pane, "_ROWS", 3)
    monkeypatch.setattr(user_pane, "PAGE", 4)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"112", "enter")
        await settled(pilot)
        recent = small_app.screen.query_one("#recent", RowList)
        recent.focus()
        whole = users.recent_listens(small_app.given, users.find_user(small_app.given, "112"), 100)
        for _ in range(10):
            await pilot.press("G")
            await settled(pilot)
        assert [row.value for row in recent.rows] == list(whole.rows)
        assert f"Recent listens · {whole.total}" in shown(small_app.screen.query_one("#user"))
        await pilot.press("enter")
        await settled(pilot)
        last = whole.rows[-1]
        assert shown(small_app.screen.query_one("#artist")).lstrip().startswith(last.artist_name[:10])


async def test_releases_and_recordings_of_an_artist_take_turns_where_it_is_narrow(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"pixies", "enter")
        await settled(pilot)
        pane = small_app.screen.query_one("#artist")
        profile = artists.artist_profile(small_app.given, artists.find_artist(small_app.given, "Pixies"))
        assert f"Recordings · {profile.top_recordings.total}" in shown(pane)
        assert "no MBID" in shown(pane)
        await pilot.press("V")
        await settled(pilot)
        assert "Releases · 1" in shown(pane)
        assert "Recordings" not in shown(pane)
        await pilot.resize_terminal(160, 48)
        await settled(pilot)
        assert "Releases · 1" in shown(pane)
        assert "Recordings" in shown(pane)


async def test_the_user_pane_shows_whoever_can_be_asked(small_app: SmallApp) -> None:
    listens = tuple(Listen(datetime(2020, 1, 1, tzinfo=UTC), f"Band {number}", None) for number in range(300))
    user = User(-1, "elsewhere", "[b]me", 1, 300)
    band = Played(Artist(0, "name:band", "Band", 1, 300), 300)
    made = UserProfile(user, (band,), (Month("2020-01", 300, 1),), listens[:3], 300, unknown_artists=1)
    titles = TitlePage((Title("A song", 300, "Band"),), 1)
    person = Person(
        user,
        lambda _limit: made,
        lambda limit, offset: ListenPage(listens[offset : offset + limit], len(listens)),
        lambda _limit: UserDetails(TitlePage(), titles, (0,) * 23 + (300,), "UTC"),
    )
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        small_app.screen.query_one(UserPane).load(lambda: person)
        await settled(pilot)
        assert "User [b]me" in shown(small_app.screen)
        assert rows_of(small_app, "top-artists")[0] == "1 of 1 not in the log"
        recent = small_app.screen.query_one("#recent", RowList)
        recent.focus()
        await pilot.press("G")
        await settled(pilot)
        assert [row.value for row in recent.rows] == list(listens)
        await pilot.press("v")
        await settled(pilot)
        assert rows_of(small_app, "top-recordings")[0].startswith("A song")


def counted_period(app: SmallApp) -> Any:
    """The period whose listens are counted."""
    return app.session.period


async def test_a_period_counts_in_every_pane_and_in_data(small_app: SmallApp) -> None:
    from musicrec_tui.dataset.lookups.in_period import InPeriod
    from musicrec_tui.dataset.period import period_of

    period = period_of("2007-05", None, "UTC")
    assert period is not None
    then = InPeriod(small_app.given, period)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        ranked = shown(small_app.screen.query_one("#recommendations"))
        await pilot.press("P", "tab", *"2007-05", "enter")
        await settled(pilot)
        assert counted_period(small_app) == period
        popular = artists.search_artists(then, "", 1).rows[0]
        assert rows_of(small_app, "results")[1].split()[-1] == str(popular.listeners)
        assert "2007-05" in shown(small_app.screen.query_one("#results")).splitlines()[0]
        user = users.user_in(then, users.typical_user(small_app.given))
        pane = shown(small_app.screen.query_one("#user"))
        assert "2007-05" in pane.splitlines()[0]
        assert f"{counted(user.listens, 'listen')} · {counted(user.artists, 'artist')}" in pane
        assert "2007-05 · " in shown(small_app.screen.query_one("#artist > Facts"))
        assert shown(small_app.screen.query_one("#recommendations")) == ranked, "the model has learnt from all listens"
        await pilot.press("slash", *popular.name, "enter")
        await settled(pilot)
        small_app.screen.query_one("#results").focus()
        await pilot.press("home", "enter")
        await settled(pilot)
        assert f"{counted(popular.listens, 'listen')} · " in shown(small_app.screen.query_one("#artist > Facts"))
        await pilot.press("P", "home", "enter")
        await settled(pilot)
        whole = artists.find_artist(small_app.given, popular.key)
        assert whole.listens > popular.listens
        assert f"{counted(whole.listens, 'listen')} · " in shown(small_app.screen.query_one("#artist > Facts"))
        assert counted_period(small_app) is None
        assert "2007-05" not in shown(small_app.screen)


async def test_the_timeline_zooms(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        facts = small_app.screen.query_one("#artist > Facts")
        small_app.screen.set_focus(facts)
        before = shown(facts)
        await pilot.press("z")
        await settled(pilot)
        assert shown(facts) != before
        assert "zoom" in shown(small_app.screen).splitlines()[-1]
        await pilot.press("left", "0")
        await settled(pilot)
        assert shown(facts) == before
