"""The requests to the host about a user or profile, as Explore and Compare make them."""

from typing import TYPE_CHECKING, NamedTuple

from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.profiles.names import profile_of_key
from musicrec_tui.dataset.records import Artist, User
from musicrec_tui.jobs.host_protocol import Explain, Newcomer, Recommend
from musicrec_tui.paths import Home

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.runs.store import RunInfo


class RecommendRequest(NamedTuple):
    """The user and the filters of a list of recommendations; the lists of a screen share them.

    Attributes:
        user: a user of the log or a profile.
        filters: which artists are listed.
    """

    user: User
    filters: Filters = Filters()


def recommend(
    home: Home, dataset: "Dataset", run: "RunInfo", request: RecommendRequest, k: int, skip: int = 0
) -> Recommend:
    """The request for the k best artists of a run, without the first `skip`."""
    user = recipient(home, request.user.key)
    return Recommend(run=str(run.folder), index=str(dataset.path), user=user, k=k, skip=skip, filters=request.filters)


def explain(home: Home, dataset: "Dataset", run: "RunInfo", user: User, artist: Artist) -> Explain:
    """The request for the reasons of an artist's score."""
    return Explain(run=str(run.folder), index=str(dataset.path), user=recipient(home, user.key), artist=artist.key)


def recipient(home: Home, key: str) -> str | Newcomer:
    """A user's key, or the newcomer that stands for a profile, as the host takes them."""
    name = profile_of_key(key)
    if name is None:
        return key
    from musicrec_tui.dataset.profiles import store

    return Newcomer(profile=str(store.profile_folder(home, name)))
