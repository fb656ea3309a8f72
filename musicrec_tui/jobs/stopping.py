"""Signals to a worker, sent only where the process is certainly that worker.

A run's pid stands in a file that could be damaged, and pids are used again: a signal to 0, -1 or to a stranger's
group would be worse than a worker that continues.
"""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from musicrec_tui.runs import status

WORKER, TUNER = "musicrec_tui.jobs.worker", "musicrec_tui.jobs.tuning.tuner"


def terminate(folder: Path) -> bool:
    """Send TERM to the group of the worker of a run; whether there was one."""
    return _send(folder, signal.SIGTERM)


def kill(folder: Path) -> bool:
    """Send KILL to the group of the worker of a run; whether there was one."""
    return _send(folder, signal.SIGKILL)


def _send(folder: Path, number: signal.Signals) -> bool:
    pid = worker_pid(folder)
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:  # started by hand from a shell: its group is not ours to stop
            os.kill(pid, number)
        return True
    return False


def worker_pid(folder: Path) -> int | None:
    """The pid of the run's worker; None where it is gone, or has not yet said who it is."""
    if not status.is_alive(folder):
        return None
    try:
        pid = status.digest_of(folder).pid
    except OSError:
        return None
    if pid is None or pid <= 1 or pid == os.getpid():
        return None
    return pid if _is_worker(pid, folder) else None


def _is_worker(pid: int, folder: Path) -> bool:
    """Whether that process's command line is the one that was started for the job in that folder."""
    try:
        words = os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
    except OSError:
        if Path("/proc/self").exists():
            return False
        command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        line = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        return any(f" {module} {folder} " in f" {line} " for module in (WORKER, TUNER))
    return any(module in words for module in (WORKER, TUNER)) and str(folder) in words
