"""Signals to every process at random moments: TERM, KILL, HUP, INT, and STOP with CONT after a while."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from musicrec_tui.cli.app import run as run_command
from musicrec_tui.jobs import environment
from musicrec_tui.runs import status, tuning_store
from tests.e2e.terminal import Terminal
from tests.faults.content import Content
from tests.faults.deeds import Deed, Place, World
from tests.faults.forked import Ended, forked
from tests.faults.judging import differing, judged
from tests.faults.verdicts import Outcome
from tests.waiting import PATIENCE

KIND = "kills"
SIGNALS = ("TERM", "KILL", "HUP", "INT", "STOP and CONT")
_TOTAL, _FEW = 320, 24
_STOPPED = 0.3


class Victim(NamedTuple):
    """What is killed: a command that is judged by its twin, or a program that only reads.

    Attributes:
        name: of it.
        arguments: the command line's; `{place}`-like parts are filled in.
        worker: kill the job's own process, not the command that follows it.
    """

    name: str
    arguments: tuple[str, ...]
    worker: bool = False

    def words(self, place: Place) -> list[str]:
        """The command line."""
        return [one.format(logs=place.logs, out=place.out, home=place.home.root) for one in self.arguments]


_TRAIN = ("train", "popularity", "--data", "{logs}/first.csv", "--home", "{home}", "--final", "--name", "new")
_TUNE = (
    "tune", "als", "--vary", "factors=2,3,4", "--set", "iterations=2", "--processes", "1", "--data",
    "{logs}/first.csv", "--home", "{home}",
)  # fmt: skip
WRITERS = (
    Victim("index", ("info", "--data", "{logs}/second.csv", "--home", "{home}")),
    Victim("import", ("import", "{logs}/mine.csv", "--as", "me", "--home", "{home}")),
    Victim(
        "export",
        ("export", "artists", "--to", "{out}/artists.parquet", "--data", "{logs}/first.csv", "--home", "{home}"),
    ),
    Victim("train", _TRAIN),
    Victim("worker of train", _TRAIN, worker=True),
    Victim("tune", _TUNE),
    Victim("tuner of tune", _TUNE, worker=True),
)
READERS = ("host", "TUI", "serve")


def run(world: World, dice: random.Random, times: int | None) -> Iterator[Outcome]:
    """So many kills (320), of all processes in turn; of a dozen, those that take no second to start."""
    names: Sequence[Victim | str] = (*WRITERS[:5], "host") if times and times <= _FEW else (*WRITERS, *READERS)
    lengths: dict[str, float] = {}
    for number in range(times or _TOTAL):
        victim = names[number % len(names)]
        how = SIGNALS[(number // len(names) + number) % len(SIGNALS)]
        if isinstance(victim, str):
            yield _read_only(world, victim, how, dice.uniform(0, 2.0))
            continue
        deed = Deed(f"command {victim.name}", partial(_command, victim))
        if victim.name not in lengths:
            began = time.monotonic()
            world.twin(deed)
            lengths[victim.name] = time.monotonic() - began
        yield _killed(world, victim, deed, how, dice.uniform(0, lengths[victim.name]))


def _command(victim: Victim, place: Place) -> None:
    """Run a command in this process.

    Raises:
        OSError: its exit code says that it failed, or was cancelled.
    """
    if code := run_command(victim.words(place)):
        raise OSError(code, f"exit code {code}")


def _killed(world: World, victim: Victim, deed: Deed, how: str, delay: float) -> Outcome:
    """A command that writes, and a signal to it or to its job's process."""
    case = f"{victim.name}, {how} after {delay:.2f} s"
    place = world.copy()
    before = set(place.home.runs.iterdir()) | set(place.home.tunings.iterdir())
    strike = partial(_strike_job, place, before, how, delay) if victim.worker else partial(_strike, how, delay)
    ended = forked(partial(_command, victim, place), home=place.home.root, meanwhile=strike)
    if (left := _wait_for_all(place)) is not None:
        return Outcome(KIND, case, "wrong", left)
    if "tun" in victim.name:
        outcome = _judge_tuning(world, deed, place, ended, case)
    else:
        outcome = judged(KIND, case, world, deed, place, ended)
    world.drop(place)
    return outcome


def _judge_tuning(world: World, deed: Deed, place: Place, ended: Ended, case: str) -> Outcome:
    """A tuning that was killed is resumed, and then its twin's equal."""
    after = world.twin(deed)
    if ended.trace:
        return Outcome(KIND, case, "wrong", ended.trace.strip().splitlines()[-1])
    unfinished = [one for one in tuning_store.list_tunings(place.home) if one.status is not status.Status.FINISHED]
    new = [one.id for one in unfinished if one.total == 3]
    again = forked(partial(_resume, place, new[0]), home=place.home.root) if new else None
    if new and again is not None and not again.done:
        return Outcome(KIND, case, "wrong", f"resuming: {again.error or again.trace[-300:]}")
    if not new and not ended.done:
        again = deed.forked(place) if not _has_new(place) else None
    read = place.content()
    if not read.done:
        return Outcome(KIND, case, "lost", read.error or read.trace[-300:])
    found = differing(read.value, after, after, acknowledged=True)
    return Outcome(KIND, case, *found) if found else Outcome(KIND, case, "survived")


