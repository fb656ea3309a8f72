"""What Explore does for its user in person: take typed artists as a profile, write recommendations as a playlist."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.profiles.names import of_key
from musicrec_tui.dataset.records import User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.guests import need_freedom


class ProfileActions(BaseScreen):
    """A screen that shows somebody, who may be a profile."""

    @property
    @abstractmethod
    def user(self) -> User | None:
        """Who is shown."""

    @abstractmethod
    def show_imported(self, user: User) -> None:
        """A profile is there, or has grown."""

    @abstractmethod
    async def forgotten(self, user: User) -> None:
        """A profile is gone."""

    def action_import_history(self) -> None:
        """Ask for the file, import it, and open the profile."""
        from musicrec_tui.tui.explore.import_dialog import ImportDialog

        def imported(user: User | None) -> None:
            if user is not None and self.session.dataset is not None:
                self.show_imported(user)

        self.app.push_screen(ImportDialog(self.session), imported)

    def action_forget_profile(self) -> None:
        """Ask, then delete the profile that is shown."""
        from musicrec_tui.tui.shell.confirm import Confirm

        user = self.user
        if user is None:
            return
        held = f"{user.listens:,} listens of {user.artists:,} artists"
        question = f"Forget {printable(called(user), 60)}, {held}? Only importing or typing again brings it back."

        def answered(yes: bool | None) -> None:
            if yes:
                start(self, "forget", self._forget, user)

        self.app.push_screen(Confirm(question, yes="Forget it", no="Keep it"), answered)

    async def _forget(self, user: User) -> None:
        """Delete a profile."""
        from musicrec_tui.dataset.profiles import store

        try:
            need_freedom(self)
        except UserError as error:
            tell(self, str(error), group="profiles", severity="warning")
            return
        if await asked(self, store.forget, self.session.home, of_key(user.key) or "") is not None:
            await self.forgotten(user)


class ModelActions(BaseScreen):
    """A screen that recommends with the session's run."""

    def on_training_offered(self, event: messages.TrainingOffered) -> None:
        """Say what is offered."""
        if event.sentence:
            tell(self, event.sentence, group="models", timeout=20)

    def action_choose_model(self) -> None:
        """Ask which run is to recommend."""
        from musicrec_tui.tui.explore.model_picker import ModelPicker

        def chosen(answer: str | None) -> None:
            """The id of a run, "" for popularity, None where nothing was chosen."""
            if answer is not None:
                self.session.choose(next((run for run in self.session.usable if run.id == answer), None))

        present = self.session.chosen.id if self.session.chosen is not None else ""
        self.app.push_screen(ModelPicker(self.session.usable, present), chosen)

    async def action_train(self) -> None:
        """Take the offer where there is one, and go to Train."""
        from musicrec_tui.tui.shell.first_model import submit_als

        if self.session.offer:
            await submit_als(self.session)
            await self.session.refresh_runs()
        await self.app.run_action("show('train')")


class FilterActions(BaseScreen):
    """A screen with a ranked list for somebody, which passes filters.

    Attributes:
        filters: those that are set now; they stay when somebody else is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.filters = Filters()

    @property
    @abstractmethod
    def user(self) -> User | None:
        """For whom the list is."""

    @abstractmethod
    def recommend_anew(self) -> None:
        """Ask for the ranked list with the present filters."""

    def action_choose_filters(self) -> None:
        """Open the filters; what they are when it is closed with Enter holds."""
        from musicrec_tui.tui.explore.filters_dialog import FiltersDialog

        dataset, user = self.session.dataset, self.user
        if dataset is None:
            return

        def chosen(filters: Filters | None) -> None:
            if filters is not None and filters != self.filters:
                self.filters = filters
                self.recommend_anew()

        timed = user.last_at is not None if user is not None else dataset.info.has_times
        self.app.push_screen(FiltersDialog(dataset, self.filters, timed=timed), chosen)


class MeActions(ProfileActions, Panes):
    """A screen that recommends to somebody, who may be the one that sits before it."""

    ME_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.me", "type_artists", "a", "Me: type your own artists",
                "Type artists that you like; they are kept as a profile.", footer="your artists"),
        Command("explore.playlist", "write_playlist", "p", "Playlist of the recommendations",
                "Write a recording of each recommended artist to a file.",
                footer="playlist"),
    )  # fmt: skip

    def action_type_artists(self) -> None:
        """Ask for artists, and open the profile that they make."""
        from musicrec_tui.tui.explore.me_dialog import MeDialog

        def kept(user: User | None) -> None:
            if user is not None and self.session.dataset is not None:
                self.show_imported(user)

        self.app.push_screen(MeDialog(self.session, self.user), kept)

    def action_write_playlist(self) -> None:
        """Ask for a file name, and write the artists that are recommended on the screen."""
        from musicrec_tui.dataset.playlists.target import FORMATS, Wish, file_name
        from musicrec_tui.jobs import exporter_client
        from musicrec_tui.jobs.json_lines import ExportOrder
        from musicrec_tui.tui.shell.export_dialog import Cancelling, ExportDialog, Report

        listed = self.first.listed
        if self.session.dataset is None or self.user is None or not listed:
            sentence = "There are no recommendations to make a playlist of."
            tell(self, sentence, group="export", severity="warning")
            return
        index = str(self.session.dataset.path)
        by = self.session.chosen.label if self.session.chosen is not None else "popularity"
        wish = Wish(f"For {self.user.user_id}, by {by}", tuple(artist.key for artist in listed))
        notes: list[str] = []

        def work(target: Path, report: Report, cancelled: Cancelling) -> int:
            notes.clear()
            order = ExportOrder(index=index, target=str(target), playlist=wish)
            return exporter_client.export(order, report, cancelled, notes.append)

        def written(tracks: int | None) -> None:
            if tracks is not None and notes:
                tell(self, " ".join(notes), group="playlist", timeout=12)

        dialog = ExportDialog(
            f"Playlist of {len(listed)} artists, a recording of each", file_name(self.user.user_id), work,
            unit="tracks", formats=FORMATS, hint=".jspf is for ListenBrainz, .txt for people.",
        )  # fmt: skip
        self.app.push_screen(dialog, written)
