"""A sink for one of several fits that make up one: it reports the progress of the whole."""

from collections.abc import Mapping

from musicrec_tui.recommenders.base import ProgressSink

_STEPS = 1000


class Share:
    """A `ProgressSink` that hands on to another one what concerns the whole.

    Args:
        sink: of the whole.
        place: which of the fits this is, from 0.
        of: how many there are, of equal length.
        name: what the log's lines begin with.
    """

    def __init__(self, sink: ProgressSink, place: int, of: int, name: str) -> None:
        self._sink, self._place, self._of, self._name = sink, place, of, name

    def progress(self, done: int, of: int) -> None:
        """A share of the whole; may raise `Cancelled`."""
        own = _STEPS * done // of if of else 0
        self._sink.progress(self._place * _STEPS + own, self._of * _STEPS)

    def epoch(self, epoch: int, of: int, metrics: Mapping[str, float], seconds: float) -> None:
        """Only progress: the curves of several models in one would mislead."""
        self.progress(epoch, of)

    def device(self, name: str, memory_mb: int | None) -> None:
        """Handed on."""
        self._sink.device(name, memory_mb)

    def summary(self, layers: list[tuple[str, str, int]], parameters: int) -> None:
        """Handed on."""
        self._sink.summary(layers, parameters)

    def log(self, text: str) -> None:
        """Handed on with the name before it."""
        self._sink.log(f"{self._name}: {text}")


class Quiet(Share):
    """Passes on cancellation only: for a short fit before the one that is reported.

    Args:
        sink: of the whole.
    """

    def __init__(self, sink: ProgressSink) -> None:
        super().__init__(sink, 0, 1, "")

    def progress(self, done: int, of: int) -> None:
        """None yet; may raise `Cancelled`."""
        self._sink.progress(0, 0)

    def device(self, name: str, memory_mb: int | None) -> None:
        """Not of the whole."""
