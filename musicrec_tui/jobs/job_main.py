"""From a job's first word to its last: whatever ends it becomes an event that says so."""

import argparse
import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.entry_points import culprit
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import environment
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.reporter import now
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import memory, registry
from musicrec_tui.runs import events, info, job_folders, status
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.shortage import MEMORY, shortage

_NAMED = ("musicrec-tui", "numpy", "scipy", "implicit", "tensorflow", "keras", "optuna", "duckdb")
_CANCELLED_EXIT = 130
_ROOM = "Free some disk space and start it again."

LastWord = events.Finished | events.Failed | events.Cancelled
Task = Callable[[Path, Home, Appender, Cancellation], events.Finished]
"""Does the job of a folder. What it raises becomes the last word."""


def run_job(program: str, task: Task, model_of: Callable[[Path], str], arguments: Sequence[str] | None = None) -> int:
    """Be the process of a job: take over its lock, do the task, say the last word.

    Args:
        program: the module that runs.
        task: see there.
        model_of: the name of the model that a folder's job fits, for the sentence when memory runs out.
        arguments: the command line, else the process's own.

    Returns:
        0 finished, 1 failed, 130 cancelled, 2 where there is nothing to do.
    """
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--lock", type=int, help="the descriptor that holds the job's lock already")
    chosen = parser.parse_args(arguments)
    folder: Path = chosen.folder.absolute()
    environment.prepare()
    lock = _adopt(folder, chosen.lock)
    if lock is None:
        print(f"{folder} is no job, or has a worker already.", file=sys.stderr)  # noqa: T201
        return 2
    environment.step_back()
    root = folder.parent.parent
    try:
        home = Home(root, chosen.cache or root / "cache")
        job_folders.sweep_home(home)
        return work(folder, home, task, model_of)
    finally:
        os.close(lock)  # last of all: without it the job is over


def _adopt(folder: Path, descriptor: int | None) -> int | None:
    """The descriptor that holds the job's lock: the one handed down, if it really is that, else a new one."""
    try:
        if descriptor is None:
            return files.try_lock(folder / status.LOCK) if (folder / info.SPEC).exists() else None
        if os.path.samestat(os.fstat(descriptor), (folder / status.LOCK).stat()):
            os.set_inheritable(descriptor, False)
            return descriptor
    except OSError:
        return None
    return None


def work(folder: Path, home: Home, task: Task, model_of: Callable[[Path], str]) -> int:
    """Do the task of a folder whose lock is held, from the first word to the last; the exit code of `see_through`."""
    appender = Appender(folder)
    cancellation = Cancellation()
    try:
        cancellation.install()
        last = _attempt(folder, home, appender, cancellation, task, model_of)
    except Cancelled:
        last = events.Cancelled(at=now())
    cancellation.close()
    try:
        appender.append_last(last)
    except OSError as error:
        print(f"The last word could not be written: {error}: {last}", file=sys.stderr)  # noqa: T201
    return {"Finished": 0, "Cancelled": _CANCELLED_EXIT}.get(type(last).__name__, 1)


def _attempt(
    folder: Path, home: Home, appender: Appender, cancellation: Cancellation, task: Task,
    model_of: Callable[[Path], str],
) -> LastWord:  # fmt: skip
    """Do the job; whatever goes wrong becomes a last word."""
    try:
        finished = task(folder, home, appender, cancellation)
        cancellation.close()
        return finished
    except Cancelled:
        return events.Cancelled(at=now())
    except UserError as error:
        return events.Failed(at=now(), reason=str(error), advice=_advice(error, model_of, folder))
    except BaseException as error:  # noqa: BLE001  (libraries exit and abort in their own ways; each needs a last word)
        with contextlib.suppress(OSError):
            traceback.print_exc()
        if cancellation.asked:  # a library made something else of our Cancelled
            return events.Cancelled(at=now())
        return _explained(error, model_of(folder), folder)


def _advice(error: UserError, model_of: Callable[[Path], str], folder: Path) -> str:
    """What to do where a sentence was caused by a want of room or memory."""
    if _is_full(error.__cause__):
        return _ROOM
    lacks_memory = shortage(error) == MEMORY and not str(error).startswith("Not enough memory")
    return memory.advice(model_of(folder)) if lacks_memory else ""


def _explained(error: BaseException, model: str, folder: Path) -> events.Failed:
    """A sentence for what went wrong beneath us."""
    if _is_full(error):
        reason = f"The disk is full: the results do not fit into {folder}."
        return events.Failed(at=now(), reason=reason, advice=_ROOM)
    if why := shortage(error):
        return events.Failed(at=now(), reason=why, advice=memory.advice(model) if why == MEMORY else "Start it again.")
    if isinstance(error, ImportError):
        reason = f"A library that {model or 'this'} needs cannot be loaded: {error}."
        return events.Failed(at=now(), reason=reason, advice="Reinstall musicrec-tui; see log.txt.")
    return events.Failed(
        at=now(),
        reason=f"It stopped with {type(error).__name__}, a defect of {_owner(error, model)}.",
        advice=f"The details are in {folder / 'log.txt'}.",
    )


def _owner(error: BaseException, model: str) -> str:
    """Whose defect an error is; where another package's model is at work, it may be that package's."""
    if not model or model in registry.OWN or (owner := culprit(error)) != "musicrec-tui":
        return culprit(error)
    return f"{registry.of_extensions()[model].installed.label} or of {owner}"


def _is_full(error: BaseException | None) -> bool:
    """Whether there is no room left on a disk."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def versions() -> dict[str, str]:
    """The versions of what may have a part in the result."""
    found = {"python": sys.version.split()[0]}
    for name in _NAMED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    found |= {one.installed.distribution: one.installed.version for one in registry.of_extensions().values()}
    return found
