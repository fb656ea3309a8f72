"""A small log in every layout, made from the hand-written files in `fixtures/`, with what an index must say of it."""

import gzip
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.sources import (
    base,
    delimited,
    dumps,
    listenbrainz_export,
    spotify,
    spotify_extended,
    wide_table,
)

FIXTURES = Path(__file__).parent / "fixtures"

_DUMP_TYPES = {
    "listened_at": "TIMESTAMP",
    "created": "TIMESTAMP",
    "user_id": "BIGINT",
    "artist_credit_id": "BIGINT",
    "artist_credit_mbids": "VARCHAR[]",
}


class Sample(NamedTuple):
    """A log, and what must become of it.

    Attributes:
        name: of the sample.
        make: puts it into a folder, and gives the paths to open.
        layout: that it has.
        kept, users, artists, listens: counts of the index.
        rejected: rows that are left out, by reason.
    """

    name: str
    make: Callable[[Path], list[Path]]
    layout: str
    kept: int
    users: int
    artists: int
    listens: int
    rejected: Mapping[str, int] = {}

    @property
    def rows(self) -> int:
        """All rows of the files."""
        return self.kept + sum(self.rejected.values())


def copied(layout: str) -> Callable[[Path], list[Path]]:
    """The folder, or the file, as it is."""

    def make(folder: Path) -> list[Path]:
        made = folder / Path(layout).name
        (shutil.copytree if (FIXTURES / layout).is_dir() else shutil.copy)(FIXTURES / layout, made)
        return [made]

    return make


def packed(layout: str, name: str, how: str) -> Callable[[Path], list[Path]]:
    """One file of the folder, packed with gzip or zstd."""

    def make(folder: Path) -> list[Path]:
        content = (FIXTURES / layout / name).read_bytes()
        file = folder / f"{name}.{how}"
        if how == "gz":
            file.write_bytes(gzip.compress(content))
        else:
            with pa.output_stream(str(file), compression="zstd") as out:
                out.write(content)
        return [file]

    return make


def zipped(layout: str, inside: str = "") -> Callable[[Path], list[Path]]:
    """The folder as a zip, in a folder of its own within it or not."""

    def make(folder: Path) -> list[Path]:
        file = folder / f"{layout}.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted((FIXTURES / layout).rglob("*")):
                archive.write(path, Path(inside, path.relative_to(FIXTURES / layout)))
        return [file]

    return make


def to_parquet(file: Path, target: Path, types: Mapping[str, str], *, without: tuple[str, ...] = ()) -> Path:
    """A CSV of the fixtures as Parquet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        left_out = f"EXCLUDE ({', '.join(without)})" if without else ""
        listens = connection.sql(
            f"SELECT * {left_out} FROM read_csv($file, header = true, all_varchar = true)",  # noqa: S608
            params={"file": str(file)},
        )
        casts = ", ".join(f"CAST({name} AS {types.get(name, 'VARCHAR')}) AS {name}" for name in listens.columns)
        listens.project(casts).write_parquet(str(target))
    return target


def dump(folder: Path, name: str = "listenbrainz-spark-dump") -> list[Path]:
    """A full dump and two incremental ones, whose columns differ a little, as folders."""
    fixtures = FIXTURES / "listenbrainz"
    kinds = {
        f"{name}-1-20240503-000003-full": to_parquet(
            fixtures / "full.csv", folder / f"{name}-1-20240503-000003-full" / "0.parquet", _DUMP_TYPES
        ),
        f"{name}-2-20240504-000003-incremental": to_parquet(
            fixtures / "incremental.csv",
            folder / f"{name}-2-20240504-000003-incremental" / "0.parquet",
            {**_DUMP_TYPES, "listened_at": "TIMESTAMPTZ"},
            without=("created",),
        ),
        f"{name}-3-20240505-000003-incremental": to_parquet(
            fixtures / "later.csv", folder / f"{name}-3-20240505-000003-incremental" / "0.parquet", _DUMP_TYPES
        ),
    }
    full, *_ = kinds.values()
    (full.parent / "SCHEMA_SEQUENCE").write_text("8\n")
    return [file.parent for file in kinds.values()]


def _parent(folder: Path) -> list[Path]:
    """The dumps' folder."""
    dump(folder)
    return [folder]


def tars(folder: Path) -> list[Path]:
    """The dumps as they are downloaded."""
    made = []
    for source in dump(folder / "made"):
        target = folder / f"{source.name}.tar"
        with tarfile.open(target, "w") as archive:
            archive.add(source, source.name)
        made.append(target)
    shutil.rmtree(folder / "made")
    return made


def _nyu(folder: Path) -> list[Path]:
    """The three tables as Parquet."""
    types = {"user_id": "BIGINT", "timestamp": "TIMESTAMP"}
    for file in sorted((FIXTURES / "nyu-tables").glob("*.csv")):
        to_parquet(file, folder / f"{file.stem}.parquet", types)
    return [folder]


