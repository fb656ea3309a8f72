"""How evaluators end, and what of it a user is told."""

import contextlib
import signal
import socket
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from musicrec_tui.jobs import json_lines
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


def test_an_evaluator_that_is_started_while_the_others_are_ended_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    ready = f"print({json_lines.encode(json_lines.Ready()).decode().strip()!r}, flush=True); input()"
    popen = subprocess.Popen

    def start(*_: object, **more: Any) -> "subprocess.Popen[bytes]":
        started.append(popen([sys.executable, "-c", ready], **more))
        local.stop()
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", start)
    local = evaluators.LocalEvaluators(Mock(processes=1), tmp_path, tmp_path)
    with contextlib.suppress(evaluators.DiedError), local.started():
        pass  # its line may have been there already
    assert started[0].returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("end", "told"),
    [("sys.exit(3)", "ended by itself (exit code 3)"), ("os.kill(os.getpid(), 9)", "killed (signal 9)")],
)
def test_the_end_of_a_process_is_waited_for(end: str, told: str) -> None:
    """Its pipe may close a moment before it is gone."""
    code = f"import os, sys, time; os.close(1); time.sleep(0.1); {end}"
    command = [sys.executable, "-S", "-c", code]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process,
        pytest.raises(evaluators.DiedError) as died,
    ):
        evaluators._Piped(process).receive()
    assert told in str(died.value)
