"""An evaluator: `python -m musicrec_tui.jobs.tuning.evaluator TUNING --index FILE`. Started by `evaluators`.

It loads the matrix once, then fits and measures proposal after proposal until its stdin ends. With `--tuner HOST:PORT`
it is on a node of a cluster, and talks over a connection to the tuner, whose key is the first line of its stdin.
"""

import argparse
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from musicrec_tui import sealed
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import environment, json_lines
from musicrec_tui.jobs.json_lines import (
    AnyMessage,
    Continue,
    EpochEnded,
    Failure,
    Proposal,
    ProposalEnded,
    Ready,
    TrialEnded,
)
from musicrec_tui.jobs.tuning.evaluators import UNREACHABLE
from musicrec_tui.recommenders import memory, registry
from musicrec_tui.recommenders.params import Size
from musicrec_tui.runs.tuning_info import SPEC
from musicrec_tui.runs.tuning_spec import SCHEMA, TuneSpec
from musicrec_tui.shortage import MEMORY, shortage

if TYPE_CHECKING:
    from musicrec_tui.jobs.training_data import TrainingData
    from musicrec_tui.recommenders.base import Recommender

_STEPPED = "val_ndcg@10"
_CONNECT_SECONDS = 60


class _PrunedError(Exception):
    """The tuner has seen enough of this trial."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate until stdin ends; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.tuning.evaluator")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--tuner", metavar="HOST:PORT", help="connect there")
    parser.add_argument("--processes", type=int, help="how many share this machine; else what the spec says")
    chosen = parser.parse_args(arguments)
    environment.prepare()
    said = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what libraries print goes to the log
    threading.Thread(target=_watch, args=(os.getppid(),), name="watch", daemon=True).start()
    try:
        channel = _connected(chosen.tuner) if chosen.tuner else _Channel(sys.stdin.buffer, said)
    except OSError:
        return UNREACHABLE
    try:
        return _serve(chosen.folder, chosen.index, channel, chosen.processes)
    except (ConnectionError, EOFError):
        return 1  # the tuner is gone


def _connected(tuner: str) -> "_Channel":
    """A channel to a tuner on another machine."""
    host, _, port = tuner.rpartition(":")
    connection = socket.create_connection((host, int(port)), _CONNECT_SECONDS)
    connection.settimeout(None)
    connection.sendall(sys.stdin.buffer.readline())
    return _Channel(connection.makefile("rb"), connection.makefile("wb"))


def _watch(tuner: int) -> None:
    """End with the tuner: one that was killed asks for nothing any more, and a fit may be long."""
    while os.getppid() == tuner:
        time.sleep(1)
    os._exit(1)


class _Channel:
    """To and from the tuner."""

    def __init__(self, heard: IO[bytes], said: IO[bytes]) -> None:
        self._heard = heard
        self._said = said

    def send(self, message: AnyMessage) -> None:
        """Send a message."""
        self._said.write(json_lines.encode(message))
        self._said.flush()

    def proposal(self) -> Proposal | None:
        """The next one; None where there are no more."""
        line = self._heard.readline()
        return json_lines.expect(line, Proposal) if line else None

    def answer(self) -> bool:
        """What the tuner says to a step."""
        line = self._heard.readline()
        if not line:
            raise EOFError
        return json_lines.expect(line, Continue).go


def _serve(folder: Path, index: Path, channel: _Channel, processes: int | None) -> int:
    """Load, then work."""
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.jobs.training_data import load

    try:
        spec = sealed.read(folder / SPEC, TuneSpec, SCHEMA)
        spec = msgspec.structs.replace(spec, processes=processes or spec.processes)
        dataset = Dataset(index)
        parts = load(dataset, spec.split, timed=bool(getattr(spec.base, "half_life", 0)) or "half_life" in spec.varied)
        dataset.close()
    except UserError as error:
        channel.send(Failure(str(error)))
        return 1
    channel.send(Ready())
    while (proposal := channel.proposal()) is not None:
        _RunningTrial(spec, parts, proposal, channel).work()
        channel.send(ProposalEnded())
    return 0


class _RunningTrial:
    """The work on one proposal; it is the sink of its fit."""

    def __init__(self, spec: TuneSpec, parts: "TrainingData", proposal: Proposal, channel: _Channel) -> None:
        self._spec = spec
        self._parts = parts
        self._proposal = proposal
        self._channel = channel
        self._done: set[int] = set()
        self._began = time.perf_counter()
        self._away = 0.0

    def work(self) -> None:
        """Make the trials; each ends with a `TrialEnded`."""
        reason, pruned = "", False
        try:
            self._fit()
        except _PrunedError:
            pruned = True
        except UserError as error:
            reason = str(error)
        except (ConnectionError, EOFError, Cancelled):
            raise
        except Exception as error:  # noqa: BLE001  (a trial may fail in ways of its library's; the others go on)
            traceback.print_exc()
            why = shortage(error)
            advice = memory.advice(self._spec.model) if why == MEMORY else ""
            reason = f"{why} {advice}".strip() or f"It stopped with {type(error).__name__}: {error}"[:500]
        for number in self._proposal.numbers:
            if number not in self._done:
                self._end(number, {}, 0.0, pruned=pruned, reason=reason)

    def _fit(self) -> None:
        """One fit, looked at as often as the proposal wants."""
        from musicrec_tui.recommenders import factory
        from musicrec_tui.recommenders.base import Fit, Staged

        train = self._parts.split.train
        users, artists = train.shape
        free = environment.available_bytes() // self._spec.processes
        last = self._proposal.params[-1]
        memory.refuse_what_cannot_fit(last, Size(users, artists, train.nnz), free)
        fit = Fit(self._spec.seed, self, self._parts.validation(), self._parts.ages(final=False))
        recommender = factory.create(last)
        self._began = time.perf_counter()
        if isinstance(recommender, Staged):
            swept = [getattr(params, registry.named(last.model).staged_by) for params in self._proposal.params]
            stages = dict(zip(swept, self._proposal.numbers, strict=True))
            recommender.fit_stages(train, fit, stages, lambda stage: self._measure(recommender, stages[stage]))
        else:
            recommender.fit(train, fit)
            self._measure(recommender, self._proposal.numbers[-1])

    def _measure(self, recommender: "Recommender", number: int) -> None:
        """The metrics on validation."""
        from musicrec_tui.evaluation import ranking
        from musicrec_tui.recommenders.cold_start import ColdStart

        began = time.perf_counter()
        parts = self._parts
        train = parts.split.train
        known = parts.known(train)
        served = ColdStart(recommender.scores, train, excluded=None if parts.repeats else known.__getitem__)
        found = ranking.evaluate(
            served, train, parts.split.validation, self._spec.k, known=known, exclude_known=not parts.repeats
        )
        seconds = time.perf_counter() - began
        self._end(number, found.metrics, seconds)
        self._away += time.perf_counter() - began

    def _end(
        self, number: int, metrics: Mapping[str, float], seconds: float, *, pruned: bool = False, reason: str = ""
    ) -> None:
        """Say that a trial is over. Of a shared fit, each is told the seconds of the sweeps that it took."""
        self._done.add(number)
        fit = time.perf_counter() - self._began - self._away - seconds
        self._channel.send(
            TrialEnded(
                number=number,
                metrics=dict(metrics),
                pruned=pruned,
                reason=reason,
                seconds={"fit": fit, "evaluate": seconds},
                peak_memory_mb=environment.peak_memory_mb(),
            )
        )

    # The sink of the fit.

    def progress(self, done: int, of: int) -> None:
        """Nobody asks."""

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        """Ask whether to go on, where an epoch was validated."""
        if (value := metrics.get(_STEPPED)) is not None:
            self._channel.send(EpochEnded(self._proposal.numbers[0], epoch, value))
            if not self._channel.answer():
                raise _PrunedError

    def device(self, name: str, memory_mb: int | None) -> None:
        """Nobody asks."""

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        """Nobody asks."""

    def log(self, text: str) -> None:
        """Into the log of the tuning."""
        print(text, flush=True)  # noqa: T201  (stdout is the log by now)


if __name__ == "__main__":
    sys.exit(main())
