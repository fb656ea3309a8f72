"""A saved model beside an index: the two have codes of their own, and keys in common."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from musicrec_tui import files
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import store
from musicrec_tui.recommenders.base import IntArray, SavedModel
from musicrec_tui.runs import info
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.status import Status
from musicrec_tui.text import printable

_MOST_REMEMBERED = 100_000
_ARTISTS = "SELECT key, listeners FROM artist ORDER BY code"
_USERS = 'SELECT key FROM "user" ORDER BY code'
MODEL = "model"
MANIFEST = "manifest.json"


def load_model(folder: Path) -> tuple[RunInfo, SavedModel]:
    """The model of a finished run.

    Raises:
        UserError: the run is not finished, or its model is damaged, another run's or gone.
    """
    run, _ = info.read(folder)
    if run.status is not Status.FINISHED or run.result is None:
        why = f" {run.reason}" if run.reason else ""
        raise UserError(f"{printable(run.label)} {run.status.phrase}, so it has no model.{why}", exit_code=1)
    model = store.load(folder / MODEL)
    try:
        sha256 = files.sha256_of(folder / MODEL / MANIFEST)
    except OSError as error:  # deleted since it was loaded
        raise UserError(f"The model in {folder / MODEL} cannot be read: {error.strerror}.", exit_code=1) from error
    if sha256 != run.result.model_sha256:
        raise UserError(
            f"The model in {folder / MODEL} is not the one that this run made; train it again.", exit_code=1
        )
    return run, model


class OpenedRun:
    """A model on an index, which may be a later one of the same log.

    Attributes:
        run, model, dataset: the three.
        user_codes, artist_codes: from keys to the model's codes.
        index_users: from keys to the index's codes, ascending.
        to_index: (artists of the model,) the index's code of each; -1 where the index does not have it.
        from_index: (artists of the index,) the model's code of each; -1 where the model does not have it.
        listeners: (artists of the model,) how many users of the index play each.
    """

    def __init__(self, run: RunInfo, model: SavedModel, dataset: Dataset) -> None:
        self.run, self.model, self.dataset = run, model, dataset
        self.user_codes = {key: code for code, key in enumerate(model.user_keys)}
        self.artist_codes = {key: code for code, key in enumerate(model.artist_keys)}
        self.index_users = {key: code for code, (key,) in enumerate(dataset.query(_USERS))}
        # A query for each list's names is what takes longest in an answer.
        named = artists.all_artists(dataset) if dataset.info.artists <= _MOST_REMEMBERED else []
        told = [(one.key, one.listeners) for one in named] or dataset.query(_ARTISTS)
        self.from_index: IntArray = np.array([self.artist_codes.get(key, -1) for key, _ in told], np.int32)
        self.to_index: IntArray = np.full(len(model.artist_keys), -1, np.int32)
        known = np.flatnonzero(self.from_index >= 0).astype(np.int32)
        self.to_index[self.from_index[known]] = known
        self.listeners: IntArray = np.zeros(len(model.artist_keys), np.int32)
        self.listeners[self.from_index[known]] = np.array([listeners for _, listeners in told], np.int32)[known]
        self._artists = {code: one for code, one in zip(self.from_index.tolist(), named, strict=False) if code >= 0}

    def user_code(self, key: str) -> int:
        """The model's code of a user.

        Raises:
            UserError: the model does not know them.
        """
        if key not in self.user_codes:
            raise UserError(
                f"User {printable(key)!r} was not in the data that {printable(self.run.label)} was trained on; "
                "train a new run to include them."
            )
        return self.user_codes[key]

    def artist_code(self, key: str) -> int:
        """The model's code of an artist.

        Raises:
            UserError: the model does not know it.
        """
        if key not in self.artist_codes:
            raise UserError(
                f"Artist {printable(key)!r} was not in the data that {printable(self.run.label)} was trained on; "
                "train a new run to include it."
            )
        return self.artist_codes[key]

    def codes_of(self, keys: Iterable[str]) -> IntArray:
        """The model's codes of artists, ascending; keys that it does not know are left out."""
        codes: IntArray = np.array(sorted(self.artist_codes[key] for key in keys if key in self.artist_codes), np.int32)
        return codes

    def artists(self, codes: Sequence[int]) -> dict[int, Artist]:
        """Artists by the model's codes; where the index lacks one, what little is known of it."""
        wanted = {int(code) for code in codes}
        if len(self._artists) > _MOST_REMEMBERED:
            self._artists.clear()
        unknown = {code: int(self.to_index[code]) for code in wanted if code not in self._artists}
        found = artists.by_codes(self.dataset, [place for place in unknown.values() if place >= 0])
        for code, place in unknown.items():
            key = self.model.artist_keys[code]
            self._artists[code] = found.get(place) or Artist(-1, key, key, 0, 0)
        return {code: self._artists[code] for code in wanted}
