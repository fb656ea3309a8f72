"""The Data screen: sections that are made when they are first shown, and what each of them shows and can be asked."""

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import block, columns, rows
from musicrec_tui.dataset.lookups.rows import RawLog
from musicrec_tui.dataset.period import period_of
from musicrec_tui.errors import Cancelled
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.common.arrangement import Order
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.data.activity_section import Calendar
from musicrec_tui.tui.data.matrix_view import MatrixView
from musicrec_tui.tui.data.section import SectionBar
from musicrec_tui.tui.shell import opening
from musicrec_tui.tui.shell.session import Session
from tests.dataset.logs import write_text
from tests.tui.support import (
    HOSTILE,
    HOSTILE_CLEAN,
    SmallApp,
    log_lines,
    palette_finds,
    settled,
    shown,
    small,
    until,
)

SECTIONS = ("overview", "columns", "rows", "codes", "matrix", "activity")


async def at(pilot: Pilot[Any], *keys: str) -> str:
    """Press keys one after another, each when the one before has had its effect, and read the screen.

    The name of a section shows it, as its entry of the palette does.
    """
    await settled(pilot)
    for key in keys:
        if key in SECTIONS:
            await pilot.app.run_action(f"section('{key}')", pilot.app.screen)
        else:
            await pilot.press(key)
        await settled(pilot)
    return shown(pilot.app.screen)


async def typed(pilot: Pilot[Any], *keys: str) -> str:
    """Press keys as fast as somebody who knows them, and read the screen."""
    await pilot.press(*keys)
    await settled(pilot)
    return shown(pilot.app.screen)


def app_over(home: Home, log: Path) -> SmallApp:
    """The app over a log of its own."""
    return small(home, build.ensure(Log([log]), home))