def _has_new(place: Place) -> bool:
    return any(one.total == 3 for one in tuning_store.list_tunings(place.home))


def _resume(place: Place, tuning: str) -> None:
    if code := run_command(["tunings", "resume", tuning, "--home", str(place.home.root)]):
        raise OSError(code, f"exit code {code}")


def _strike(how: str, delay: float, pid: int) -> None:
    """Wait, then send the signal."""
    time.sleep(delay)
    with contextlib.suppress(ProcessLookupError):
        if how == "STOP and CONT":
            os.kill(pid, signal.SIGSTOP)
            time.sleep(_STOPPED)
            os.kill(pid, signal.SIGCONT)
        else:
            os.kill(pid, signal.Signals[f"SIG{how}"])


def _strike_job(place: Place, before: set[Path], how: str, delay: float, pid: int) -> None:
    """The same for the process of the job that the command starts."""
    deadline = time.monotonic() + delay
    while time.monotonic() < deadline:
        time.sleep(0.01)
    new = [one for folder in (place.home.runs, place.home.tunings) for one in folder.glob("[!.]*") if one not in before]
    if not new:
        return
    for folder in new:
        if status.is_alive(folder) and (worker := _holder(folder)):
            _strike(how, 0, worker)


def _holder(folder: Path) -> int | None:
    """The process that works on a job: the first whose command names its folder."""
    return next(iter(_processes(str(folder))), None)


def _processes(text: str) -> list[int]:
    """The processes whose command line has a text, other than this one and zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if text.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def _wait_for_all(place: Place) -> str | None:
    """Wait until no process works on a home; a sentence where one is left."""
    deadline = time.monotonic() + PATIENCE
    while left := _processes(str(place.root)):
        if time.monotonic() > deadline:
            commands = [(Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ") for pid in left]
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            return f"a process is left: {commands[0].decode(errors='replace')[:200]}"
        time.sleep(0.02)
    return None


def _read_only(world: World, name: str, how: str, delay: float) -> Outcome:
    """A program that changes nothing but the screen's state: everything is as before, and no process is left."""
    case = f"{name}, {how} after {delay:.2f} s"
    place = world.copy()
    try:
        _START[name](place, partial(_strike, how, delay), how == "STOP and CONT")
        left = _wait_for_all(place)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        left = str(error) or "it ended, though it was only stopped for a moment"
    read = place.content()
    world.drop(place)
    if left is not None or not read.done:
        return Outcome(KIND, case, "wrong", left or read.error or read.trace[-300:])
    before: Content = {name: value for name, value in world.before.items() if name != "state"}
    found: Content = {name: value for name, value in read.value.items() if name != "state"}
    wrong = differing(found, before, before, acknowledged=True)
    return Outcome(KIND, case, *wrong) if wrong else Outcome(KIND, case, "survived")


@contextlib.contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program in the background, with a pipe as its stdin; killed where it does not end by itself."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment.for_child(),
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def _host(place: Place, strike: Callable[[int], None], survives: bool) -> None:
    with _started([sys.executable, "-m", "musicrec_tui.jobs.host", str(place.home.opinions)]) as process:
        strike(process.pid)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(PATIENCE)
        assert not survives or process.returncode == 0


def _tui(place: Place, strike: Callable[[int], None], survives: bool) -> None:
    arguments = ("--data", str(place.logs / "first.csv"), "--home", str(place.home.root), "--no-tour")
    with Terminal(*arguments, home=place.root) as terminal:
        terminal.watching = False
        terminal.read_for(0.5)
        strike(terminal.process.pid)
        if survives:
            terminal.read_for(0.5)
            assert terminal.process.poll() is None
            terminal.process.terminate()
        deadline = time.monotonic() + PATIENCE
        while terminal.process.poll() is None:
            assert time.monotonic() < deadline, "the screen does not end"
            terminal.read_for(0.05)


def _serve(place: Place, strike: Callable[[int], None], survives: bool) -> None:
    port = str(20_000 + os.getpid() % 20_000)
    command = [
        sys.executable, "-m", "musicrec_tui", "serve", "--port", port, "--data", str(place.logs / "first.csv"),
        "--home", str(place.home.root),
    ]  # fmt: skip
    with _started(command) as process:
        strike(process.pid)
        if survives:
            assert process.poll() is None
            process.terminate()
        process.wait(PATIENCE)


_START: dict[str, Callable[[Place, Callable[[int], None], bool], None]] = {
    "host": _host, "TUI": _tui, "serve": _serve,
}  # fmt: skip
