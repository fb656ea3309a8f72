"""Makes a log of any size in the shape of a ListenBrainz Spark dump.

    python -m benchmarks.make_listens --listens 50000000 --to DIR [--users 30000] [--artists 500000]

Few users listen to most of it and few artists are listened to most (both by a power law); names are words of invented
syllables, some with accents, in Cyrillic or CJK; artists have recordings and releases in proportion; a fifth of the
artists and a twentieth of the other listens are not mapped (null `artist_credit_id`); some listens spell the artist in
another way. The same numbers and seed give the same rows. It works in chunks of a million rows, so that memory does not
grow with the log. With the default users and artists, 50 million listens are about 44 million (user, artist) pairs.
"""

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.measure import arguments

CHUNK = 1_000_000
"""Rows of a batch and, by default, of a file, which then has about 125 MB."""
USERS_EXPONENT, ARTISTS_EXPONENT = 2.0, 3.0
"""Of ranks `n * u ** exponent` with u uniform: the share of the first k of n is `(k / n) ** (1 / exponent)`."""
FAVOURITES, AGAIN = 20, 0.08
"""So many artists each user returns to, with this share of the listens."""
UNMAPPED_ARTISTS, UNMAPPED_LISTENS, RESPELLED, NO_RELEASE = 0.2, 0.05, 0.03, 0.06
FIRST, LAST = 1_262_304_000, 1_735_689_600
"""2010 to 2025, in seconds since 1970; listens become more from year to year."""
RECORDINGS_PER_RELEASE = 11
WORDS = 6000
ONSETS = ["", "b", "br", "ch", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "sh", "st", "t", "v", "w", "z"]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "é", "ö", "ø"]
VOWEL_SHARES = [18, 18, 16, 16, 10, 6, 6, 6, 2, 1, 1]
CODAS = ["", "", "", "n", "r", "s", "l", "nt", "ck", "th", "x"]
OTHER_SCRIPTS = {"Cyrillic": (0x430, 0x44F, 7), "kana": (0x30A2, 0x30F2, 4), "Han": (0x4E00, 0x6FFF, 2)}
"""First and last letter, and letters of a word."""

SCHEMA = pa.schema(
    [
        ("listened_at", pa.timestamp("us")),
        ("created", pa.timestamp("us")),
        ("user_id", pa.int64()),
        ("recording_msid", pa.string()),
        ("artist_name", pa.string()),
        ("artist_credit_id", pa.int64()),
        ("release_name", pa.string()),
        ("release_mbid", pa.string()),
        ("recording_name", pa.string()),
        ("recording_mbid", pa.string()),
        ("artist_credit_mbids", pa.list_(pa.string())),
    ]
)

Ints = NDArray[np.int64]


class Catalogue(NamedTuple):
    """All artists; position is rank by popularity.

    Attributes:
        words: (WORDS,) what names are made of.
        spellings: (4, artists) names: the usual one first.
        credits: (artists,) `artist_credit_id`, null where not mapped.
        mbids: (artists,) list of one or two MBIDs, null where not mapped.
        recordings: (artists,) how many different recordings each has.
    """

    words: pa.Array
    spellings: list[pa.Array]
    credits: pa.Array
    mbids: pa.Array
    recordings: Ints


def make(to: Path, listens: int, users: int, artists: int, files: int, seed: int) -> None:
    """Write `files` Parquet files of nearly the same size into the folder, oldest listens first."""
    to.mkdir(parents=True, exist_ok=True)
    catalogue = _catalogue(artists, seed)
    bounds = np.linspace(0, listens, files + 1).astype(np.int64)
    for number, (start, end) in enumerate(itertools.pairwise(bounds)):
        with pq.ParquetWriter(to / f"{number}.parquet", SCHEMA, compression="zstd") as writer:
            for chunk in _chunks(int(start), int(end)):
                writer.write_batch(_batch(catalogue, chunk, listens, users, seed))


def _chunks(start: int, end: int) -> Iterator[Ints]:
    """The numbers of a file's listens, a chunk at a time."""
    for first in range(start, end, CHUNK):
        yield np.arange(first, min(first + CHUNK, end), dtype=np.int64)


def _batch(catalogue: Catalogue, numbers: Ints, listens: int, users: int, seed: int) -> pa.RecordBatch:
    """The listens with these numbers."""
    rng = np.random.default_rng([seed, int(numbers[0])])
    size, artists = len(numbers), len(catalogue.recordings)
    user = _ranks(rng, size, users, USERS_EXPONENT)
    artist = _ranks(rng, size, artists, ARTISTS_EXPONENT)
    again = rng.random(size) < AGAIN
    favourite = _mixed(user * FAVOURITES + rng.integers(FAVOURITES, size=size), seed)
    artist[again] = _curved(_unit(favourite[again]), artists, ARTISTS_EXPONENT)
    recording = artist * 1024 + _ranks(rng, size, catalogue.recordings[artist], 2.0)
    release = recording // RECORDINGS_PER_RELEASE
    share = (numbers + rng.random(size)) / listens
    seconds = FIRST + ((LAST - FIRST) * np.sqrt(share)).astype(np.int64)
    mapped = pa.array(rng.random(size) >= UNMAPPED_LISTENS)
    nothing = pa.nulls(size)
    mbid = pc.if_else(mapped, _uuids(_mixed(recording, seed + 1)), nothing.cast(pa.string()))
    has_release = pa.array(rng.random(size) >= NO_RELEASE)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(seconds * 1_000_000, pa.timestamp("us")),
            pa.array((seconds + rng.integers(1, 600, size)) * 1_000_000, pa.timestamp("us")),
            pa.array(user * 7 + 1),
            _uuids(_mixed(recording, seed + 2)),
            _spelled(catalogue, artist, rng),
            pc.if_else(mapped, catalogue.credits.take(pa.array(artist)), nothing.cast(pa.int64())),
            pc.if_else(has_release, _titles(catalogue.words, _mixed(release, seed + 3), 3), nothing.cast(pa.string())),
            pc.if_else(has_release, _uuids(_mixed(release, seed + 4)), nothing.cast(pa.string())),
            _titles(catalogue.words, _mixed(recording, seed + 5), 5),
            mbid,
            pc.if_else(mapped, catalogue.mbids.take(pa.array(artist)), nothing.cast(pa.list_(pa.string()))),
        ],
        schema=SCHEMA,
    )


