"""Me: artists are typed, kept as a profile, recommended to, and written as a playlist."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.profiles import store, typed
from musicrec_tui.jobs.host_protocol import Newcomer, Recommend
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.arrangement import Order
from musicrec_tui.tui.explore.artist_line import ArtistLine, artist_names
from musicrec_tui.tui.explore.chosen_list import ChosenList
from musicrec_tui.tui.explore.me_dialog import MeDialog
from musicrec_tui.tui.shell.export_dialog import ExportDialog
from tests.tui.explore.test_explore_screen import finished
from tests.tui.support import HOSTILE, HOSTILE_CLEAN, SmallApp, clean, rows_of, settled, shown, until
from tests.tui.train.train_support import FakeRun


def words(app: SmallApp) -> str:
    """What is on the screen, in one line without frames."""
    return " ".join(shown(app.screen).replace("│", " ").split())


def named(app: SmallApp) -> list[tuple[str, bool]]:
    """The artists that are chosen in the dialog."""
    return [(one.artist.name, one.liked) for one in app.screen.query_one(ChosenList).choices]


async def opened(pilot: Pilot[Any], *keys: str) -> None:
    """Open the dialog, then press keys."""
    await settled(pilot)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, MeDialog))
    await pilot.press(*keys)
    await settled(pilot)


async def test_artists_are_typed_without_waiting_and_kept(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "a your artists" in words(small_app)
        await pilot.press("a", *"pixies", "enter", *"pulp", "enter")
        await settled(pilot)
        assert named(small_app) == [("Pixies", True), ("Pulp", True)]
        sheet = small_app.screen.query_one(ChosenList).sheet()
        assert sheet is not None
        assert [row[:2] for row in sheet.loaded()] == named(small_app)
        assert rows_of(small_app, "preview")[0].split()[0] == "1"
        assert "Recommendations · ALS #1" in words(small_app)
        # Quicker than any answer: the names count in their order, then it is done.
        await pilot.press(*"massive", "enter", *"low", "enter", "enter")
        await until(pilot, lambda: not isinstance(small_app.screen, MeDialog))
        await settled(pilot)
        assert typed.typed_names(store.read_profile(home, "me")) == [
            ("Pixies", True), ("Pulp", True), ("Massive Attack", True), ("Low", True),
        ]  # fmt: skip
        text = words(small_app)
        assert "Profile me" in text
        assert "4 liked · 0 disliked" in text
        assert "For profile me · ALS #1 · new artists only" in text
        assert any(row.startswith("profile me") for row in rows_of(small_app, "results"))
        ask = [ask for ask in small_app.host.asked if isinstance(ask, Recommend)][-1]
        assert ask.user == Newcomer(profile=str(store.profile_folder(home, "me")))


async def test_a_sorted_list_changes_the_artist_under_the_cursor(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, *"pulp", "enter", *"moby", "enter", *"low", "enter", "tab")
        small_app.screen.query_one(ChosenList).set_order(Order("artist", descending=False))
        await pilot.press("home", "minus", "down", "down", "d")
        await settled(pilot)
        assert named(small_app) == [("Moby", True), ("Low", False)]
        small_app.screen.query_one(ChosenList).set_filter("moby")
        await pilot.press("d")
        await settled(pilot)
        assert named(small_app) == [("Low", False)]


async def test_the_preview_asks_for_who_is_liked_and_not_for_who_is_not(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, *"pixies", "enter")
        assert "Recommendations appear from" in words(small_app)
        await pilot.press(*"pulp", "enter", *"low", "enter")
        await settled(pilot)
        await pilot.press("tab", "minus")  # the cursor is on the last one
        await settled(pilot)
        assert named(small_app) == [("Pixies", True), ("Pulp", True), ("Low", False)]
        assert "Liked 2 · disliked 1" in words(small_app)
        ask = [ask for ask in small_app.host.asked if isinstance(ask, Recommend)][-1]
        assert ask.user == Newcomer(plays={"name:pixies": 5.0, "name:pulp": 5.0}, disliked=("name:low",))
        small_app.host.refusal = "This model [/b] knows no newcomers."
        await pilot.press("k", "delete")
        await settled(pilot)
        assert named(small_app) == [("Pixies", True), ("Low", False)]
        await pilot.press("k", "minus", "j", "minus")
        await settled(pilot)
        await pilot.press("k", "minus")
        await settled(pilot)
        assert "This model [/b] knows no newcomers." in words(small_app)


async def test_typos_are_forgiven_and_nobody_is_said_to_be_unknown(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, *"radoihead")
        assert "No exact match. Did you mean:" in words(small_app)
        await pilot.press("enter")
        await settled(pilot)
        assert named(small_app) == [("Radiohead", True)]
        assert "Radiohead for 'radoihead'." in words(small_app)
        await pilot.press(*"qqqqqq", "enter", "enter")  # the second Enter does not keep what is not understood
        await settled(pilot)
        assert isinstance(small_app.screen, MeDialog)
        assert "No artist like 'qqqqqq' in this log" in words(small_app)
        assert small_app.screen.query_one(ArtistLine).entry.value == "qqqqqq"
        await pilot.press(*["backspace"] * 6)
        await settled(pilot)
        await pilot.press(*"radiohead", "enter")
        await settled(pilot)
        assert "Radiohead is already in the list." in words(small_app)
        await pilot.press("backspace")  # in the empty line
        await settled(pilot)
        assert named(small_app) == []
        await pilot.press("enter")
        await settled(pilot)
        assert "Type at least one artist that you like." in words(small_app)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(small_app.screen, MeDialog)


async def test_typing_again_begins_with_what_was_typed(small_app: SmallApp, home: Home) -> None:
    dataset = small_app.given
    like = [typed.TypedArtist(artists.find_artist(dataset, name)) for name in ("Pixies", "Pulp")]
    typed.save_typed(home, dataset, "friend", like)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert named(small_app) == [("Pixies", True), ("Pulp", True)]
        assert small_app.screen.query_one("#me-name", Input).value == "friend"
        assert "There is no model yet" in words(small_app)
        finished(home, small_app)
        await small_app.session.refresh_runs()  # the first model was trained meanwhile
        await settled(pilot)
        assert "Recommendations · ALS #1" in words(small_app)
        small_app.screen.query_one("#me-name", Input).value = " "
        await pilot.press(*"low", "ctrl+s")
        await settled(pilot)
        assert "A profile needs a name" in words(small_app)
        small_app.screen.query_one("#me-name", Input).value = "friend"
        await settled(pilot)
        assert "Saving replaces the typed artists in profile “friend”." in words(small_app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(small_app.screen, MeDialog))
        assert [name for name, _ in typed.typed_names(store.read_profile(home, "friend"))] == ["Pixies", "Pulp", "Low"]
        assert store.profile_names(home) == ["friend"]


async def test_hostile_names_are_typed_and_shown_clean(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    typed.save_typed(home, small_app.given, HOSTILE, [typed.TypedArtist(artists.find_artist(small_app.given, "Low"))])
    async with small_app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("backspace")  # takes Low out
        entry = small_app.screen.query_one(ArtistLine).entry
        for text in ("[/b]", "[live]", "gnik", "椎名", "xxxx", "[/b]\x1b]0;"):
            entry.value = text
            await settled(pilot)
            clean(small_app)
            await pilot.press("enter")
            await settled(pilot)
            clean(small_app)
        assert small_app.screen.query_one("#me-name", Input).value == HOSTILE_CLEAN
        assert [name for name, _ in named(small_app)] == [
            HOSTILE, "Nirvana [Live]", "\u202egnikcah\u202c", "椎名林檎 東京事変", "x" * 10_000,
        ]  # fmt: skip
        entry.value = ""
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(small_app.screen, MeDialog))
        await settled(pilot)
        assert f"For profile {HOSTILE_CLEAN}" in words(small_app)
        clean(small_app)
        assert store.profile_names(home) == [HOSTILE]


async def test_recommendations_on_the_screen_become_a_playlist(
    small_app: SmallApp, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(home, small_app)
    monkeypatch.chdir(tmp_path)
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        listed = small_app.given.info.artists - 1
        small_app.screen.query_one("#recommendations").focus()
        await pilot.press("G", "-")  # what is blocked goes into no playlist, although the list still shows it
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert f"of {listed + 1}" in words(small_app)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(small_app.screen, ExportDialog))
        await settled(pilot)
        assert f"Wrote {listed} tracks to" in words(small_app)
        assert "ListenBrainz cannot take the list" in words(small_app)
        user = small_app.screen.query_one("#user")
        assert "User 107" in shown(user)
        written = json.loads((tmp_path / "playlist-107.jspf").read_text())["playlist"]
        assert written["title"] == "For 107, by ALS #1"
        names = [one["creator"] for one in written["track"]]
        assert names == [artist.name for artist in artists.search_artists(small_app.given, "", listed).rows]
        assert written["track"][0]["title"].startswith("Song ")


async def test_a_model_that_is_being_trained_is_awaited_until_it_failed(small_app: SmallApp, home: Home) -> None:
    dataset = small_app.given
    typed.save_typed(
        home, dataset, "me", [typed.TypedArtist(artists.find_artist(dataset, name)) for name in ("Pixies", "Pulp")]
    )
    run = FakeRun(home, content=dataset.info.content)
    run.start()
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "Available when" in words(small_app)
        await opened(pilot)
        assert "ALS #1 is being trained." in words(small_app)
        run.fail("no memory", "")
        await small_app.session.refresh_runs()
        await settled(pilot)
        assert "There is no model yet" in words(small_app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Similar artists need" in words(small_app)


async def test_a_pasted_list_becomes_that_many_artists(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        entry = small_app.screen.query_one("#artist-entry", Input)
        entry.post_message(events.Paste("Pixies\n- pulp\r\n\nLow\nNobody At All Here\nPixies\n"))
        await until(pilot, lambda: len(named(small_app)) == 3)
        await settled(pilot)
        assert [name for name, _ in named(small_app)] == ["Pixies", "Pulp", "Low"]
        assert "3 artists added; not in this log: Nobody At All Here." in words(small_app)
        assert entry.value == ""
        await pilot.press(*"massive attack, moby", "enter")
        await until(pilot, lambda: len(named(small_app)) == 5)
        entry.post_message(events.Paste("radio"))  # a single name is text like any other
        await until(pilot, lambda: entry.value == "radio")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a, b ,, c", ["a", "b", "c"]),
        ("Tyler, The Creator\nLow", ["Tyler, The Creator", "Low"]),
        ("• a\n* b\n- c\n", ["a", "b", "c"]),
        ("\x1b[31mred\nlow", ["\ufffd[31mred", "low"]),
        ("one", ["one"]),
        (" \n ", []),
    ],
)
def test_names_of_a_list(text: str, names: list[str]) -> None:
    assert artist_names(text) == names
