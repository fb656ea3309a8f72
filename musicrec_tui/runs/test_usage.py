"""How often the test part of a split was evaluated: an append-only log that outlives the runs."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui import files, sealed
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

FILE = "test_looks.jsonl"
_LARGEST = 2**28
Key = tuple[str, bytes]


class Use(msgspec.Struct, frozen=True):
    """One run evaluated on one test part."""

    run: str
    content: str
    split: SplitSpec
    at: datetime


def key(content: str, split: SplitSpec) -> Key:
    """What makes two test parts the same: not the validation part, nor what a kind of split does not look at."""
    kind, default = split.kind, SplitSpec()
    part = msgspec.structs.replace(
        split, validation=0.0, seed=split.seed if kind == "random" else default.seed,
        protocol=split.protocol if kind == "time" else default.protocol,
        min_artists=default.min_artists if kind == "time" else split.min_artists,
    )  # fmt: skip
    return content, msgspec.json.encode(part)


def log_of(home: Home) -> Path:
    """The file of a home."""
    return home.root / FILE


def record_use(home: Home, run: str, content: str, split: SplitSpec) -> None:
    """Record that a run evaluates on a test part.

    Raises:
        UserError: it cannot be written.
    """
    try:
        _append(home, sealed.check_line(msgspec.json.encode(Use(run, content, split, datetime.now(UTC)))) + b"\n")
    except OSError as error:
        raise UserError(f"Cannot write {log_of(home)}: {error.strerror}.", exit_code=1) from error


def _append(home: Home, line: bytes) -> None:
    """Write a line to the log, on a line of its own."""
    files.make_folder(home.root)
    descriptor = os.open(log_of(home), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if torn else line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if size == 0:  # the file is new
        files.sync_folder(home.root)


class Usage(NamedTuple):
    """What the log says.

    Attributes:
        runs: by (content, split), the runs that were evaluated on that test part, deleted ones too.
        damaged: lines that cannot be read, whose evaluations are not among these.
    """

    runs: Mapping[Key, frozenset[str]]
    damaged: int


class UsageReader:
    """Reads the log, again only when it has changed."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[tuple[int, int], Usage]] = {}

    def usage(self, home: Home) -> Usage:
        """What the log says now; nothing where it cannot be read."""
        path = log_of(home)
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if (known := self._read.get(path)) and known[0] == stamp:
                return known[1]
            lines = files.read_bytes(path, _LARGEST).split(b"\n")
        except FileNotFoundError:
            return Usage({}, 0)
        except OSError:  # at least one evaluation cannot be counted
            return Usage({}, 1)
        found: dict[Key, set[str]] = {}
        damaged = 0
        for line, _ in sealed.whole_lines(lines):
            try:
                use = msgspec.json.decode(line or b"", type=Use)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                damaged += 1
                continue
            found.setdefault(key(use.content, use.split), set()).add(use.run)
        usage = Usage({part: frozenset(runs) for part, runs in found.items()}, damaged)
        self._read[path] = stamp, usage
        return usage
