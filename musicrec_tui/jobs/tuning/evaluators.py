"""What evaluates the trials of a tuner: processes of this machine, or (`spark_evaluators`) tasks of a cluster."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol, cast

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import environment, json_lines
from musicrec_tui.jobs.json_lines import AnyMessage, Failure
from musicrec_tui.recommenders import memory
from musicrec_tui.runs.tuning_spec import TuneSpec

MODULE = "musicrec_tui.jobs.tuning.evaluator"
UNREACHABLE = 4
"""Exit code of an evaluator that cannot connect to its tuner."""


class DiedError(Exception):
    """An evaluator ended before its work; `killed`: by a signal, as the system does when memory runs out."""

    def __init__(self, sentence: str, *, killed: bool = True) -> None:
        super().__init__(sentence)
        self.killed = killed

    def reason(self, model: str) -> str:
        """The sentence, with what of the model to lower."""
        return f"{self} {memory.advice(model)}" if self.killed else str(self)


def death(code: int | None, log: str = "log.txt") -> DiedError:
    """How an evaluator ended, from its exit code; None: it has none yet. `log`: where it has written."""
    if code is not None and code < 0:
        return DiedError(f"The process that evaluates was killed (signal {-code}), perhaps because memory ran out.")
    return DiedError(f"The process that evaluates ended by itself (exit code {code}); see {log}.", killed=False)


class Evaluator(Protocol):
    """A connection to a process that evaluates proposals."""

    def send(self, message: AnyMessage) -> None:
        """Send a message.

        Raises:
            DiedError: the process is gone.
        """

    def receive(self) -> AnyMessage:
        """Wait for a message.

        Raises:
            DiedError: the process is gone.
        """


class Evaluators(Protocol):
    """A place where evaluators are started."""

    @property
    def slots(self) -> int:
        """How many can work at the same time, now; at least 1."""

    def check(self) -> None:
        """Called a few times a second.

        Raises:
            UserError: none can be started any more.
        """

    def started(self) -> AbstractContextManager[Evaluator]:
        """An evaluator, for one proposal after another.

        Raises:
            DiedError: it is gone already.
            UserError: it cannot load the data.
        """

    def stop(self) -> None:
        """End all of them; what they have found was sent, or was not finished."""


class LocalEvaluators:
    """Processes of this machine, each of which loads the matrix once.

    Args:
        spec: of the tuning.
        folder: the tuning's.
        index: the index file.
    """

    def __init__(self, spec: TuneSpec, folder: Path, index: Path) -> None:
        self.slots = spec.processes
        self._command = command(folder, index)
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def check(self) -> None:
        """See `Evaluators`."""

    @contextlib.contextmanager
    def started(self) -> "Iterator[Evaluator]":
        """Start an evaluator and wait until it has the matrix."""
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=surroundings(max(1, (os.cpu_count() or 1) // self.slots)),
        )  # fmt: skip
        self._processes.add(process)
        try:
            if self._stopped:  # while it was started, so that it was not among those that were ended
                process.kill()
            evaluator = _Piped(process)
            if isinstance(ready := evaluator.receive(), Failure):
                raise UserError(ready.sentence, exit_code=1)
            yield evaluator
        finally:
            self._processes.discard(process)
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    cast("IO[bytes]", stream).close()
            process.wait()

    def stop(self) -> None:
        """See `Evaluators`."""
        self._stopped = True
        for process in list(self._processes):
            process.kill()


class _Piped:
    """An evaluator that is a child of this process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def send(self, message: AnyMessage) -> None:
        """See `Evaluator`."""
        stdin = cast("IO[bytes]", self._process.stdin)
        try:
            stdin.write(json_lines.encode(message))
            stdin.flush()
        except OSError as error:
            raise self._how() from error

    def receive(self) -> AnyMessage:
        """See `Evaluator`."""
        line = cast("IO[bytes]", self._process.stdout).readline()
        if not line.endswith(b"\n"):
            raise self._how()
        return json_lines.decode(line)

    def _how(self) -> DiedError:
        """How it ended."""
        deadline = time.monotonic() + 5
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return death(self._process.returncode)


def command(folder: Path, index: Path, *options: str) -> list[str]:
    """The command of an evaluator."""
    return [sys.executable, "-P", "-m", MODULE, str(folder), "--index", str(index), *options]


def surroundings(threads: int) -> dict[str, str]:
    """The environment of an evaluator that is to use so many threads: where several work at once, each has a few."""
    names = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return environment.for_child() | dict.fromkeys(names, str(threads))
