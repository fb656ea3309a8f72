"""What the import dialog would import: a file's layout, columns and first rows, or what a service would be sent."""

import asyncio
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import expanded
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.working import start
from musicrec_tui.tui.explore.importing import ImportRequest, ServiceUser
from musicrec_tui.tui.shell.guests import need_freedom
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.dataset.profiles.looking import Look

DEBOUNCE_SECONDS = 0.25
_MOST_FILES = 500
"""Of a folder that is looked into while its name is typed."""
_HINT = "Type or drop a file; → completes its name. Or fetch it: listenbrainz:NAME, lastfm:NAME."


class SourcePreview(Static):
    """Describes a source a moment after it was named; says nothing of a name that is not complete."""

    def __init__(self, session: Session) -> None:
        super().__init__(_HINT, id="import-seen", markup=False)
        self._session = session

    def show_source(self, request: ImportRequest) -> None:
        """Describe what a request would import."""
        start(self, "look", self._look, request)

    async def _look(self, request: ImportRequest) -> None:
        """Look, and draw; a request that came later cancels this."""
        await asyncio.sleep(DEBOUNCE_SECONDS)
        stop = threading.Event()
        try:
            need_freedom(self)
            drawn = await asyncio.to_thread(_described, self._session, request, stop)
        except UserError as error:
            drawn = Content.styled(printable(str(error), None), "$text-warning")
        except Cancelled:
            return
        except asyncio.CancelledError:
            stop.set()
            raise
        self.update(drawn)


def _described(session: Session, request: ImportRequest, stop: threading.Event) -> Content:
    """What a request would import."""
    source = request.source
    if isinstance(source, ServiceUser):
        if not source.user:
            return Content(f"Type the name of a user after {source.service}:")
        from musicrec_tui.services import history_import

        asked = history_import.HistoryRequest(source.service, source.user, request.name, request.server)
        return Content(history_import.announcement(session.home, asked))
    paths = [expanded(Path(text)) for text in source]
    if not paths or not all(_is_there(path) for path in paths):
        return Content(_HINT)
    if sum(_files_below(path) for path in paths) > _MOST_FILES:
        return Content(f"A folder with more than {_MOST_FILES} files; Enter reads it.")
    from musicrec_tui.dataset.log import Log
    from musicrec_tui.dataset.profiles.looking import look

    return _drawn(look(Log(source, request.layout), stop.is_set))


def _is_there(path: Path) -> bool:
    """Whether there is such a file or folder."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _files_below(path: Path) -> int:
    """How many files a folder has, counted to a few more than are looked at; 1 for a file."""
    if not path.is_dir():
        return 1
    count = 0
    for _, folders, names in os.walk(path):
        count += len(names) + len(folders)
        if count > _MOST_FILES:
            break
    return count


def _drawn(seen: "Look") -> Content:
    """The layout, the columns, warnings and the first rows of each kind of file."""
    lines: list[Content] = []
    for one in seen.readings[:2]:
        kind = f"{printable(one.layout, 40)} · {counted(one.files, 'file')} · {_size(seen.size)}"
        lines.append(Content.styled(kind, "bold"))
        lines += [Content.styled(f"⚠ {printable(warning, None)}", "$text-warning") for warning in one.warnings]
        if one.sentence:
            lines.append(Content(printable(one.sentence, None)))
        lines += [Content.styled(_row(row), "$foreground 70%") for row in one.rows]
    return Content("\n").join(lines)


def _row(row: Mapping[str, str]) -> str:
    """`2024-05-01 12:00:00  Portishead – Roads  7 plays`, clean."""
    names = [printable(row[name], 40) for name in ("artist_name", "recording_name") if row.get(name)]
    parts: Sequence[str] = (
        printable(row.get("listened_at", ""), 24),
        " – ".join(names),
        f"{printable(row['play_count'], 12)} plays" if row.get("play_count", "1") not in ("1", "1.0") else "",
        f"rated {printable(row['rating'], 12)}" if "rating" in row else "",
    )
    return "  ".join(part for part in parts if part)


def _size(size: int) -> str:
    """Bytes in a unit that suits them."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"
