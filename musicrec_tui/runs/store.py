"""The runs of a home: make one, list them, read one, find one, delete one."""

import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from musicrec_tui import files, sealed
from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import registry
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import eventlog, info, job_folders, labels, summaries, test_usage, tuning_info
from musicrec_tui.runs.events import AnyEvent
from musicrec_tui.runs.info import RunInfo, Stamp
from musicrec_tui.runs.job_folders import CHANGED
from musicrec_tui.runs.picking import pick_run
from musicrec_tui.runs.spec import SCHEMA, TrainRequest, TrainSpec, fields_of
from musicrec_tui.runs.status import Digest, Status
from musicrec_tui.runs.summaries import Entry
from musicrec_tui.runs.trash import Bin

__all__ = [
    "RunInfo", "Status", "create_run", "delete_run", "find_run", "list_runs", "newest_runs", "poll_runs", "read_events",
    "read_run", "trash_of",
]  # fmt: skip

_known: dict[str, tuple[Stamp, RunInfo, Digest]] = {}
"""By the path of a run's folder, as a text: making ten thousand `Path`s costs more than looking at their files."""
_summaries: dict[str, dict[str, Entry]] = {}
"""By the path of the folder of runs."""
_WORTH_A_SUMMARY = 100
_NO_JSON = msgspec.Raw()
_usage = test_usage.UsageReader()
_FULL_SECONDS, _SETTLED_NS = 60.0, 2 * 10**9


class _Poll(NamedTuple):
    """What `poll_runs` saw last: file times, when (monotonic seconds), and the runs."""

    marks: tuple[tuple[int, int, int] | None, ...]
    at: float
    runs: list[RunInfo]


_polled: dict[Path, _Poll] = {}
_polling = threading.Lock()


def create_run(home: Home, request: TrainRequest, log: IndexedLog) -> tuple[RunInfo, int]:
    """Make a run's folder, locked from its first moment, so that no one ever sees it dead before it lives.

    Returns:
        The run, and the descriptor that holds its lock: hand it to the worker, then close it.

    Raises:
        UserError: the home cannot be written to, or an argument does not fit.
    """
    now = datetime.now(UTC)
    try:
        files.make_folder(home.runs)
        number = job_folders.next_number(home, lambda: highest_number(home))
        run = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        spec = TrainSpec(run=run, number=number, created_at=now, **fields_of(request, log))
        msgspec.convert(msgspec.to_builtins(spec), TrainSpec)  # checks the bounds
        lock = job_folders.publish(home.runs, run, lambda folder: sealed.write(folder / info.SPEC, spec, SCHEMA))
    except OSError as error:
        raise UserError(f"Cannot make a run in {home.runs}: {error.strerror}.", exit_code=1) from error
    except msgspec.ValidationError as error:
        raise UserError(f"This run is not possible: {error}.") from error
    return read_run(home, run), lock


def highest_number(home: Home) -> int:
    """The highest number that a run or tuning of this home has, in the trash too; 0 where there are none."""
    runs = (*list_runs(home), *(one.job for one in trash_of(home).entries()))
    folders = (*home.tunings.glob("[!.]*"), *(home.trash / "tunings").glob("[!.]*"))
    numbers = [run.number for run in runs] + [tuning_info.read_info(folder).number for folder in folders]
    return max(numbers, default=0)


def run_of_tuning(home: Home, tuning: str) -> RunInfo:
    """The run that a tuning started at its end.

    Raises:
        UserError: there is none.
    """
    found = [run for run in list_runs(home) if run.spec is not None and run.spec.tuning == tuning]
    if not found:
        raise UserError(f"Tuning {tuning} started no run; its log says why.", exit_code=1)
    return found[0]


def list_runs(home: Home, content: str | None = None) -> list[RunInfo]:
    """The runs, newest first; of one log only where its content hash is given (damaged ones are listed always).

    Cheap enough to be polled: what has not changed since the last call is not read again.

    Raises:
        UserError: the folder of runs cannot be read.
    """
    folders = _folders(home)
    for gone in _known.keys() - set(folders):
        if gone.startswith(f"{home.runs}{os.sep}"):
            _known.pop(gone, None)
    if str(home.runs) not in _summaries:
        _summaries[str(home.runs)] = summaries.read(home) if len(folders) >= _WORTH_A_SUMMARY else {}
    runs = _read_all(home, folders)
    _summarise(home, folders)
    if content is not None:
        runs = [run for run in runs if run.content == content or run.status is Status.DAMAGED]
    return runs


