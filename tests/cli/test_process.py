"""The program as a process: one sentence and a right exit code wherever it is started, never a traceback."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import HOSTILE, Workshop
from tests.waiting import PATIENCE


def start(
    *argv: str,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    environment: Mapping[str, str] = {},
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a run of the program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-m", "musicrec_tui", *argv],
        stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env={**kept, **environment}, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def sentence(err: str) -> str:
    """The one line that stderr must be."""
    [line] = err.splitlines()
    assert line.startswith("musicrec-tui: ")
    assert line.endswith((".", "?"))
    return line


def test_a_pipe_is_no_screen() -> None:
    code, out, err = start()
    assert (code, out) == (2, "")
    assert "terminal" in sentence(err)


def test_a_dumb_terminal_is_no_screen() -> None:
    ours, theirs = pty.openpty()
    try:
        code, _, err = start(stdin=theirs, stdout=theirs, environment={"TERM": "dumb"})
    finally:
        os.close(ours)
        os.close(theirs)
    assert code == 2
    assert "TERM=dumb" in sentence(err)


def test_a_terminal_without_utf8_is_no_screen() -> None:
    ours, theirs = pty.openpty()
    try:
        code, _, err = start(stdin=theirs, stdout=theirs, environment={"TERM": "xterm", "PYTHONIOENCODING": "latin-1"})
    finally:
        os.close(ours)
        os.close(theirs)
    assert code == 2
    assert "UTF-8" in sentence(err)


@pytest.mark.parametrize("argv", [["{}"], ["--data", "{}"], ["info", "--data", "{}"]])
def test_a_missing_path(tmp_path: Path, argv: list[str]) -> None:
    missing = str(tmp_path / "missing")
    code, _, err = start(*(word.format(missing) for word in argv))
    assert code == 2
    assert missing in sentence(err)


def test_a_mistyped_command_is_guessed() -> None:
    code, _, err = start("trains")
    assert code == 2
    assert "train" in sentence(err)


@pytest.mark.parametrize("command", ["info", "train", "export"])
def test_a_home_that_cannot_be_written_to(workshop: Workshop, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    words = {"info": [], "train": ["popularity"], "export": ["interactions", "--to", str(tmp_path / "x.csv")]}[command]
    home = str(tmp_path / "file" / "home")  # below a file: even root cannot write there
    code, _, err = start(command, *words, "--data", str(workshop.data), "--home", home)
    assert code == 1
    assert home in sentence(err)


def test_a_screen_needs_a_home_that_can_be_written_to(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ours, theirs = pty.openpty()
    try:
        code, _, err = start(
            str(workshop.data),
            "--home",
            str(tmp_path / "file" / "h"),
            stdin=theirs,
            stdout=theirs,
            environment={"TERM": "xterm"},
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert code == 1
    assert "--home" in sentence(err)


@pytest.mark.parametrize(
    "locale", [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_any_locale_prints_what_it_can(workshop: Workshop, locale: dict[str, str]) -> None:
    code, out, err = start("artists", "", *workshop.place, environment=locale)
    assert (code, err) == (0, "")
    assert "Nirvana [Live]" in out


def test_a_reader_that_has_seen_enough_is_no_failure(workshop: Workshop) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        code, _, err = start("users", "", *workshop.place, stdout=writer)
    finally:
        os.close(writer)
    assert (code, err) == (0, "")


def test_nothing_is_coloured_in_a_pipe(workshop: Workshop) -> None:
    assert "\x1b" not in start("artists", "", *workshop.place, environment={"TERM": "xterm-256color"})[1]


def test_a_terminal_gets_no_escape_from_names(workshop: Workshop) -> None:
    ours, theirs = pty.openpty()
    try:
        for json in ([], ["--json"]):
            assert (
                start(
                    "artists",
                    "owned",
                    *json,
                    *workshop.place,
                    stdout=theirs,
                    environment={"TERM": "xterm", "NO_COLOR": "1"},
                )[0]
                == 0
            )
    finally:
        os.close(theirs)
    shown = _all_of(ours)
    assert "owned" in shown
    for part in ("\x1b]0;", "\x9b", "\u202e", HOSTILE):
        assert part not in shown


def _all_of(descriptor: int) -> str:
    """All that was written to a pseudo-terminal whose other end is closed."""
    text = b""
    try:
        while part := os.read(descriptor, 65536):
            text += part
    except OSError:  # Linux says so when the last writer is gone
        pass
    finally:
        os.close(descriptor)
    return text.decode()


def test_broken_settings_are_told(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("k = 'many'\n")
    code, _, err = start("info", "--data", str(workshop.data), "--home", str(tmp_path))
    assert code == 2
    assert "settings.toml" in sentence(err)


def test_version_and_help() -> None:
    code, out, _ = start("--version")
    assert code == 0
    assert out.startswith("musicrec-tui ")
    code, out, _ = start("--help")
    assert code == 0
    assert "recommend" in out
