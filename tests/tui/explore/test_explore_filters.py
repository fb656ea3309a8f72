"""Filters of the recommendations, and taste: what is set is told, what is blocked is in no list, all can be undone."""

import stat

from textual.pilot import Pilot
from textual.widgets import Input, Static

from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.popularity import rank_popular
from musicrec_tui.dataset.recipients import Verdicts, user_recipient, verdicts_of
from musicrec_tui.dataset.records import Artist
from musicrec_tui.jobs.host_protocol import Recommend
from musicrec_tui.paths import Home
from musicrec_tui.tui.explore.filters_dialog import FiltersDialog
from musicrec_tui.tui.explore.recommendations import Recommendations
from tests.tui.explore.test_explore_screen import finished
from tests.tui.support import SmallApp, rows_of, settled, shown


def title(app: SmallApp) -> str:
    return shown(app.screen.query_one("#recommendations")).splitlines()[0]


def listed(app: SmallApp) -> list[Artist]:
    rows = app.screen.query_one(Recommendations).rows
    return [row.value for row in rows if isinstance(row.value, Artist)]


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def test_filters_are_chosen_told_and_kept_for_the_next_user(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        dataset, user = small_app.given, users.typical_user(small_app.given)
        recipient = user_recipient(dataset, user.code, Verdicts())
        await press(pilot, "f", "right", "enter")
        assert "heard ones too" in title(small_app)
        assert any("♪ heard" in row for row in rows_of(small_app, "recommendations"))
        await press(pilot, "f", "right", "down", *"4", "down", *"50%", "enter")
        most = sorted(row[0] for row in dataset.query("SELECT listeners FROM artist"))[7]
        expected = Filters("rediscover", 4, max_listeners=most)
        assert f"rediscover · quiet for 90 days · at most 4 plays · at most {most} listeners" in title(small_app)
        assert listed(small_app) == [one.artist for one in rank_popular(dataset, recipient, 40, expected).rows]
        await press(pilot, "slash", *"112", "enter")
        assert f"at most {most} listeners" in title(small_app)
        finished(home, small_app)
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert [ask.filters for ask in small_app.host.asked if isinstance(ask, Recommend)][-1] == expected
        small_app.screen.query_one(Recommendations).focus()
        await press(pilot, "f", "ctrl+r", "enter")
        assert title(small_app).rstrip(" ─").endswith("new artists only")


async def test_what_cannot_be_read_is_said_and_escape_changes_nothing(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = title(small_app)
        await press(pilot, "f", "down", "down")
        small_app.screen.query_one("#filter-max_listeners", Input).value = "[half]"
        await press(pilot, "enter")
        assert isinstance(small_app.screen, FiltersDialog)
        assert "'[half]' is no number of listeners" in shown(small_app.screen.query_one("#filters-status", Static))
        await press(pilot, "escape")
        assert title(small_app) == before


async def test_an_artist_is_blocked_and_loved_and_both_can_be_undone(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        user, dataset = users.typical_user(small_app.given), small_app.given
        first, second = listed(small_app)[:2]
        recommendations = small_app.screen.query_one(Recommendations)
        recommendations.focus()
        await press(pilot, "minus")
        assert f"⊘ {first.name} is blocked for user {user.user_id}" in " ".join(shown(small_app.screen).split())
        assert "✗ blocked · " in rows_of(small_app, "recommendations")[0]
        await press(pilot, "j", "plus")
        assert "♥ loved · " in rows_of(small_app, "recommendations")[1]
        held = verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key)
        assert held == Verdicts(frozenset({second.key}), frozenset({first.key}))
        assert stat.S_IMODE(home.opinions.stat().st_mode) == 0o600
        await press(pilot, "f", "right", "enter")  # all artists, so the loved one as well
        assert first not in listed(small_app)
        assert sum("♥ loved" in row for row in rows_of(small_app, "recommendations")) == 1
        await press(pilot, "slash", *first.name.lower(), "enter")  # found and unblocked there
        await press(pilot, "minus")
        assert "no longer loved or blocked" in " ".join(shown(small_app.screen).split())
        assert verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key) == Verdicts(
            frozenset({second.key})
        )
        recommendations.focus()
        recommendations.cursor = listed(small_app).index(second)
        await press(pilot, "plus")
        assert not opinions.read_opinions(home.opinions).by_person
        assert not any("♥" in row for row in rows_of(small_app, "recommendations"))
