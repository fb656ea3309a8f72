"""Evaluators on a Spark cluster: each proposal is a task, which starts an evaluator on its node and waits for its end.

The evaluator connects to the tuner, which is Spark's driver, and says what one of this machine says on its pipes. Spec
and index go to the nodes as files of the application: they need the environment of this one, and no folder of it.
A task whose node is lost is started on another one, by Spark; its evaluator begins again with `Ready`.
"""

import contextlib
import queue
import secrets
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from musicrec_tui.jobs import json_lines, spark_work
from musicrec_tui.jobs.json_lines import AnyMessage, Proposal, ProposalEnded
from musicrec_tui.jobs.reporter import Reporter
from musicrec_tui.jobs.tuning import evaluators
from musicrec_tui.jobs.tuning.evaluators import DiedError, Evaluator
from musicrec_tui.runs.tuning_info import SPEC
from musicrec_tui.runs.tuning_spec import TuneSpec
from musicrec_tui.spark import cluster, progress, session
from musicrec_tui.spark.work_folder import kept_in, work_folder
from musicrec_tui.text import counted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_TICK = 0.1
_LOOK_SECONDS = 1.0
"""How often Spark is asked for its executors."""
_KEY_SECONDS = 60
_KEY_BYTES = 16
_MOST_THREADS = 4096
_UNREACHABLE = (
    "A node of the cluster cannot connect to this machine: "
    "give an address that it can, with --conf spark.driver.host=ADDRESS."
)


class _Order(NamedTuple):
    """What a task is given.

    Attributes:
        tuner: `HOST:PORT` of the tuner.
        key: what opens a connection to it, for this proposal.
        data: the name of the index file among the files of the application.
        processes: how many evaluators may share a node.
        threads: how many each may use.
    """

    tuner: str
    key: str
    data: str
    processes: int
    threads: int


def _evaluate(order: _Order) -> int:
    """The task: be the parent of an evaluator, and return its exit code. It ends with this process."""
    from pyspark import SparkFiles

    root = Path(SparkFiles.getRootDirectory())
    command = evaluators.command(
        root, root / order.data, "--tuner", order.tuner, "--processes", str(order.processes)
    )  # fmt: skip
    environment = evaluators.surroundings(order.threads) | {"KERAS_HOME": str(root / "keras")}
    return subprocess.run(command, input=f"{order.key}\n".encode(), env=environment, check=False).returncode


@contextlib.contextmanager
def opened(spec: TuneSpec, folder: Path, index: Path, reporter: Reporter) -> "Iterator[SparkEvaluators]":
    """The evaluators of a tuning on its cluster.

    Args:
        spec: of the tuning.
        folder: the tuning's.
        index: the index file.
        reporter: hears of the cluster.

    Raises:
        UserError: the cluster cannot be reached.
    """
    engine = spec.engine
    with (
        work_folder(folder) as work,
        session.opened(engine.master, kept_in(work) | engine.conf, name=f"musicrec-tui {spec.label}") as spark,
    ):
        reporter.cancellation.install()  # Spark has set a handler of its own
        found = SparkEvaluators(spark, folder, index, reporter)
        reporter.log(
            f"Spark {spark.version} at {engine.master}: {counted(found.slots, 'trial')} at the same time, as tasks."
        )
        try:
            yield found
        finally:
            found.stop()


class SparkEvaluators:
    """See the module.

    Args:
        spark: the session.
        folder: the tuning's.
        index: the index file.
        reporter: hears that trials wait for executors.
    """

    def __init__(self, spark: "SparkSession", folder: Path, index: Path, reporter: Reporter) -> None:
        self._context = context = spark.sparkContext
        self._group, self._index = secrets.token_hex(8), index.name
        for path in (folder / SPEC, index):
            context.addFile(path.as_uri())
        conf = context.getConf()
        self._host = str(conf.get("spark.driver.host"))
        self._threads = int(conf.get("spark.task.cpus", "1") or 1)
        self._server = _Server(str(conf.get("spark.driver.bindAddress", self._host)))
        self._tasks = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="task")
        self._slots: dict[str, int] = {}
        self._looked = self._checked = 0.0
        self._waiting, self._shown = cluster.Waiting(context), spark_work.Shown(reporter)
        self.stopped = False

    @property
    def slots(self) -> int:
        """As many as the executors have cores for."""
        if time.monotonic() > self._looked + _LOOK_SECONDS:
            self._slots = cluster.slots(self._context)
            self._looked = time.monotonic()
        return max(1, sum(self._slots.values()))

    def check(self) -> None:
        """See `Evaluators`."""
        if time.monotonic() > self._checked + _LOOK_SECONDS:
            self._checked = time.monotonic()
            self._shown.waits(self._waiting.look())

    @contextlib.contextmanager
    def started(self) -> "Iterator[Evaluator]":
        """See `Evaluators`: a task is started with each proposal."""
        yield _Remote(self)

    def stop(self) -> None:
        """See `Evaluators`."""
        if self.stopped:
            return
        self.stopped = True
        self._server.end()
        with contextlib.suppress(Exception):  # Java may be gone
            self._context.cancelJobGroup(self._group)
        self._tasks.shutdown(wait=False, cancel_futures=True)

    def begin(self, conversation: "_Conversation") -> "Future[int]":
        """Start the task of a proposal; the exit code of its evaluator."""
        key = self._server.expect(conversation)
        order = _Order(
            f"{self._host}:{self._server.port}", key, self._index, max(self._slots.values(), default=1), self._threads
        )

        def run() -> int:
            numbers = ", ".join(map(str, conversation.proposal.numbers))
            self._context.setJobGroup(self._group, f"trial {numbers}", interruptOnCancel=True)
            try:
                return int(self._context.parallelize([order], 1).map(_evaluate).collect()[0])
            finally:
                self._server.forget(key)

        return self._tasks.submit(run)