def _catalogue(artists: int, seed: int) -> Catalogue:
    """Invent the words and the artists."""
    rng = np.random.default_rng([seed, 2**40])
    words = pa.array(_words(rng))
    place = np.arange(artists, dtype=np.int64)
    name = _titles(words, _mixed(place, seed + 6), 3)
    numbered = pc.binary_join_element_wise(name, pa.array(place).cast(pa.string()), " ")
    # Three words are not enough for all artists to differ: most of those beyond the first have a number as well.
    name = pc.if_else(pa.array(rng.random(artists) < 0.7), name, numbered)
    spellings = [name, pc.utf8_upper(name), pc.binary_join_element_wise("The", name, " "), pc.utf8_lower(name)]
    mapped = pa.array(rng.random(artists) >= UNMAPPED_ARTISTS)
    pairs = rng.random(artists) < 0.1
    ends = np.concatenate([[0], np.cumsum(1 + pairs)])
    parts = np.repeat(place, 1 + pairs)
    parts[ends[1:][pairs] - 1] = rng.integers(artists, size=int(pairs.sum()))
    mbids = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), _uuids(_mixed(parts, seed + 7)))
    return Catalogue(
        words,
        spellings,
        pc.if_else(mapped, pa.array(_mixed(place, seed + 8) % 2_000_000_000), pa.nulls(artists, pa.int64())),
        pc.if_else(mapped, mbids, pa.nulls(artists, mbids.type)),
        np.clip(2 * artists // (place + artists // 500 + 1), 8, 400).astype(np.int64),
    )


def _words(rng: np.random.Generator) -> list[str]:
    """Invented words, most of them Latin, the first ones short."""
    shares = np.array(VOWEL_SHARES) / sum(VOWEL_SHARES)
    words = []
    for number in range(WORDS):
        if rng.random() < 0.06:
            first, last, letters = list(OTHER_SCRIPTS.values())[int(rng.integers(len(OTHER_SCRIPTS)))]
            words.append("".join(chr(int(rng.integers(first, last))) for _ in range(letters)))
            continue
        syllables = 1 + int(rng.integers(1 + min(2, number // 200)))
        word = "".join(
            f"{rng.choice(ONSETS)}{rng.choice(VOWELS, p=shares)}{rng.choice(CODAS)}" for _ in range(syllables)
        )
        words.append(word.capitalize())
    return words


def _titles(words: pa.Array, mixed: Ints, most: int) -> pa.Array:
    """Names of 1 to `most` words, one for each mixed number."""
    count = 1 + (mixed >> 7) % most
    parts = []
    for place in range(most):
        picked = _curved(_unit(_mixed(mixed, place)), len(words), 1.5)
        parts.append(words.take(pa.array(picked, mask=count <= place)))
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


def _spelled(catalogue: Catalogue, artist: Ints, rng: np.random.Generator) -> pa.Array:
    """The artists' names, now and then in another spelling."""
    other = rng.integers(1, len(catalogue.spellings), len(artist)) * (rng.random(len(artist)) < RESPELLED)
    return pc.choose(pa.array(other), *(names.take(pa.array(artist)) for names in catalogue.spellings))


def _ranks(rng: np.random.Generator, size: int, of: int | Ints, exponent: float) -> Ints:
    """Ranks from 0, the first ones most often."""
    return _curved(rng.random(size), of, exponent)


def _curved(unit: NDArray[np.float64], of: int | Ints, exponent: float) -> Ints:
    """Numbers from 0 to 1 as ranks below `of`."""
    return (of * unit**exponent).astype(np.int64)


def _mixed(numbers: Ints, salt: int) -> Ints:
    """Numbers that look random but are always the same (SplitMix64), not negative."""
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15 * (salt + 1) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)


def _unit(mixed: Ints) -> NDArray[np.float64]:
    """Mixed numbers as numbers from 0 to 1 (below)."""
    return (mixed >> 10) / 2.0**53


def _uuids(mixed: Ints) -> pa.Array:
    """Mixed numbers as UUIDs' text."""
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    raw = np.stack([mixed, _mixed(mixed, 9)], axis=1).view(np.uint8).reshape(len(mixed), 16)
    text = np.full((len(mixed), 36), ord("-"), dtype=np.uint8)
    places = [place for place in range(36) if place not in (8, 13, 18, 23)]
    text[:, places[0::2]] = digits[raw >> 4]
    text[:, places[1::2]] = digits[raw & 15]
    offsets = np.arange(0, 36 * len(mixed) + 1, 36, dtype=np.int32)
    return pa.StringArray.from_buffers(len(mixed), pa.py_buffer(offsets), pa.py_buffer(text))


def main() -> None:
    """Write the log."""
    given = arguments(__doc__, listens=int, users=30_000, artists=500_000, files=int, seed=1, to=Path)
    files = given.files or math.ceil(given.listens / CHUNK)
    make(given.to, given.listens, given.users, given.artists, files, given.seed)


if __name__ == "__main__":
    main()
