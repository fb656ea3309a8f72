"""Import a history: which file, as what, how far it is."""

import asyncio
import shlex
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.dataset.records import User
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.json_lines import HistoryImported
from musicrec_tui.text import printable
from musicrec_tui.tui.common.cells import bar, crop
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import LineInput, PathInput, PathSuggester
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.verbs import ACCEPT, CLOSE, DOWN, UP
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.importing import ImportRequest, account_line, import_history, source_of
from musicrec_tui.tui.explore.source_preview import SourcePreview
from musicrec_tui.tui.shell.guests import need_freedom
from musicrec_tui.tui.shell.session import Session

_FIELDS = (
    ("path", "File", "an export: file or folder; or listenbrainz:NAME, lastfm:NAME"),
    ("name", "As", "the profile's name, such as me"),
    ("user", "User", "only if the file has several users"),
    ("server", "Server", "only for a server of your own: its address"),
)
_NEEDED = 2
"""The first fields cannot be empty."""
_WELCOME = "Importing again adds only new listens. The log and its index do not change."
_BAR = 24
FIRST_NAME = "me"
"""The name of a first profile, unless another one is typed."""


class ImportDialog(Dialog[User]):
    """Answers with the profile's user when the import is done. While it works, Esc stops it.

    Args:
        session: whose home has the profiles.
        request: fills the fields; None: they are empty.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("import.start", "start", ACCEPT, "Import", "Import the file.", palette=False, guest=True),
        Command("import.next", "app.focus_next", DOWN, "Next field", "Go to the next field.", palette=False,
                priority=True, guest=True, own_keys="down"),
        Command("import.previous", "app.focus_previous", UP, "Previous field", "Go to the field before.",
                palette=False, priority=True, guest=True, own_keys="up"),
        Command("import.stop", "stop", CLOSE, "Stop or close", "Stop the import, or close the dialog.",
                palette=False, guest=True),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session, request: ImportRequest | None = None) -> None:
        super().__init__()
        self._session = session
        self._given = request or ImportRequest((), "")
        self._working = False

    def compose(self) -> ComposeResult:
        """The fields, what they name, and a line that says how it goes."""
        with Vertical(classes="dialog", id="import-dialog"):
            for name, label, hint in _FIELDS:
                with Horizontal(classes="import-line"):
                    yield Static(label, classes="import-label", markup=False)
                    if name == "path":
                        yield PathInput(placeholder=hint, id="import-path", suggester=PathSuggester())
                    else:
                        yield LineInput(placeholder=hint, id=f"import-{name}")
            yield SourcePreview(self._session)
            yield Static(Content(_WELCOME), id="import-status", markup=False)

    def on_mount(self) -> None:
        """Begin with the file."""
        dialog = self.query_one("#import-dialog")
        dialog.border_title = "Import a history"
        dialog.border_subtitle = "↵ imports · esc closes"
        self.query_one("#import-path", Input).focus()
        if self._given.name:
            self.query_one("#import-name", Input).value = self._given.name
            self.query_one("#import-path", Input).value = shlex.join(self._given.source)
            self.action_start()
        else:
            start(self, "name", self._offer_name)

    async def _offer_name(self) -> None:
        """Offer the usual name to a first profile; where it exists already, the user says what is meant."""
        from musicrec_tui.dataset.profiles import store

        entry = self.query_one("#import-name", Input)
        if await asked(self, store.has_profile, self._session.home, FIRST_NAME) is False and not entry.value:
            entry.value = FIRST_NAME

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        """Say what the fields name."""
        event.stop()
        if not self._working and event.input.id in ("import-path", "import-server"):
            self.query_one(SourcePreview).show_source(self._request())

    def _request(self) -> ImportRequest:
        """What the fields say."""
        path, name, user, server = (self.query_one(f"#import-{field}", Input).value.strip() for field, _, _ in _FIELDS)
        return ImportRequest(source_of(path), name, user, self._given.layout, server)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the first field that wants something, and says so; else it imports."""
        event.stop()
        for name, label, hint in _FIELDS[:_NEEDED]:
            entry = self.query_one(f"#import-{name}", Input)
            if not entry.value.strip():
                self.set_focus(entry)
                self._say(f"✗ {label} is empty. It needs {hint}.", "$text-error")
                return
        self.action_start()

    def action_start(self) -> None:
        """Import what the fields say."""
        request = self._request()
        if not self._working and request.source and request.name:
            start(self, "import", self._import, request)

    def action_stop(self) -> None:
        """Stop the import; where none runs, close."""
        if self._working:
            self.workers.cancel_group(self, "import")
        else:
            self.dismiss(None)

    async def _import(self, request: ImportRequest) -> None:
        """Import, and answer with the profile's user."""
        self._set_working(True)
        self.show_progress("starting", None)
        try:
            need_freedom(self)
            done = await import_history(self._session, request, self.show_progress)
        except UserError as error:
            self._rest(f"✗ {printable(str(error), None)}", "$text-error")
        except asyncio.CancelledError:
            if self.is_running:
                self._rest("Stopped: the profile was not changed. What was fetched is kept for the next time.")
            raise
        else:
            await self._answer(done)

    async def _answer(self, done: HistoryImported) -> None:
        """Say what happened, let the user choose near names for artists that the log lacks, and close."""
        from musicrec_tui.dataset.profiles import lookup, near_names, store
        from musicrec_tui.tui.explore.near_names_list import NearNamesList

        profile = await asked(self, store.read_profile, self._session.home, done.profile)
        notify_latest(self, account_line(done), group="profiles", timeout=10)
        try:
            if profile is not None and (dataset := self._session.dataset) is not None:
                found = await asked(self, near_names.unknown_artists, dataset, profile)
                if found is not None and any(one.near for one in found[0]):
                    await self.app.push_screen_wait(NearNamesList(self._session, dataset, profile.name, *found))
                    profile = await asked(self, store.read_profile, self._session.home, done.profile)
        except asyncio.CancelledError:  # Esc: the history is imported, and near names can be chosen later
            if self.is_current and self.app.return_code is None:
                self.dismiss(lookup.user_of(profile) if profile else None)
            raise
        self.dismiss(lookup.user_of(profile) if profile else None)

    def show_progress(self, phase: str, fraction: float | None) -> None:
        """How far it is."""
        share = f"{fraction:4.0%}" if fraction is not None else "  … "
        self.query_one("#import-status", Static).update(
            Content.assemble((bar(fraction or 0.0, _BAR), "$primary"), f" {share}  ", crop(printable(phase), 30))
        )

    def _set_working(self, working: bool) -> None:
        """The fields cannot be changed while it works."""
        self._working = working
        for entry in self.query(Input):
            entry.disabled = working
        subtitle = "esc stops" if working else "↵ imports · esc closes"
        self.query_one("#import-dialog").border_subtitle = subtitle

    def _rest(self, sentence: str, style: str = "") -> None:
        """Nothing goes on any more: a sentence (clean) takes the place of the progress."""
        self._set_working(False)
        self._say(sentence, style)
        self.query_one("#import-path", Input).focus()

    def _say(self, sentence: str, style: str = "") -> None:
        """A sentence (clean) below the fields."""
        self.query_one("#import-status", Static).update(Content.styled(sentence, style))
