"""What Explore does besides looking: choose a model, set filters, keep profiles, write a playlist."""

import asyncio
from pathlib import Path
from typing import ClassVar

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.records import User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command
from musicrec_tui.tui.common.notifying import notify_latest
from musicrec_tui.tui.common.parts import Part
from musicrec_tui.tui.common.verbs import (
    ADD,
    AGAIN,
    DELETE,
    FILTERS,
    IMPORT,
    ME,
    MODEL,
    PERIOD,
    PLAYLIST,
    REVIEW,
    TRAIN,
)
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.explore.current import Current
from musicrec_tui.tui.explore.drawing import called
from musicrec_tui.tui.explore.history import History
from musicrec_tui.tui.explore.panes import Panes
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.guests import need_freedom
from musicrec_tui.tui.tabular.fetching import waited


class Models(Part):
    """Chooses the run that recommends, and goes to Train for another one."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.model", "choose_model", MODEL, "Choose the model",
                "Recommend with another run, or by popularity.",
                footer="model", guest=True),
        Command("explore.train", "train", TRAIN, "Train a model", "Go to Train, or start the training that is offered.",
                footer="train", guest=True,
                also="fit learn"),
        Command("explore.retrain", "retrain", AGAIN, "Train the outdated model again",
                "Train the same model and settings on the log as it is now.", footer="retrain", guest=True,
                also="update refresh outdated"),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes) -> None:
        self._screen, self._panes = screen, panes

    def can(self, action: str) -> bool:
        """Once there is something to explore; train again what the log has grown beyond."""
        if action == "retrain":
            run = self._screen.session.chosen
            return self._panes.ready and run is not None and bool(self._screen.session.log_change(run))
        return self._panes.ready

    def action_choose_model(self) -> None:
        """Ask which run is to recommend."""
        from musicrec_tui.tui.explore.model_picker import ModelPicker

        session = self._screen.session

        def chosen(answer: str | None) -> None:
            """The id of a run, "" for popularity, None where nothing was chosen."""
            if answer is not None:
                session.choose(next((run for run in session.usable if run.id == answer), None))

        present = session.chosen.id if session.chosen is not None else ""
        self._screen.app.push_screen(ModelPicker(session, session.usable, present), chosen)

    async def action_train(self) -> None:
        """Take the offer where there is one, and go to Train."""
        from musicrec_tui.tui.shell.first_model import submit_als

        if self._screen.session.offer:
            await submit_als(self._screen.session)
            await self._screen.session.refresh_runs()
        await self._screen.app.run_action("show('train')")

    def action_retrain(self) -> None:
        """Start the same run on the log as it is now; when it is finished it takes over."""
        session = self._screen.session
        run = session.chosen
        if run is None or run.spec is None or session.dataset is None:
            return
        from musicrec_tui.jobs import supervisor
        from musicrec_tui.runs import outdated, picking
        from musicrec_tui.tui.jobs.job_actions import start_job

        content = session.dataset.info.content
        request = outdated.request_again(run.spec, content)
        if (equal := picking.equal_run(session.runs, request, content)) is not None:
            if equal.status.live:
                notify_latest(self._screen, f"{printable(equal.label, 40)} is running already.", group="models")
            else:
                session.choose(equal)
            return

        async def tell(job: str) -> None:
            """Say what happens now."""
            session.take_over_with(job)
            await session.refresh_runs()
            sentence = f"Training {printable(run.label, 40)} again. When it is finished, it takes over here."
            notify_latest(self._screen, sentence, group="models")

        start_job(self._screen, lambda log: supervisor.submit(session.home, request, log), tell)


class FilterChoice(Part):
    """Sets the filters of the ranked lists."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.filter", "choose_filters", FILTERS, "Filters of recommendations",
                "New or played artists, maximum plays, popularity.", footer="filter", guest=True,
                also="heard new rediscover popular"),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current

    def can(self, action: str) -> bool:
        """Once there is something to explore."""
        return self._panes.ready

    def action_choose_filters(self) -> None:
        """Open the filters; what they are when it is closed with Enter holds."""
        from musicrec_tui.tui.explore.filters_dialog import FiltersDialog

        current, dataset = self._current, self._screen.session.dataset
        if dataset is None:
            return

        def chosen(filters: Filters | None) -> None:
            if filters is not None and filters != current.filters:
                current.filters = filters
                current.recommend()

        timed = current.user.last_at is not None if current.user is not None else dataset.info.has_times
        self._screen.app.push_screen(FiltersDialog(dataset, current.filters, timed=timed), chosen)


