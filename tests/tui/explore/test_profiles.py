"""A personal history on the screen: imported, opened, recommended to, forgotten."""

import asyncio
import shlex
import threading
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, near_names, store
from musicrec_tui.jobs.host_protocol import Newcomer, Recommend
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.inputs import complete
from musicrec_tui.tui.common.screen_state import ExploreState, LogState
from musicrec_tui.tui.explore import importing as by_process
from musicrec_tui.tui.explore.import_dialog import ImportDialog
from musicrec_tui.tui.explore.near_names_list import NearNamesList
from musicrec_tui.tui.explore.screen import ExploreScreen
from musicrec_tui.tui.explore.source_preview import SourcePreview
from tests.services.fake import history as history_of
from tests.services.fake import serving
from tests.tui.explore.test_explore_screen import finished
from tests.tui.support import HOSTILE, HOSTILE_CLEAN, SmallApp, rows_of, settled, shown, until

LINES = [
    "user_id,artist_name,release_name,recording_name,date,time",
    *(f"me,{name},Album,Song,2024-0{month}-01,12:00:00" for month, name in enumerate(("Pixies", "Pulp", HOSTILE), 1)),
    "me,Nobody Knows,Album,Song,2024-04-01,12:00:00",
    "me,Pixies,Album,Other,2024-04-01,12:05:00",
    "me,,Album,Song,2024-04-01,12:00:00",
]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Somebody's export."""
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


async def fill(pilot: Pilot[int], app: SmallApp, path: Path, name: str) -> None:
    """Open the dialog, and fill it in."""
    await settled(pilot)
    await pilot.press("I")
    await settled(pilot)
    app.screen.query_one("#import-path", Input).value = str(path)
    app.screen.query_one("#import-name", Input).value = name


def words(app: SmallApp) -> str:
    """What is on the screen, in one line without frames."""
    return " ".join(shown(app.screen).replace("│", " ").split())


async def test_a_history_is_imported_opened_and_recommended_to(small_app: SmallApp, home: Home, history: Path) -> None:
    finished(home, small_app)
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await fill(pilot, small_app, history, "me")
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(small_app.screen, ImportDialog))
        await settled(pilot)
        text = words(small_app)
        assert "me: 6 rows, 5 new, 1 skipped" in text
        assert "Profile me" in text
        assert "1 of 4 not in the log" in text
        assert "For profile me · ALS #1 · new artists only" in text
        assert rows_of(small_app, "top-artists")[1].startswith("Pixies")
        assert any(row.startswith("profile me") for row in rows_of(small_app, "results"))
        [ask] = [ask for ask in small_app.host.asked if isinstance(ask, Recommend) and ask.user != "107"][-1:]
        assert ask.user == Newcomer(profile=str(store.profile_folder(home, "me")))


async def test_near_names_are_chosen_after_an_import(small_app: SmallApp, home: Home, history: Path) -> None:
    history.write_text(history.read_text(encoding="utf-8").replace("Pixies", "Pixiez"), encoding="utf-8")
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await fill(pilot, small_app, history, "me")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(small_app.screen, NearNamesList))
        await until(pilot, lambda: "Pixiez" in words(small_app))
        assert "2 artists not in this log: which are the same?" in words(small_app)
        for chosen in (["Pixies"], [], ["Pixies"]):
            await pilot.press("enter")
            await until(pilot, partial(is_chosen, small_app, home, chosen))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(small_app.screen, ImportDialog | NearNamesList))
        await settled(pilot)
        assert "1 of 4 not in the log" in words(small_app)
        assert rows_of(small_app, "top-artists")[1].startswith("Pixies")


