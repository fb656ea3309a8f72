"""The evaluator processes of a tuner, each served by a thread of its own."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import IO, Literal, cast

from musicrec_tui.errors import UserError
from musicrec_tui.jobs import environment, json_lines
from musicrec_tui.jobs.json_lines import (
    AnyMessage,
    Continue,
    EpochEnded,
    Failure,
    Proposal,
    ProposalEnded,
    TrialEnded,
)
from musicrec_tui.jobs.reporter import now
from musicrec_tui.jobs.tuning.proposals import Proposals
from musicrec_tui.recommenders import memory
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import TuneSpec

_TICK = 0.1
_MOST_DEATHS = 3


class _DiedError(Exception):
    """An evaluator ended before its work; `killed`: by a signal, as the system does when memory runs out."""

    def __init__(self, sentence: str, *, killed: bool = True) -> None:
        super().__init__(sentence)
        self.killed = killed

    def reason(self, model: str) -> str:
        """The sentence, with what of the model to lower."""
        return f"{self} {memory.advice(model)}" if self.killed else str(self)


class EvaluatorPool:
    """Runs all trials of a source of proposals.

    Args:
        spec: of the tuning.
        folder: the tuning's.
        index: the index file.
        proposals: where trials come from.
        keep: called with each trial that ends, by one thread at a time.
    """

    def __init__(
        self, spec: TuneSpec, folder: Path, index: Path, proposals: Proposals, keep: Callable[[Trial], None]
    ) -> None:
        self._spec = spec
        self._command = [
            sys.executable, "-P", "-m", "musicrec_tui.jobs.tuning.evaluator", str(folder), "--index", str(index)
        ]  # fmt: skip
        self._proposals = proposals
        self._keep = keep
        self._keeping = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    def work(self, check: Callable[[], None]) -> None:
        """Until there is nothing left to try.

        Args:
            check: called a few times a second in this thread; may raise, which ends the work.

        Raises:
            UserError: evaluators cannot load the data, or die again and again.
        """
        pool = ThreadPoolExecutor(self._spec.processes, thread_name_prefix="evaluator")
        try:
            futures = {pool.submit(self._attend) for _ in range(self._spec.processes)}
            while futures:
                over, futures = wait(futures, _TICK, FIRST_EXCEPTION)
                _raise_first(over)
                check()
        finally:
            self._stop()
            pool.shutdown()

    def _attend(self) -> None:
        """One evaluator after another, until there are no proposals left."""
        deaths = 0
        proposal = self._proposals.following()
        while proposal is not None and not self._stopping:
            try:
                with self._evaluator() as process:
                    while proposal is not None:
                        current, proposal = proposal, None
                        self._make(process, current)
                        proposal = self._proposals.following()
            except _DiedError as error:
                deaths += 1
                if deaths >= _MOST_DEATHS and not self._stopping:
                    told = error.reason(self._spec.model)
                    raise UserError(f"Its processes died repeatedly. {told}", exit_code=1) from error
                proposal = proposal or self._proposals.following()  # the one that it died over has failed

    @contextlib.contextmanager
    def _evaluator(self) -> "Iterator[subprocess.Popen[bytes]]":
        """Start an evaluator and wait until it has the matrix."""
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_surroundings(self._spec.processes),
        )  # fmt: skip
        self._processes.add(process)
        try:
            if isinstance(ready := _receive(process), Failure):
                raise UserError(ready.sentence, exit_code=1)
            yield process
        finally:
            self._processes.discard(process)
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    cast("IO[bytes]", stream).close()
            process.wait()

    def _make(self, process: "subprocess.Popen[bytes]", proposal: Proposal) -> None:
        """The trials of a proposal; where the evaluator dies over them, they have failed."""
        params = dict(zip(proposal.numbers, proposal.params, strict=True))
        steps: list[tuple[int, float]] = []
        try:
            _send(process, proposal)
            while not isinstance(message := _receive(process), ProposalEnded):
                match message:
                    case EpochEnded(number, epoch, value):
                        steps.append((epoch, value))
                        _send(process, Continue(self._proposals.go_on(number, epoch, value)))
                    case TrialEnded():
                        self._end(self._trial(message, params.pop(message.number), steps))
        except _DiedError as error:
            if not self._stopping:
                reason = error.reason(self._spec.model)
                for number, one in params.items():
                    self._end(Trial(number=number, params=one, state="failed", at=now(), reason=reason))
            raise

    def _trial(self, done: TrialEnded, params: Params, steps: list[tuple[int, float]]) -> Trial:
        """What an evaluator said, as it is kept."""
        value = done.metrics.get(self._spec.objective)
        state: Literal["finished", "pruned", "failed"] = "finished" if value is not None else "failed"
        if done.pruned:
            state, value = "pruned", steps[-1][1] if steps else None
        missing = f"It has no {self._spec.objective}." if state == "failed" else ""
        return Trial(
            number=done.number, params=params, state=state, at=now(), value=value, metrics=done.metrics,
            steps=tuple(steps), seconds=done.seconds, peak_memory_mb=done.peak_memory_mb,
            reason=done.reason or missing,
        )  # fmt: skip

    def _end(self, trial: Trial) -> None:
        """Keep a trial, then let the source learn from it."""
        with self._keeping:
            self._keep(trial)
        self._proposals.ended(trial)

    def _stop(self) -> None:
        """Nobody is to work any more."""
        self._stopping = True
        for process in list(self._processes):
            process.kill()  # it has nothing to tidy up: what it found is with us, or was not finished


def _raise_first(over: "set[Future[None]]") -> None:
    """Raise what one of the threads raised."""
    for future in over:
        future.result()


def _surroundings(processes: int) -> dict[str, str]:
    """The environment of an evaluator: where several work at once, each has one thread."""
    threads = str(max(1, (os.cpu_count() or 1) // processes))
    names = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return environment.for_child() | dict.fromkeys(names, threads)


def _send(process: "subprocess.Popen[bytes]", message: AnyMessage) -> None:
    """One line to an evaluator."""
    stdin = cast("IO[bytes]", process.stdin)
    try:
        stdin.write(json_lines.encode(message))
        stdin.flush()
    except OSError as error:
        raise _how(process) from error


def _receive(process: "subprocess.Popen[bytes]") -> AnyMessage:
    """One line from an evaluator."""
    line = cast("IO[bytes]", process.stdout).readline()
    if not line.endswith(b"\n"):
        raise _how(process)
    return json_lines.decode(line)


def _how(process: "subprocess.Popen[bytes]") -> _DiedError:
    """How an evaluator ended."""
    deadline = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    code = process.returncode
    if code is not None and code < 0:
        return _DiedError(f"The process that evaluates was killed (signal {-code}), perhaps because memory ran out.")
    return _DiedError(f"The process that evaluates ended by itself (exit code {code}); see log.txt.", killed=False)
