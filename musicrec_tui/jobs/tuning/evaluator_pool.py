"""The evaluators of a tuner, each served by a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Literal

from musicrec_tui.errors import UserError
from musicrec_tui.jobs.json_lines import Continue, EpochEnded, Failure, Proposal, ProposalEnded, Ready, TrialEnded
from musicrec_tui.jobs.reporter import now
from musicrec_tui.jobs.tuning.evaluators import DiedError, Evaluator, Evaluators
from musicrec_tui.jobs.tuning.proposals import Proposals
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs.trials import Trial
from musicrec_tui.runs.tuning_spec import TuneSpec

_TICK = 0.1
_MOST_DEATHS = 3
_MOST_THREADS = 4096


class EvaluatorPool:
    """Runs all trials of a source of proposals.

    Args:
        spec: of the tuning.
        evaluators: where trials are evaluated.
        proposals: where trials come from.
        keep: called with each trial that ends, by one thread at a time.
    """

    def __init__(
        self, spec: TuneSpec, evaluators: Evaluators, proposals: Proposals, keep: Callable[[Trial], None]
    ) -> None:
        self._spec = spec
        self._evaluators = evaluators
        self._proposals = proposals
        self._keep = keep
        self._keeping = threading.Lock()
        self._stopping = False

    def work(self, check: Callable[[], None]) -> None:
        """Until there is nothing left to try.

        Args:
            check: called a few times a second in this thread; may raise, which ends the work.

        Raises:
            UserError: evaluators cannot load the data, or die again and again.
        """
        pool = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="evaluator")
        futures: set[Future[None]] = set()
        exhausted = False
        try:
            while futures or not exhausted:
                while not exhausted and len(futures) < self._evaluators.slots:  # a cluster's may become more
                    futures.add(pool.submit(self._attend))
                over, futures = wait(futures, _TICK, FIRST_EXCEPTION)
                _raise_first(over)
                exhausted = exhausted or bool(over)
                self._evaluators.check()
                check()
        finally:
            self._stopping = True
            self._evaluators.stop()
            pool.shutdown()

    def _attend(self) -> None:
        """One evaluator after another, until there are no proposals left."""
        deaths = 0
        proposal = self._proposals.following()
        while proposal is not None and not self._stopping:
            try:
                with self._evaluators.started() as evaluator:
                    while proposal is not None:
                        current, proposal = proposal, None
                        self._make(evaluator, current)
                        proposal = self._proposals.following()
            except DiedError as error:
                deaths += 1
                if deaths >= _MOST_DEATHS and not self._stopping:
                    told = error.reason(self._spec.model)
                    raise UserError(f"Its processes died repeatedly. {told}", exit_code=1) from error
                proposal = proposal or self._proposals.following()  # the one that it died over has failed

    def _make(self, evaluator: Evaluator, proposal: Proposal) -> None:
        """The trials of a proposal; where the evaluator dies over them, they have failed."""
        params = dict(zip(proposal.numbers, proposal.params, strict=True))
        steps: list[tuple[int, float]] = []
        try:
            evaluator.send(proposal)
            while not isinstance(message := evaluator.receive(), ProposalEnded):
                match message:
                    case Ready():  # it begins, after the loss of a node once more
                        steps.clear()
                    case Failure(sentence):
                        raise UserError(sentence, exit_code=1)
                    case EpochEnded(number, epoch, value):
                        steps.append((epoch, value))
                        evaluator.send(Continue(self._proposals.go_on(number, epoch, value)))
                    case TrialEnded() if message.number in params:
                        self._end(self._trial(message, params.pop(message.number), steps))
        except DiedError as error:
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


def _raise_first(over: "set[Future[None]]") -> None:
    """Raise what one of the threads raised."""
    for future in over:
        future.result()
