"""Logs of the layouts that a cluster reads, with rows that are rejected, repaired and rated."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from tests.dataset import samples

_MBID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"

COUNTS = f"""user_id,artist_id,artist_name,artist_mbid,play_count
1,51,Portishead,{_MBID},12
1,51,PORTISHEAD,,3
1,52,Air,,2.4
2,{_MBID},portishead,,7
2,,air,,1
2,,AIR ,,0
3,,Ĳsland,,5
3,,ijsland,,2
3,,"Sigur ""Rós",,4
3,53,"Quote "open, here,9
4,,’,,1
4,, ,,1
,,Air,,1
5,54,,,6
5,,Air,,nan
"""
"""Ids and names of one artist, a count that is rounded, a row that is repaired as text, and rows without an artist, a
user or a count."""

RATED = """user_id,artist_name,rating
1,Portishead,5
1,portishead,4
1,Air,2
2,Air,3.5
2,Pixies,1
2,’,4
3,Air,five
"""

TIMED = """user_id,artist_name,release_name,recording_name,date,time
{rows}
7,Portishead,Dummy,Roads,,
7,Portishead,Dummy,Roads,1960-05-01,12:00:00
,Portishead,Dummy,Roads,2024-05-01,12:00:00
"""


def _counts(folder: Path) -> list[Path]:
    """Play counts as CSV."""
    file = folder / "counts.csv"
    file.write_text(COUNTS, encoding="utf-8")
    return [file]


def _rated(folder: Path) -> list[Path]:
    """Stars as CSV."""
    file = folder / "ratings.csv"
    file.write_text(RATED, encoding="utf-8")
    return [file]


def _timed(folder: Path) -> list[Path]:
    """The original project's table, of users with enough artists to be split."""
    rows = [
        f"{user},Artist {artist % 11},Album,Track,2024-05-{1 + (user * artist) % 28:02},12:{artist:02}:00"
        for user in range(4)
        for artist in range(5 + 7 * user)
    ]
    file = folder / "listens.csv"
    file.write_text(TIMED.format(rows="\n".join(rows)), encoding="utf-8")
    return [file]


def _lines(folder: Path) -> list[Path]:
    """A month of the public dump of listens, with lines that are none."""
    good = [
        f'{{"user_name": "u{n % 3}", "listened_at": {1_700_000_000 + 60 * n}, "track_metadata": {{"artist_name": '
        f'"Artist {n % 5}", "track_name": "Track {n}", "release_name": null}}}}'
        for n in range(40)
    ]
    file = folder / "2023" / "11.listens"
    file.parent.mkdir()
    file.write_text("\n".join([*good, "{", '{"user_name": "u1"}', ""]), encoding="utf-8")
    return [folder / "2023"]


def _parquet(folder: Path) -> list[Path]:
    """A table of any columns as Parquet, in two files; Spark does not read the times of the second (nanoseconds)."""
    for number, unit in enumerate(("us", "ns")):
        plays = pa.table({
            "Listener": ["ann", "ben", "ann", None],
            "Artist": ["Portishead", "Air", "air", "Air"],
            "Played at": pa.array([10**15 + number, None, 2 * 10**15, 10**15], pa.timestamp("us")).cast(
                pa.timestamp(unit)
            ),
        })  # fmt: skip
        parquet.write_table(plays, folder / f"{number}.parquet", version="2.6")
    return [folder / "[01].parquet"]


def _sample(_: Path) -> list[Path]:
    """The embedded sample."""
    return [Path(__file__).parents[2] / "sample_data" / "listens"]


LOGS: dict[str, Callable[[Path], list[Path]]] = {
    "sample": _sample,
    "dumps": samples.dump,
    "lines": _lines,
    "date and time": _timed,
    "play counts": _counts,
    "ratings": _rated,
    "generic": _parquet,
}
