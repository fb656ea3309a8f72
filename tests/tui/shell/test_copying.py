"""Copy, export and show whole, by keys: in every list and table, and never against a key that is somebody else's."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from musicrec_tui.dataset.table_files import Column
from musicrec_tui.paths import Home
from musicrec_tui.tui.common.tabular_widget import TabularWidget
from musicrec_tui.tui.shell.copy_dialog import CopyDialog
from musicrec_tui.tui.shell.export_dialog import ExportDialog
from musicrec_tui.tui.shell.whole_row import WholeRow
from musicrec_tui.tui.tabular import clipboard
from musicrec_tui.tui.tabular.clipboard import CopyChoice, copied_sentence, rows_to_copy
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.train.job_list import JobList
from tests.tui.common.test_notifying import corner
from tests.tui.support import HOSTILE, HOSTILE_CLEAN, SmallApp, clean, settled, shown, until
from tests.tui.train.train_support import FakeRun


@pytest.fixture
def system_clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in the place of the system's clipboard."""
    path = tmp_path / "clipboard"
    code = f"import sys, pathlib; pathlib.Path({str(path)!r}).write_bytes(sys.stdin.buffer.read())"
    monkeypatch.setattr(clipboard, "_SECOND_WAY", (sys.executable, "-c", code))
    return path


