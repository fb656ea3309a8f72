"""Which recordings stand for an artist: the most played ones, with their MusicBrainz ids.

The index has no ids of recordings, so the files of the log are read once more for them.
"""

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import duckdb

from musicrec_tui.dataset.index import engine
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.running import Report, Runner
from musicrec_tui.dataset.index.schema import ID
from musicrec_tui.dataset.records import Artist
from musicrec_tui.dataset.sources import archives
from musicrec_tui.dataset.sources.base import RecordLayout
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Part, Source, recognise
from musicrec_tui.text import normal_name

PHASE = "looking recordings up in the files"

_MEMORY = "60%"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_TOLD = """
SELECT nullif(trim(artist_id), ''), artist_name, recording_name, lower(trim(recording_mbid)), count(*)
FROM ({source}) WHERE recording_mbid IS NOT NULL AND refused IS NULL AND recording_name IN (SELECT unnest($titles))
GROUP BY ALL
"""

Wanted = Mapping[Artist, Sequence[str]]
Found = dict[tuple[str, str], str]


_TOP = """
SELECT artist_code, name FROM (
    SELECT artist_code, name, row_number() OVER (PARTITION BY artist_code ORDER BY listens DESC, name) AS place
    FROM recording WHERE artist_code IN (SELECT unnest($artists)))
WHERE place <= $limit ORDER BY artist_code, place
"""


def is_mbid(mbid: str | None) -> bool:
    """Whether a text is a MusicBrainz id as URIs have it: a UUID in small letters."""
    return mbid is not None and _UUID.fullmatch(mbid) is not None


def find_mbids(dataset: Dataset, wanted: Wanted, report: Report, cancelled: Callable[[], bool]) -> Found:
    """The ids that the log gives most often to recordings, by (artist's key, recording's name).

    Args:
        dataset: the log.
        wanted: names of recordings, as the index has them, of each artist.
        report: hears of the phase and how far it is, a few times a second.
        cancelled: asked as often whether to stop.

    Raises:
        UserError: the files are not there any more, or cannot be read.
        Cancelled: `cancelled` said so.
    """
    source = recognise(dataset.log, unpacked=archives.beside(dataset.path))
    if not any(map(_may_tell, source.parts)):
        return {}
    titles = sorted({title for listed in wanted.values() for title in listed})
    return _most_often(wanted, _read(source, titles, report, cancelled))


def _may_tell(part: Part) -> bool:
    """Whether rows of a part can have an id (of records nobody knows before they are read)."""
    return isinstance(part.layout, RecordLayout) or "recording_mbid" in part.layout.expressions(part.columns)


def _read(source: Source, titles: list[str], report: Report, cancelled: Callable[[], bool]) -> list[tuple[Any, ...]]:
    """Artist id, artist name, recording name, recording id, and how often they come together."""
    with (
        tempfile.TemporaryDirectory(prefix="musicrec-") as spill,
        duckdb.connect(config=engine.config(_MEMORY, spill)) as connection,
    ):
        runner = Runner(connection, report, cancelled)
        try:
            reading = Reading(connection, source)
            with reading.failures():
                reading.stage(lambda sql, parameters: runner.step(PHASE, 0.5, sql, parameters))
                return runner.step(
                    PHASE, 1.0, _TOLD.format(source=reading.sql), {**reading.parameters, "titles": titles}
                )
        except duckdb.Error as error:
            raise engine.explained(error, source, source.paths[0], "the playlist") from error
        finally:
            runner.close()


def _most_often(wanted: Wanted, rows: list[tuple[Any, ...]]) -> Found:
    """One id for each recording. A row without a mapped id belongs to the artists of its name, as in the index."""
    by_key = {artist.key: artist for artist in wanted}
    by_name: dict[str, list[Artist]] = defaultdict(list)
    for artist in wanted:
        by_name[normal_name(artist.name)].append(artist)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for artist_id, name, title, mbid, count in rows:
        if not is_mbid(mbid):
            continue
        if artist_id is not None:
            owners = [by_key[ID + artist_id]] if ID + artist_id in by_key else []
        else:
            owners = by_name.get(normal_name(name or ""), [])
        for artist in owners:
            if title in wanted[artist]:
                counts[artist.key, title][mbid] += count
    return {which: max(sorted(told), key=told.__getitem__) for which, told in counts.items()}


class Track(NamedTuple):
    """A line of a playlist; all names are raw.

    Attributes:
        artist: whose.
        title: of the recording; empty: the log knows none of the artist's.
        mbid: of the recording at MusicBrainz; empty: not known.
    """

    artist: Artist
    title: str
    mbid: str = ""


def top_recordings(dataset: Dataset, artists: Sequence[Artist], limit: int) -> dict[int, list[str]]:
    """The `limit` recordings of each artist that are played most, by the artist's code.

    Raises:
        UserError: the index is damaged.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for code, name in dataset.query(_TOP, {"artists": [artist.code for artist in artists], "limit": limit}):
        found[code].append(name)
    return found
