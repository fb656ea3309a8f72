"""What Explore does for its user in person: take typed artists as a profile, write recommendations as a playlist."""

from pathlib import Path
from typing import ClassVar

from musicrec_tui.dataset.records import User
from musicrec_tui.tui.commands import Command
from musicrec_tui.tui.notifying import tell
from musicrec_tui.tui.screens.explore_panes import Panes
from musicrec_tui.tui.screens.explore_profiles import ProfileActions


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
        from musicrec_tui.tui.screens.me_dialog import MeDialog

        def kept(user: User | None) -> None:
            if user is not None and self.session.dataset is not None:
                self.show_imported(user)

        self.app.push_screen(MeDialog(self.session, self.user), kept)

    def action_write_playlist(self) -> None:
        """Ask for a file name, and write the artists that are recommended on the screen."""
        from musicrec_tui.dataset.playlists.target import FORMATS, Wish, file_name
        from musicrec_tui.jobs import exporting
        from musicrec_tui.jobs.json_lines import ExportOrder
        from musicrec_tui.tui.screens.export_dialog import Cancelling, ExportDialog, Report

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
            return exporting.export(order, report, cancelled, notes.append)

        def written(tracks: int | None) -> None:
            if tracks is not None and notes:
                tell(self, " ".join(notes), group="playlist", timeout=12)

        dialog = ExportDialog(
            f"Playlist of {len(listed)} artists, a recording of each", file_name(self.user.user_id), work,
            unit="tracks", formats=FORMATS, hint=".jspf is for ListenBrainz, .txt for people.",
        )  # fmt: skip
        self.app.push_screen(dialog, written)
