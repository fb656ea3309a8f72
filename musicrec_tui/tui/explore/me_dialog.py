"""Me: type artists, see at once what a model makes of them, and save them as a profile."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.opinions import Verdict
from musicrec_tui.dataset.profiles import lookup, store, typed
from musicrec_tui.dataset.profiles.names import KEY, profile_of_key
from musicrec_tui.dataset.profiles.taste import taste_of
from musicrec_tui.dataset.recipients import signs_of
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.dataset.sources.base import ME
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.text import counted, printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.dialog import Dialog
from musicrec_tui.tui.common.inputs import CleanInput
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.verbs import CLOSE, SUBMIT
from musicrec_tui.tui.common.working import answered, asked, start
from musicrec_tui.tui.explore.artist_line import ArtistLine
from musicrec_tui.tui.explore.chosen_list import ChosenList
from musicrec_tui.tui.explore.preview import Preview
from musicrec_tui.tui.shell.session import Session

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

_WELCOME = (
    "Type artists that you like and press Enter after each. Enter on an empty line finishes. Tab goes to the list."
)

_GUEST = "Only this page knows them; they are deleted when it is closed."


class MeDialog(Dialog[User]):
    """Answers with the profile's user when it is kept, with None where nothing is to be kept.

    Args:
        session: its log must be open.
        user: who is shown; where that is a profile with typed artists, they are the ones to change.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "me.done",
            "done",
            SUBMIT,
            "Done",
            "Save these artists as a profile.",
            palette=False,
            priority=True,
            guest=True,
        ),
        Command("me.close", "dismiss(None)", CLOSE, "Close", "Close without saving.", palette=False, guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self, session: Session, user: User | None) -> None:
        super().__init__()
        self._session, self._user = session, user
        self._keeping = False
        self._raw: dict[str, str] = {}
        self._judged: dict[str, Verdict] = {}
        self._played: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        """The line with its hits; what was chosen beside what that leads to; the name."""
        with Vertical(classes="dialog", id="me-dialog"):
            yield ArtistLine()
            with Horizontal(id="me-two"):
                yield ChosenList()
                yield Preview(self._session)
            with Horizontal(classes="import-line"):
                yield Static("As", classes="import-label", markup=False)
                name = CleanInput(ME, placeholder="name of the profile", id="me-name")
                yield name
            yield Static(Content(_WELCOME), id="me-status", markup=False)

    def on_mount(self) -> None:
        """Begin with the line."""
        dialog = self.query_one("#me-dialog")
        dialog.border_title = "Me: type artists"
        dialog.border_subtitle = "^s saves · - dislikes · d removes · esc closes"
        if self._session.restricted:
            self.query_one("#me-status", Static).update(Content(f"{_WELCOME} {_GUEST}"))
        if self._session.dataset is not None:
            line = self.query_one(ArtistLine)
            line.open(partial(artists.search_artists, self._session.dataset))
            line.entry.focus()
            self._session.subscribe(self)
            start(self, "open", self._open, self._session.dataset)

    # The line.

    @on(ArtistLine.Taken)
    def _taken(self, event: ArtistLine.Taken) -> None:
        """One more."""
        name = printable(event.artist.name, 40)
        self._like(event.artist, f"{name} for {printable(event.text, 40)!r}." if event.close else "")

    @on(ArtistLine.Listed)
    def _listed(self, event: ArtistLine.Listed) -> None:
        """Many at once."""
        chosen = self.query_one(ChosenList)
        new = sum(chosen.add(taken.artist) for taken in event.found)
        parts = [f"{counted(new, 'artist')} added"]
        if near := [taken for taken in event.found if taken.close]:
            told = ", ".join(f"{printable(one.artist.name, 30)} for {printable(one.text, 30)!r}" for one in near[:3])
            parts.append(f"nearly so: {told}" + (" …" if len(near) > 3 else ""))
        if event.unknown:
            told = ", ".join(printable(name, 30) for name in event.unknown[:5])
            parts.append(f"not in this log: {told}" + (" …" if len(event.unknown) > 5 else ""))
        self._say(f"{'; '.join(parts)}.", wrong=bool(event.unknown))

    @on(ArtistLine.Unknown)
    def _unknown(self, event: ArtistLine.Unknown) -> None:
        """No artist has this name."""
        self._say(f"No artist like {printable(event.text, 40)!r} in this log.", wrong=True)

    @on(ArtistLine.Undone)
    def _undone(self) -> None:
        """The last one was a mistake."""
        self.query_one(ChosenList).remove_last()

    @on(ArtistLine.Done)
    def _line_done(self) -> None:
        """All artists are typed."""
        self._keep()

    # The lists.

    @on(RowList.Chosen, "#preview")
    def _recommended(self, event: RowList.Chosen) -> None:
        """A recommended artist is one to like."""
        if isinstance(event.value, Artist):
            self._like(event.value)

    @on(ChosenList.Changed)
    def _changed(self) -> None:
        """Another taste."""
        chosen = self.query_one(ChosenList)
        self.query_one(Preview).load(chosen.liked, chosen.disliked, self._judged)

    def on_run_chosen(self) -> None:
        """Another model recommends: the first one may just have been trained."""
        self._changed()

    def on_runs_changed(self) -> None:
        """Show that a training began or failed, if there is no model."""
        if self._session.chosen is None:
            self._changed()

    # The name.

    @on(Input.Changed, "#me-name")
    def _named(self, event: Input.Changed) -> None:
        """A profile that is there already is not a new one."""
        event.stop()
        name = self.profile_name
        if name and store.has_profile(self._session.people, name):
            self._say(f"Saving replaces the typed artists in profile “{printable(name, 40)}”.")
        else:
            self._say(_WELCOME)

    @on(Input.Submitted, "#me-name")
    def _name_done(self, event: Input.Submitted) -> None:
        """The name was the last thing to say."""
        event.stop()
        self.action_done()

    def action_done(self) -> None:
        """Take what is in the line, then keep all."""
        self.query_one(ArtistLine).finish()

    @property
    def profile_name(self) -> str:
        """The profile's name, raw where it was not changed."""
        shown = self.query_one("#me-name", Input).value.strip()
        return self._raw.get(shown, shown)

    # The work.

    def _like(self, artist: Artist, remark: str = "") -> None:
        """One more artist."""
        there = not self.query_one(ChosenList).add(artist)
        name = printable(artist.name, 40)
        if plays := self._played.get(artist.key, 0):
            known = f"{name}: profile “{printable(self.profile_name, 40)}” has {counted(plays, 'play')} of it already."
            remark = f"{remark} {known}".strip()
        self._say(f"{name} is already in the list." if there else remark or _WELCOME)

    async def _open(self, dataset: "Dataset") -> None:
        """Begin with what was typed before: for the profile that is shown, else for the one called "me"."""
        shown = profile_of_key(self._user.key) if self._user is not None else None
        await self._read_taste(dataset, shown or ME)
        for name in dict.fromkeys((shown or ME, ME)):
            if not store.has_profile(self._session.people, name):
                continue
            profile = await asked(self, store.read_profile, self._session.people, name)
            choices = await asked(self, typed.typed_artists, dataset, profile) if profile is not None else None
            if choices and not self.query_one(ChosenList).choices:
                with self.prevent(Input.Changed):
                    self.query_one("#me-name", Input).value = name
                self._raw[printable(name, None)] = name
                self.query_one(ChosenList).set_choices(choices)
                return

    async def _read_taste(self, dataset: "Dataset", name: str) -> None:
        """Read what the profile, and the user that is shown, love and block, and what the profile has played."""
        keys = dict.fromkeys([KEY + name, *([self._user.key] if self._user is not None else [])])
        for key in keys:
            self._judged |= await asked(self, signs_of, self._session.people, dataset, key) or {}
        if store.has_profile(self._session.people, name):
            profile = await asked(self, store.read_profile, self._session.people, name)
            found = await asked(self, taste_of, dataset, profile) if profile is not None else None
            self._played = {key: int(plays) for key, plays in found.plays.items()} if found is not None else {}
        self._changed()

    def _keep(self) -> None:
        """Keep all, where there is something to keep."""
        if not self.query_one(ChosenList).liked:
            self._say("Type at least one artist that you like.", wrong=True)
        elif not self._keeping and self._session.dataset is not None:
            start(self, "keep", self._keep_as, self._session.dataset, self.profile_name)

    async def _keep_as(self, dataset: "Dataset", name: str) -> None:
        """Keep the profile, and answer with its user."""
        self._keeping = True
        try:
            choices = self.query_one(ChosenList).choices
            profile = await answered(typed.save_typed, self._session.people, dataset, name, choices)
        except UserError as error:
            self._say(str(error), wrong=True)
        except Cancelled:
            return
        else:
            self.dismiss(lookup.user_of(profile))
        finally:
            self._keeping = False

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        """A sentence at the foot."""
        status = self.query_one("#me-status", Static)
        status.update(Content(printable(sentence, None)))
        status.set_class(wrong, "-wrong")
