"""An index that is made of ready tables, and logs at addresses, which are not read here."""

from pathlib import Path

import duckdb
import msgspec
import pytest

from musicrec_tui.dataset.index import build, cache
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.ready_tables import BY_CLUSTER, TABLES, ReadyTables
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home, find_data, find_home
from musicrec_tui.settings import Settings
from tests.dataset import samples

ELSEWHERE = "s3a://bucket/listens"
STORED = {"artists": "artist", "users": '"user"', "plays": "play", "listens": "listen", "ratings": "rating"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return find_home(tmp_path / "home")


@pytest.fixture
def tables(tmp_path: Path) -> ReadyTables:
    """The tables of a small log as Parquet, in a folder whose name would be a glob."""
    made = tmp_path / "made [1]"
    made.mkdir()
    index = build.ensure(Log(samples.dump(made)), find_home(tmp_path / "other"))
    dataset = Dataset(index)
    info = dataset.info
    dataset.close()
    files = {name: [made / f"part-{name}.parquet"] for name in TABLES}
    with duckdb.connect(index, read_only=True) as connection:
        for name, columns in TABLES.items():
            select = f"SELECT {columns} FROM {STORED[name]} ORDER BY rowid"  # noqa: S608
            connection.execute(f"COPY ({select}) TO '{files[name][0]}' (FORMAT parquet)")
    return ReadyTables(files, msgspec.structs.replace(info, paths=(ELSEWHERE,), understood=()), ())


def test_the_index_is_found_by_the_address_and_answers(home: Home, tables: ReadyTables) -> None:
    log = Log([ELSEWHERE])
    made = build.take(tables, log, home, Settings())
    assert cache.find_index(log, home) == made == build.ensure(log, home)
    dataset = Dataset(made)
    assert dataset.info == msgspec.structs.replace(tables.info, notes=(*tables.info.notes, BY_CLUSTER))
    assert dataset.log.names == (ELSEWHERE,)
    assert dataset.query("SELECT count(*) FROM artist WHERE search_name <> ''") == [(dataset.info.artists,)]
    assert dataset.query("SELECT sum(listens) FROM user_month") == [(dataset.info.listens,)]
    dataset.close()


def test_tables_with_another_content_are_refused_and_leave_nothing(home: Home, tables: ReadyTables) -> None:
    wrong = tables._replace(info=msgspec.structs.replace(tables.info, content="0" * 32))
    with pytest.raises(UserError, match="not what it counted"):
        build.take(wrong, Log([ELSEWHERE]), home, Settings())
    broken = tables._replace(files={**tables.files, "plays": [home.root / "gone.parquet"]})
    with pytest.raises(UserError, match="Cannot make the index"):
        build.take(broken, Log([ELSEWHERE]), home, Settings())
    with pytest.raises(Cancelled):
        build.take(tables, Log([ELSEWHERE]), home, Settings(), cancelled=lambda: True)
    assert {path.suffix for path in home.indexes.iterdir()} <= {".lock"}


def test_an_address_is_no_path(tmp_path: Path, home: Home) -> None:
    log = Log([ELSEWHERE, "hdfs:///listens/*.parquet"])
    assert log.names == log.fresh().names == (ELSEWHERE, "hdfs:///listens/*.parquet")
    assert (log.paths, log.states, log.here) == ((), (), None)
    log.need()
    with pytest.raises(UserError, match="is an address: a cluster reads its files"):
        build.ensure(log, home)
    with pytest.raises(UserError, match="is a web address: download the file"):
        build.ensure(Log(["https://example.org/listens.csv"]), home)
    assert not home.indexes.exists()
    with pytest.raises(UserError, match="Give either addresses or paths"):
        Log([ELSEWHERE, tmp_path]).need()


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    for address in ("s3a://AKIA:canary@bucket/listens", "HDFS://me:canary@host:8020/x"):
        with pytest.raises(UserError, match="holds a password") as refused:
            Log([address])
        assert "canary" not in str(refused.value)
    assert Log(["hdfs://host:8020/a@b"]).addresses


def test_a_file_address_is_known_by_its_files(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "a b%20.csv"
    file.write_text("user_id,artist_name,play_count\n1,Air,2\n", encoding="utf-8")
    log = Log([f"file://{file}"])
    assert log.states == Log([file]).states
    before = cache.index_path(log, home)
    assert before != cache.index_path(Log([file]), home)
    file.write_text("user_id,artist_name,play_count\n1,Air,23\n", encoding="utf-8")
    assert cache.index_path(log.fresh(), home) != before
    with pytest.raises(UserError, match="There is nothing at"):
        Log([f"file://{tmp_path}/none"]).need()
    with pytest.raises(UserError, match="needs three slashes"):
        Log(["file://host/listens"]).need()


def test_addresses_stand_in_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICREC_DATA", f"/a/b:{ELSEWHERE}:c:hdfs://host:8020/d")
    assert find_data() == ["/a/b", ELSEWHERE, "c", "hdfs://host:8020/d"]