async def test_esc_while_near_names_are_looked_up_opens_the_profile(
    small_app: SmallApp, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, gate = threading.Event(), threading.Event()

    def unknown(*_: object) -> tuple[list[near_names.Unknown], int]:
        looking.set()
        gate.wait()
        return [], 0

    monkeypatch.setattr(near_names, "unknown_artists", unknown)
    async with small_app.run_test(size=(120, 40)) as pilot:
        try:
            await fill(pilot, small_app, history, "me")
            await pilot.press("enter")
            await until(pilot, looking.is_set)
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(small_app.screen, ImportDialog))
        finally:
            gate.set()
        await settled(pilot)
        assert "For profile me" in words(small_app)


def is_chosen(app: SmallApp, home: Home, names: list[str]) -> bool:
    """Whether these artists of the log are those that the profile's were said to be, and the list says so."""
    saved = [one.name for one in store.read_profile(home, "me").stored.same_artists.values()]
    return saved == names and ("✓" in words(app)) == bool(names)


async def test_a_profile_is_found_and_shown_at_the_next_start(small_app: SmallApp, home: Home, history: Path) -> None:
    importing.import_history(home, HOSTILE, Log([history]))
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert f"Profile {HOSTILE_CLEAN}" in words(small_app)
        assert f"For profile {HOSTILE_CLEAN} · popularity" in words(small_app)
        names = [row[3:].split("  ")[0] for row in rows_of(small_app, "recommendations")]
        assert not {"Pixies", "Pulp"} & set(names)
        await pilot.press("slash", *"112", "enter")
        await settled(pilot)
        assert "For user 112" in words(small_app)
        await pilot.press("slash", *"owned")
        await settled(pilot)
        await pilot.press("down", "down", "enter")  # from the artist who is called so over a heading
        await settled(pilot)
        assert f"For profile {HOSTILE_CLEAN}" in words(small_app)
        await pilot.press("f", "right", "enter")
        await settled(pilot)
        assert any("♪ heard 2×" in row for row in rows_of(small_app, "recommendations"))


async def test_an_estimate_is_marked(small_app: SmallApp, home: Home, history: Path) -> None:
    finished(home, small_app)
    importing.import_history(home, "me", Log([history]))
    small_app.host.estimate = True
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "estimated by similar users" in words(small_app)
        assert "≈ because" not in words(small_app)


async def test_reasons_that_are_estimates_are_marked_on_every_row(small_app: SmallApp, home: Home) -> None:
    finished(home, small_app)
    small_app.host.reasons_estimate = True
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        rows = [row for row in rows_of(small_app, "recommendations") if "because" in row]
        assert rows
        assert all("≈ because" in row for row in rows)


async def test_the_dialog_says_what_a_file_is_before_it_is_imported(small_app: SmallApp, history: Path) -> None:
    moved = history.rename(history.with_name("it's mine.csv"))
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("I")
        await until(pilot, lambda: isinstance(small_app.screen, ImportDialog))
        entry = small_app.screen.query_one("#import-path", Input)
        entry.post_message(events.Paste(shlex.quote(str(moved)) + " "))
        await until(pilot, lambda: entry.value == str(moved))
        seen = small_app.screen.query_one(SourcePreview)
        await until(pilot, lambda: "date and time · 1 file" in shown(seen))
        text = " ".join(shown(seen).split())
        assert "artist ← artist_name, track ← recording_name" in text
        assert "2024-01-01 12:00:00 Pixies – Song" in text
        entry.value = str(moved)[:-1]
        await until(pilot, lambda: "lastfm:NAME" in shown(seen))


async def test_the_dialog_says_what_is_sent_and_fetches(small_app: SmallApp, home: Home) -> None:
    with serving(history_of(12)) as service:
        async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
            await settled(pilot)
            await pilot.press("I")
            await until(pilot, lambda: isinstance(small_app.screen, ImportDialog))
            for field, value in (("path", "ListenBrainz: ann"), ("name", "me"), ("server", service.url)):
                small_app.screen.query_one(f"#import-{field}", Input).value = value
            seen = small_app.screen.query_one(SourcePreview)
            await until(pilot, lambda: "It is sent: the name 'ann', without a token." in " ".join(shown(seen).split()))
            assert f"Asks {service.url}" in shown(seen)
            assert service.seen == []
            await pilot.press("enter")
            await until(pilot, lambda: not isinstance(small_app.screen, ImportDialog))
        assert store.read_profile(home, "me").stored.listens == 12


