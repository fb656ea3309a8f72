"""What our processes find in their environment, and how much memory they use."""

import contextlib
import os
import resource
import sys
from pathlib import Path

import musicrec_tui
from musicrec_tui import gpu

# Libraries read these when they are loaded. BLAS threads would fight with implicit's own.
_BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_WANTED = dict.fromkeys(_BLAS, "1") | {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "KERAS_BACKEND": "tensorflow",
    "PYTHONUNBUFFERED": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONIOENCODING": "utf-8:backslashreplace",
}

_NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1"}
"""Without it, TensorFlow logs an error where there is no GPU."""

_CGROUP = Path("/sys/fs/cgroup")
"""Where a container's limits are, in version 2 of control groups."""

NICENESS = "MUSICREC_NICENESS"
"""The environment variable that sets how far jobs step back: 0 (as any program) to 19."""
_NICENESS, _MOST_NICE = 15, 19
_AUTOGROUP = Path("/proc/self/autogroup")
"""Linux's scheduler shares processors among sessions first, and looks at niceness within a session only."""


def for_child(*, foreground: bool = False) -> dict[str, str]:
    """The environment of a process that we start; it finds this very package, installed or not.

    In the foreground it does not step back, unless the user's own `NICENESS` says so.
    """
    given = _absent() | ({NICENESS: "0"} if foreground else {}) | os.environ | _WANTED
    parent = Path(musicrec_tui.__file__).resolve().parent.parent
    if parent.name not in ("site-packages", "dist-packages"):
        given["PYTHONPATH"] = os.pathsep.join(filter(None, [str(parent), os.environ.get("PYTHONPATH")]))
    return given


def prepare() -> None:
    """Set what is wanted in this process, which must not have loaded numpy yet."""
    os.environ.update(_absent() | os.environ | _WANTED)


def limit_blas() -> None:
    """Have BLAS use one thread, where nothing else is asked for: `implicit` is slow, and warns, where it has more."""
    for name in _BLAS:
        os.environ.setdefault(name, "1")


def _absent() -> dict[str, str]:
    """What keeps libraries from looking for a GPU where there is none; what the user says of GPUs goes before it."""
    return {} if gpu.devices() else _NO_GPU


def step_back() -> None:
    """Lower the priority of this process, and of its session if it leads one, so that the screen stays responsive."""
    niceness = _wanted_niceness()
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # no such file: niceness counts everywhere
            _AUTOGROUP.write_text(str(niceness), encoding="ascii")


def _wanted_niceness() -> int:
    """What `NICENESS` says; a value that is no niceness is reported in the job's log and not used."""
    said = os.environ.get(NICENESS, str(_NICENESS))
    if said.isascii() and said.isdigit() and int(said) <= _MOST_NICE:
        return int(said)
    print(f"{NICENESS} must be a number from 0 to {_MOST_NICE}: {said!r} is not used.", file=sys.stderr)  # noqa: T201
    return _NICENESS


def memory_mb() -> int:
    """The memory that this process holds now, in MiB (0 where it is unknown)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() // 2**20
    return peak_memory_mb()


def available_bytes() -> int:
    """The memory that this process could still get: what is free, within the limit of its container."""
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError, IndexError):
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        free = int(told.partition("MemAvailable:")[2].split()[0]) * 1024
    with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
        limit = int((_CGROUP / "memory.max").read_text(encoding="ascii"))
        free = min(free, limit - int((_CGROUP / "memory.current").read_text(encoding="ascii")))
    return max(0, free)


def peak_memory_mb() -> int:
    """The most memory that this process ever held, in MiB."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        # Not ru_maxrss: Linux hands it down from the process that started us.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (2**20 if sys.platform == "darwin" else 2**10)
