"""A saved model beside an index: the two have codes of their own, and keys in common."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from musicrec_tui import files
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.lookups.structs import storable
from musicrec_tui.dataset.records import Artist
from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import store
from musicrec_tui.recommenders.base import FloatArray, IntArray, SavedModel
from musicrec_tui.recommenders.model_format import MANIFEST
from musicrec_tui.recommenders.model_keys import ModelKeys
from musicrec_tui.runs import info
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.status import Status
from musicrec_tui.text import printable

MOST_REMEMBERED = 100_000
"""Artists of an index that are all held in memory."""
_BATCH = 100_000
"""Keys of an index that are in memory at a time."""
_ARTISTS = "SELECT key, listeners FROM artist"
_USERS = 'SELECT key FROM "user"'
"""In the order of the table, which is that of the codes, and which DuckDB keeps."""
_USER = 'SELECT code FROM "user" WHERE key = $key'
MODEL = "model"


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
        to_index: (artists of the model,) the index's code of each; -1 where the index does not have it.
        from_index: (artists of the index,) the model's code of each; -1 where the model does not have it.
        listeners: (artists of the model,) how many users of the index play each.
    """

    def __init__(self, run: RunInfo, model: SavedModel, dataset: Dataset) -> None:
        self.run, self.model, self.dataset = run, model, dataset
        self.from_index, listeners = _model_codes(dataset, _ARTISTS, model.artist_keys)
        self.to_index: IntArray = np.full(len(model.artist_keys), -1, np.int32)
        known = np.flatnonzero(self.from_index >= 0).astype(np.int32)
        self.to_index[self.from_index[known]] = known
        self.listeners: IntArray = np.zeros(len(model.artist_keys), np.int32)
        self.listeners[self.from_index[known]] = listeners[known]
        # A query for each list's names is what takes longest in an answer.
        named = artists.all_artists(dataset) if dataset.info.artists <= MOST_REMEMBERED else []
        self._artists = {code: one for code, one in zip(self.from_index.tolist(), named, strict=False) if code >= 0}

    @cached_property
    def train_listeners(self) -> IntArray:
        """(artists of the model,): how many users of the training part have each."""
        train = self.model.train
        return np.bincount(train.indices, minlength=train.shape[1]).astype(np.int32)

    def popularity(self) -> FloatArray:
        """What popularity scores the model's artists, (artists,): see `recommenders.cold_start`."""
        return self.train_listeners.astype(np.float32)

    def index_user(self, key: str) -> int | None:
        """The index's code of a user; None where it does not have them."""
        rows = self.dataset.query(_USER, {"key": storable(key)})
        return int(rows[0][0]) if rows else None

    def model_users(self) -> IntArray:
        """(users of the index,): the model's code of each; -1 where the model does not have them."""
        return _model_codes(self.dataset, _USERS, self.model.user_keys)[0]

    def user_code(self, key: str) -> int:
        """The model's code of a user.

        Raises:
            UserError: the model does not know them.
        """
        if (code := self.model.user_keys.code(key)) is None:
            raise UserError(
                f"User {printable(key)!r} was not in the data that {printable(self.run.label)} was trained on; "
                "train a new run to include them."
            )
        return code

    def artist_code(self, key: str) -> int:
        """The model's code of an artist.

        Raises:
            UserError: the model does not know it.
        """
        if (code := self.model.artist_keys.code(key)) is None:
            raise UserError(
                f"Artist {printable(key)!r} was not in the data that {printable(self.run.label)} was trained on; "
                "train a new run to include it."
            )
        return code

    def codes_of(self, keys: Iterable[str]) -> IntArray:
        """The model's codes of artists, ascending; keys that it does not know are left out."""
        codes = np.unique(self.model.artist_keys.codes(list(keys)))
        return codes[codes >= 0]

    def artists(self, codes: Sequence[int]) -> dict[int, Artist]:
        """Artists by the model's codes; where the index lacks one, what little is known of it."""
        wanted = {int(code) for code in codes}
        if len(self._artists) > MOST_REMEMBERED:
            self._artists.clear()
        unknown = {code: int(self.to_index[code]) for code in wanted if code not in self._artists}
        found = artists.by_codes(self.dataset, [place for place in unknown.values() if place >= 0])
        for code, place in unknown.items():
            key = self.model.artist_keys[code]
            self._artists[code] = found.get(place) or Artist(-1, key, key, 0, 0)
        return {code: self._artists[code] for code in wanted}


def _model_codes(dataset: Dataset, sql: str, keys: ModelKeys) -> tuple[IntArray, IntArray]:
    """A model's codes of what a query gives by its key, -1 where the model does not have it; and its second column."""
    codes, seconds = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    done = 0
    with dataset.relations() as cursor:
        for batch in cursor.sql(sql).to_arrow_reader(_BATCH):
            codes.append(keys.codes_of_column(batch.column(0), done))
            # `to_numpy` would load pandas where it is installed
            seconds.extend(np.from_dlpack(column).astype(np.int32) for column in batch.columns[1:])
            done += batch.num_rows
    return np.concatenate(codes), np.concatenate(seconds)