class Terminal:
    """What the app writes to its terminal by itself."""

    def __init__(self, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written: list[str] = []
        assert app._driver is not None
        write = app._driver.write

        def kept(data: str) -> None:
            self.written.append(data)
            write(data)

        monkeypatch.setattr(app._driver, "write", kept)

    @property
    def copied(self) -> str:
        """The text of the last OSC 52."""
        last = [data for data in self.written if data.startswith("\x1b]52;")][-1]
        assert last.startswith("\x1b]52;c;")
        assert last.endswith("\x07")
        return base64.b64decode(last[len("\x1b]52;c;") : -1]).decode()


async def focused(pilot: Pilot[Any], name: str) -> TabularWidget:
    """Put the focus on a widget."""
    widget = pilot.app.screen.query_one(name, Widget)
    assert isinstance(widget, TabularWidget)
    pilot.app.screen.set_focus(widget)
    await settled(pilot)
    return widget


async def test_a_row_a_cell_and_a_table_are_copied(
    small_app: SmallApp, system_clipboard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        terminal = Terminal(small_app, monkeypatch)
        await pilot.press("slash", "[", "slash", "b", "enter")
        await settled(pilot)
        await focused(pilot, "#results")
        await pilot.press("y")
        await until(pilot, lambda: system_clipboard.exists() and system_clipboard.read_text() == terminal.copied)
        assert terminal.copied.split("\t")[0] == HOSTILE_CLEAN
        assert "Copied 1 row as TSV (7 cells)." in shown(small_app.screen)

        await pilot.press("Y", "left", "j", "j", "j", "j", "enter")  # a cell, as JSON
        await settled(pilot)
        assert json.loads(terminal.copied) == HOSTILE
        assert "\x1b" not in terminal.copied
        assert "Copied 1 cell (artist) as JSON." in shown(small_app.screen)

        await pilot.press("y")  # what was chosen last is remembered
        await settled(pilot)
        assert json.loads(terminal.copied)["artist"] == HOSTILE

        await pilot.press("Y", "l", "l")
        await settled(pilot)
        assert isinstance(small_app.screen, CopyDialog)
        assert "table: 1 rows" in shown(small_app.screen)
        clean(small_app)
        await pilot.press("enter")
        await settled(pilot)
        assert [row["artist"] for row in json.loads(terminal.copied)] == [HOSTILE]


async def test_a_cut_value_is_shown_whole_and_copied_from_there(
    small_app: SmallApp, system_clipboard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with small_app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        terminal = Terminal(small_app, monkeypatch)
        await pilot.press("slash", *"xxxx", "enter")
        await settled(pilot)
        await focused(pilot, "#results")
        await pilot.press("i")
        await settled(pilot)
        assert isinstance(small_app.screen, WholeRow)
        assert "Results for xxxx: one row, whole" in shown(small_app.screen)
        clean(small_app)
        await pilot.press("y")
        await settled(pilot)
        assert terminal.copied == "x" * 10_000
        await pilot.press("j", "y")
        await settled(pilot)
        assert terminal.copied.isdigit()
        await pilot.press("escape")
        await settled(pilot)
        assert small_app.screen.query("#results")
        assert system_clipboard.read_text() == terminal.copied


async def test_all_that_was_found_is_exported_not_only_what_is_loaded(small_app: SmallApp, tmp_path: Path) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        rows = await focused(pilot, "#results")
        sheet = rows.sheet()
        assert sheet is not None
        assert len(sheet.loaded()) < sheet.total
        await pilot.press("e")
        await settled(pilot)
        assert isinstance(small_app.screen, ExportDialog)
        assert f"all {sheet.total} rows" in shown(small_app.screen)
        small_app.screen.query_one(Input).value = str(tmp_path / "found.json")
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(small_app.screen, ExportDialog))
    found = json.loads((tmp_path / "found.json").read_bytes())
    assert len(found) == sheet.total
    assert HOSTILE in [row["artist"] for row in found]  # files have names raw


async def test_every_list_of_explore_has_a_table(small_app: SmallApp) -> None:
    names = ["#top-artists", "#recent", "#listeners", "#recordings", "#recommendations", "Facts"]
    async with small_app.run_test(size=(200, 60)) as pilot:
        await settled(pilot)
        for name in names:
            widget = small_app.screen.query(name).first()
            assert isinstance(widget, TabularWidget)
            sheet = widget.sheet()
            assert sheet is not None, name
            rows = list(sheet.loaded())
            assert {len(row) for row in rows} == {len(sheet.columns)}, name
            if sheet.whole is not None:
                whole = [row for page in sheet.whole(lambda: False) for row in page]
                assert (whole[: len(rows)], len(whole)) == (rows, sheet.total), name


async def test_keys_that_somebody_else_has_are_theirs(small_app: SmallApp, home: Home) -> None:
    run = FakeRun(home, content=small_app.given.info.content)
    run.finish(0.2)
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        results = await focused(pilot, "#results")
        assert results.check_action("export_table", ()) is True
        await pilot.press("2")
        await settled(pilot)
        jobs = small_app.screen.query_one("#jobs", JobList)
        jobs.go_to(run.info.id)
        assert jobs.check_action("export_table", ()) is True
        small_app.moved_keys = {"train.again": "e"}
        assert jobs.check_action("export_table", ()) is False  # the user's `e` trains again
        small_app.moved_keys = {}
        await pilot.press("5", "S")
        await settled(pilot)
        result = small_app.screen.query_one("#result RowList", TabularWidget)
        assert result.check_action("export_table", ()) is False  # `e` exports the query's result, all of it


async def test_what_no_terminal_takes_goes_to_the_system_or_is_refused(
    small_app: SmallApp, system_clipboard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Sheet("Names", (Column("name"),), lambda: [("é" * clipboard.LARGEST,)] * 2, total=2)
    async with small_app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        terminal = Terminal(small_app, monkeypatch)
        small_app.tables.copy_of(sheet, CopyChoice("table", "text"))
        await settled(pilot)
        assert corner(small_app)[-1].endswith("It is only in this machine's clipboard.")
        assert system_clipboard.stat().st_size > 4 * clipboard.LARGEST
        for gone in (("/nowhere/at/all",), (sys.executable, "-c", "raise SystemExit(1)")):
            monkeypatch.setattr(clipboard, "_SECOND_WAY", gone)
            small_app.tables.copy_of(sheet, CopyChoice("table", "text"))
            await settled(pilot)
            assert corner(small_app)[-1].startswith("! 296 kB are too much")
        assert not [data for data in terminal.written if "]52;" in data]


def test_the_sentence_says_how_much_of_how_much() -> None:
    columns = (Column("a"), Column("b"))
    sheet = Sheet("T", columns, lambda: [("x", 1)] * 3, here=("x", 1), cell=1, total=18_432)
    assert copied_sentence(sheet, CopyChoice("row", "TSV"), 1) == "Copied 1 row as TSV (2 cells)."
    assert copied_sentence(sheet, CopyChoice("cell", "TSV"), 1) == "Copied 1 cell (b) as text."
    assert (
        copied_sentence(sheet, CopyChoice("table", "CSV"), 3)
        == "Copied 3 of 18,432 rows as CSV: those that are loaded."
    )
    assert (
        copied_sentence(Sheet("T", columns, list), CopyChoice("table", "CSV"), 1) == "Copied 1 row as CSV (2 columns)."
    )
    assert rows_to_copy(sheet, "cell") == ((Column("b"),), ((1,),))
    assert rows_to_copy(Sheet("T", columns, list), "row") == (columns, ())
