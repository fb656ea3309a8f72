"""A second model's recommendations beside the first one's."""

from typing import TYPE_CHECKING

from musicrec_tui.tui.shell.session import Session
from musicrec_tui.tui.widgets.explore.recommendations import Recommendations

if TYPE_CHECKING:
    from musicrec_tui.runs.store import RunInfo


class SecondList(Recommendations):
    """Hidden until a model is chosen for it.

    Attributes:
        model: the id of its run, "" for popularity, None while there is no second list.
    """

    def __init__(self) -> None:
        super().__init__("second")
        self.model: str | None = None
        self.display = False

    def source(self, session: Session) -> "RunInfo | None":
        """The run that was chosen for it."""
        return next((run for run in session.usable if run.id == self.model), None)
