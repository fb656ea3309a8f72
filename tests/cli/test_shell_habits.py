"""What shells and their users expect of a command: a version anywhere, completion, a man page, closed streams."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from musicrec_tui.cli import manual
from tests.cli.conftest import Workshop
from tests.waiting import PATIENCE

PAGE = Path(__file__).parents[2] / "docs" / "musicrec-tui.1"


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of sh, in which `$M` is the program."""
    given = {**os.environ, "M": f"{sys.executable} -m musicrec_tui", **environment}
    return subprocess.run(["sh", "-c", line], env=given, capture_output=True, text=True, timeout=PATIENCE)


def test_the_version_is_printed_wherever_it_is_asked_for(tmp_path: Path) -> None:
    assert shell(f"$M --home {tmp_path} --version").stdout.startswith("musicrec-tui ")
    assert shell(f"$M --data {tmp_path} -V").stdout.startswith("musicrec-tui ")


@pytest.mark.parametrize("line", ["$M --version >&-", "$M models >&-", "$M models >&- 2>&-", "$M --help >&- <&-"])
def test_closed_streams_end_quietly(line: str) -> None:
    ended = shell(line)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_file_is_never_written_over_a_closed_stream(workshop: Workshop, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    line = f"$M export interactions --to {target} --data {workshop.data} --home {workshop.home} >&- 2>&-"
    assert shell(line).returncode == 0
    assert target.read_text().splitlines()[0].count(",") >= 2
    assert "Wrote" not in target.read_text()


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_is_offered_and_answers(name: str) -> None:
    script = shell(f"$M --show-completion {name}", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert script.returncode == 0
    assert "_MUSICREC_TUI_COMPLETE" in script.stdout


def test_a_shell_that_completes_gets_the_commands() -> None:
    answer = shell("$M", _MUSICREC_TUI_COMPLETE="complete_bash", COMP_WORDS="musicrec-tui tak", COMP_CWORD="1")
    assert answer.stdout.split() == ["takeaways"]


def test_the_man_page_is_up_to_date_and_plain_roff() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == manual.page(), "run `make pages`"
    assert told.startswith(".TH MUSICREC-TUI 1")
    requests = {line.split()[0] for line in told.splitlines() if line.startswith(".")}
    assert requests == {".TH", ".SH", ".SS", ".B", ".br", ".nf", ".fi"}


def test_a_wrong_second_file_says_how_to_open_the_first_without_it(workshop: Workshop, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("x\n")
    ended = shell(f"$M info --data {workshop.data} --data {wrong} --home {tmp_path / 'home'}")
    assert ended.returncode == 2
    assert f"To skip this file, leave it out: musicrec-tui {workshop.data}" in ended.stderr
