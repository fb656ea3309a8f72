"""What our short-lived processes say on their pipes: one JSON object to a line, one tagged union, used by both ends.

The host has its own (`jobs.host_protocol`), for it answers many requests at once.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

import msgspec

from musicrec_tui import defects
from musicrec_tui.dataset.playlists.target import PlaylistRequest
from musicrec_tui.dataset.profiles.stored import Imported
from musicrec_tui.dataset.records import QueryRows
from musicrec_tui.dataset.table_files import Column
from musicrec_tui.entry_points import culprit
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import registry
from musicrec_tui.shortage import shortage

CANCELLED = 130
"""Exit code of a process that was asked to stop."""


class Message(msgspec.Struct, frozen=True, tag_field="message", tag=str.lower, omit_defaults=True):
    """A line."""


class Progress(Message, frozen=True):
    """How far a phase is: `fraction` of it (0 to 1), None where it is unknown."""

    phase: str
    fraction: float | None


class RowsDone(Message, frozen=True):
    """The exporter has written `done` of `of` rows (0: unknown)."""

    done: int
    of: int


class Note(Message, frozen=True):
    """A sentence for the user, such as why an index is built again."""

    sentence: str


class IndexBuilt(Message, frozen=True):
    """The indexer is done: the path of the index."""

    index: str


class HistoryImported(Message, frozen=True):
    """The importer is done: the profile's name, and what the import did; `nothing_new`: a service had nothing."""

    profile: str
    account: Imported
    nothing_new: bool = False


class FileWritten(Message, frozen=True):
    """The exporter is done. `notes` are sentences on what was written that its reader should know."""

    rows: int
    notes: tuple[str, ...] = ()


class Importances(Message, frozen=True):
    """How much each parameter of a tuning matters: shares of 1, the largest first."""

    shares: dict[str, float]


class QueryAnswered(Message, frozen=True):
    """A query's first rows; None at the end of a stream."""

    rows: QueryRows | None = None


class Failure(Message, frozen=True):
    """The last line where something went wrong: a sentence, and for a query the place in its text."""

    sentence: str
    position: int | None = None


class Stopped(Message, frozen=True):
    """The last line of a process that was asked to stop."""


class Proposal(Message, frozen=True):
    """The tuner to an evaluator: trials to make, by number.

    Those of one proposal differ in `iterations` alone, and are read from one fit.
    """

    numbers: tuple[int, ...]
    params: "tuple[registry.AnyParams, ...]"


class Continue(Message, frozen=True):
    """The tuner's answer to an `EpochEnded`: whether the trial continues."""

    go: bool


class Ready(Message, frozen=True):
    """An evaluator has loaded the matrix."""


class EpochEnded(Message, frozen=True):
    """A trial's epoch ended with this metric on validation. The evaluator waits for a `Continue`."""

    number: int
    epoch: int
    value: float


class TrialEnded(Message, frozen=True, kw_only=True):
    """A trial ended: with metrics, or with the reason why it has none."""

    number: int
    metrics: dict[str, float] = {}
    pruned: bool = False
    reason: str = ""
    seconds: dict[str, float] = {}
    peak_memory_mb: int = 0


class ProposalEnded(Message, frozen=True):
    """All trials of a proposal ended; the evaluator waits for the next one."""


class ExportOrder(Message, frozen=True):
    """To the exporter: what to write.

    Attributes:
        index: path of the index.
        target: path of the file.
        table: one of `dataset.export_tables.NAMES`; empty: the result of `sql`.
        sql: a query of the user's.
        seconds, memory_mb: the query's limits.
        columns: of rows that follow the order; where there are any, `table` and `sql` are ignored.
        playlist: a playlist, instead of a table or a query.
    """

    index: str
    target: str
    table: str = ""
    sql: str = ""
    seconds: float = 0.0
    memory_mb: int = 0
    columns: tuple[Column, ...] = ()
    playlist: PlaylistRequest | None = None


class Query(Message, frozen=True):
    """To the SQL worker: a query with its limits.

    Attributes:
        index: path of the index.
        sql: what the user wrote.
        seconds: how long it may take.
        memory_mb: what DuckDB may use, in MiB.
        parent: the process that asks; the query ends with it.
        limit: the most rows; None: all (only for a stream).
        stream: descriptor that takes all rows as an Arrow IPC stream; None: the answer has the first rows as text.
        nested: whether lists and structs stay what they are in a stream.
    """

    index: str
    sql: str
    seconds: float
    memory_mb: int
    parent: int
    limit: int | None
    stream: int | None = None
    nested: bool = False


_WithoutModels = (
    Progress | RowsDone | Note | IndexBuilt | HistoryImported | FileWritten | Importances | QueryAnswered | Failure
    | Stopped | Continue | Ready | EpochEnded | TrialEnded | ProposalEnded | ExportOrder | Query
)  # fmt: skip
AnyMessage = _WithoutModels | Proposal
_decoder: msgspec.json.Decoder[_WithoutModels] = msgspec.json.Decoder(_WithoutModels)
_PROPOSAL = b'{"message":"proposal"'
M = TypeVar("M", bound=Message)


def encode(message: AnyMessage) -> bytes:
    """A message as a line, with its line break."""
    return msgspec.json.encode(message) + b"\n"


def decode(line: bytes) -> AnyMessage:
    """A line as a message.

    Raises:
        msgspec.MsgspecError: it is none.
    """
    if line.startswith(_PROPOSAL):  # the one kind whose reader has to know all models
        return msgspec.json.decode(line, type=Proposal)
    return _decoder.decode(line)


def expect(line: bytes, kind: type[M]) -> M:
    """A line as a message of one kind.

    Raises:
        msgspec.MsgspecError: it is another one.
    """
    return msgspec.json.decode(line, type=kind)


class Speaker:
    """Prints messages to stdout. SIGTERM and SIGINT ask for a stop, and so does a reader that is gone."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())

    def stopped(self) -> bool:
        """Whether to stop."""
        return self._stop.is_set()

    def say(self, message: AnyMessage) -> None:
        """Print a message."""
        try:
            sys.stdout.buffer.write(encode(message))
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._stop.set()
            # Python flushes stdout once more at exit, and would complain there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def conclude(self, work: Callable[[], AnyMessage], failed: str, home: Home | None = None, program: str = "") -> int:
        """Do the work of this process and print its last message.

        Args:
            work: gives the last message; may raise.
            failed: how the sentence on a defect begins: "The import failed".
            home: where a defect's traceback is logged.
            program: the name of that log.

        Returns:
            The exit code.
        """
        code = 0
        try:
            last = work()
        except Cancelled:
            last, code = Stopped(), CANCELLED
        except UserError as error:
            last, code = Failure(str(error)), error.exit_code
        except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
            why = shortage(error)
            log = defects.keep(home, program, error) if home and not why else None
            where = f"the details are in {log}" if log else f"it said {type(error).__name__}"
            told = f"{failed}. {why}" if why else f"{failed}, which is a defect of {culprit(error)}; {where}."
            last, code = Failure(told), 1
        self.say(last)
        return code
