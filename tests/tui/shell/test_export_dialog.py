"""The export dialog: a name, progress, a way to stop, and no file that was there is lost by accident."""

import threading
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input, Static

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.tui.shell.export_dialog import Cancelling, ExportDialog, Report
from tests.tui.support import settled, until


class Writer:
    """Work that goes as far as it is let."""

    def __init__(self) -> None:
        self.targets: list[Path] = []
        self.many: list[int] = []
        self.go = threading.Event()
        self.error: Exception | None = None

    def __call__(self, target: Path, report: Report, cancelled: Cancelling, many: int) -> int:
        """Tell that it is half-way, then wait."""
        self.targets.append(target)
        self.many.append(many)
        report(500, 1000)
        while not self.go.wait(0.02):
            if cancelled():
                raise Cancelled
        if self.error is not None:
            raise self.error
        target.write_text("written")
        return 1000


class DialogApp(App[None]):
    """Nothing but the dialog."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.work = Writer()
        self.offered = name
        self.answers: list[int | None] = []

    def on_mount(self) -> None:
        """Open it."""
        self.push_screen(ExportDialog("Export [b]x", self.offered, self.work), self.answers.append)

    @property
    def said(self) -> str:
        """What the dialog says."""
        return str(self.screen.query_one("#export-said", Static).content)


async def test_it_writes_and_tells_how_far_it_is(tmp_path: Path) -> None:
    app = DialogApp(str(tmp_path / "out.csv"))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "500 of 1,000 rows" in app.said)
        app.work.go.set()
        await until(pilot, lambda: app.answers == [1000])
    assert app.work.targets == [tmp_path / "out.csv"]


async def test_it_stops_and_can_be_tried_again(tmp_path: Path) -> None:
    app = DialogApp(str(tmp_path / "out.csv"))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "500" in app.said)
        await pilot.press("escape")
        await until(pilot, lambda: app.said.startswith("Stopped"))
        app.work.go.set()
        await pilot.press("enter")
        await until(pilot, lambda: app.answers == [1000])


async def test_escape_closes_it(tmp_path: Path) -> None:
    app = DialogApp(str(tmp_path / "out.csv"))
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.answers == [None])
    assert app.work.targets == []


async def test_a_file_that_is_there_is_replaced_after_a_second_enter(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    app = DialogApp(str(target))
    app.work.go.set()
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await settled(pilot)
        assert "This file exists" in app.said
        app.screen.query_one(Input).value = f"{tmp_path}/./out.csv"  # another name: asked again
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert target.read_text() == "before"
        await pilot.press("enter")
        await until(pilot, lambda: app.answers == [1000])
    assert target.read_text() == "written"


async def test_names_that_cannot_be_are_sentences(tmp_path: Path) -> None:
    app = DialogApp("")
    async with app.run_test() as pilot:
        await pilot.press("enter")
        for name, words in (("out.xlsx", "Unknown format"), ("x" * 300 + ".csv", "too long")):
            app.screen.query_one(Input).value = str(tmp_path / name)
            await pilot.press("enter")
            await settled(pilot)
            assert words in app.said
    assert app.work.targets == []


async def test_what_goes_wrong_is_a_sentence_and_the_dialog_stays(tmp_path: Path) -> None:
    app = DialogApp(str(tmp_path / "out.csv"))
    app.work.error = UserError("The disk is full [/b]\x1b[31m.")
    app.work.go.set()
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: app.said == "The disk is full [/b]�[31m.")
        assert app.answers == []


async def test_leaving_the_program_stops_the_work(tmp_path: Path) -> None:
    app = DialogApp(str(tmp_path / "out.csv"))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "500" in app.said)
        app.exit()
    assert not (tmp_path / "out.csv").exists()


async def test_a_home_that_nobody_has_and_a_folder_that_is_gone_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    app = DialogApp("~nobody-at-all/out.csv")
    async with app.run_test() as pilot:
        await until(pilot, lambda: "is gone. Type an absolute path" in app.said)
        await pilot.press("enter")
        await until(pilot, lambda: "No such file" in app.said)