def poll_runs(home: Home) -> list[RunInfo]:
    """`list_runs` for a screen that asks every other second; the same list as before while nothing is different.

    Runs that have ended are read again only after a change of the folder of runs, a label or the test evaluations, and
    once a minute; those that are live or damaged, each time. Ten thousand runs cost a few file times instead of sixty
    thousand.

    Raises:
        UserError: the folder of runs cannot be read.
    """
    with _polling:  # a second thread waits for this result instead of reading all runs again
        return _poll(home)


def _poll(home: Home) -> list[RunInfo]:
    """`poll_runs`, one at a time."""
    marks = tuple(info.stamp_of_file(path) for path in (home.runs, home.runs / CHANGED, test_usage.log_of(home)))
    last = _polled.get(home.runs)
    newest = max((mark[1] for mark in marks if mark), default=0)
    settled = time.time_ns() - newest > _SETTLED_NS  # else there may be a change within the same tick of the clock
    if last is None or last.marks != marks or not settled or time.monotonic() - last.at > _FULL_SECONDS:
        last = _Poll(marks, time.monotonic(), list_runs(home))
    else:
        again = {
            run.id: _read_known(str(run.folder)) for run in last.runs if run.status.live or run.status is Status.DAMAGED
        }
        if again:
            fresh = [again.get(run.id, run) for run in last.runs]
            last = last._replace(runs=_with_others(home, [run for run in fresh if run is not None]))
    _polled[home.runs] = last
    return last.runs


def newest_runs(home: Home, most: int) -> tuple[list[RunInfo], int]:
    """The newest runs, at most `most` of them, with the starred ones, and how many there are in all.

    Only these are read, unless the log of evaluations on test parts lacks some: the other runs' results complete it.

    Raises:
        UserError: the folder of runs cannot be read.
    """
    folders = sorted(_folders(home), reverse=True)
    named = len(f"{home.runs}{os.sep}")
    second = slice(named, named + 15)
    oldest = folders[:most][-1][second] if folders else ""  # of one second, the numbers tell which are newer
    newest = _read_all(home, [folder for folder in folders if folder[second] >= oldest])[:most]
    shown = {str(run.folder) for run in newest}
    labelled = [folder for folder in folders if folder not in shown and labels.is_labelled(folder)]
    starred = [folder for folder in labelled if labels.read(Path(folder)).label.starred]
    found = [*newest, *_read_all(home, starred)]
    if not _all_logged(home, found):
        counted = {run.id: run for run in _read_all(home, folders)}
        found = [counted.get(run.id, run) for run in found]
    return found, len(folders)


