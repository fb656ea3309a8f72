"""What `--restricted` takes away: whatever touches files, and whatever others have made.

A restricted program is for guests (`musicrec-tui serve` starts nothing else). They look, search, train and tune; they
neither read nor write files of this machine, ask no SQL, and stop or delete nothing that they have not begun. The list
below is the one place that says so: its commands are in no footer, palette or help, and no key, click or link gives
them. Behind them stand the doors of the work itself (`need_freedom`, `may_stop`), which refuse once more.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.dom import DOMNode

from musicrec_tui.tui.common.commands import bare, own
from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.shell.guests import SENTENCE
from musicrec_tui.tui.shell.tables import TabularApp

if TYPE_CHECKING:
    from musicrec_tui.tui.shell.session import Session

REFUSED = frozenset(
    {
        "explore.import", "explore.forget", "data.sql", "sql.line", "sql.run", "sql.export",
        "table.export", "table.export_too", "explore.playlist", "explore.me", "explore.love", "explore.block",
        "explore.bookmark", "explore.bookmarks", "jobs.delete", "jobs.star", "jobs.rename", "jobs.note", "jobs.trash",
        "bookmarks.remove", "me.done", "trash.delete",
    }
)  # fmt: skip
"""The ids of the commands (see `commands.Command`) that are refused."""


class RestrictedApp(TabularApp[int]):
    """An app that refuses these commands where its session is restricted."""

    session: "Session"

    @property
    def refused(self) -> frozenset[str]:
        """The ids of the commands that there are not."""
        return REFUSED if self.session.restricted else frozenset()

    @property
    def on_this_machine(self) -> bool:
        """Guests do not."""
        return not self.session.restricted

    async def run_action(
        self, action: Any, default_namespace: DOMNode | None = None, namespaces: Mapping[str, DOMNode] | None = None
    ) -> bool:
        """Every key, palette entry and click comes through here; `action` is as Textual has it."""
        name = action[1] if isinstance(action, tuple) else bare(action).rpartition(".")[2]
        nodes = (default_namespace or self, self.screen, self) if self.session.restricted else ()
        if any(command.id in REFUSED and bare(command.action) == name for node in nodes for command in own(node)):
            tell(self, SENTENCE, group="restricted", severity="warning")
            return True
        return await super().run_action(action, default_namespace, namespaces)
