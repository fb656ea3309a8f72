"""A summary of the runs that have ended, so that a list of thousands opens one file instead of five for each run.

It lies in the cache and changes the time only: an entry counts where the stamps of its run's files are those it was
made with, and where it is missing, damaged or of another version the runs are read from their folders.
"""

import functools
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

import musicrec_tui
from musicrec_tui import sealed
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.runs.info import RunInfo, Stamp
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import TrainSpec
from musicrec_tui.runs.status import Status

FILE = "runs_summary.json"
_SCHEMA = 1
_MOST_BYTES = 60 * 2**20
"""Below what `sealed.read` takes; runs beyond it are read from their folders."""
_PRIVATE = 0o600
_SETTLED_NS = 2 * 10**9
_VERSION = repr((musicrec_tui.__version__, *(kind.__struct_fields__ for kind in (RunInfo, RunMetrics, TrainSpec))))


class Entry(msgspec.Struct, frozen=True):
    """A run that has ended: the stamp of its files, and what was read from them as JSON."""

    stamp: Stamp
    run: msgspec.Raw


class _Summary(msgspec.Struct, frozen=True):
    """The file: of which version and which folder of runs, and its entries by name of the run's folder."""

    version: str
    runs: str
    entries: dict[str, Entry]


def _from_text(kind: type[Any], value: Any) -> Any:
    """A path, which JSON has as text."""
    return kind(value)


_encoder = msgspec.json.Encoder(enc_hook=str)


@functools.cache
def _decoder() -> msgspec.json.Decoder[RunInfo]:
    """Made when the first run is read: it knows all models."""
    return msgspec.json.Decoder(RunInfo, dec_hook=_from_text)


def path_of(home: Home) -> Path:
    """The file of a home."""
    return home.cache / FILE


def read(home: Home) -> dict[str, Entry]:
    """The entries by name of the run's folder; none where there is no summary that can be used."""
    try:
        summary = sealed.read(path_of(home), _Summary, _SCHEMA)
    except UserError:
        return {}
    return summary.entries if (summary.version, summary.runs) == (_VERSION, str(home.runs)) else {}


def restore(entry: Entry) -> RunInfo | None:
    """The run of an entry; None where it has a figure that JSON cannot hold."""
    try:
        return _decoder().decode(entry.run)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def write(home: Home, known: Iterable[tuple[Stamp, RunInfo]]) -> None:
    """Save the runs that have ended and whose files have not changed just now. A home that is full is left without.

    Args:
        home: where.
        known: the runs with the stamps that were taken before they were read.
    """
    entries: dict[str, Entry] = {}
    size = 0
    settled = time.time_ns() - _SETTLED_NS  # a file that changes within a tick of the clock keeps its stamp
    for stamp, run in known:
        if run.status.live or run.status is Status.DAMAGED or max(mark[1] for mark in stamp if mark) > settled:
            continue
        encoded = _encoder.encode(run)
        size += len(encoded) + 500
        if size > _MOST_BYTES:
            break
        entries[run.id] = Entry(stamp, msgspec.Raw(encoded))
    try:
        sealed.write(path_of(home), _Summary(_VERSION, str(home.runs), entries), _SCHEMA, mode=_PRIVATE)
    except UserError:
        return
