"""Makes the synthetic sample: `python sample_data/generate.py [--to FOLDER]`.

The same code writes the same bytes every time (with the same NumPy and PyArrow). MODEL.md says how listening is
modelled, README.md what comes out.
"""

from __future__ import annotations

import argparse
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from catalogue import Artist, Catalogue, build_catalogue, made_up_id
from listening import START, Listener, Play, listens_per_user
from numpy.random import Generator

EPOCH = int(START.astype(np.int64))
"""`START` in seconds since 1970."""
IMPORTS = 1_456_790_400
"""2016-03-01: from then on the users brought their old listens to ListenBrainz."""
SEED = 20_061_129
USERS = 1_422
LISTENS = 66_936
FILES = 4
UNMATCHED_RECORDINGS = 0.04
"""Share of the recordings of mapped artists that the mapper did not find: all their ids are null."""
LOWER_CASE, NO_ACCENTS = 0.25, 0.08
"""Shares of users whose player writes an unmapped name in lower case, or any name without its accents (unmatched)."""
NO_RELEASE = 0.05
"""Share of listens whose player sent no album."""

SCHEMA = pa.schema(
    [
        pa.field("listened_at", pa.timestamp("ms"), nullable=False),
        pa.field("created", pa.timestamp("ms"), nullable=False),
        pa.field("user_id", pa.int64(), nullable=False),
        pa.field("recording_msid", pa.string(), nullable=False),
        pa.field("artist_name", pa.string(), nullable=False),
        pa.field("artist_credit_id", pa.int64()),
        pa.field("release_name", pa.string()),
        pa.field("release_mbid", pa.string()),
        pa.field("recording_name", pa.string(), nullable=False),
        pa.field("recording_mbid", pa.string()),
        pa.field("artist_credit_mbids", pa.list_(pa.string())),
    ]
)
"""The columns of a ListenBrainz Spark dump."""

Row = dict[str, object]


def _chance(*parts: str) -> float:
    """Returns a number from 0 to 1 that depends on nothing but `parts`."""
    return int(made_up_id(*parts)[:8], 16) / 2**32


def _without_accents(name: str) -> str:
    """Returns `Bjork` for `Björk`; a name that has letters beyond Latin comes back as it was."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return bare if bare.isascii() else name


def _spelling(artist: Artist, user: int) -> str:
    """Returns how this user's player spells an artist: some drop accents, some capitals of unmapped names."""
    quirk = _chance("spelling", artist.name, str(user))
    if artist.credit_id is None and quirk < LOWER_CASE:
        return artist.name.lower()
    return _without_accents(artist.name) if quirk < NO_ACCENTS else artist.name


def _row(play: Play, artist: Artist, user_id: int, created: int) -> Row:
    """Turns a listen into a row of the dump."""
    album = artist.discography()[play.album]
    track = album.tracks[play.track]
    name = _spelling(artist, play.user)
    found = _chance("match", artist.name, track) >= UNMATCHED_RECORDINGS
    matched = found and artist.credit_id is not None and name == artist.name
    tagged = _chance("album", str(play.user), str(play.second)) >= NO_RELEASE
    return {
        "listened_at": 1_000 * (EPOCH + play.second),
        "created": 1_000 * created,
        "user_id": user_id,
        "recording_msid": made_up_id("msid", name, track),
        "artist_name": name,
        "artist_credit_id": artist.credit_id if matched else None,
        "release_name": album.title if tagged else None,
        "release_mbid": made_up_id("release", artist.name, album.title) if matched and tagged else None,
        "recording_name": track,
        "recording_mbid": made_up_id("recording", artist.name, track) if matched else None,
        "artist_credit_mbids": [artist.mbid] if matched else None,
    }


def _rows(catalogue: Catalogue, rng: Generator) -> list[Row]:
    """Lets every user listen and returns the rows in order of time."""
    user_ids = np.sort(rng.choice(np.arange(1, 12_000), USERS, replace=False)).tolist()
    imported = (IMPORTS + rng.integers(0, 900 * 86_400, USERS)).tolist()
    plays: list[Play] = []
    for user, listens in enumerate(listens_per_user(USERS, LISTENS, rng).tolist()):
        own = np.random.default_rng([SEED, user])
        plays.extend(Listener(user, listens, catalogue, own).listen())
    plays.sort(key=lambda play: (play.second, play.user))
    return [_row(play, catalogue.artists[play.artist], user_ids[play.user], imported[play.user]) for play in plays]


def generate(folder: Path) -> None:
    """Writes the sample.

    Args:
        folder: Where `0.parquet`, `1.parquet`, … go; it is made if it is missing.
    """
    rng = np.random.default_rng(SEED)
    table = pa.Table.from_pylist(_rows(build_catalogue(rng), rng), schema=SCHEMA)
    folder.mkdir(parents=True, exist_ok=True)
    share = -(-len(table) // FILES)
    for number in range(FILES):
        part = table.slice(number * share, share)
        pq.write_table(part, folder / f"{number}.parquet", compression="zstd", compression_level=12)


def main() -> None:
    """Reads the command line and writes the sample."""
    parser = argparse.ArgumentParser(description="Write the synthetic sample of listens.")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "listens", metavar="FOLDER")
    folder: Path = parser.parse_args().to
    generate(folder)
    print(f"{LISTENS:,} listens of {USERS:,} users in {folder}")


if __name__ == "__main__":
    main()
