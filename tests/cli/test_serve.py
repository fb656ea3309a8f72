"""`serve` says what it is about to do, and starts nothing where it should not."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.cli.serve import words
from musicrec_tui.web import server

Served = list[tuple[str, str, int]]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """What would have been served."""
    calls: Served = []

    def note(command: str, host: str, port: int, announce: Any) -> None:
        calls.append((command, host, port))
        announce()

    monkeypatch.setattr(server, "run", note)
    return calls


def test_it_serves_on_this_machine_alone_and_restricted(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve"]) == 0
    [(command, host, port)] = served
    assert (host, port) == ("127.0.0.1", 8000)
    assert command.endswith("-m musicrec_tui --restricted")
    told = capsys.readouterr().err
    assert "http://127.0.0.1:8000/" in told
    assert "Warning" not in told


def test_elsewhere_needs_a_yes(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--host", "192.0.2.1", "--port", "9"]) == 2
    told = capsys.readouterr().err
    assert "all who can reach this machine" in told
    assert "add --yes" in told
    assert not served
    assert run(["serve", "--host", "192.0.2.1", "--port", "9", "--yes"]) == 0
    assert [(host, port) for _, host, port in served] == [("192.0.2.1", 9)]
    assert "all who can reach this machine" in capsys.readouterr().err


def test_the_programs_are_told_what_was_given_and_nothing_else() -> None:
    assert words(None, "", None) == ["--restricted"]
    told = words(["-a b", "c"], "deck", Path("h"))
    assert told == ["--restricted", "--home=h", "--format=deck", "--data=-a b", "--data=c"]


def test_without_the_extra_one_sentence_says_how_to_install_it(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: None if name == "textual_serve" else real(name))
    assert run(["serve"]) == 2
    told = capsys.readouterr().err
    assert "Install it with: " in told
    assert "musicrec-tui[web]" in told
    assert told.count("\n") == 1
    assert not served


def test_a_log_that_is_not_there_is_told_before_anything_is_served(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--data", "nowhere.csv"]) == 2
    assert "nowhere.csv" in capsys.readouterr().err
    assert not served


def test_a_port_that_is_taken_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run(["serve", "--port", str(taken.getsockname()[1])]) == 1
    assert "Try another --port" in capsys.readouterr().err
