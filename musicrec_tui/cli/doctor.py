"""`doctor`: the program, the machine and damaged things, on one screen that a bug report can quote."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from musicrec_tui import paths
from musicrec_tui.cli import options, outcome, output
from musicrec_tui.text import counted

if TYPE_CHECKING:
    from musicrec_tui.jobs.doctor.counts import Counts
    from musicrec_tui.jobs.doctor.damage import Damaged
    from musicrec_tui.jobs.doctor.machine import Device, Folder, Program, Terminal
    from musicrec_tui.paths import Home

_LIBRARIES = {
    "screen": ("textual", "rich", "typer", "pyperclip"),
    "data": ("duckdb", "pyarrow", "msgspec", "numpy", "scipy"),
    "models": ("implicit", "tensorflow", "keras", "optuna"),
}
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def doctor(home: options.HomeFolder = None, as_json: options.Json = False) -> int:
    """Check the installation and all stored files; list what is damaged and how to repair or remove it.

    Paste the output into a bug report: it has versions, extras, the device, folders with their permissions and free
    disk, the terminal's abilities, and how much is stored; it names only what is damaged. Nothing is changed. Models
    are read whole, which takes a while where there are many. The exit code is 1 if something is damaged.
    """
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.jobs.doctor import counts, damage, machine

    place = paths.find_home(home)
    program, device, folders, terminal = machine.program(), machine.device(), machine.folders(place), machine.terminal()
    stored, reports = counts.count(place), _reports(place)
    with Meter() as meter:
        found = damage.find_damaged(place, lambda what: meter.show("Checking stored files", 0, 0, what))
    if as_json:
        output.print_json({
            "program": program, "device": device, "folders": folders, "terminal": terminal,
            "environment": machine.variables(), "stored": stored, "reports": reports, "damaged": found,
        })  # fmt: skip
    else:
        _print(program, device, folders, terminal, machine.variables(), stored, reports, found)
    return outcome.FAILED if found else outcome.FINE


def _print(
    program: "Program", device: "Device", folders: "Sequence[Folder]", terminal: "Terminal",
    variables: dict[str, str], stored: "Counts", reports: list[dict[str, str]], found: "Sequence[Damaged]",
) -> None:  # fmt: skip
    """The one screen."""
    extras = ", ".join(f"{name} {'installed' if there else 'not installed'}" for name, there in program.extras.items())
    facts: list[tuple[str, output.Cell]] = [
        ("musicrec-tui", f"{program.version}, Python {program.python}, {program.system}"),
        *((kind, _versions(program, names)) for kind, names in _LIBRARIES.items()),
        ("extras", extras),
        ("device", _device(device)),
        *((folder.name, _folder(folder)) for folder in folders),
        ("stored", _stored(stored)),
        ("terminal", _terminal(terminal)),
        ("environment", ", ".join(f"{name}={value}" for name, value in variables.items()) or "no variables set"),
        *(("defects", f"{one['path']}, last written {one['last']}") for one in reports),
        ("damaged", counted(len(found), "thing") if found else "nothing"),
    ]
    output.print_facts(facts)
    for one in found:
        output.print_line()
        output.print_line(f"{one.what}: {one.path}")
        output.print_line(f"  {one.problem}")
        output.print_line(f"  {one.remedy}")


def _versions(program: "Program", names: Sequence[str]) -> str:
    """Libraries with their versions."""
    return ", ".join(f"{name} {program.libraries[name] or '(not installed)'}" for name in names)


def _device(device: "Device") -> str:
    """Processors, memory, GPUs."""
    gpus = f"GPU driver: {', '.join(device.gpus)}" if device.gpus else "no GPU"
    free = f"{_size(device.memory_bytes)} memory ({_size(device.available_bytes)} available)"
    return f"{counted(device.processors, 'processor')}, {free}, {gpus}"


def _folder(folder: "Folder") -> str:
    """A folder's path, permissions and free disk."""
    if folder.exists:
        rights = "readable" if folder.readable else "NOT readable"
        rights += ", writable" if folder.writable else ", NOT writable"
        rights += f", mode {folder.mode}" + ("" if folder.own else ", owned by another user")
    else:
        rights = "not there yet" if folder.writable else "not there, and CANNOT be made"
    free = f", {_size(folder.free_bytes)} free" if folder.free_bytes is not None else ""
    return f"{folder.path} ({rights}{free})"


def _stored(stored: "Counts") -> str:
    """Runs, tunings, trash, profiles, indexes."""
    live = f" ({stored.live:,} running or queued)" if stored.live else ""
    indexes = f"{stored.indexes:,} {'index' if stored.indexes == 1 else 'indexes'} ({_size(stored.index_bytes)})"
    return (
        f"{counted(stored.runs, 'run')}, {counted(stored.tunings, 'tuning')}{live}, {stored.in_trash:,} in the trash, "
        f"{counted(stored.profiles, 'profile')}, {indexes}"
    )


def _terminal(terminal: "Terminal") -> str:
    """Kind, size, encoding, colours."""
    kind = terminal.term or "TERM is not set"
    through = f", through {' and '.join(terminal.within)}" if terminal.within else ""
    size = f"{terminal.columns} columns × {terminal.lines} lines" if terminal.interactive else "not interactive"
    return f"{kind}, {size}, {terminal.encoding}, colours: {terminal.colours}{through}"


def _reports(home: "Home") -> list[dict[str, str]]:
    """The logs of defects, with the time of the last one."""
    found = []
    for path in sorted(home.logs.glob("*.log")):
        try:
            status = path.stat()
        except OSError:
            continue
        if status.st_size:
            last = datetime.fromtimestamp(status.st_mtime, UTC)
            found.append({"path": paths.abbreviated(str(path)), "last": f"{last:%Y-%m-%d %H:%M} UTC"})
    return found


def _size(amount: float) -> str:
    """Bytes in a unit that suits them."""
    unit = 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:,.0f} {_UNITS[unit]}" if unit == 0 or amount >= 100 else f"{amount:.1f} {_UNITS[unit]}"
