"""The remaining time of work that reports its progress, estimated, in words."""

import time
from collections.abc import Callable

_SURE_SECONDS, _SURE_SHARE = 3.0, 0.03
"""Before that much is done, an estimate is a guess and not given."""


class Remaining:
    """Watches how far work is.

    Args:
        clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: tuple[float, float] | None = None

    def seconds(self, share: float | None) -> float | None:
        """What is left when `share` (0 to 1) is done; None while unknown, as when the work has to wait."""
        if share is None:
            self._began = None
            return None
        if self._began is None:
            self._began = self._clock(), share
        moment, first = self._began
        elapsed, done = self._clock() - moment, share - first
        if elapsed < _SURE_SECONDS or done < _SURE_SHARE:
            return None
        return elapsed * (1 - share) / done

    def words(self, share: float | None) -> str:
        """The same as "about 2 min left", or empty."""
        left = self.seconds(share)
        if left is None:
            return ""
        if left < 55:
            return f"about {max(1, round(left / 5)) * 5} s left"
        minutes = round(left / 60)
        return f"about {minutes} min left" if minutes < 90 else f"about {left / 3600:.1f} h left"