async def test_sections_are_made_when_they_are_first_shown(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await at(pilot, "5")
        switcher = small_app.screen.query_one("#sections", ContentSwitcher)
        assert [child.id for child in switcher.children] == ["overview-section"]
        for name in SECTIONS:
            await at(pilot, name)
            assert switcher.current == f"{name}-section"
        await at(pilot, "v")
        assert switcher.current == "overview-section"
        await at(pilot, "v")
        assert switcher.current == "columns-section"
        assert len(switcher.children) == len(SECTIONS)


async def test_sections_are_reached_by_mouse_and_palette(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await at(pilot, "5")
        bar = small_app.screen.query_one(SectionBar)
        await pilot.click(bar, offset=(shown(bar).index("Rows"), 0))
        await settled(pilot)
        assert small_app.screen.query_one(ContentSwitcher).current == "rows-section"
        await at(pilot, "ctrl+p")
        await typed(pilot, *"data: mat")
        await palette_finds(pilot, "Data: Matrix")
        await at(pilot, "enter")
        assert small_app.screen.query_one(ContentSwitcher).current == "matrix-section"


async def test_the_overview_tells_what_was_read_and_what_was_not(tmp_path: Path, home: Home) -> None:
    lines = ["user_id,artist_name,play_count", "1,Air,3", "2,Moby,1.4", "\x1b]0;owned\x07[/b],,1", "3,Blur,-1"]
    lines.append("broken")
    app = app_over(home, write_text(tmp_path / "log.csv", *lines))
    async with app.run_test(size=(160, 48)) as pilot:
        text = await at(pilot, "5")
        for told in (
            "5 of which 2 were used", "log.csv", "1 skipped: no artist name", "1 skipped: not a row of the table",
            "1 skipped: play count is not above zero", "1 repaired: play count rounded", "�]0;owned�[/b]",
            app.given.info.content, "unchanged", "no timestamps",
        ):  # fmt: skip
            assert told in text, told


async def test_columns_are_counted(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 30)) as pilot:
        text = await at(pilot, "5", "columns")
        assert f"Counted over all {small_app.given.info.rows} rows." in text
        assert "artist_name" in text
        line = next(line for line in text.splitlines() if "user_id" in line)
        assert line.split()[:5] == ["▸user_id", "VARCHAR", "0", "12", "101"]


async def test_a_sample_of_columns_is_marked(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        columns, "column_facts", lambda log, cancelled, whole=columns.column_facts: whole(log, 100, cancelled)
    )
    async with small_app.run_test(size=(120, 30)) as pilot:
        text = await at(pilot, "5", "columns")
        assert f"Estimated from 100 of {small_app.given.info.rows} rows" in text
        assert "≥ " in text
        assert "≈ 0" in text


async def test_counting_columns_can_be_stopped_and_begun_again(
    small_app: SmallApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, begun = columns.column_facts, threading.Event()

    def slow(log: RawLog, cancelled: Any) -> Any:
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise Cancelled

    monkeypatch.setattr(columns, "column_facts", slow)
    async with small_app.run_test(size=(80, 24), notifications=True) as pilot:
        await at(pilot, "5")
        await pilot.app.run_action("section('columns')", pilot.app.screen)
        await until(pilot, lambda: begun.is_set() and "Counting the values" in shown(small_app.screen))
        monkeypatch.setattr(columns, "column_facts", lambda log, cancelled: whole(log, cancelled=cancelled))
        await pilot.press("x")
        assert "Stopped. Press x to count." in await at(pilot)
        assert "Counted over all" in await at(pilot, "x")


async def test_any_row_is_reached_and_every_page_comes(small_app: SmallApp) -> None:
    total = small_app.given.info.rows
    written = rows.index_rows(small_app.given, 0, total).rows
    async with small_app.run_test(size=(120, 24)) as pilot:
        text = await at(pilot, "5", "rows")
        assert f"row 1 of {total}" in text
        assert str(written[0][4]) in text
        text = await at(pilot, "G")
        assert f"row {total} of {total}" in text
        assert str(written[-1][4]) in text
        text = await typed(pilot, "colon", *"101", "enter")
        assert f"row 101 of {total}" in text
        text = await typed(pilot, "colon", *"99999", "enter")
        assert f"row {total} of {total}" in text
        await typed(pilot, "colon", *"no", "escape")
        assert small_app.current_mode == "data"


async def test_a_log_of_many_pages_shows_each_row_at_its_number(tmp_path: Path, home: Home) -> None:
    lines = ["user_id,artist_name,play_count", *(f"{at % 50},Artist {at},{at + 1}" for at in range(3_000))]
    app = app_over(home, write_text(tmp_path / "log.csv", *lines))
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, "5", "rows")
        for row in (2_999, 1, 600):
            text = await typed(pilot, "colon", *str(row), "enter")
            assert f"row {row:,} of 3,000" in text
            assert f"Artist {row - 1} " in text
        seen = 600
        for _ in range(4):
            await pilot.press("pagedown")
            text = await at(pilot)
            seen += small_app_page(app)
            assert f"row {seen:,} of 3,000" in text
            assert f"Artist {seen - 1} " in text


def small_app_page(app: SmallApp) -> int:
    """How far a page down goes."""
    return app.screen.query_one("#raw", TableView).rows.scrollable_content_region.height - 1


async def test_columns_that_do_not_fit_are_reached_by_arrows(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(60, 24)) as pilot:
        assert "columns 1–5 of 6" in await at(pilot, "5", "rows")
        text = await typed(pilot, "right", "right")
        assert "columns 3–6 of 6" in text
        assert text.splitlines()[4].split()[0] == "release_name"
        assert "columns 1–5 of 6" in await typed(pilot, "left", "left", "left")


async def test_a_log_that_is_gone_leaves_the_index_usable(tmp_path: Path, home: Home) -> None:
    log = write_text(tmp_path / "log.csv", "user_id,artist_name,play_count", "1,Air,3", "2,Moby,1")
    app = app_over(home, log)
    log.unlink()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        assert "not there now" in await at(pilot, "5")
        assert "cannot be read at the moment" in await at(pilot, "rows")
        assert "cannot be read at the moment" in await at(pilot, "columns")
        assert "2 users × 2 artists" in await at(pilot, "matrix")


async def test_codes_are_found_by_name_and_by_number(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 30), notifications=True) as pilot:
        text = await at(pilot, "5", "codes")
        assert "row 1 of 12" in text
        assert HOSTILE_CLEAN in text
        assert "row 6 of 12" in await typed(pilot, "colon", *"106", "enter")
        await typed(pilot, "tab", "colon", *"portis", "enter")
        table = small_app.screen.query_one("#artist-codes", TableView)
        assert "Portishead" in shown(table).splitlines()[table.rows.cursor + 2]
        assert "row 3 of 16" in await typed(pilot, "colon", "number_sign", "2", "enter")
        assert "No artist is called 'nobody'" in " ".join((await typed(pilot, "colon", *"nobody", "enter")).split())
        assert "row 3 of 16" in shown(table)


