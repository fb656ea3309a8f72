"""The Explore screen: look up artists and users at typing speed, and see what to recommend to whom."""

import asyncio
import contextlib
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.errors import UserError
from musicrec_tui.tui import messages
from musicrec_tui.tui.asking import asked
from musicrec_tui.tui.commands import Command, bindings
from musicrec_tui.tui.screens.base import BaseScreen
from musicrec_tui.tui.widgets.explore.artist_pane import ArtistPane
from musicrec_tui.tui.widgets.explore.opening_pane import OpeningPane
from musicrec_tui.tui.widgets.explore.recommendations import Recommendations
from musicrec_tui.tui.widgets.explore.search_pane import SearchPane
from musicrec_tui.tui.widgets.explore.user_pane import UserPane
from musicrec_tui.tui.working import start

_LONGEST_HISTORY = 100


class ExploreScreen(BaseScreen):
    """Four panes: search, the user, the artist, and the recommendations. The screen asks, the panes show."""

    MODE = "explore"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("explore.search", "search", "slash", "Search artists and users", "Type to find artists and users.",
                footer="search", priority=True),
        Command("explore.model", "choose_model", "m", "Choose the model", "Recommend with another run, or popularity.",
                footer="model"),
        Command("explore.filter", "toggle_heard", "f", "New artists only, or heard ones too",
                "Recommend new artists only, or heard ones too.", footer="filter"),
        Command("explore.train", "train", "t", "Train a model", "Go to Train; starts the training that is offered.",
                footer="train"),
        Command("explore.stop", "stop_indexing", "x", "Stop building the index",
                "While the index is built: stop; nothing of it is kept.", footer="cancel"),
        Command("explore.build", "build", "b", "Build the index", "Build the index, where that was stopped.",
                footer="build"),
        Command("explore.back", "step_back", "backspace,escape", "Back", "To the artist and the user before.",
                shown="esc", palette=False),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)

    def __init__(self) -> None:
        super().__init__()
        self._user: User | None = None
        self._artist: Artist | None = None
        self._heard = False
        self._history: list[tuple[User | None, Artist | None]] = []
        self._looked = False

    def compose_body(self) -> ComposeResult:
        """The panes; until there is a log, one that says how far its index is."""
        yield OpeningPane()
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield SearchPane()
                yield UserPane()
            with Vertical(id="right"):
                yield ArtistPane()
                yield Recommendations()

    def on_mount(self) -> None:
        """Show what there is."""
        self.query_one("#panes").display = False
        if self.session.dataset is not None:
            self.on_dataset_opened()

    # What the session tells.

    def on_index_progress(self, event: messages.IndexProgress) -> None:
        """The bar moves; below it is what the log shows without an index."""
        self.query_one(OpeningPane).show_progress(event, self.session.reason)
        self.refresh_bindings()
        if not self._looked:
            self._looked = True
            start(self, "look", self._look)

    def on_dataset_failed(self, event: messages.DatasetFailed) -> None:
        """There is nothing to explore."""
        self.query_one(OpeningPane).show_failure(event.sentence, stopped=self.session.stopped)
        self.refresh_bindings()

    def on_dataset_opened(self) -> None:
        """Open the panes, with somebody in them."""
        if self.session.dataset is None:
            return
        self.query_one(OpeningPane).display = False
        self.query_one("#panes").display = True
        search = self.query_one(SearchPane)
        search.open(self.session.dataset)
        search.action_leave()
        start(self, "begin", self._begin)

    def on_run_chosen(self) -> None:
        """Another model recommends, and says who is alike."""
        self._recommend()
        if self._artist is not None:
            self.query_one(ArtistPane).load(self.session, self._artist)

    def on_training_offered(self, event: messages.TrainingOffered) -> None:
        """Say what is offered where the recommendations are."""
        if event.sentence:
            self.notify(event.sentence, markup=False, timeout=20)

    # What the panes ask for.

    def on_artist_wanted(self, event: messages.ArtistWanted) -> None:
        """Open an artist."""
        self._remember()
        self._open_artist(event.artist)

    def on_user_wanted(self, event: messages.UserWanted) -> None:
        """Open a user."""
        self._remember()
        self._open_user(event.user)

    # Commands.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to explore before the log is open."""
        if action == "search" and isinstance(self.focused, Input):
            return False  # AC/DC
        if action in ("search", "choose_model", "toggle_heard", "train"):
            return self.session.dataset is not None
        if action == "stop_indexing":
            return self.session.stop_indexing is not None
        if action == "build":
            return self.session.stopped
        return bool(self._history) if action == "step_back" else True

    def action_stop_indexing(self) -> None:
        """Have the indexer stop; its last word ends the wait."""
        if self.session.stop_indexing is not None:
            self.session.stop_indexing()

    def action_build(self) -> None:
        """Open the log after all."""
        start(self.musicrec, "begin", self.musicrec.open_log)

    def action_search(self) -> None:
        """Begin a search."""
        self.query_one(SearchPane).focus_input()

    def action_toggle_heard(self) -> None:
        """With or without what the user has heard."""
        self._heard = not self._heard
        self._recommend()

    def action_choose_model(self) -> None:
        """Ask which run is to recommend."""
        from musicrec_tui.tui.screens.model_picker import ModelPicker

        def chosen(answer: str | None) -> None:
            """The id of a run, "" for popularity, None where nothing was chosen."""
            if answer is not None:
                self.session.choose(next((run for run in self.session.usable if run.id == answer), None))

        self.app.push_screen(ModelPicker(self.session.usable, self.session.chosen), chosen)

    async def action_train(self) -> None:
        """Take the offer where there is one, and go to Train."""
        from musicrec_tui.tui.training import submit_als

        if self.session.offer:
            await submit_als(self.session)
            await self.session.refresh_runs()
        await self.app.run_action("show('train')")

    def action_step_back(self) -> None:
        """To what was shown before."""
        user, artist = self._history.pop()
        if artist is not None and artist != self._artist:
            self._open_artist(artist)
        if user is not None and user != self._user:
            self._open_user(user)

    # The work.

    def _remember(self) -> None:
        """Make what is shown now the place to come back to."""
        self._history.append((self._user, self._artist))
        del self._history[:-_LONGEST_HISTORY]

    async def _look(self) -> None:
        """Show the files and the first rows; what is wrong with them the indexer says."""
        from musicrec_tui.dataset.sources.preview import preview

        with contextlib.suppress(UserError):
            seen = await asyncio.to_thread(preview, self.session.data, self.session.layout)
            self.query_one(OpeningPane).show_preview(seen)

    async def _begin(self) -> None:
        """Show the typical user, and the artist that they play most."""
        from musicrec_tui.dataset.lookups import users

        dataset = self.session.dataset
        if dataset is None or self._user is not None:
            return
        user = await asked(self, users.typical, dataset)
        if user is None or self._user is not None:
            return
        self._open_user(user)
        profile = await asked(self, users.profile, dataset, user, 1)
        if profile and profile.top_artists and self._artist is None:
            self._open_artist(profile.top_artists[0].artist)

    def _open_user(self, user: User) -> None:
        """Show a user and what to recommend to them."""
        self._user = user
        self.query_one(UserPane).load(self.session, user)
        self._recommend()

    def _open_artist(self, artist: Artist) -> None:
        """Show an artist and who is like it."""
        self._artist = artist
        self.query_one(ArtistPane).load(self.session, artist)

    def _recommend(self) -> None:
        """Ask for the ranked list anew."""
        if self._user is not None:
            self.query_one(Recommendations).load(self.session, self._user, heard=self._heard)