def _folders(home: Home) -> list[str]:
    """The paths of the runs' folders."""
    try:
        with os.scandir(home.runs) as entries:
            return [entry.path for entry in entries if _is_run(entry)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UserError(f"Cannot read the runs in {home.runs}: {error.strerror}.", exit_code=1) from error


def _read_all(home: Home, folders: Sequence[str]) -> list[RunInfo]:
    """The runs in some folders, newest first."""
    runs = _with_others(home, [run for folder in folders if (run := _read_known(folder))])
    return sorted(runs, key=lambda run: (run.id[:15], run.number), reverse=True)


def _summarise(home: Home, folders: Sequence[str]) -> None:
    """Save a summary where many runs are not in it."""
    entries = _summaries[str(home.runs)]
    known = [found[:2] for folder in folders if (found := _known.get(folder))]
    missing = sum(
        not (
            run.status.live or run.status is Status.DAMAGED or ((entry := entries.get(run.id)) and entry.stamp == stamp)
        )
        for stamp, run in known
    )
    if missing >= _WORTH_A_SUMMARY:
        summaries.write(home, known)
    _summaries[str(home.runs)] = {
        run.id: Entry(stamp, _NO_JSON) for stamp, run in known
    }  # their JSON is not needed again


def read_run(home: Home, run: str) -> RunInfo:
    """One run by its id.

    Raises:
        UserError: there is no such run.
    """
    folder = home.runs / run
    if (
        not run
        or Path(run).name != run
        or run.startswith(".")
        or not folder.is_dir()
        or (found := _read_known(str(folder))) is None
    ):
        raise UserError(f"There is no run {run!r} in {home.runs}; `musicrec-tui runs` lists all.")
    return _with_others(home, [found])[0]


def find_run(home: Home, text: str, content: str | None = None) -> RunInfo:
    """The run that a person means by an id, a unique part of its beginning, a name, `latest` or `best`.

    Args:
        home: whose runs.
        text: what they typed.
        content: look only among the runs of this log.

    Raises:
        UserError: none, or several.
    """
    return pick_run(list_runs(home, content), text)


def member_labels(home: Home, params: Params, known: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The labels of the runs that a model joins, by id; those of deleted ones are missing.

    Args:
        home: whose runs.
        params: the model's parameters.
        known: labels by id that need not be read.
    """
    field = registry.named(params.model).members
    found = {}
    for run in getattr(params, field) if field else ():
        if label := known.get(run):
            found[run] = label
        elif Path(run).name == run and (home.runs / run).is_dir() and (read := _read_known(str(home.runs / run))):
            found[run] = read.label
    return found


def lost_evaluations(home: Home) -> int:
    """How many lines of the log of evaluations on test parts cannot be read."""
    return _usage.usage(home).damaged


def trash_of(home: Home) -> Bin[RunInfo]:
    """The trash of runs: to put one there, list what is there, restore one, or delete it for good."""
    return Bin(home.runs, home.trash / "runs", lambda folder: info.read(folder)[0])


def delete_run(home: Home, run: RunInfo) -> None:
    """Delete a run for good, where no worker is on it. Its looks at the test part stay counted.

    Front ends move runs to the trash instead, see `trash_of`.

    Raises:
        UserError: it is queued or running, or cannot be deleted.
    """
    job_folders.remove(run.folder, run.label)
    _known.pop(str(run.folder), None)


def read_events(folder: Path, offset: int = 0) -> tuple[list[AnyEvent], int]:
    """The run's events after byte `offset`, and the offset to continue from (see `eventlog.read`).

    Raises:
        UserError: they cannot be read.
    """
    try:
        return eventlog.read(folder, offset)
    except OSError as error:
        raise UserError(f"{folder / eventlog.FILE} cannot be read: {error.strerror}.", exit_code=1) from error


def events(folder: Path) -> Iterator[AnyEvent]:
    """All events that a run has written so far."""
    offset = -1
    following = 0
    while following != offset:
        offset = following
        found, following = read_events(folder, offset)
        yield from found


def _is_run(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_dir()


def _read_known(folder: str) -> RunInfo | None:
    """Read a run where it has changed; None where it has just been deleted."""
    stamp = info.stamp_of(folder)
    known = _known.get(folder) or _summarised(folder, stamp)
    if known and known[0] == stamp and not (known[1].status.live or known[1].status is Status.DAMAGED):
        return known[1]
    path = Path(folder)
    run, digest = info.read(path, known[2] if known else None)
    if not path.is_dir():
        return None
    _known[folder] = stamp, run, digest
    return run


def _all_logged(home: Home, runs: Sequence[RunInfo]) -> bool:
    """Whether the log of evaluations on test parts is whole, and has those of some runs."""
    usage = _usage.usage(home)
    logged = frozenset[str]().union(*usage.runs.values())
    tested = {run.id for run in runs if run.result and run.result.evaluated_on == "test"}
    return not usage.damaged and tested <= logged


def _summarised(folder: str, stamp: Stamp) -> tuple[Stamp, RunInfo, Digest] | None:
    """A run as the summary has it, if its files are those that the summary was made from."""
    jobs, _, name = folder.rpartition(os.sep)
    entry = _summaries.get(jobs, {}).get(name)
    if entry is None or entry.stamp != stamp or (run := summaries.restore(entry)) is None:
        return None
    _known[folder] = known = stamp, run, Digest()
    return known


def _with_others(home: Home, runs: list[RunInfo]) -> list[RunInfo]:
    """Runs with what they have of other runs: the labels of members, and looks at their test parts."""
    known = {run.id: run.label for run in runs}
    joined = []
    for run in runs:
        members = member_labels(home, run.spec.params, known) if run.spec else {}
        joined.append(run if members == run.members else msgspec.structs.replace(run, members=members))
    return _with_looks(home, joined)


def _with_looks(home: Home, runs: list[RunInfo]) -> list[RunInfo]:
    """Runs with how many were evaluated on their test parts: as the log says, and as their results say."""
    tested: dict[test_usage.Key, set[str]] = {}
    for run in runs:
        if run.spec and run.result and run.result.evaluated_on == "test":
            tested.setdefault(test_usage.key(run.content, run.spec.split), set()).add(run.id)
    logged = _usage.usage(home).runs
    counted = []
    for run in runs:
        part = test_usage.key(run.content, run.spec.split) if run.spec else None
        seen = len(tested.get(part, set()) | logged.get(part, frozenset())) if part else 0
        counted.append(run if seen == run.test_looks else msgspec.structs.replace(run, test_looks=seen))
    return counted