async def test_the_matrix_is_drawn_zoomed_and_told_under_the_cursor(small_app: SmallApp) -> None:
    info = small_app.given.info
    async with small_app.run_test(size=(150, 40)) as pilot:
        text = await at(pilot, "5", "matrix")
        assert f"12 users × 16 artists · {info.plays} pairs" in text
        assert "⠁" in text
        text = await at(pilot, "V")
        assert "1 user × 1 artist each, plays: ░ 1" in text
        view = small_app.screen.query_one(MatrixView)
        whole = block.block(small_app.given, view.camera.window if view.camera else None)  # type: ignore[arg-type]
        assert view.block == whole
        for key in ("l", "j", "j"):
            await pilot.press(key)
        text = await at(pilot)
        assert "user 3 of 12: " + whole.users[2] in text
        assert "artist 2 of 16: " in text
        plays = {(cell.row, cell.column): cell.plays for cell in whole.cells}.get((2, 1), 0)
        assert f"{plays} play{'' if plays == 1 else 's'}" in text
        text = await at(pilot, "V")
        assert "a figure: the plays of 1 user × 1 artist" in text
        assert "by code" in await at(pilot, "s")


async def test_the_matrix_zooms_by_key_and_wheel_and_click(tmp_path: Path, home: Home) -> None:
    lines = ["user_id,artist_name,play_count"]
    lines += [f"u{user:03},Artist {(user * 7 + step) % 400},{step + 1}" for user in range(200) for step in range(9)]
    app = app_over(home, write_text(tmp_path / "log.csv", *lines))
    async with app.run_test(size=(80, 24)) as pilot:
        text = await at(pilot, "5", "matrix", "V")
        assert "users 1–14 of 200" in text
        await pilot.click(MatrixView, offset=(40, 8))
        text = await at(pilot)
        view = app.screen.query_one(MatrixView)
        assert view.camera is not None
        assert view.camera.cursor == (8, 40)
        await at(pilot, "z")
        assert view.camera.cursor == (8, 40)
        assert view.camera.zoom == 1
        await typed(pilot, *"zzzz")
        assert view.camera.step == (1, 1)
        assert view.block is not None
        await at(pilot, "0")
        assert (view.camera.zoom, view.camera.top) == (0, 0)
        await at(pilot, "Z")
        assert view.camera.zoom == 0


