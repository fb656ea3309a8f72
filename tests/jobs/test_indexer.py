"""The indexer speaks JSON Lines and nothing else, whatever happens."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.dataset.index import cache
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs import indexer
from musicrec_tui.paths import Home
from tests.dataset.logs import listen, write_listens, write_query

COMMAND = [sys.executable, "-m", "musicrec_tui.jobs.indexer"]


def run(*arguments: str) -> tuple[int, list[Any], str]:
    """The exit code, the lines, and what went to stderr."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_it_tells_progress_and_then_the_index(tmp_path: Path, home: Home) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    code, lines, noise = run("--home", str(home.root), str(log))
    assert (code, noise) == (0, "")
    assert lines[-1] == {"message": "indexbuilt", "index": str(cache.find_index(Log([log]), home))}
    assert {tuple(line) for line in lines[:-1]} == {("message", "phase", "fraction")}


def test_it_says_why_it_builds_again(tmp_path: Path, home: Home) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    run("--home", str(home.root), str(log))
    write_listens(log, [listen(user, f"Air {user}") for user in range(1000)])
    _, lines, _ = run("--home", str(home.root), str(log))
    why = "Built again because x.parquet is larger than it was."
    assert [line for line in lines if line["message"] == "note"] == [{"message": "note", "sentence": why}]


def test_an_error_is_one_sentence(tmp_path: Path, home: Home) -> None:
    code, lines, noise = run("--home", str(home.root), str(tmp_path / "missing"))
    assert (code, noise, len(lines)) == (2, "", 1)
    assert lines[0]["sentence"].startswith("There is nothing at ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_cancels_cleanly(number: signal.Signals, tmp_path: Path, home: Home) -> None:
    log = write_query(
        tmp_path / "x.parquet",
        "SELECT i % 50021 AS user_id, 'artist ' || hash(i) % 200003 AS artist_name, 1 AS play_count "
        "FROM range(1_000_000) t(i)",
    )
    with subprocess.Popen(
        [*COMMAND, "--home", str(home.root), str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "phase" in process.stdout.readline()
        process.send_signal(number)
        out, noise = process.communicate()
    assert (process.returncode, noise) == (130, "")
    assert json.loads(out.splitlines()[-1]) == {"message": "stopped"}
    assert [path for path in home.indexes.iterdir() if path.suffix != ".lock"] == []


def test_a_defect_goes_to_the_log_and_the_user_gets_a_sentence(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("musicrec_tui.dataset.index.filling.fill", broken)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    assert indexer.main(["--home", str(home.root), str(log)]) == 1
    out, noise = capsysbinary.readouterr()
    assert "indexer.log" in json.loads(out)["sentence"]
    assert noise == b""
    assert "ZeroDivisionError" in (home.logs / "indexer.log").read_text()


def test_it_stops_when_its_reader_is_gone(tmp_path: Path, home: Home) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    with subprocess.Popen(
        [*COMMAND, "--home", str(home.root), str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        assert process.stderr is not None
        noise = process.stderr.read()
        process.wait()
    assert (process.returncode, noise) == (130, b"")
