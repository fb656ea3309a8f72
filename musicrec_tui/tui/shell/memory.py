"""The state file: the state of the screens for each log, and the log that was opened last."""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from textual.app import App
from textual.widgets import Input

from musicrec_tui import files, paths, sealed
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.shortage import shortage
from musicrec_tui.text import printable
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.screen_state import LogState, TableState
from musicrec_tui.tui.shell.session import Session

SCHEMA = 1
_MOST_LOGS = 50
_BUSY = "Another program is saving its state."


class LastLog(msgspec.Struct, frozen=True):
    """A log: absolute paths or globs, and the `--format` option, else empty."""

    data: tuple[str, ...]
    layout: str = ""


class State(msgspec.Struct, frozen=True):
    """The file's content.

    Attributes:
        last: the log that was opened last by name.
        logs: the states of the screens by the log's content hash, the latest last.
    """

    last: LastLog | None = None
    logs: dict[str, LogState] = {}


def read(home: Home) -> State:
    """Read the state file; empty if there is none.

    Raises:
        UserError: the file is damaged, or of another version.
    """
    return sealed.read(home.state, State, SCHEMA) if home.state.exists() else State()


class Memory:
    """The saved state: read when it is first needed, written when the app exits.

    Args:
        home: of the state file.
        fresh: ignore the saved state (it is still written).
        log: the log that was named now or at the last start; None: none, so the sample is open.
    """

    def __init__(self, home: Home, *, fresh: bool = False, log: LastLog | None = None) -> None:
        self._home, self._log = home, log
        self._state = State() if fresh else None
        self.complaint = ""
        """Why the saved state could not be restored; empty: it could."""
        self.state_getters: dict[str, Callable[[], msgspec.Struct | None]] = {}
        """Functions that return a screen's state (None before it was restored), by the field of `Shown`."""
        self._tables: dict[str, dict[str, TableState]] = {}

    def forget_log(self) -> None:
        """The next start opens the log that was open before this one."""
        self._log = None

    def shown(self, content: str) -> LogState | None:
        """The saved state of a log; None if there is none."""
        if self._state is None:
            try:
                self._state = read(self._home)
            except UserError as error:
                self._state = State()
                self.complaint = f"The last session's state cannot be read: {error}"
        return self._state.logs.get(content)

    def tables(self, content: str) -> dict[str, TableState]:
        """The saved states of a log's tables by id; changes are made in this dict."""
        if content not in self._tables:
            shown = self.shown(content)
            self._tables[content] = dict(shown.tables) if shown is not None else {}
        return self._tables[content]

    def now(self, content: str, screen: str, run: str | None) -> LogState:
        """The current state; of screens that were not shown yet, their saved one."""
        current = {part: state for part, get in self.state_getters.items() if (state := get()) is not None}
        before = self.shown(content) or LogState()
        return msgspec.structs.replace(before, screen=screen, run=run, tables=self.tables(content), **current)

    def keep(self, content: str, shown: LogState) -> None:
        """Save the state of a log; those of other logs stay. A home that cannot be written to is ignored."""
        with contextlib.suppress(UserError, UnicodeEncodeError), files.alone(self._home.root / ".state.lock", _BUSY):
            try:
                before = read(self._home)
            except UserError as error:
                if shortage(error):  # it cannot be read for the moment: it must not be replaced
                    return
                before = State()
            logs = {**{key: old for key, old in before.logs.items() if key != content}, content: shown}
            latest = dict(list(logs.items())[-_MOST_LOGS:])
            sealed.write(self._home.state, State(self._log or before.last, latest), SCHEMA, mode=0o600)


class Opening(NamedTuple):
    """What a start opens, and what was shown before."""

    log: Log
    memory: Memory


def opening(home: Home, data: Sequence[str | Path], layout: str, *, fresh: bool) -> Opening:
    """The log to open: the named one, else the last one if it still exists, else the sample.

    Args:
        home: of the state file.
        data: paths of the command line; without them `MUSICREC_DATA` is used.
        layout: the `--format` option, else empty.
        fresh: ignore the saved state.
    """
    asked = Log(paths.find_data(data), layout)
    if data or layout or os.environ.get("MUSICREC_DATA"):
        return Opening(asked, Memory(home, fresh=fresh, log=LastLog(asked.names, layout)))
    last = None if fresh else _last_log(home)
    memory = Memory(home, fresh=fresh, log=last)
    if last is None:
        return Opening(asked, memory)
    again = Log(last.data, last.layout)
    try:
        again.need()
    except UserError as error:
        memory.complaint = f"The last log cannot be opened, so this is the sample: {error}"
        return Opening(asked, memory)
    return Opening(again, memory)


def log_beside(home: Home, log: Log) -> tuple[Opening, str]:
    """The log to learn from beside a personal one: the last one that was open, else the sample; and its name, clean."""
    last = _last_log(home)
    if last is not None and last.data != log.names:
        again = Log(last.data, last.layout)
        with contextlib.suppress(UserError):
            again.need()
            return Opening(again, Memory(home, log=last)), printable(Path(last.data[0]).name, 40)
    return Opening(Log([paths.sample_data()]), Memory(home)), "the sample"


def _last_log(home: Home) -> LastLog | None:
    """The log that was opened last; None if that is not known."""
    try:
        return read(home).last
    except UserError:
        return None


async def restore_screen(app: App[Any], session: Session, memory: Memory) -> None:
    """Restore the chosen model and the screen, when the log is open; screens restore their own state."""
    dataset = session.dataset
    shown = memory.shown(dataset.info.content) if dataset is not None else None
    if memory.complaint:
        notify_latest(app, memory.complaint, group="state", severity="warning", timeout=20)
        memory.complaint = ""
    if shown is None:
        return
    run = next((run for run in session.usable if run.id == shown.run), None)
    if run is not None or shown.run == "":
        session.choose(run)
    busy = len(app.screen_stack) > 1 or isinstance(app.focused, Input)
    elsewhere = shown.screen in app.MODES and shown.screen != "explore"
    if elsewhere and app.current_mode == "explore" and not busy:
        await app.switch_mode(shown.screen)


def save_screen(app: App[Any], session: Session, memory: Memory) -> None:
    """Save the state, if a log is open and the program is not restricted."""
    if session.dataset is None or session.restricted:
        return
    content = session.dataset.info.content
    run = (session.chosen.id if session.chosen else "") if session.user_chose else None
    memory.keep(content, memory.now(content, app.current_mode or "explore", run))
