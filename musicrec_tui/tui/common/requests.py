"""What Explore and Compare ask of models about somebody: every question is put together here."""

from typing import TYPE_CHECKING, NamedTuple

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.profiles.names import of_key
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.jobs.host_protocol import Explain, Newcomer, Recommend
from musicrec_tui.paths import Home

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.runs.store import RunInfo


class Wish(NamedTuple):
    """Whom to recommend to, and which artists: every list that is shown at once has the same.

    Attributes:
        user: a user of the log or a profile.
        filters: which artists are listed.
    """

    user: User
    filters: Filters = Filters()


def recommend(home: Home, dataset: "Dataset", run: "RunInfo", wish: Wish, k: int) -> Recommend:
    """The k best artists that a run has."""
    return Recommend(
        run=str(run.folder), index=str(dataset.path), user=whom(home, wish.user.key), k=k, filters=wish.filters
    )


def explain(home: Home, dataset: "Dataset", run: "RunInfo", user: User, artist: Artist) -> Explain:
    """Why an artist has the score that it has."""
    return Explain(run=str(run.folder), index=str(dataset.path), user=whom(home, user.key), artist=artist.key)


def whom(home: Home, key: str) -> str | Newcomer:
    """A user or a profile as the model is asked about them."""
    name = of_key(key)
    if name is None:
        return key
    from musicrec_tui.dataset.profiles import store

    return Newcomer(profile=str(store.place(home, name)))
