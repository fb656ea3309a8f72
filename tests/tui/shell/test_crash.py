"""A defect of ours gives the terminal back, says one sentence, and keeps the details."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from musicrec_tui.tui import app as app_module
from musicrec_tui.tui.shell import crash
from tests.tui.support import SmallApp, settled


async def test_an_unexpected_exception_is_kept_in_the_log(small_app: SmallApp, home: Home) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a defect of ours")

    async def crash_it() -> None:
        async with small_app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            small_app.call_later(broken)
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        await crash_it()
    assert small_app.crash_log == home.logs / "tui.log"
    kept = small_app.crash_log.read_text(encoding="utf-8")
    assert "ZeroDivisionError: a defect of ours" in kept
    assert "test_crash.py" in kept


def test_the_user_reads_one_sentence_and_gets_exit_code_1(
    small_app: SmallApp, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crashing(self: app_module.MusicrecApp) -> None:
        self.crash_log = home.logs / "tui.log"

    monkeypatch.setattr(app_module.MusicrecApp, "run", crashing)
    assert app_module.run(home, Log([Path("x")]), small_app.session.settings) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(home.logs / "tui.log") in said
    assert "Traceback" not in said


def test_a_log_that_cannot_be_written_is_no_second_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    try:
        raise ValueError("first")
    except ValueError:
        log = crash.save_traceback(Home(tmp_path, tmp_path / "file"))
    assert log == crash.NOWHERE
    crash.print_sentence(log)
    assert "cannot be written" in capsys.readouterr().err