class _Conversation:
    """What is said over one proposal, by the evaluator of its task or, after a loss, of the next one."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.heard: queue.SimpleQueue[AnyMessage] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._said: BufferedIOBase | None = None

    def attend(self, heard: BufferedIOBase, said: BufferedIOBase) -> None:
        """Have it with an evaluator that has connected, until it is over or the connection is lost."""
        with self._lock:
            self._said = said  # an earlier evaluator is not heard any more
        self.say(self.proposal)
        for line in heard:
            message = json_lines.decode(line)
            with self._lock:
                if self._said is not said:
                    return
                self.heard.put(message)
            if isinstance(message, ProposalEnded):
                return

    def say(self, message: AnyMessage) -> None:
        """Send a message; where its evaluator is gone, Spark starts another, or the task's end says why."""
        with contextlib.suppress(OSError, ValueError):
            if self._said is not None:
                self._said.write(json_lines.encode(message))


class _Remote:
    """An evaluator on some node, for one proposal after another."""

    def __init__(self, place: SparkEvaluators) -> None:
        self._place = place
        self._conversation: _Conversation | None = None
        self._task: Future[int] | None = None

    def send(self, message: AnyMessage) -> None:
        """See `Evaluator`."""
        if isinstance(message, Proposal):
            self._conversation = _Conversation(message)
            self._task = self._place.begin(self._conversation)
        elif self._conversation is not None:
            self._conversation.say(message)

    def receive(self) -> AnyMessage:
        """See `Evaluator`."""
        assert self._conversation is not None  # noqa: S101  (a proposal was sent)
        assert self._task is not None  # noqa: S101
        over = False
        while True:
            try:
                return self._conversation.heard.get(timeout=_TICK)
            except queue.Empty:
                if over or self._place.stopped:
                    raise _how(self._task) from None
                over = self._task.done()  # what was said last may still be on its way


def _how(task: "Future[int]") -> DiedError:
    """How an evaluator ended, or why Spark does not start it any more."""
    if not task.done():
        return DiedError("It was cancelled.", killed=False)
    if (error := task.exception()) is not None:
        return DiedError(str(progress.explained(error)), killed=False)
    if task.result() == evaluators.UNREACHABLE:
        return DiedError(_UNREACHABLE, killed=False)
    return evaluators.death(task.result(), "the executors' logs")


class _Connection(socketserver.StreamRequestHandler):
    """An evaluator that has connected."""

    timeout = _KEY_SECONDS

    def handle(self) -> None:
        """Read its key, then attend to it."""
        key = self.rfile.readline(4 * _KEY_BYTES).strip()
        conversation = cast("_Server", self.server).conversations.get(key.decode("ascii", errors="replace"))
        if conversation is not None:
            self.connection.settimeout(None)
            with contextlib.suppress(OSError):
                conversation.attend(self.rfile, self.wfile)


class _Server(socketserver.ThreadingTCPServer):
    """Where evaluators connect; it knows those that have the key of a proposal."""

    daemon_threads = True

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Connection)
        self.conversations: dict[str, _Conversation] = {}
        self.port = int(self.server_address[1])
        threading.Thread(target=self.serve_forever, args=(_TICK,), name="server", daemon=True).start()

    def expect(self, conversation: _Conversation) -> str:
        """Have evaluators with the key that is returned attended to in this conversation."""
        key = secrets.token_hex(_KEY_BYTES)
        self.conversations[key] = conversation
        return key

    def forget(self, key: str) -> None:
        """A proposal is over."""
        self.conversations.pop(key, None)

    def end(self) -> None:
        """Listen no more."""
        self.conversations.clear()
        self.shutdown()
        self.server_close()
