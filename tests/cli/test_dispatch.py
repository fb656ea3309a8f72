"""The console script tells commands from paths."""

import sys
from pathlib import Path

import pytest

from musicrec_tui import __main__ as entry
from musicrec_tui.cli.app import assembled
from musicrec_tui.cli.argv import COMMANDS, ScreenRequest, read
from musicrec_tui.errors import UserError


def test_no_word_opens_the_screen_with_the_defaults() -> None:
    assert read([]) == ScreenRequest([], None)


def test_paths_and_options_open_the_screen() -> None:
    assert read(["a.parquet", "--data", "b", "--home=h"]) == ScreenRequest(["a.parquet", "b"], Path("h"))


def test_a_command_is_a_command_wherever_the_shared_options_stand() -> None:
    assert read(["users", "ann", "--data", "d"]) == ["users", "ann", "--data", "d"]
    assert read(["--home", "h", "--data=d", "users", "ann"]) == ["users", "--home", "h", "--data", "d", "ann"]


def test_a_folder_named_like_a_command_is_opened_as_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "users").mkdir()
    assert read(["users", "x"]) == ["users", "x"]
    assert read(["./users"]) == ScreenRequest(["./users"], None)
    assert read(["--", "users"]) == ScreenRequest(["users"], None)


def test_a_command_name_after_a_path_is_a_path() -> None:
    assert read(["log.csv", "users"]) == ScreenRequest(["log.csv", "users"], None)


def test_help_wins() -> None:
    assert read(["--data", "d", "--help"]) == ["--help"]


@pytest.mark.parametrize("argv", [["--data"], ["--home"], ["--nonsense"], ["-x", "users"]])
def test_wrong_options_get_a_sentence(argv: list[str]) -> None:
    with pytest.raises(UserError, match=argv[0]):
        read(argv)


def test_a_misspelled_command_with_options_is_named() -> None:
    with pytest.raises(UserError, match="trainn is not a command, and the screen has no option --set"):
        read(["trainn", "als", "--set", "factors=3"])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_names_the_module_of_each_command(name: str) -> None:
    [command] = assembled([name]).registered_commands
    assert command.callback
    assert command.callback.__module__ == f"musicrec_tui.cli.{COMMANDS[name]}"


def test_a_format_is_insisted_on_before_a_command_and_for_the_screen() -> None:
    assert read(["--format", "deck", "log.csv"]) == ScreenRequest(["log.csv"], None, "deck")
    assert read(["--format=play-counts", "info"]) == ["info", "--format", "play-counts"]
    with pytest.raises(UserError, match="--format needs a name"):
        read(["--format"])


def test_flags_are_for_the_screen() -> None:
    assert read(["--restricted", "log.csv"]) == ScreenRequest(["log.csv"], None, "", frozenset({"--restricted"}))
    assert read(["--no-tour"]).flags == {"--no-tour"}  # type: ignore[union-attr]  # no command was named
    with pytest.raises(UserError, match="--restricted is for the screen; the command users"):
        read(["--restricted", "users"])


def test_ctrl_c_before_the_command_line_is_there_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["musicrec-tui", "runs"])
    monkeypatch.setattr("musicrec_tui.cli.outcome.guarded", interrupted)
    assert entry.main() == 130
    assert capsys.readouterr().err == "musicrec-tui: Cancelled.\n"
