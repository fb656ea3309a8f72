"""What an extension says of itself: asked of a process of its own, once for each version of its package, and cached.

So a program that lists models or layouts never imports another package, and one that fails, hangs or floods its output
when it is imported costs a sentence. Both ends are here: `describe_all` asks, `answer` is all that the process does.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

import musicrec_tui
from musicrec_tui import files, paths
from musicrec_tui.entry_points import Installed
from musicrec_tui.text import printable

DESCRIBING = "MUSICREC_DESCRIBING"
"""The environment variable of a process that describes: it looks for no extensions itself."""
PATIENCE = "MUSICREC_DESCRIBING_SECONDS"
"""The environment variable that says how long a description is waited for."""
_PATIENCE = 30.0
_LARGEST = 2**20
_FAULT_SECONDS, _HUNG_SECONDS = 60.0, 3600.0
"""So long a fault is remembered, and one that was waited for: what was missing may be installed since."""


class Fault(msgspec.Struct, frozen=True, tag=True):
    """Why an extension cannot be used, as a sentence; `hung`: its description was waited for in vain."""

    fault: str
    hung: bool = False


D = TypeVar("D", bound=msgspec.Struct)


def describe_all(wanted: Sequence[Installed], module: str, kind: type[D]) -> list[D | Fault]:
    """What each extension says of itself: from the cache, else asked of a process, all at once.

    Args:
        wanted: the entry points.
        module: what to run as `python -m`; it calls `answer`.
        kind: of the description, a tagged struct.
    """
    if os.environ.get(DESCRIBING) or not wanted:
        return []
    with ThreadPoolExecutor(min(8, len(wanted))) as pool:
        return list(pool.map(lambda one: _described(one, module, kind), wanted))


def _described(one: Installed, module: str, kind: type[D]) -> D | Fault:
    """The description of one."""
    names = map(_plain, (one.distribution, one.version, one.name, kind.__name__))
    cached = paths.find_home().cache / "extensions" / f"{'-'.join(names)}.json"
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        known: D | Fault = msgspec.json.decode(files.read_bytes(cached, _LARGEST), type=kind | Fault)
        age = time.time() - cached.stat().st_mtime
        if not isinstance(known, Fault) or age < (_HUNG_SECONDS if known.hung else _FAULT_SECONDS):
            return known
    answered = _asked(one, module, kind)
    with contextlib.suppress(OSError):
        files.make_folder(cached.parent)
        files.write_bytes(cached, msgspec.json.encode(answered))
    return answered


def _plain(text: str) -> str:
    """A text as a part of a file's name."""
    return "".join(sign if sign.isalnum() or sign in ".-+_" else "_" for sign in text)[:80]


def _asked(one: Installed, module: str, kind: type[D]) -> D | Fault:
    """The answer of the process, which has no terminal and no input."""
    root = str(Path(musicrec_tui.__file__).resolve().parent.parent)
    places = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), root]))
    patience = float(os.environ.get(PATIENCE) or _PATIENCE)
    try:
        asked = subprocess.Popen(
            [sys.executable, "-P", "-m", module, one.value], env=os.environ | {DESCRIBING: "1", "PYTHONPATH": places},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return Fault(f"no process can be started to describe it ({error.strerror}).")
    with asked:
        try:
            said = asked.communicate(timeout=patience)[0]
        except subprocess.TimeoutExpired:
            return Fault(f"importing it took more than {patience:g} seconds.", hung=True)
        finally:
            with contextlib.suppress(OSError):  # what it started ends with it
                os.killpg(asked.pid, signal.SIGKILL)
    try:
        answered: D | Fault = msgspec.json.decode(said, type=kind | Fault)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Fault(f"importing it ended the process (exit code {asked.returncode}), or its description is none.")
    return answered


def answer(describe: Callable[[str], msgspec.Struct]) -> None:
    """Print the description of what the command line names, or the fault, and end; nothing else gets into stdout."""
    answers = os.dup(1)
    os.dup2(2, 1)
    try:
        encoded = msgspec.json.encode(describe(sys.argv[1]))
    except BaseException as error:  # noqa: BLE001  (whatever another package does when it is imported)
        encoded = msgspec.json.encode(Fault(in_a_line(error)))
    while encoded:
        encoded = encoded[os.write(answers, encoded) :]
    os._exit(0)  # threads that the package started are not waited for


def in_a_line(error: BaseException) -> str:
    """An error of another package in a line."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  (even its text may raise)
        text = type(error).__name__
    return printable(" ".join(text.split()), 200)
