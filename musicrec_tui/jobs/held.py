"""What people love and block, as the host needs it: from the file as it is now, and for many questions at once."""

import contextlib
from pathlib import Path

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.opinions import lookup, store
from musicrec_tui.dataset.opinions.lookup import Verdicts
from musicrec_tui.dataset.opinions.stored import Opinions

_MOST_REMEMBERED = 1_000


class Held:
    """Knows the verdicts of people; the file is read again when it was replaced.

    Args:
        path: `Home.opinions`; None: nobody loves or blocks anything.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, ...] = ()
        self._opinions = Opinions()
        self._verdicts: dict[tuple[Dataset, str], Verdicts] = {}

    def verdicts(self, dataset: Dataset, whom: str) -> Verdicts:
        """What holds for somebody (by key, or `EVERYBODY`), by the keys of the index's artists.

        Raises:
            UserError: the file is damaged.
        """
        self._read()
        key = dataset, whom
        if key not in self._verdicts:
            if len(self._verdicts) >= _MOST_REMEMBERED:
                self._verdicts.clear()
            self._verdicts[key] = lookup.verdicts(dataset, self._opinions, whom)
        return self._verdicts[key]

    def _read(self) -> None:
        """Read the file, where it is another one than before."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._opinions = store.read(self._path) if self._path is not None else Opinions()
        self._stamp = stamp
        self._verdicts.clear()


def _stamp(path: Path | None) -> tuple[int, ...]:
    """Changes when a file is replaced; empty where there is none."""
    if path is not None:
        with contextlib.suppress(OSError):
            found = path.stat()
            return found.st_ino, found.st_mtime_ns, found.st_size
    return ()