def _takeout(folder: Path) -> list[Path]:
    """YouTube's history as it is downloaded."""
    file = folder / "takeout.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(FIXTURES / "cases" / "watch-history.json", "Takeout/YouTube/history/watch-history.json")
    return [file]


_DUMPS = ("ListenBrainz", 6, 3, 2, 6, {schema.BAD_TIME: 1, dumps.REPEATED: 2})
_DECK = ("date and time", 3, 2, 2, 3, {schema.NO_TIME: 1})
_NYU = ("NYU tables", 3, 2, 2, 3, {schema.NO_ARTIST: 1})
_LASTFM_1K = ("Last.fm 1K", 3, 2, 2, 3, {delimited.BROKEN_ROW: 1, schema.NO_TIME: 1})
_LASTFM_360K = ("Last.fm 360K", 3, 2, 2, 50, {schema.BAD_COUNT: 1})
_EXPORT = (
    "ListenBrainz export", 5, 1, 2, 3, {base.NO_ENTRY: 2, listenbrainz_export.UNKNOWN_RECORDING: 1},
)  # fmt: skip
_SPOTIFY = (
    "Spotify extended", 2, 1, 2, 2,
    {base.NO_ENTRY: 1, spotify.NO_MUSIC: 1, spotify.TOO_SHORT: 1, spotify_extended.INCOGNITO: 1},
)  # fmt: skip
_ACCOUNT = ("Spotify account", 1, 1, 1, 1, {spotify.NO_MUSIC: 1, spotify.TOO_SHORT: 1})
_MALOJA = ("Maloja", 2, 1, 2, 2, {base.NO_ENTRY: 1, schema.NO_ARTIST: 1})

SAMPLES = (
    Sample("dump folders", dump, *_DUMPS),
    Sample("dumps in one folder", _parent, *_DUMPS),
    Sample("dump tars", tars, *_DUMPS),
    Sample("deck", copied("date-and-time"), *_DECK),
    Sample("deck gzip", packed("date-and-time", "listens.csv", "gz"), *_DECK),
    Sample("NYU Parquet", _nyu, *_NYU),
    Sample("NYU CSV", copied("nyu-tables"), *_NYU),
    Sample("1K", copied("last-fm-1k"), *_LASTFM_1K),
    Sample("1K zstd", packed("last-fm-1k", "userid-timestamp-artid-artname-traid-traname.tsv", "zst"), *_LASTFM_1K),
    Sample("360K", copied("last-fm-360k"), *_LASTFM_360K),
    Sample("360K gzip", packed("last-fm-360k", "usersha1-artmbid-artname-plays.tsv", "gz"), *_LASTFM_360K),
    Sample("play counts", copied("play-counts"), "play counts", 3, 2, 2, 25576, {schema.BAD_COUNT: 1}),
    # 5 stars count 5, 3.5 stars 1; the lone rating of Air is none.
    Sample("ratings", copied("ratings"), "ratings", 4, 2, 2, 6, {schema.BAD_RATING: 1}),
    Sample("ListenBrainz zip", zipped("listenbrainz-export"), *_EXPORT),
    Sample("Last.fm table", copied("last-fm-export"), "listens", 2, 1, 2, 2, {schema.NO_TIME: 2}),
    Sample("Last.fm lines", copied("last-fm-lines"), "listens", 3, 1, 3, 3, {schema.NO_TIME: 1}),
    Sample("HetRec", copied("cases/hetrec"), "HetRec", 42, 7, 6, 1919, {}),
    Sample("YouTube", copied("cases/watch-history.json"), "YouTube Music", 5, 1, 5, 5),
    Sample("YouTube zip", _takeout, "YouTube Music", 5, 1, 5, 5),
    Sample("Spotify folder", copied("spotify-extended"), *_SPOTIFY),
    Sample("Spotify zip", zipped("spotify-extended", "Spotify Extended Streaming History"), *_SPOTIFY),
    Sample("account folder", copied("spotify-account"), *_ACCOUNT),
    Sample("account zip", zipped("spotify-account", "MyData"), *_ACCOUNT),
    Sample("Maloja", copied("maloja"), *_MALOJA),
    Sample("Maloja gzip", packed("maloja", "maloja_export.json", "gz"), *_MALOJA),
    Sample("Koito", copied("koito"), "Koito", 2, 1, 2, 2, {base.NO_ENTRY: 1}),
    Sample(
        "Apple tracks",
        copied("apple-music/Apple Music - Track Play History.csv"),
        "Apple Music tracks",
        2,
        1,
        2,
        2,
        {schema.NO_ARTIST: 1},
    ),
    Sample(
        "Apple days",
        copied("apple-music/Apple Music - Play History Daily Tracks.csv"),
        "Apple Music days",
        2,
        1,
        2,
        3,
        {base.NOT_PLAYED: 1},
    ),
    Sample("wide table", copied("wide-table"), "user × artist table", 4, 2, 4, 47, {wide_table.NO_PLAYS: 1}),
    Sample(
        "scrobbler log", copied("scrobbler-log"), "scrobbler log", 2, 1, 2, 2, {base.NOT_PLAYED: 1, base.NO_ENTRY: 1}
    ),
)
