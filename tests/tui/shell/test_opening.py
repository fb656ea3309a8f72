"""From a log to the panes: the index that has to be built, what can go wrong, and the first model."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.shell import first_model, opening
from tests.dataset.logs import write_text
from tests.tui.support import SmallApp, settled, shown, until
from tests.tui.train.train_support import FakeRun


def submissions(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is handed to the supervisor from now on, which starts nothing."""
    submitted: list[object] = []

    def submit(session: object, log: object) -> SimpleNamespace:
        submitted.append(session)
        return SimpleNamespace(id="first")

    monkeypatch.setattr(first_model, "_submit", submit)
    return submitted


async def test_the_first_launch_indexes_trains_and_recommends_with_no_key_pressed(small_log: Path, home: Home) -> None:
    app = MusicrecApp(home, Log([small_log]), Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Building the index" in shown(app.screen))
        # Popularity stands in until the model is there, which may be before the next look.
        listed = re.compile("· (popularity|ALS #1) · new artists only")
        await until(pilot, lambda: listed.search(shown(app.screen)))
        await until(pilot, lambda: "· ALS #1 · new artists only" in shown(app.screen))
        await until(pilot, lambda: "because" in shown(app.screen.query_one("#recommendations")))
        assert not app.session.live
        assert app.session.runs[0].status == "finished"


async def test_an_index_that_is_there_is_opened_without_building(
    small_log: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.ensure(Log([small_log]), home)

    async def nothing(_session: object) -> None:
        """No training."""

    monkeypatch.setattr(first_model, "train_first", nothing)
    monkeypatch.setattr(opening, "build", None)
    app = MusicrecApp(home, Log([small_log]), Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "· popularity ·" in shown(app.screen))


async def test_a_log_that_is_not_there_is_a_sentence(home: Home) -> None:
    app = MusicrecApp(home, Log([Path("/no/such/[/b]log")]), Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "The log cannot be opened" in shown(app.screen))
        text = " ".join(shown(app.screen).split())
        assert "/no/such/[/b]log" in text
        await pilot.press("5")
        await settled(pilot)
        assert "/no/such/[/b]log" in " ".join(shown(app.screen).split())
        await pilot.press("q")
        await pilot.pause()
        assert app.return_value == 0


async def test_an_indexer_that_fails_says_its_own_sentence(tmp_path: Path, home: Home) -> None:
    log = tmp_path / "log.csv"
    log.write_text("colour,taste\nred,sweet\n")
    app = MusicrecApp(home, Log([log]), Settings())
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: "The log cannot be opened" in shown(app.screen))
        assert "colour" in shown(app.screen)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('{"message": "progress", "phase": "reading", "fraction": 0.5}\\n', "ended without a message (exit code 3)"),
        ('{"message": "failure", "sentence": "The disk is full."}\\n', "The disk is full."),
        ("", "ended without a message (exit code 3)"),
    ],
)
async def test_an_indexer_that_dies_is_told(
    small_app: SmallApp, monkeypatch: pytest.MonkeyPatch, lines: str, expected: str
) -> None:
    code = f"import sys; sys.stdout.write('{lines}'); sys.stdout.flush(); sys.exit(3)"
    monkeypatch.setattr(opening, "indexer_command", lambda _session: [sys.executable, "-c", code])
    with pytest.raises(UserError) as error:
        await opening.build(small_app.session, lambda _phase, _share: None)
    assert expected in str(error.value)


