"""What users and profiles love and block, for the host: from the file as it is now, remembered between questions."""

import contextlib
from pathlib import Path

from musicrec_tui.dataset import opinions
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.opinions import Opinions
from musicrec_tui.dataset.recipients import Verdicts, verdicts_of

_MOST_REMEMBERED = 1_000


class OpinionsCache:
    """The verdicts of users and profiles; the file is read again when it was replaced.

    Args:
        path: `Home.opinions`; None: there are no opinions.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, ...] = ()
        self._opinions = Opinions()
        self._verdicts: dict[tuple[Dataset, str], Verdicts] = {}

    def verdicts(self, dataset: Dataset, key: str) -> Verdicts:
        """What a user or profile (by key, or `EVERYBODY`) loves and blocks.

        Raises:
            UserError: the file is damaged.
        """
        self._read()
        place = dataset, key
        if place not in self._verdicts:
            if len(self._verdicts) >= _MOST_REMEMBERED:
                self._verdicts.clear()
            self._verdicts[place] = verdicts_of(dataset, self._opinions, key)
        return self._verdicts[place]

    def _read(self) -> None:
        """Read the file, where it is another one than before."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._opinions = opinions.read_opinions(self._path) if self._path is not None else Opinions()
        self._stamp = stamp
        self._verdicts.clear()


def _stamp(path: Path | None) -> tuple[int, ...]:
    """Changes when a file is replaced; empty where there is none."""
    if path is not None:
        with contextlib.suppress(OSError):
            found = path.stat()
            return found.st_ino, found.st_mtime_ns, found.st_size
    return ()
