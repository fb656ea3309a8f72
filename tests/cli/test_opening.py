"""Opening a log from the command line: built once, by one of those who want it, and said why again."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from tests.cli.test_process import start
from tests.dataset.logs import listen, write_listens


def test_a_changed_log_says_why_on_stderr(tmp_path: Path) -> None:
    log = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    place = ["info", "--data", str(log), "--home", str(tmp_path / "home")]
    start(*place)
    write_listens(log, [listen(user, f"Air {user}") for user in range(1000)])
    code, out, err = start(*place)
    assert code == 0
    assert "x.parquet is larger than it was" in err
    assert "larger" not in out


def test_of_two_programs_at_once_one_builds_and_the_other_waits_and_says_so(tmp_path: Path) -> None:
    log = tmp_path / "big.parquet"
    with duckdb.connect() as connection:
        connection.sql(
            "SELECT TIMESTAMP '2020-01-01' + to_seconds(i) AS listened_at, i % 5003 AS user_id, "
            "'artist ' || (hash(i) % 20011) AS artist_name, 'song' AS recording_name FROM range(300_000) t(i)"
        ).write_parquet(str(log))
    home = tmp_path / "home"
    command = [sys.executable, "-m", "musicrec_tui", "info", "--data", str(log), "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        while first.poll() is None and not list(home.rglob(".*.duckdb.*.tmp")):
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)  # it holds the lock until the other one waits
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr
            assert any("waiting for another program" in line for line in iter(second.stderr.readline, ""))
            first.send_signal(signal.SIGCONT)
            out, err = first.communicate()
            answer, _ = second.communicate()
    assert (first.returncode, second.returncode) == (0, 0)
    assert "waiting" not in err
    assert answer == out
    assert len(list(home.rglob("*.duckdb"))) == 1
