"""How evaluators end, and what of it a user is told."""

import socket
import subprocess
from concurrent.futures import Future
from pathlib import Path

import pytest

from musicrec_tui.jobs.tuning import evaluators, spark_evaluators


def ended(code: int) -> "Future[int]":
    """A task whose evaluator ended."""
    task: Future[int] = Future()
    task.set_result(code)
    return task


@pytest.mark.parametrize(
    ("code", "sentence", "killed"),
    [
        (-9, "was killed (signal 9), perhaps because memory ran out", True),
        (1, "ended by itself (exit code 1); see the executors' logs", False),
        (evaluators.UNREACHABLE, "--conf spark.driver.host=ADDRESS", False),
    ],
)
def test_the_end_of_a_task_is_a_sentence(code: int, sentence: str, killed: bool) -> None:
    found = spark_evaluators._how(ended(code))
    assert sentence in str(found)
    assert found.killed == killed


def test_an_evaluator_that_cannot_connect_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = evaluators.command(tmp_path, tmp_path / "index", "--tuner", f"127.0.0.1:{port}")
    found = subprocess.run(command, input=b"key\n", env=evaluators.surroundings(1), check=False)
    assert found.returncode == evaluators.UNREACHABLE