class Profiles(Part):
    """Makes profiles of typed artists and of imported histories, and deletes them."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.me", "type_artists", ADD, "Me: type your own artists",
                "Type artists that you like; they are saved as a profile.", footer="your artists", guest=True,
                also="profile my taste"),
        Command("explore.import", "import_history", IMPORT, "Import a history",
                "Save an export of your own listens as a profile.", also="spotify lastfm listenbrainz history"),
        Command("explore.mine", "open_mine", ME, "Go to your own profile",
                "Show the profile that was imported or typed last; without one, type artists.", guest=True,
                also="profile me"),
        Command("explore.forget", "forget_profile", DELETE, "Delete this profile",
                "Delete an imported history; asks first."),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current, history: History) -> None:
        self._screen, self._panes, self._current, self._history = screen, panes, current, history

    def can(self, action: str) -> bool:
        """Delete the profile that is shown; make one once there is something to explore."""
        if action == "forget_profile":
            return self._current.user is not None and profile_of_key(self._current.user.key) is not None
        return self._panes.ready

    def action_type_artists(self) -> None:
        """Ask for artists, and open the profile that they make."""
        from musicrec_tui.tui.explore.me_dialog import MeDialog

        self._screen.app.push_screen(MeDialog(self._screen.session, self._current.user), self._open)

    def action_open_mine(self) -> None:
        """Show the latest profile, or make the first one."""
        start(self._screen, "mine", self._open_mine)

    async def _open_mine(self) -> None:
        """Look it up."""
        from musicrec_tui.dataset.profiles import lookup

        dataset = self._screen.session.dataset
        user = await asked(self._screen, lookup.first_shown, self._screen.session.people, dataset) if dataset else None
        if user is None:
            return
        if user.code == lookup.NOWHERE:
            self._open(user)
        else:
            self.action_type_artists()

    def action_import_history(self) -> None:
        """Ask for the file, import it, and open the profile."""
        from musicrec_tui.tui.explore.import_dialog import ImportDialog

        self._screen.app.push_screen(ImportDialog(self._screen.session), self._open)

    def _open(self, user: User | None) -> None:
        """Open a profile that was made, or has grown; the search finds it."""
        if user is not None and self._screen.session.dataset is not None:
            self._history.leave()
            self._current.open_user(user)
            self._current.fill_search()

    def action_forget_profile(self) -> None:
        """Ask, then delete the profile that is shown."""
        from musicrec_tui.tui.shell.confirm import Confirm

        user = self._current.user
        if user is None:
            return
        held = f"{user.listens:,} listens of {user.artists:,} artists"
        question = f"Delete {printable(called(user), 60)}, {held}? Only importing or typing it again restores it."

        def answered(yes: bool | None) -> None:
            if yes:
                start(self._screen, "forget", self._forget, user)

        self._screen.app.push_screen(Confirm(question, yes="Delete it", no="Cancel"), answered)

    async def _forget(self, user: User) -> None:
        """Delete a profile, and show another user."""
        from musicrec_tui.dataset.profiles import store

        screen = self._screen
        try:
            need_freedom(screen)
        except UserError as error:
            notify_latest(screen, str(error), group="profiles", severity="warning")
            return
        if await asked(screen, store.delete_profile, screen.session.people, profile_of_key(user.key) or "") is not None:
            self._history.forget_user(user)
            self._current.user = None
            self._current.fill_search()
            await self._current.open_first()  # not what the last session ended with: that may be who is gone


class Playlists(Part):
    """Writes the artists that are recommended as a playlist."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.playlist", "write_playlist", PLAYLIST, "Playlist of the recommendations",
                "Save one recording of each recommended artist to a file.",
                footer="playlist", guest=True,
                also="jspf songs tracks"),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current

    def can(self, action: str) -> bool:
        """Once there is something to explore; guests have it where a browser can take the file."""
        return self._panes.ready and (self._screen.app.is_web or not self._screen.session.restricted)

    def action_write_playlist(self) -> None:
        """Ask how many artists and for a file name, and write those that are recommended."""
        from musicrec_tui.dataset.playlists.target import FORMATS, PlaylistRequest, file_name
        from musicrec_tui.jobs import exporter_client
        from musicrec_tui.jobs.json_lines import ExportOrder
        from musicrec_tui.tui.shell.export_dialog import Cancelling, ExportDialog, Report

        listed = self._panes.first
        screen, session, user = self._screen, self._screen.session, self._current.user
        if session.dataset is None or user is None or not listed.listed:
            sentence = "There are no recommendations to save as a playlist."
            notify_latest(screen, sentence, group="export", severity="warning")
            return
        index = str(session.dataset.path)
        by = session.chosen.label if session.chosen is not None else "popularity"
        title, loop = f"For {user.user_id}, by {by}", asyncio.get_running_loop()
        notes: list[str] = []

        def work(target: Path, report: Report, cancelled: Cancelling, many: int) -> int:
            notes.clear()
            keys = waited(asyncio.run_coroutine_threadsafe(listed.first_keys(many or listed.reach), loop), cancelled)
            order = ExportOrder(index=index, target=str(target), playlist=PlaylistRequest(title, tuple(keys)))
            return exporter_client.export(order, report, cancelled, notes.append)

        def written(tracks: int | None) -> None:
            if tracks is not None and notes:
                notify_latest(screen, " ".join(notes), group="playlist", timeout=12)

        dialog = ExportDialog(
            "Playlist: a recording of each artist", file_name(user.user_id), work,
            unit="tracks", formats=FORMATS, hint=".jspf is for ListenBrainz, .txt plain text.", most=listed.reach,
            download_folder=session.people.root if session.restricted else None,
        )  # fmt: skip
        screen.app.push_screen(dialog, written)


