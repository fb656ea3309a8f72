"""The embedded sample is what its README says, and can be made again."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from scipy import sparse

SAMPLE = Path(__file__).parents[2] / "sample_data"
FILES = sorted((SAMPLE / "listens").glob("*.parquet"))


@dataclass(frozen=True)
class Sample:
    table: Any
    users: NDArray[np.int64]
    artists: NDArray[np.int64]
    names: list[str]
    """A name of each artist code."""
    matrix: Any
    """Users × artists, 1 where there is a listen."""


def normal(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def identities(names: list[str], credit_ids: list[int | None]) -> list[int | str]:
    """The identity rule of the design, written down a second time."""
    mapped = Counter(
        (normal(name), credit) for name, credit in zip(names, credit_ids, strict=True) if credit is not None
    )
    joins: dict[str, int] = {}
    for (name, credit), _ in sorted(mapped.items(), key=lambda item: (-item[1], item[0][1])):
        joins.setdefault(name, credit)
    return [
        joins.get(normal(name), normal(name)) if credit is None else credit
        for name, credit in zip(names, credit_ids, strict=True)
    ]


def codes(keys: list[Any]) -> NDArray[np.int64]:
    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys])


@pytest.fixture(scope="module")
def sample() -> Sample:
    table = pa.concat_tables([pq.read_table(file) for file in FILES])
    names = table["artist_name"].to_pylist()
    artists = codes(identities(names, table["artist_credit_id"].to_pylist()))
    users = codes(table["user_id"].to_pylist())
    shown = dict(zip(artists.tolist(), names, strict=True))
    matrix = sparse.csr_matrix((np.ones(len(users), np.float32), (users, artists)))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return Sample(table, users, artists, [shown[code] for code in range(len(shown))], matrix)


def gini(counts: NDArray[np.int64]) -> float:
    ordered = np.sort(counts)
    ranks = np.arange(1, len(ordered) + 1)
    return float(2 * (ranks * ordered).sum() / (len(ordered) * ordered.sum()) - (len(ordered) + 1) / len(ordered))


def test_counts_are_those_of_the_deck(sample: Sample) -> None:
    assert len(sample.table) == 66_936
    assert sample.matrix.shape[0] == 1_422
    assert 4_550 <= sample.matrix.shape[1] <= 4_650


def test_schema_is_that_of_a_spark_dump() -> None:
    columns = {
        "listened_at": "timestamp[ms]",
        "created": "timestamp[ms]",
        "user_id": "int64",
        "recording_msid": "string",
        "artist_name": "string",
        "artist_credit_id": "int64",
        "release_name": "string",
        "release_mbid": "string",
        "recording_name": "string",
        "recording_mbid": "string",
    }
    for file in FILES:
        schema = pq.read_schema(file)
        assert {name: str(schema.field(name).type) for name in columns} == columns
        assert schema.field("artist_credit_mbids").type.value_type == pa.string()
        assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"
    assert [file.name for file in FILES] == [f"{number}.parquet" for number in range(len(FILES))]


def test_fits_in_the_wheel() -> None:
    sources = [*FILES, *SAMPLE.glob("*.py"), *SAMPLE.glob("*.md")]
    assert sum(file.stat().st_size for file in sources) < 4_500_000


def test_the_tail_is_long_and_the_head_heavy(sample: Sample) -> None:
    listeners = np.bincount(sample.matrix.indices)
    assert 1 / 3 <= float((listeners == 1).mean()) <= 2 / 3
    assert 0.7 <= gini(np.bincount(sample.artists)) <= 0.9


def test_users_are_heavy_light_and_single_minded(sample: Sample) -> None:
    artists = np.diff(sample.matrix.indptr)
    listens = np.bincount(sample.users)
    assert 10 <= float(np.median(artists)) <= 30
    assert (artists == 1).sum() >= 20
    assert ((artists == 1) & (listens >= 20)).any()
    assert listens.max() > 10 * np.median(listens)


def test_time_runs_over_some_18_months_and_grows(sample: Sample) -> None:
    times: list[datetime] = sample.table["listened_at"].to_pylist()
    assert times == sorted(times)
    assert times[0].date().isoformat() == "2006-11-29"
    assert 530 <= (times[-1] - times[0]).days <= 560
    assert all(made > heard for made, heard in zip(sample.table["created"].to_pylist(), times, strict=True))
    year = times[0].replace(year=2007, month=12)
    assert sum(time > year for time in times) > 1.3 * sum(time < times[0].replace(year=2007, month=6) for time in times)
    hours = Counter(time.hour for time in times)
    assert sum(hours[hour] for hour in range(18, 24)) > 3 * sum(hours[hour] for hour in range(2, 8))
    assert Counter(time.weekday() for time in times)[5] > 1.1 * Counter(time.weekday() for time in times)[0]


def test_people_listen_in_sessions_and_to_albums_in_order(sample: Sample) -> None:
    order = np.lexsort((np.arange(len(sample.users)), sample.users))
    seconds = sample.table["listened_at"].to_numpy().astype("datetime64[s]").astype(np.int64)[order]
    same_user = np.diff(sample.users[order]) == 0
    gaps = np.diff(seconds)[same_user]
    assert gaps.min() >= 30, "nobody hears two tracks at once"
    assert 0.8 < float((gaps < 1_200).mean()) < 0.95
    releases = np.array(sample.table["release_name"].to_pylist(), dtype=object)[order]
    again = (releases[1:] == releases[:-1])[same_user]
    assert 0.2 < float(again.mean()) < 0.6


def test_well_known_and_awkward_names_are_there(sample: Sample) -> None:
    names = set(sample.table["artist_name"].to_pylist())
    assert {"Pixies", "Portishead", "Massive Attack", "Nirvana", "Enigma", "Moby"} <= names
    assert {"Björk", "Bjork", "Sigur Rós", "Motörhead", "Кино", "宇多田ヒカル"} <= names
    listeners = np.bincount(sample.matrix.indices)
    assert all(listeners[sample.names.index(name)] >= 50 for name in ("Pixies", "Portishead", "Massive Attack"))


def test_every_name_is_printable(sample: Sample) -> None:
    for column in ("artist_name", "release_name", "recording_name"):
        assert all(
            text.isprintable() and text.strip() == text for text in sample.table[column].unique().to_pylist() if text
        )


def test_some_listens_are_not_mapped_and_join_by_name(sample: Sample) -> None:
    table = sample.table
    credit, name = table["artist_credit_id"], table["artist_name"]
    assert 0.05 < credit.null_count / len(table) < 0.3
    mapped = {name for name, credit in zip(name.to_pylist(), credit.to_pylist(), strict=True) if credit is not None}
    loose = {name for name, credit in zip(name.to_pylist(), credit.to_pylist(), strict=True) if credit is None}
    assert mapped & loose, "some recordings of mapped artists are not matched"
    assert loose - mapped, "some artists are not mapped at all"
    assert len({normal(name) for name in loose}) < len(loose), "some are not always capitalised alike"
    for column in ("recording_mbid", "artist_credit_mbids"):
        assert table[column].is_null().equals(credit.is_null())


def split(matrix: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    train, test = matrix.tolil(), sparse.lil_matrix(matrix.shape, dtype=np.float32)
    for user in range(matrix.shape[0]):
        own = rng.permutation(matrix[user].indices)
        if len(own) >= 5:
            held = own[: round(0.2 * len(own))]
            train[user, held] = 0
            test[user, held] = 1
    return train.tocsr(), test.tocsr()


def ndcg(scores: NDArray[np.float32], train: Any, test: Any) -> float:
    """Mean NDCG@10 over users with test artists, all artists ranked but those in train."""
    scores = np.where(train.toarray() > 0, -np.inf, scores)
    hits = np.take_along_axis(test.toarray(), np.argsort(-scores, axis=1, kind="stable")[:, :10], axis=1)
    discount = 1 / np.log2(np.arange(2, 12))
    held = np.diff(test.indptr)
    ideal = np.cumsum(discount)[np.minimum(held[held > 0], 10) - 1]
    return float(((hits[held > 0] * discount).sum(axis=1) / ideal).mean())


def test_als_learns_from_it_and_is_not_perfect(sample: Sample) -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    train, test = split(sample.matrix, np.random.default_rng(0))
    model = AlternatingLeastSquares(
        factors=64, regularization=5, iterations=15, alpha=10, num_threads=1, random_state=0
    )
    model.fit(train, show_progress=False)
    users = model.recalculate_user(np.arange(train.shape[0]), train)
    als = ndcg(users @ model.item_factors.T, train, test)
    popular = np.asarray(train.sum(axis=0), dtype=np.float32).reshape(1, -1)
    popularity = ndcg(np.broadcast_to(popular, train.shape), train, test)
    assert 0.15 <= als <= 0.35
    assert als >= 1.5 * popularity


def test_the_generator_makes_the_same_bytes_again(tmp_path: Path) -> None:
    command = [sys.executable, str(SAMPLE / "generate.py"), "--to", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    made = sorted(tmp_path.glob("*.parquet"))
    assert [file.name for file in made] == [file.name for file in FILES]
    for new, old in zip(made, FILES, strict=True):
        assert pq.read_table(new).equals(pq.read_table(old))
        if pq.ParquetFile(new).metadata.created_by == pq.ParquetFile(old).metadata.created_by:
            assert new.read_bytes() == old.read_bytes()


def test_the_readme_says_first_that_it_is_synthetic() -> None:
    assert "SYNTHETIC" in (SAMPLE / "README.md").read_text(encoding="utf-8").splitlines()[0]
