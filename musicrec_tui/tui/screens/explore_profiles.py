"""What Explore does with imported histories: import one, forget the one that is shown."""

from abc import abstractmethod

from musicrec_tui.dataset.profiles.names import of_key
from musicrec_tui.dataset.records import User
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.common.working import asked, start
from musicrec_tui.tui.shell.base import BaseScreen
from musicrec_tui.tui.shell.restriction import need_freedom
from musicrec_tui.tui.widgets.explore.drawing import called


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
        from musicrec_tui.tui.screens.import_dialog import ImportDialog

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