async def test_the_files_and_first_rows_are_there_before_the_index_and_x_stops_it(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "[/b]\x1b]0;owned\x07[red]"
    folder = tmp_path / "log"
    for number in range(6):
        rows = [f"user {turn},{hostile},Album,Song {turn},2007-01-01,12:00:00" for turn in range(9)]
        write_text(folder / f"{number}[b].csv", "user_id,artist_name,release_name,recording_name,date,time", *rows)
    code = (
        "import signal, sys, time; said = lambda line: print(line, flush=True); "
        'signal.signal(signal.SIGTERM, lambda *_: (said(\'{"message":"stopped"}\'), sys.exit(130))); '
        'said(\'{"message":"note","sentence":"Built again because [/b]."}\'); '
        'said(\'{"message": "progress", "phase":"reading","fraction":0.1}\'); '
        "time.sleep(60)"
    )
    real = opening.indexer_command
    monkeypatch.setattr(opening, "indexer_command", lambda _session: [sys.executable, "-c", code])
    submissions(monkeypatch)
    app = MusicrecApp(home, Log([folder]), Settings())
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: "user 3" in shown(app.screen))
        text = shown(app.screen)
        assert re.search(r"6 files, 3\.\d kB", text)
        assert "0[b].csv" in text
        assert "and 2 more" in text
        assert "artist_name" in text
        assert "Built again because [/b]." in text
        assert "\x1b" not in text
        await pilot.press("x")
        await until(pilot, lambda: opening.STOPPED in " ".join(shown(app.screen).split()))
        assert app.session.dataset is None
        monkeypatch.setattr(opening, "indexer_command", real)
        await pilot.press("R")
        await until(pilot, lambda: app.session.dataset is not None)


async def test_progress_is_shown_as_a_bar(small_app: SmallApp) -> None:
    async def never() -> None:
        """The log stays closed."""

    small_app._begin = never  # type: ignore[method-assign]
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        small_app.session.indexing("reading [/b] listens", 0.42, "about 2 min left")
        await settled(pilot)
        assert "reading [/b] listens · about 2 min left" in shown(small_app.screen)
        assert "42%" in shown(small_app.screen)
        assert "█" in shown(small_app.screen)


async def test_a_large_log_gets_an_offer_and_t_takes_it(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted = submissions(monkeypatch)
    async with small_app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        info = small_app.given.info
        large: Any = msgspec.structs.replace(info, plays=40_000_000)
        small_app.given._info = large
        await first_model.train_first(small_app.session)
        await settled(pilot)
        assert submitted == []
        assert "Press t to start" in " ".join(shown(small_app.screen).split())
        small_app.given._info = info
        await pilot.press("t")
        await settled(pilot)
        assert len(submitted) == 1
        assert small_app.current_mode == "train"


async def test_a_small_log_is_trained_once(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted = submissions(monkeypatch)
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await first_model.train_first(small_app.session)
        assert len(submitted) == 1
        assert small_app.session.may_stop("first")
        small_app.session.restricted = True
        assert small_app.session.may_stop("first"), "a guest begins it, too, and may stop it"


async def test_what_failed_once_is_not_tried_on_every_start(
    small_app: SmallApp, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = submissions(monkeypatch)
    FakeRun(home, content=small_app.given.info.content).fail("The log is too small.", "")
    async with small_app.run_test(size=(160, 24), notifications=True) as pilot:
        await settled(pilot)
        await first_model.train_first(small_app.session)
        await settled(pilot)
        assert submitted == []
        assert small_app.session.offer.startswith("No model of this log: ALS #1 is failed.")
        assert "ALS #1 is failed." in shown(small_app.screen)


async def test_the_end_of_a_job_is_told(small_app: SmallApp, home: Home) -> None:
    run = FakeRun(home, name="mine [/b]")
    run.start()
    async with small_app.run_test(size=(120, 24), notifications=True) as pilot:
        await settled(pilot)
        run.fail("The log is too small [/b].", "Take another.")
        await small_app.session.refresh_runs()
        await settled(pilot)
        text = " ".join(shown(small_app.screen).split())
        assert "mine [/b] failed:" in text
        assert "too small [/b]." in text


def test_the_platform_home_is_not_named_to_the_indexer(small_app: SmallApp, tmp_path: Path) -> None:
    assert "--home" in opening.indexer_command(small_app.session)
    small_app.session.home = Home(tmp_path / "data", tmp_path / "cache")
    assert "--home" not in opening.indexer_command(small_app.session)
