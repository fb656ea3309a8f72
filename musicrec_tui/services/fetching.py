"""Fetching a history: pages are appended to one private file, and what was fetched survives an interruption.

`HOME/fetched/<name>/` holds the file of listens, in a layout that `dataset.sources` reads, and `state.json`, which says
how much of the file counts and where the next page begins. It is replaced after each page, so that a page is there
whole or not at all.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.services.http_client import HttpClient, Report
from musicrec_tui.services.pages import Api, Cursor, Page
from musicrec_tui.text import printable, search_name

_STATE, _LOCK = "state.json", ".lock"
_LARGEST = 2**20


class Source(NamedTuple):
    """Whose history comes from where.

    Attributes:
        api: of the service.
        user: the name there, raw.
        since: the time of the latest listen that is imported already; None: all are wanted.
    """

    api: Api
    user: str
    since: int | None


class _State(msgspec.Struct):
    """How far it is.

    Attributes:
        size: bytes of the file that count.
        listens: lines in them.
        imported: as `since` in `Source`, when it began.
        since: earlier listens are not needed: the same, or what an interrupted fetch has.
        cursor: where the next page begins; None: all pages are there.
        newest: the time of the latest listen.
        last: the listens of the last second, which the next page may repeat.
        top: those of the latest second of all.
        before: those of an interrupted fetch, which the fetch of what came meanwhile ends with.
    """

    size: int = 0
    listens: int = 0
    imported: int | None = None
    since: int | None = None
    cursor: Cursor | None = msgspec.field(default_factory=Cursor)
    newest: int | None = None
    last: list[bytes] = []
    top: list[bytes] = []
    before: list[bytes] = []


class Fetched(NamedTuple):
    """A history that is whole.

    Attributes:
        file: the listens.
        listens: how many.
        newest: the time of the latest, in seconds since 1970; None where there are none.
    """

    file: Path
    listens: int
    newest: int | None


@contextlib.contextmanager
def kept_folder(home: Home, name: str) -> Iterator[Path]:
    """The folder of a history that is being fetched, for this program alone; it stays until `forget_folder`.

    Raises:
        UserError: another program fetches it, or it cannot be written to.
    """
    folder = home.fetched / name
    try:
        for one in (home.fetched, folder):
            one.mkdir(parents=True, exist_ok=True, mode=0o700)
            one.chmod(0o700)
        lock = files.try_lock(folder / _LOCK)
    except OSError as error:
        raise UserError(f"Cannot write to {printable(str(folder), None)}: {error.strerror}.", exit_code=1) from error
    if lock is None:
        raise UserError("Another program is fetching this history: wait until it has finished.", exit_code=1)
    try:
        yield folder
    finally:
        os.close(lock)


def forget_folder(folder: Path) -> None:
    """Delete what was fetched: it is imported."""
    shutil.rmtree(folder, ignore_errors=True)


def fetch(client: HttpClient, source: Source, folder: Path, report: Report) -> Fetched:
    """Fetch a history from where it was interrupted to its end, then what came meanwhile.

    Args:
        client: asks the server.
        source: whose history.
        folder: of `kept_folder`.
        report: hears how far it is.

    Raises:
        UserError: the service cannot be asked, or the folder not be written to; what was fetched stays.
        Cancelled: the user cancelled; what was fetched stays.
    """
    target = folder / file_name(source)
    found = _read_state(folder / _STATE, target)
    resumed = found is not None and found.imported == source.since
    state = found if found is not None and resumed else _State(imported=source.since, since=source.since)
    try:
        _read_pages(client, source, target, state, report)
        if resumed:  # what was played since it was interrupted is newer than all that is there
            state = _State(
                state.size, state.listens, source.since, state.newest,
                newest=state.newest, top=state.top, before=state.top,
            )  # fmt: skip
            _read_pages(client, source, target, state, report)
    except OSError as error:
        raise UserError(f"Cannot write to {printable(str(folder), None)}: {error.strerror}.", exit_code=1) from error
    return Fetched(target, state.listens, state.newest)


def file_name(source: Source) -> str:
    """What the file of listens is called: by service and user, which a profile shows as the source."""
    letters = re.sub(r"[^a-z0-9]+", "-", search_name(f"{source.api.title} {source.user[:60]}")).strip("-")
    return f"{letters}{source.api.suffix}"


def _read_pages(client: HttpClient, source: Source, target: Path, state: _State, report: Report) -> None:
    """Read the pages from the state's cursor to the end."""
    report(f"{source.api.title}: asking for {printable(source.user, 60)}", None)
    while state.cursor is not None:
        page = source.api.read_page(client, source.user, state.cursor, state.since)
        reached = _store(page, source.api.header, target, state)
        report(_words(source, state, reached), _share(page, state, reached))


def _store(page: Page, header: bytes, target: Path, state: _State) -> int | None:
    """Append a page to the file and note it; gives the time that it reaches back to."""
    known = {*state.last, *state.before}
    since = state.since
    new = [one for one in page.listens if one.same not in known and not (since and one.at and one.at < since)]
    times = [one.at for one in page.listens if one.at is not None]
    oldest = min(times, default=None)
    lines = b"".join(
        line + b"\n" for line in ([header] if header and not state.size else []) + [one.line for one in new]
    )
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.truncate(state.size)
        file.seek(state.size)
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    state.size += len(lines)
    state.listens += len(new)
    latest = max(times, default=None)
    if latest is not None and (state.newest is None or latest > state.newest):
        state.newest, state.top = latest, [one.same for one in page.listens if one.at == latest]
    state.last = [one.same for one in page.listens if one.at == oldest]
    state.cursor = page.following
    files.write_bytes(target.parent / _STATE, msgspec.json.encode(state), mode=0o600)
    return oldest


def _read_state(file: Path, target: Path) -> _State | None:
    """How far an interrupted fetch came; None where there is nothing to go on with."""
    try:
        state = msgspec.json.decode(files.read_bytes(file, _LARGEST), type=_State)
        return state if target.stat().st_size >= state.size else None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _words(source: Source, state: _State, reached: int | None) -> str:
    """How far it is, for people."""
    back = ""
    with contextlib.suppress(ValueError, OverflowError, OSError):  # a time that no calendar has
        back = f", back to {datetime.fromtimestamp(reached, UTC):%Y-%m-%d}" if reached is not None else ""
    return f"{source.api.title}: {state.listens:,} listens{back}"


def _share(page: Page, state: _State, reached: int | None) -> float | None:
    """How much of the history is fetched: of its pages, else of its time."""
    if page.following is None:
        return 1.0
    if page.share is not None or page.span is None or reached is None:
        return page.share
    first, last = page.span
    begin = max(first, state.since or first)
    return min(max((last - reached) / (last - begin), 0.0), 1.0) if last > begin else None
