"""Ctrl-C and SIGTERM, handled when the work allows it.

SIGHUP is left alone: a lost connection must not end the training, whose worker has its own session. A signal that the
parent process had ignored (for a job in the background, say) stays ignored.
"""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

_Handler = Callable[[int, FrameType | None], object]


def _interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command in the same clean way as Ctrl-C."""
    raise KeyboardInterrupt


@contextlib.contextmanager
def _handled(handler: _Handler) -> Iterator[None]:
    """Handle both signals with `handler` for a while; in the main thread only, as signals work."""
    before = {
        number: signal.signal(number, handler)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def raised() -> contextlib.AbstractContextManager[None]:
    """Both signals raise KeyboardInterrupt, at once."""
    return _handled(_interrupt)


@contextlib.contextmanager
def noticed() -> Iterator[Callable[[], bool]]:
    """Give a function that returns whether this process was asked to stop.

    The first signal is only noticed; a second one raises KeyboardInterrupt at once.
    """
    asked = False

    def notice(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    with _handled(notice):
        yield lambda: asked


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Do something short that must not be cut in two; a signal meanwhile raises KeyboardInterrupt at its end."""
    asked = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    with _handled(remember):
        yield
    if asked:
        raise KeyboardInterrupt
