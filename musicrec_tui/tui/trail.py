"""Where one has been: places behind and ahead, as a browser has them."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
LONGEST = 100


class Trail(Generic[T]):
    """Places that were left behind, and those ahead of somebody who went back."""

    def __init__(self) -> None:
        self._behind: list[T] = []
        self._ahead: list[T] = []

    def leave(self, here: T) -> None:
        """Go somewhere new from here; what was ahead is given up, and so is what lies too far behind."""
        self._behind = [*self._behind, here][-LONGEST:]
        self._ahead = []

    def back(self, here: T) -> T | None:
        """The place before this one; None at the beginning."""
        if not self._behind:
            return None
        self._ahead.append(here)
        return self._behind.pop()

    def forward(self, here: T) -> T | None:
        """The place that one came back from; None where there is none."""
        if not self._ahead:
            return None
        self._behind.append(here)
        return self._ahead.pop()

    def only(self, wanted: Callable[[T], bool]) -> None:
        """Forget the places that are not wanted any more."""
        self._behind = list(filter(wanted, self._behind))
        self._ahead = list(filter(wanted, self._ahead))

    @property
    def behind(self) -> tuple[T, ...]:
        """The places behind, the nearest last."""
        return tuple(self._behind)

    @property
    def ahead(self) -> tuple[T, ...]:
        """The places ahead, the nearest last."""
        return tuple(self._ahead)
