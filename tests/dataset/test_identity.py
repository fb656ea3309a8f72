"""Which spellings are one artist, what it is called, and that a log is known by its content."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home, find_home
from musicrec_tui.text import normal_name
from tests.dataset.logs import Listen, listen, opened, played, write_listens, write_text


def keys_and_names(home: Home, path: Path, rows: list[Listen]) -> dict[str, str]:
    dataset = opened(home, write_listens(path, rows))
    return dict(dataset.query("SELECT key, name FROM artist"))


def test_names_without_id_are_one_artist_when_their_normal_forms_are(tmp_path: Path, home: Home) -> None:
    rows = [listen(1, name) for name in ("STRASSE", "Straße", "straße", "Straße", "  strasse ", "Strasse")]
    assert keys_and_names(home, tmp_path / "x.parquet", rows) == {"name:strasse": "Straße"}


def test_of_equally_common_spellings_the_smallest_is_shown(tmp_path: Path, home: Home) -> None:
    assert keys_and_names(home, tmp_path / "x.parquet", [listen(1, "b"), listen(1, "B")]) == {"name:b": "B"}


def test_a_name_joins_the_mapped_artist_that_is_called_so(tmp_path: Path, home: Home) -> None:
    rows = [listen(1, "Nirvana", 5), listen(2, "NIRVANA "), listen(2, "nirvana"), listen(2, "nirvana")]
    dataset = opened(home, write_listens(tmp_path / "x.parquet", rows))
    assert played(dataset) == {("1", "id:5", 1), ("2", "id:5", 3)}
    assert dataset.query("SELECT name, mbid FROM artist") == [("nirvana", "mbid-5")]


@pytest.mark.parametrize(
    ("mapped", "owner"),
    [
        ([(1, "Nirvana", 2), (2, "Nirvana", 3)], "id:2"),
        ([(10, "Nirvana", 2), (2, "Nirvana", 2)], "id:10"),
        ([(1, "Hole", 9), (1, "Nirvana", 3), (2, "Nirvana", 1)], "id:2"),
        ([(1, "Hole", 9), (1, "Nirvana", 3)], "id:1"),
    ],
    ids=["most listens", "smallest key (text)", "shown so before sometimes spelled so", "sometimes spelled so"],
)
def test_of_several_mapped_artists_one_is_joined(
    mapped: list[tuple[int, str, int]], owner: str, tmp_path: Path, home: Home
) -> None:
    rows = [listen("m", name, credit) for credit, name, times in mapped for _ in range(times)]
    dataset = opened(home, write_listens(tmp_path / "x.parquet", [*rows, listen("joins", "NIRVANA")]))
    assert {artist for user, artist, _ in played(dataset) if user == "joins"} == {owner}


def test_mapped_artists_of_one_name_stay_apart_and_ids_are_no_names(tmp_path: Path, home: Home) -> None:
    rows = [listen(1, "Air", 1), listen(1, "Air", 2), listen(1, "1"), listen(1, None, 3)]
    assert keys_and_names(home, tmp_path / "x.parquet", rows) == {
        "id:1": "Air",
        "id:2": "Air",
        "name:1": "1",
        "id:3": "id:3",
    }


def test_codes_are_dense_and_ordered_by_key(tmp_path: Path, home: Home) -> None:
    rows = [listen(user, artist) for user in (10, 9, 2) for artist in ("c", "A", "b")]
    dataset = opened(home, write_listens(tmp_path / "x.parquet", rows))
    assert dataset.query("SELECT code, key FROM artist") == [(0, "name:a"), (1, "name:b"), (2, "name:c")]
    assert dataset.query('SELECT code, key FROM "user"') == [(0, "10"), (1, "2"), (2, "9")]


def test_content_is_the_same_for_copies_and_shuffles_and_differs_otherwise(tmp_path: Path, home: Home) -> None:
    rows = [listen(user, f"artist {user * place % 7}", at=place) for user in range(9) for place in range(9)]
    original = write_listens(tmp_path / "a" / "log.parquet", rows)
    copy = tmp_path / "b.parquet"
    shutil.copy(original, copy)
    shuffled = list(rows)
    random.Random(3).shuffle(shuffled)
    write_listens(tmp_path / "c" / "0.parquet", shuffled[:40])
    write_listens(tmp_path / "c" / "1.parquet", shuffled[40:])
    changed = write_listens(tmp_path / "d.parquet", [*rows, rows[0]])

    contents = [opened(home, path).info.content for path in (original, copy, tmp_path / "c", changed)]

    assert contents[0] == contents[1] == contents[2] != contents[3]


def test_content_keeps_neighbouring_keys_apart(tmp_path: Path, home: Home) -> None:
    one = write_listens(tmp_path / "1.parquet", [listen("1", "x"), listen("11", "x")])
    other = write_listens(tmp_path / "2.parquet", [listen("1", "x"), listen("1", "1x")])
    assert opened(home, one).info.content != opened(home, other).info.content


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    names=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), min_size=1, max_size=12)
)
def test_the_index_knows_names_exactly_as_normal_name_does(
    names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("names")
    rows = [listen(1, "fixed"), *(listen(1, name) for name in names)]
    dataset = opened(find_home(folder / "home"), write_listens(folder / "x.parquet", rows))
    normals = {normal_name(name) for name in [*names, "fixed"]} - {""}
    assert {key for (key,) in dataset.query("SELECT key FROM artist")} == {f"name:{normal}" for normal in normals}
    dataset.close()


def test_an_mbid_for_an_id_leads_to_the_artist_that_another_log_has_an_id_for(tmp_path: Path, home: Home) -> None:
    write_listens(tmp_path / "dump.parquet", [listen(1, "Nirvana", 5), listen(1, "Nirvana", 6)])
    write_text(
        tmp_path / "lastfm.tsv",
        "user_000001\t2009-05-04T23:08:57Z\tmbid-5\tNirvana (US)\t\tAbout a Girl",
        "user_000001\t2009-05-05T23:08:57Z\tmbid-9\tHole\t\tViolet",
        "user_000001\t2009-05-06T23:08:57Z\t\tNirvana (US)\t\tBlew",
    )
    dataset = Dataset(build.ensure(Log([tmp_path / "dump.parquet", tmp_path / "lastfm.tsv"]), home))
    lastfm = {(artist, plays) for user, artist, plays in played(dataset) if user == "user_000001"}
    assert lastfm == {("id:5", 2), ("id:mbid-9", 1)}