async def test_a_guest_is_sent_nowhere(small_app: SmallApp, history: Path) -> None:
    small_app.session.restricted = True
    with serving(history_of(3)) as service:
        async with small_app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            dialog = ImportDialog(small_app.session)
            small_app.push_screen(dialog)
            await until(pilot, lambda: small_app.screen is dialog)
            for field, value in (("path", "listenbrainz:ann"), ("name", "me"), ("server", service.url)):
                dialog.query_one(f"#import-{field}", Input).value = value
            await until(pilot, lambda: "Not allowed" in shown(dialog.query_one(SourcePreview)))
            dialog.action_start()
            await settled(pilot)
        assert service.seen == []


async def test_what_cannot_be_imported_is_said_in_the_dialog(small_app: SmallApp, home: Home, tmp_path: Path) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, small_app, tmp_path / "no[/b]file", "me")
        await pilot.press("enter")
        await until(pilot, lambda: "There is nothing at" in words(small_app))
        assert not small_app.screen.query_one("#import-path", Input).disabled
        assert small_app.focused is small_app.screen.query_one("#import-path", Input)
        small_app.screen.query_one("#import-path", Input).value = "a\0b"  # as it may be pasted
        await pilot.press("enter")
        await until(pilot, lambda: "Cannot start the process that imports" in words(small_app))
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(small_app.screen, ImportDialog)
        assert store.profile_names(home) == []


async def test_enter_asks_for_what_is_missing(small_app: SmallApp, history: Path) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("I")
        await settled(pilot)
        name = small_app.screen.query_one("#import-name", Input)
        assert name.value == "me", "the usual name, since there is no such profile yet"
        await pilot.press("enter")
        await settled(pilot)
        assert small_app.focused is small_app.screen.query_one("#import-path", Input)
        assert "File is empty. It needs an export" in words(small_app)
        small_app.screen.query_one("#import-path", Input).value, name.value = str(history), ""
        await pilot.press("enter")
        await settled(pilot)
        assert small_app.focused is name
        assert "As is empty. It needs the profile's name" in words(small_app)


async def test_a_profile_of_artists_that_the_log_lacks_leaves_no_pane_empty(
    small_app: SmallApp, home: Home, tmp_path: Path
) -> None:
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("\n".join([LINES[0], *(line for line in LINES if "Nobody Knows" in line)]) + "\n")
    importing.import_history(home, "me", Log([unknown]))
    async with small_app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Profile me" in shown(small_app.screen))
        await until(pilot, lambda: rows_of(small_app, "listeners"))
        assert cast(ExploreScreen, small_app.screen).current.artist is not None


async def test_no_name_is_offered_that_a_profile_has_already(small_app: SmallApp, home: Home, history: Path) -> None:
    importing.import_history(home, "me", Log([history]))
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("I")
        await settled(pilot)
        assert small_app.screen.query_one("#import-name", Input).value == ""


async def test_an_import_can_be_stopped(
    small_app: SmallApp, home: Home, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    ended = tmp_path / "ended"
    code = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit(130)))\n"
        'print(\'{"message": "progress", "phase": "reading [/b] listens", "fraction": 0.5}\', flush=True)\n'
        "time.sleep(60)"
    )
    monkeypatch.setattr(by_process, "importer_command", lambda *_: [sys.executable, "-c", code])
    async with small_app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, small_app, history, "me")
        await pilot.press("enter")
        await until(pilot, lambda: "50% reading [/b] listens" in words(small_app))
        assert "esc stops" in words(small_app)
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped: the profile was not changed." in words(small_app))
        assert isinstance(small_app.screen, ImportDialog)
    assert ended.exists()
    assert store.profile_names(home) == []


