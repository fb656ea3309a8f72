"""A training job as a process: `python -m musicrec_tui.jobs.worker FOLDER`. See `supervisor`, which starts it.

Nothing heavy is imported before the job has a slot, so that a queued worker stays light.
"""

import argparse
import contextlib
import errno
import os
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from musicrec_tui import files, sealed, settings
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import environment
from musicrec_tui.jobs.cancellation import Cancellation
from musicrec_tui.jobs.reporter import Reporter, now
from musicrec_tui.jobs.slots import slot
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import fitting
from musicrec_tui.runs import events, info, status
from musicrec_tui.runs.eventlog import Appender
from musicrec_tui.runs.metrics import RunMetrics
from musicrec_tui.runs.spec import SCHEMA, TrainSpec

_NAMED = ("musicrec-tui", "numpy", "scipy", "implicit", "tensorflow", "keras", "duckdb")
_CANCELLED_EXIT = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the job of a run's folder; 0 finished, 1 failed, 130 cancelled, 2 where there is nothing to do."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--lock", type=int, help="the descriptor that holds the run's lock already")
    chosen = parser.parse_args(arguments)
    folder: Path = chosen.folder.absolute()
    environment.prepare()
    lock = _adopt(folder, chosen.lock)
    if lock is None:
        print(f"{folder} is no run, or has a worker already.", file=sys.stderr)  # noqa: T201
        return 2
    os.nice(15)  # whoever looks at the screen goes first
    root = folder.parent.parent
    try:
        return _work(folder, Home(root, chosen.cache or root / "cache"))
    finally:
        os.close(lock)  # last of all: without it the run is over


def _adopt(folder: Path, descriptor: int | None) -> int | None:
    """The descriptor that holds the run's lock: the one handed down, if it really is that, else a new one."""
    try:
        if descriptor is None:
            return files.try_lock(folder / status.LOCK) if (folder / info.SPEC).exists() else None
        if os.path.samestat(os.fstat(descriptor), (folder / status.LOCK).stat()):
            os.set_inheritable(descriptor, False)
            return descriptor
    except OSError:
        return None
    return None


def _work(folder: Path, home: Home) -> int:
    """From the first word to the last."""
    appender = Appender(folder)
    cancellation = Cancellation()
    try:
        cancellation.install()
        last = _attempt(folder, home, appender, cancellation)
    except Cancelled:
        last = events.Cancelled(at=now())
    cancellation.close()
    try:
        appender.append_last(last)
    except OSError as error:
        print(f"The last word could not be written: {error}: {last}", file=sys.stderr)  # noqa: T201
    return {"Finished": 0, "Cancelled": _CANCELLED_EXIT}.get(type(last).__name__, 1)


LastWord = events.Finished | events.Failed | events.Cancelled


def _attempt(folder: Path, home: Home, appender: Appender, cancellation: Cancellation) -> LastWord:
    """Do the job; whatever goes wrong becomes a last word."""
    model = ""
    try:
        spec = sealed.read(folder / info.SPEC, TrainSpec, SCHEMA)
        model = spec.model
        result = _train(spec, folder, home, appender, cancellation)
        cancellation.close()
        return events.Finished(
            at=now(), metrics=result.metrics, seconds=result.seconds, peak_memory_mb=result.peak_memory_mb
        )
    except Cancelled:
        return events.Cancelled(at=now())
    except UserError as error:
        return events.Failed(at=now(), reason=str(error))
    except BaseException as error:  # noqa: BLE001  (libraries exit and abort in their own ways; each needs a last word)
        with contextlib.suppress(OSError):
            traceback.print_exc()
        if cancellation.asked:  # a library made something else of our Cancelled
            return events.Cancelled(at=now())
        return _explained(error, model, folder)


def _explained(error: BaseException, model: str, folder: Path) -> events.Failed:
    """A sentence for what went wrong beneath us."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return events.Failed(at=now(), reason="There was not enough memory.", advice=fitting.advice(model))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = f"The disk is full: the results do not fit into {folder}."
        return events.Failed(at=now(), reason=reason, advice="Make room and start it again.")
    if isinstance(error, ImportError):
        reason = f"A library that {model or 'this'} needs cannot be loaded: {error}."
        return events.Failed(at=now(), reason=reason, advice="Install musicrec-tui again; see log.txt.")
    log = folder / "log.txt"
    return events.Failed(
        at=now(),
        reason=f"It stopped with {type(error).__name__}, a defect of ours.",
        advice=f"The details are in {log}.",
    )


def _train(spec: TrainSpec, folder: Path, home: Home, appender: Appender, cancellation: Cancellation) -> RunMetrics:
    """Queue, then train."""
    reporter = Reporter(appender, cancellation)
    appender.append(events.Queued(at=now(), pid=os.getpid()))
    reporter.watch(folder)
    try:
        slots = settings.load(home).slots
        with slot(home, slots, spec.number, cancellation):
            began = time.monotonic()
            appender.append(events.Started(at=now(), pid=os.getpid(), versions=_versions()))
            from musicrec_tui.jobs import training  # numpy, scipy and the rest: not while queued

            return training.run(spec, folder, home, reporter, began)
    finally:
        reporter.stop_watching()


def _versions() -> dict[str, str]:
    """The versions of what may have a part in the result."""
    found = {"python": sys.version.split()[0]}
    for name in _NAMED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


if __name__ == "__main__":
    sys.exit(main())
