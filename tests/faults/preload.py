"""The compiled twin of `points`: DuckDB's and Arrow's own calls pass through it, which Python does not see."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

_LIBRARY = "FAULTS_LIBRARY"
_SOURCE = Path(__file__).with_name("preload.c")
COUNT, KILL_BEFORE, KILL_AFTER, REFUSE = range(4)
LIBRARIES = ("duckdb", "arrow", "python", "other")


def is_loaded() -> bool:
    """Whether this process was started with the library."""
    return _LIBRARY in os.environ


def start_again(folder: Path) -> int:
    """Compile the library, and start this program again with it; gives its exit code.

    Args:
        folder: for the library.

    Raises:
        OSError: there is no C compiler.
        subprocess.CalledProcessError: it cannot be compiled.
    """
    library = folder / "faults.so"
    compiler = os.environ.get("CC", "cc")
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(_SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    surroundings = os.environ | {"LD_PRELOAD": str(library), _LIBRARY: str(library)}
    again = [sys.executable, "-m", "tests.faults", *sys.argv[1:]]
    return subprocess.run(again, env=surroundings, check=False).returncode


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(os.environ[_LIBRARY])


def arm(root: Path, at: int, action: int, kept: Path | None = None) -> None:
    """From now on count this process's calls that change something below `root`, and act at one of them.

    Args:
        root: absolute.
        at: which call, counted from 0.
        action: `COUNT`, `KILL_BEFORE`, `KILL_AFTER` or `REFUSE` (that call and all later ones that need room).
        kept: where the contents go that were fsynced, see `points.Synced`.
    """
    synced = None if kept is None else str(kept).encode()
    _library().faults_arm(str(root).encode(), ctypes.c_long(at), action, synced)


def counted() -> dict[str, int]:
    """How many calls there were, by the library that made them."""
    library = _library()
    return {name: int(library.faults_count(number)) for number, name in enumerate(LIBRARIES)}