async def test_quitting_ends_the_import(
    small_app: SmallApp, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    ended = tmp_path / "ended"
    code = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit(130)))\n"
        'print(\'{"message": "progress", "phase": "reading", "fraction": 0.5}\', flush=True)\n'
        "time.sleep(60)"
    )
    monkeypatch.setattr(by_process, "importer_command", lambda *_: [sys.executable, "-c", code])
    async with small_app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, small_app, history, "me")
        await pilot.press("enter")
        await until(pilot, lambda: "50% reading" in words(small_app))
        small_app.exit(0)
        await asyncio.sleep(0)
    assert ended.exists()


async def test_a_profile_is_forgotten_after_a_question(small_app: SmallApp, home: Home, history: Path) -> None:
    importing.import_history(home, "me", Log([history]))
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("delete")
        await settled(pilot)
        assert "Delete profile me, 5 listens of 4 artists?" in words(small_app)
        await pilot.press("n")
        await settled(pilot)
        assert store.profile_names(home) == ["me"]
        await pilot.press("delete", "y")
        await settled(pilot)
        assert store.profile_names(home) == []
        assert "For user " in words(small_app)
        assert "profile me" not in words(small_app)
        await pilot.press("delete")  # a user of the log cannot be forgotten
        await settled(pilot)
        assert "Forget" not in words(small_app)


async def test_a_profile_of_the_last_session_is_forgotten_without_a_complaint(
    small_app: SmallApp, home: Home, history: Path
) -> None:
    importing.import_history(home, "me", Log([history]))
    shown_last = LogState(explored=ExploreState("profile:me", "", "", {}))
    small_app.memory.keep(small_app.given.info.content, shown_last)
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("delete")
        await settled(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "For user " in words(small_app))
        await settled(pilot)
        assert "There is no profile" not in words(small_app)


async def test_a_list_that_cannot_be_made_leaves_no_other_users_list(
    small_app: SmallApp, home: Home, history: Path
) -> None:
    importing.import_history(home, "me", Log([history]))
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert len(rows_of(small_app, "recommendations")) > 3
        home.opinions.write_text("{")
        await pilot.press("slash", *"112", "enter")
        await until(pilot, lambda: "What is loved and blocked is not known" in words(small_app))
        assert rows_of(small_app, "recommendations") == []


async def test_a_profile_that_is_gone_is_said_to_be(small_app: SmallApp, home: Home, history: Path) -> None:
    importing.import_history(home, "me", Log([history]))
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        store.delete_profile(home, "me")
        await pilot.press("f", "right", "enter")
        await settled(pilot)
        assert "There is no profile 'me'" in words(small_app)


async def test_a_damaged_profile_is_told_of_and_hides_nothing(small_app: SmallApp, home: Home, history: Path) -> None:
    importing.import_history(home, "me", Log([history]))
    importing.import_history(home, "you", Log([history]))
    (store.profile_folder(home, "you") / "profile.json").write_text("{")
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        assert "cannot be used" in words(small_app)
        assert "Profile me" in words(small_app)


def test_file_names_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "listens.zip").touch()
    (tmp_path / "music" / "other.zip").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "na\x1bme").touch()
    assert complete(f"{tmp_path}/mu") == f"{tmp_path}/music/"
    assert complete(f"{tmp_path}/music/") == f"{tmp_path}/music/listens.zip"
    assert complete(f"{tmp_path}/music/o") == f"{tmp_path}/music/other.zip"
    assert complete(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert complete(f"{tmp_path}/") == f"{tmp_path}/music/"
    for nothing in (f"{tmp_path}/zzz", f"{tmp_path}/nowhere/x", f"{tmp_path}/na", "~nobodyatall/x", "a\0b"):
        assert complete(nothing) is None
    monkeypatch.setenv("HOME", str(tmp_path))
    assert complete("~/mu") == "~/music/"
    monkeypatch.chdir(tmp_path)
    assert complete("mu") == "music/"
