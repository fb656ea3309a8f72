"""Filters of the recommendations, and taste: what is set is told, what is blocked is in no list, all can be undone."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input, Static

from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.popularity import rank_popular
from musicrec_tui.dataset.profiles.typed import TypedArtist, save_typed
from musicrec_tui.dataset.recipients import Verdicts, user_recipient, verdicts_of
from musicrec_tui.dataset.records import Artist, Title
from musicrec_tui.jobs.host_protocol import Recommend
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.explore import links
from musicrec_tui.tui.explore.filters_dialog import FiltersDialog
from musicrec_tui.tui.explore.recommendations import Recommendations
from musicrec_tui.tui.explore.screen import ExploreScreen
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
        assert "new artists only · 16 artists" in title(small_app)


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
        assert "⊘ blocked · " in rows_of(small_app, "recommendations")[0]
        await press(pilot, "j", "plus")
        assert "♥ loved · " in rows_of(small_app, "recommendations")[1]
        held = verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key)
        assert held == Verdicts(frozenset({second.key}), frozenset({first.key}))
        assert stat.S_IMODE(home.opinions.stat().st_mode) == 0o600
        await press(pilot, "f", "right", "enter")  # all artists, so the loved one as well
        assert first not in listed(small_app)
        assert sum("♥ loved" in row for row in rows_of(small_app, "recommendations")) == 1
        await press(pilot, "slash", "slash", *first.name.lower(), "enter")  # found and unblocked there
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


async def test_u_undoes_the_last_verdicts_one_after_the_other(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        user, dataset = users.typical_user(small_app.given), small_app.given
        first = listed(small_app)[0]
        small_app.screen.query_one(Recommendations).focus()
        await press(pilot, "u")
        assert "no love or block to undo" in " ".join(shown(small_app.screen).split())
        await press(pilot, "plus", "minus")
        assert "Press u to undo" in " ".join(shown(small_app.screen).split())

        def held() -> Verdicts:
            return verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key)

        assert held() == Verdicts(frozenset(), frozenset({first.key}))
        await press(pilot, "u")
        assert held() == Verdicts(frozenset({first.key}), frozenset())
        assert f"Undone: ♥ {first.name} is loved" in " ".join(shown(small_app.screen).split())
        await press(pilot, "u")
        assert held() == Verdicts()


async def test_hearts_are_beside_names_wherever_they_appear(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(200, 60), notifications=True) as pilot:
        await settled(pilot)
        first, second = listed(small_app)[:2]
        recommendations = small_app.screen.query_one(Recommendations)
        recommendations.focus()
        await press(pilot, "plus", "j", "minus", "slash", "slash", *first.name.lower())
        results = small_app.screen.query_one("#results")
        assert f"♥ {first.name}" in shown(results)
        await press(pilot, *["backspace"] * len(first.name), *second.name.lower())
        assert f"⊘ {second.name}" in shown(results)
        await press(pilot, "escape")
        recommendations.focus()
        assert "♥ " in shown(recommendations)
        assert "⊘ " in shown(recommendations)


async def test_taste_is_listed_removed_and_restored(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        user, dataset = users.typical_user(small_app.given), small_app.given
        first, second = listed(small_app)[:2]
        small_app.screen.query_one(Recommendations).focus()
        await press(pilot, "plus", "j", "minus", "H")
        text = shown(small_app.screen)
        assert "loved 1 · blocked 1" in text
        today = datetime.now(UTC).date()
        assert f"blocked since {today}" in text
        await press(pilot, "d")
        assert verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key).blocked == frozenset()
        assert "no longer blocked. Press u to undo" in " ".join(shown(small_app.screen).split())
        await press(pilot, "u")
        assert verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key).blocked == {second.key}
        await press(pilot, "g", "g", "enter")
        assert isinstance(small_app.screen, ExploreScreen)
        assert small_app.screen.current.artist is not None
        assert small_app.screen.current.artist.key in (first.key, second.key)


async def test_profile_me_is_found_and_one_key_away(small_app: SmallApp, home: Home) -> None:
    artists_of_me = rank_popular(small_app.given, user_recipient(small_app.given, 0, Verdicts()), 3, Filters())
    chosen = [TypedArtist(one.artist) for one in artists_of_me.rows]
    save_typed(home, small_app.given, "me", chosen)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "slash", *"profile me")
        assert "profile me" in shown(small_app.screen.query_one("#results"))
        await press(pilot, *["backspace"] * 10, *"101", "enter")
        screen = small_app.screen
        assert isinstance(screen, ExploreScreen)
        assert screen.current.user is not None
        assert screen.current.user.user_id == "101"
        screen.query_one(Recommendations).focus()
        await press(pilot, "M")
        assert screen.current.user.user_id == "me"


async def test_links_are_listed_and_opened_here_or_copied_elsewhere(
    small_app: SmallApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    copied: list[str] = []
    monkeypatch.setattr(small_app, "open_url", opened.append)
    monkeypatch.setattr(small_app, "copy_to_clipboard", copied.append)
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        first = listed(small_app)[0]
        small_app.screen.query_one(Recommendations).focus()
        await press(pilot, "o")
        assert "Last.fm" in shown(small_app.screen)
        await press(pilot, "j", "j", "enter")
        assert opened == [f"https://www.last.fm/music/{quote(first.name, safe='')}"]
        monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 5 6.7.8.9 22")
        await press(pilot, "o", "j", "j", "enter")
        assert copied == opened
        assert "Copied https://www.last.fm" in " ".join(shown(small_app.screen).split())
        recordings = small_app.screen.query_one("#recordings", RowList)
        recordings.focus()
        await press(pilot, "o", "j", "j", "enter")
        assert isinstance(recordings.value, Title)
        assert copied[-1].endswith(f"/_/{quote(recordings.value.name, safe='')}")


def test_a_link_is_opened_only_where_a_browser_can_be() -> None:
    assert links.opens_here(False, {"DISPLAY": ":0"}, "linux")
    assert links.opens_here(False, {}, "darwin")
    assert not links.opens_here(False, {}, "linux")
    assert not links.opens_here(True, {"DISPLAY": ":0"}, "linux")
    assert not links.opens_here(False, {"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, "darwin")
    assert links.has_hyperlinks({"TERM": "xterm-256color"})
    assert not links.has_hyperlinks({"TERM": "linux"})


def test_links_are_hyperlinks_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://www.last.fm/music/AC%2FDC"
    monkeypatch.setenv("TERM", "xterm-256color")
    assert any(getattr(span.style, "link", None) == url for span in links._drawn("Last.fm", url)(70).spans)
    monkeypatch.setenv("TERM", "linux")
    assert not any(getattr(span.style, "link", None) for span in links._drawn("Last.fm", url)(70).spans)


async def test_a_year_is_reviewed_turned_and_saved(
    small_app: SmallApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        small_app.screen.query_one(Recommendations).focus()
        await press(pilot, "W")
        text = shown(small_app.screen)
        user = users.typical_user(small_app.given).user_id
        assert f"2008 of {user}" in text
        assert "Top artists" in text
        assert "against 2007" in text
        page = small_app.screen.query_one("#review-text", Static)
        assert max(map(cell_len, str(page.render()).split("\n"))) <= page.size.width
        await press(pilot, "left_square_bracket")
        assert f"2007 of {user}" in shown(small_app.screen)
        await press(pilot, "e", "enter")
        assert (tmp_path / f"2007-{user}.svg").read_text().startswith("<svg")
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert f"2008 of {user}" in shown(small_app.screen)
        await press(pilot, "escape")
        assert isinstance(small_app.screen, ExploreScreen)