async def test_an_estimate_of_the_matrix_is_marked(small_app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = block.Matrix.block
    monkeypatch.setattr(block.Matrix, "block", lambda self, window: exact(self, window, 10))
    async with small_app.run_test(size=(120, 40)) as pilot:
        text = await at(pilot, "5", "matrix")
        assert "≈ from " in text
        assert "≈ " in text.splitlines()[-2]


async def test_activity_is_drawn_with_its_figures(small_app: SmallApp) -> None:
    small_app.session.settings = Settings(time_zone="Asia/Kolkata")
    async with small_app.run_test(size=(120, 40)) as pilot:
        text = await at(pilot, "5", "activity")
        assert "Gini 0." in text
        assert "2007-01 – 2008-06" in text
        assert "hours of Asia/Kolkata" in text
        assert "Sun " in text


async def test_a_period_without_listens_is_said_to_be_one(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await at(pilot, "5", "activity")
        small_app.session.set_period(period_of("1999", None, "UTC"))
        text = await at(pilot)
        assert text.count("No listens in this period.") == 3
        assert "Counting" not in text
        small_app.session.set_period(period_of("2007", None, "UTC"))
        assert "No listens" not in await at(pilot)
        calendar = small_app.screen.query_one(Calendar).sheet()
        assert calendar is not None
        assert calendar.title == "Listens by month and hour, 2007"


async def test_a_log_without_times_has_no_calendar(tmp_path: Path, home: Home) -> None:
    app = app_over(home, write_text(tmp_path / "log.csv", "user_id,artist_name,play_count", "1,Air,3", "2,Moby,1"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "This log has no timestamps." in await at(pilot, "5", "activity")


async def test_a_time_zone_that_is_none_is_a_sentence(small_app: SmallApp) -> None:
    small_app.session.settings = Settings(time_zone="Mars/[/b]")
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        text = " ".join((await at(pilot, "5", "activity")).split())
        assert "There is no time zone 'Mars/[/b]'" in text
        assert "The hours could not be counted." in text


async def test_quitting_from_any_section_waits_for_nothing(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await at(pilot, "5", *SECTIONS)
        dataset: Dataset = small_app.given
        await pilot.press("q")
        await pilot.pause()
        assert small_app.return_value == 0
    assert not dataset._running
    await asyncio.sleep(0)


async def test_files_and_first_rows_are_there_before_the_index(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    built = opening.build

    async def slow(session: Session, report: Any) -> Path:
        report("reading names", 0.25)
        await gate.wait()
        return await built(session, report)

    monkeypatch.setattr(opening, "build", slow)
    log = write_text(tmp_path / "log.csv", "user_id,artist_name,play_count", f"1,{HOSTILE},3", "2,Moby,1")
    app = MusicrecApp(home, Log([log]), Settings())
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: "reading names" in shown(app.screen))
        await pilot.press("5")
        await until(pilot, lambda: "Moby" in shown(app.screen))
        text = shown(app.screen)
        assert "The index is being built: reading names, 25%." in text
        assert "1 file, " in text
        assert "play counts" in text
        assert "row 1 of 2" in text
        assert HOSTILE_CLEAN in text
        await pilot.press(*"vvvvv")
        gate.set()
        await until(pilot, lambda: "Source" in shown(app.screen))
        assert not app.screen.query("#waiting-section")


async def test_rows_and_codes_are_filtered_and_sorted_where_they_are_stored(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await at(pilot, "5", "codes")
        await until(pilot, lambda: "row 1 of 12" in shown(small_app.screen))
        assert "/ filter" in shown(small_app.screen).splitlines()[-1]
        artists = small_app.screen.query_one("#artist-codes", TableView)
        artists.focus_rows()
        await pilot.press("slash", *"port", "enter")
        await until(pilot, lambda: "Artists · /port · row 1 of 1" in shown(small_app.screen))
        assert "Portishead" in shown(artists)
        await pilot.press("escape")
        await until(pilot, lambda: "Artists · row 1 of 16" in shown(small_app.screen))
        artists.rows.set_order(Order("listens", descending=True))
        await until(pilot, lambda: "listens ↓" in shown(small_app.screen))
        sheet = artists.sheet()
        assert sheet is not None
        listens = [int(str(cells[3])) for cells in sheet.loaded()]
        assert len(listens) == 16
        assert listens == sorted(listens, reverse=True)
        await pilot.press("colon", "number_sign", "3", "enter")
        await until(pilot, lambda: "Artists · row 4 of 16" in shown(small_app.screen))
        await at(pilot, "rows")
        await until(pilot, lambda: "row 1 of 192" in shown(small_app.screen))
        await pilot.press("slash", *"portishead", "enter")
        await until(pilot, lambda: "/portishead" in shown(small_app.screen))
        found = sum("Portishead" in line for line in log_lines())
        await until(pilot, lambda: f"row 1 of {found}" in shown(small_app.screen))
        table = small_app.screen.query_one("#raw", TableView)
        table.rows.set_order(Order("date", descending=True))
        await until(pilot, lambda: "date ↓" in shown(small_app.screen))
        dates = re.findall(r"\d{4}-\d\d-\d\d", shown(table))
        assert len(dates) == found
        assert dates == sorted(dates, reverse=True)
        sheet = table.sheet()
        assert sheet is not None
        assert sheet.total == found, "an export has the rows that are shown"