class PeriodChoice(Part):
    """Chooses the period whose listens the panes count."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.period", "choose_period", PERIOD, "Period",
                "Count only listens of a year, of the last 12 months, or from one day to another.", footer="period",
                guest=True, also="year month date from to time span last 12 months"),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes) -> None:
        self._screen, self._panes = screen, panes

    def can(self, action: str) -> bool:
        """Once there is something to explore that has timestamps."""
        dataset = self._screen.session.dataset
        return self._panes.ready and dataset is not None and dataset.info.has_times

    def action_choose_period(self) -> None:
        """Ask which one."""
        from musicrec_tui.tui.shell.period_dialog import ask_for_period

        ask_for_period(self._screen)


class YearInReview(Part):
    """Opens the year in review of the user that is shown."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.review", "review", REVIEW, "Year in review",
                "A year of this user: favourites, discoveries, streaks, hours, against the year before.",
                footer="year", guest=True),
    )  # fmt: skip

    def __init__(self, screen: BaseScreen, panes: Panes, current: Current) -> None:
        self._screen, self._panes, self._current = screen, panes, current

    def can(self, action: str) -> bool:
        """Once a user is shown."""
        return self._panes.ready and self._current.user is not None

    def action_review(self) -> None:
        """Open the page."""
        from musicrec_tui.tui.explore.review_page import ReviewScreen

        user = self._current.user
        if user is not None:
            self._screen.app.push_screen(ReviewScreen(self._screen.session, user))
