"""The importer speaks JSON Lines and nothing else, whatever happens."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.dataset.profiles import store
from musicrec_tui.jobs import importer
from musicrec_tui.paths import Home
from tests.dataset.logs import write_query, write_text
from tests.services.fake import history, serving

COMMAND = [sys.executable, "-m", "musicrec_tui.jobs.importer"]


def run(home: Home, *arguments: str) -> tuple[int, list[Any], str]:
    """The exit code, the lines, and what went to stderr."""
    command = [*COMMAND, "--home", str(home.root), "--as", "me", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def counts(path: Path, *rows: str) -> Path:
    return write_text(path, "user_id,artist_name,play_count", *rows)


def test_it_tells_progress_and_then_the_account(tmp_path: Path, home: Home) -> None:
    code, lines, noise = run(home, str(counts(tmp_path / "a.csv", "me,Low,3", "me,,1")))
    assert (code, noise) == (0, "")
    assert {tuple(line) for line in lines[:-1]} == {("message", "phase", "fraction")}
    assert lines[-1]["profile"] == "me"
    assert (lines[-1]["account"]["rows"], lines[-1]["account"]["new"]) == (2, 1)
    assert store.read_profile(home, "me").stored.listens == 3


def test_errors_are_one_sentence(tmp_path: Path, home: Home) -> None:
    log = counts(tmp_path / "a.csv", "me,Low,3", "you,Low,4")
    code, lines, noise = run(home, str(log))
    assert (code, noise) == (2, "")
    assert "--user ID" in lines[-1]["sentence"]
    assert run(home, "--user", "you", str(log))[1][-1]["account"]["kept"] == 1
    assert "is not" in run(home, "--format", "ListenBrainz", str(log))[1][-1]["sentence"]


def test_a_service_is_asked(home: Home) -> None:
    with serving(history(12)) as service:
        asked = ("--service", "listenbrainz", "--name", "ann", "--api-url", service.url)
        code, lines, noise = run(home, *asked)
        assert (code, noise) == (0, "")
        assert (lines[-1]["account"]["new"], lines[-1].get("nothing_new", False)) == (12, False)
        assert any("ListenBrainz: 12 listens" in line.get("phase", "") for line in lines)
        service.plays = []
        assert run(home, *asked)[1][-1]["nothing_new"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_cancels_cleanly(number: signal.Signals, tmp_path: Path, home: Home) -> None:
    log = write_query(
        tmp_path / "x.parquet",
        "SELECT 'me' AS user_id, 'artist ' || hash(i) % 400003 AS artist_name, 1 AS play_count "
        "FROM range(1_000_000) t(i)",
    )
    command = [*COMMAND, "--home", str(home.root), "--as", "me", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "phase" in process.stdout.readline()
        process.send_signal(number)
        out, noise = process.communicate()
    assert (process.returncode, noise) == (130, "")
    assert json.loads(out.splitlines()[-1]) == {"message": "stopped"}
    assert [path.name for path in home.profiles.iterdir()] == [".lock"]


def test_a_defect_goes_to_the_log_and_the_user_gets_a_sentence(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("musicrec_tui.dataset.profiles.importing.read_rows", broken)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    log = counts(tmp_path / "a.csv", "me,Low,3")
    assert importer.main(["--home", str(home.root), "--as", "me", str(log)]) == 1
    out, noise = capsysbinary.readouterr()
    assert "importer.log" in json.loads(out.splitlines()[-1])["sentence"]
    assert noise == b""
    assert "ZeroDivisionError" in (home.logs / "importer.log").read_text()
