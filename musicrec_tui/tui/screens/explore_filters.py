"""What Explore does with the filters of recommendations: shows them, and asks for the list anew."""

from abc import abstractmethod

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.records import User
from musicrec_tui.tui.shell.base import BaseScreen


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
        from musicrec_tui.tui.screens.filters_dialog import FiltersDialog

        dataset, user = self.session.dataset, self.user
        if dataset is None:
            return

        def chosen(filters: Filters | None) -> None:
            if filters is not None and filters != self.filters:
                self.filters = filters
                self.recommend_anew()

        timed = user.last_at is not None if user is not None else dataset.info.has_times
        self.app.push_screen(FiltersDialog(dataset, self.filters, timed=timed), chosen)
