"""However a command ends, it ends with a code and a sentence."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.cli.outcome import guarded, home_in
from musicrec_tui.errors import Cancelled, UserError


def failing(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UserError("Bad input."), 2, "Bad input."),
        (UserError("It failed.", exit_code=1), 1, "It failed."),
        (UserError("Named \x1b[31m so."), 2, "Named �[31m so."),
        (Cancelled(), 130, "Cancelled."),
        (KeyboardInterrupt(), 130, "Cancelled."),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), 1, "/x: No space left on device."),
        (MemoryError(), 1, "memory"),
    ],
)
def test_each_end_has_its_code_and_sentence(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(failing(error), []) == code
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_a_defect_is_logged_in_the_home_that_was_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(failing(ZeroDivisionError("oops")), ["info", "--home", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    log = tmp_path / "cache" / "logs" / "cli.log"
    assert str(log) in told
    assert told.count("\n") == 1
    assert "ZeroDivisionError: oops" in log.read_text()


def test_a_defect_is_told_where_no_log_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert guarded(failing(ZeroDivisionError("oops")), [f"--home={tmp_path / 'file' / 'home'}"]) == 1
    assert "oops" in capsys.readouterr().err


def test_the_home_of_a_command_line_is_found_in_both_spellings() -> None:
    assert home_in(["info", "--home", "a"]) == Path("a")
    assert home_in(["info", "--home=b"]) == Path("b")
    assert home_in(["info", "--home"]) is None
