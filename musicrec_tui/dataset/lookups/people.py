"""All that can be asked about one user, as calls: who shows a user need not know where the answers come from."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.lookups.details import details
from musicrec_tui.dataset.records import ListenPage, User, UserDetails, UserProfile


class Person(NamedTuple):
    """A user, and what there is to know.

    Attributes:
        user: who it is.
        profile: takes the length of the longest list.
        recent: a page of listens, the latest first; takes a limit and an offset.
        details: takes the length of the longest list.
    """

    user: User
    profile: Callable[[int], UserProfile]
    recent: Callable[[int, int], ListenPage]
    details: Callable[[int], UserDetails]


def of_index(dataset: Dataset, user: User, time_zone: str) -> Person:
    """A user of an index, the hours of whose day are told in a time zone."""
    return Person(
        user,
        partial(users.profile, dataset, user),
        partial(users.recent, dataset, user),
        partial(details, dataset, user, time_zone),
    )
