"""The program, its libraries (their versions are read from metadata, so none is imported), machine and terminal."""

import os
import platform
import shutil
import sys
from importlib import metadata, util
from pathlib import Path

import msgspec

import musicrec_tui
from musicrec_tui import gpu, paths
from musicrec_tui.jobs import environment
from musicrec_tui.paths import Home

LIBRARIES = (
    "textual", "rich", "typer", "duckdb", "pyarrow", "numpy", "scipy", "implicit", "tensorflow", "keras", "optuna",
    "msgspec", "platformdirs", "pyperclip",
)  # fmt: skip
_EXTRAS = {"neural": "tensorflow", "gpu": "nvidia", "web": "textual_serve", "spark": "pyspark"}
"""Each extra with a module that is there where it is installed."""
_VARIABLES = (
    "MUSICREC_HOME", "MUSICREC_DATA", environment.NICENESS, "CUDA_VISIBLE_DEVICES", "NO_COLOR", "TMPDIR", "LANG",
    "LC_ALL",
)  # fmt: skip


class Program(msgspec.Struct, frozen=True):
    """What runs: versions by library (None: not installed), and whether each extra is installed."""

    version: str
    python: str
    system: str
    libraries: dict[str, str | None]
    extras: dict[str, bool]


class Device(msgspec.Struct, frozen=True):
    """What it runs on. `gpus` are the device files of a GPU's driver; whether TensorFlow can use it, a run says."""

    processors: int
    memory_bytes: int
    available_bytes: int
    gpus: tuple[str, ...]


class Folder(msgspec.Struct, frozen=True):
    """A place of files. `mode` is octal, empty where it is missing; `free_bytes` are its disk's (None: unknown)."""

    name: str
    path: str
    exists: bool
    readable: bool
    writable: bool
    mode: str
    own: bool
    free_bytes: int | None


class Terminal(msgspec.Struct, frozen=True):
    """What stdin, stdout and the environment say of the terminal. `colours`: standard, 256, truecolor or none."""

    interactive: bool
    term: str
    columns: int
    lines: int
    encoding: str
    colours: str
    within: tuple[str, ...]


def program() -> Program:
    """The program and its libraries."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    extras = {name: util.find_spec(module) is not None for name, module in _EXTRAS.items()}
    return Program(
        musicrec_tui.__version__, f"{platform.python_version()} ({platform.python_implementation()})",
        system, {name: _version(name) for name in LIBRARIES}, extras,
    )  # fmt: skip


def device() -> Device:
    """Processors, memory and GPUs."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Device(processors, memory, environment.available_bytes(), gpu.devices())


def folders(home: Home) -> list[Folder]:
    """The home, the cache and the folder of temporary files."""
    places = {"home": home.root, "cache": home.cache, "temporary": Path(os.environ.get("TMPDIR") or "/tmp")}  # noqa: S108
    return [_folder(name, path) for name, path in places.items()]


def terminal() -> Terminal:
    """The terminal, as far as the environment describes it."""
    size = shutil.get_terminal_size()
    within = {"TMUX": "tmux", "STY": "screen", "SSH_CONNECTION": "ssh", "TEXTUAL_DRIVER": "serve", "CI": "CI"}
    return Terminal(
        interactive=sys.stdin.isatty() and sys.stdout.isatty(), term=os.environ.get("TERM", ""),
        columns=size.columns, lines=size.lines, encoding=sys.stdout.encoding or "ascii", colours=_colours(),
        within=tuple(name for variable, name in within.items() if os.environ.get(variable)),
    )  # fmt: skip


def variables() -> dict[str, str]:
    """The variables of the environment that the program reads, with "~" for the user's home folder."""
    return {name: paths.abbreviated(value) for name in _VARIABLES if (value := os.environ.get(name))}


def _version(library: str) -> str | None:
    """The version of a library; None where it is not installed."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _folder(name: str, path: Path) -> Folder:
    """A folder; where it is missing, what would hold it decides whether it can be made."""
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    try:
        found, free = there.stat(), shutil.disk_usage(there).free
        mode, own = (f"{found.st_mode & 0o7777:04o}" if there == path else ""), found.st_uid == os.geteuid()
    except OSError:
        mode, own, free = "", False, None
    writable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    readable = path.is_dir() and os.access(path, os.R_OK | os.X_OK)
    return Folder(name, paths.abbreviated(str(path)), path.is_dir(), readable, writable, mode, own, free)


def _colours() -> str:
    """How many colours the terminal says that it shows."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return "none"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "truecolor"
    return "256" if "256" in os.environ["TERM"] else "standard"
