"""Links to what is under the cursor: a list of services, one of which is opened or copied."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style

from musicrec_tui import links
from musicrec_tui.dataset.records import Artist, Listen, Title
from musicrec_tui.links import Thing
from musicrec_tui.tui.common.cells import DIM, fit
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.common.verbs import CLOSE, LINK
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell.base import BaseScreen

_REMOTE = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_NO_HYPERLINKS = ("linux", "dumb", "vt100", "vt220")
_NAME = 14


def opens_here(restricted: bool, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a browser can be opened where the user sits: not for guests, over SSH, or without a display."""
    if restricted or any(environ.get(name) for name in _REMOTE):
        return False
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def has_hyperlinks(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal may be sent hyperlinks (OSC 8); those that do not know them show nothing of them."""
    return environ.get("TERM", "") not in _NO_HYPERLINKS


class LinkList(Dialog[str]):
    """Lists the links to a thing; answers with the chosen one."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("links.close", "dismiss(None)", CLOSE, "Close", "Back to the screen.", palette=False,
                guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)
    DEFAULT_CSS = "LinkList RowList { min-height: 3; }"

    def __init__(self, thing: Thing, found: Mapping[str, str], *, opens: bool) -> None:
        """`found`: URLs by the names of services; `opens`: whether Enter opens them, else it copies."""
        super().__init__()
        self._thing, self._found, self._opens = thing, found, opens

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="dialog"):
            rows = RowList(id="links")
            rows.table_name = "Links"
            yield rows

    def on_mount(self) -> None:
        """Fill the list; focus it."""
        dialog = self.query_one(".dialog")
        dialog.border_title = Content(fit(f"Links to {self._thing.title}", 60).rstrip())
        dialog.border_subtitle = f"↵ {'opens' if self._opens else 'copies'} · esc closes"
        rows = [Row(_drawn(name, url), url) for name, url in self._found.items()]
        self.query_one(RowList).set_rows(rows, "No service has a link; see [links] in the settings.", cursor=0)
        self.query_one(RowList).focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Answer with the chosen link."""
        self.dismiss(str(event.value))


def _drawn(name: str, url: str) -> Callable[[int], Content]:
    """The drawing of a link: the service and the URL, which is a hyperlink where the terminal has them."""

    def draw(width: int) -> Content:
        shown = Content(fit(url, width - _NAME - 1)).stylize(DIM)
        linked = shown.stylize(Style(link=url)) if has_hyperlinks() else shown
        return Content.assemble((fit(name, _NAME), "bold"), " ", linked)

    return draw


class Links(Part):
    """Opens, or over SSH and for guests copies, a link to the artist, album or track under the cursor."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.link", "open_link", LINK, "Open a link",
                "MusicBrainz, ListenBrainz, Last.fm and others; over SSH the link is copied.", footer="link",
                guest=True),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    def action_open_link(self) -> None:
        """List the links."""
        screen, thing = self._screen, self._meant()
        if thing is None:
            notify_latest(screen, "Select an artist, album or track first.", group="links")
            return
        opens = opens_here(screen.session.restricted)

        def chosen(url: str | None) -> None:
            if url is None:
                return
            if opens:
                screen.app.open_url(url)
                notify_latest(screen, f"Opened {url}", group="links")
            else:
                screen.app.copy_to_clipboard(url)
                notify_latest(screen, f"Copied {url}", group="links")

        found = links.links(thing, screen.session.settings.links)
        screen.app.push_screen(LinkList(thing, found, opens=opens), chosen)

    def _meant(self) -> Thing | None:
        """What the cursor is on; else the artist that is shown."""
        focused = self._screen.focused
        value = focused.value if isinstance(focused, RowList) else None
        shown = self._current.artist
        match value:
            case Artist():
                return Thing(value.name, value.mbid or "")
            case Listen() if value.artist_name:
                return Thing(value.artist_name, track=value.recording_name or "")
            case Title():
                artist = value.artist_name or (shown.name if shown is not None else "")
                albums = focused is not None and "releases" in (focused.id or "")
                return Thing(artist, album=value.name) if albums else Thing(artist, track=value.name)
        return Thing(shown.name, shown.mbid or "") if shown is not None else None
