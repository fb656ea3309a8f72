"""The figures and pictures of the matrix, held to brute force in NumPy."""

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset import picture
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import account, codes, stats
from musicrec_tui.dataset.lookups.block import Matrix, block
from musicrec_tui.dataset.portrait import Block, BlockCell, Order, Window
from musicrec_tui.dataset.sources import recognise
from musicrec_tui.dataset.sources.base import TableLayout
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, listen, opened, write_listens, write_text

USERS, ARTISTS = 37, 53


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """A skewed log: 37 users, 53 artists, some of them hostile."""
    folder = tmp_path_factory.mktemp("shape")
    dice = np.random.default_rng(3)
    log = []
    for user in range(USERS):
        for artist in {user % ARTISTS, (user * 7) % ARTISTS, *dice.zipf(1.3, 25) % ARTISTS, *range(user % 3)}:
            name = HOSTILE if artist == 1 else f"Artist {artist}"
            times = int(dice.integers(1, 9)) ** 2
            log += [listen(user, name, int(artist) + 1, float(dice.uniform(0, 24 * 400))) for _ in range(times)]
    log += [listen(0, f"Artist {artist}", artist + 1, 0) for artist in range(ARTISTS)]
    home = Home(folder / "home", folder / "home" / "cache")
    made = opened(home, write_listens(folder / "x.parquet", log))
    assert (made.info.users, made.info.artists) == (USERS, ARTISTS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def matrix(dataset: Dataset) -> Iterator[Matrix]:
    with contextlib.closing(Matrix(dataset)) as made:
        yield made


def dense(dataset: Dataset, order: Order) -> tuple[Any, list[str], list[str]]:
    """All plays, users × artists, and the names along both sides."""
    plays = np.zeros((dataset.info.users, dataset.info.artists), dtype=np.int64)
    for user, artist, count in dataset.query("SELECT user_code, artist_code, plays FROM play"):
        plays[user, artist] = count
    users = [str(name) for (name,) in dataset.query('SELECT user_id FROM "user" ORDER BY code')]
    artists = [str(name) for (name,) in dataset.query("SELECT name FROM artist ORDER BY code")]
    rows, columns = list(range(len(users))), list(range(len(artists)))
    if order == "activity":
        rows.sort(key=lambda code: (-plays[code].sum(), code))
        columns.sort(key=lambda code: (-(plays[:, code] > 0).sum(), -plays[:, code].sum(), code))
    return plays[np.ix_(rows, columns)], [users[code] for code in rows], [artists[code] for code in columns]


@pytest.fixture(scope="module")
def oracles(dataset: Dataset) -> dict[Order, tuple[Any, list[str], list[str]]]:
    """`dense` in both orders."""
    return {"activity": dense(dataset, "activity"), "code": dense(dataset, "code")}


@given(
    order=st.sampled_from(["activity", "code"]), top=st.integers(0, USERS), left=st.integers(0, ARTISTS),
    rows=st.integers(1, 12), columns=st.integers(1, 12), users=st.integers(1, 9), artists=st.integers(1, 9),
)  # fmt: skip
def test_blocks_are_what_brute_force_counts(
    oracles: dict[Order, tuple[Any, list[str], list[str]]], matrix: Matrix, order: Order, top: int, left: int,
    rows: int, columns: int, users: int, artists: int,
) -> None:  # fmt: skip
    plays, user_names, artist_names = oracles[order]
    found = matrix.block(Window(order, top, left, rows, columns, users, artists))
    expected = []
    for row, column in itertools.product(range(rows), range(columns)):
        first, start = top + row * users, left + column * artists
        part = plays[first : first + users, start : start + artists]
        if part.any():
            expected.append(BlockCell(row, column, int((part > 0).sum()), int(part.sum())))
    assert found.cells == tuple(expected)
    assert found.users == tuple(user_names[top : top + rows * users : users])
    assert found.artists == tuple(artist_names[left : left + columns * artists : artists])
    assert found.share == 1


def test_an_estimated_block_says_so(dataset: Dataset) -> None:
    whole = Window("activity", 0, 0, 4, 4, 10, 14)
    pairs = dataset.info.plays
    found = block(dataset, whole, at_once=pairs // 2)
    assert found.share == pytest.approx(0.5, abs=0.01)
    assert found.users[0] == dense(dataset, "activity")[1][0]
    assert block(dataset, whole, at_once=pairs).share == 1


def test_a_closed_matrix_answers_no_more(dataset: Dataset) -> None:
    made = Matrix(dataset)
    made.close()
    with pytest.raises(Cancelled):
        made.block(Window("code", 0, 0, 1, 1))
    assert dataset.query("SELECT 1") == [(1,)]


def test_the_figures_of_the_matrix(dataset: Dataset) -> None:
    plays, _, _ = dense(dataset, "code")
    shape, found = stats.matrix_stats(dataset), stats.activity_stats(dataset)
    assert shape.density == pytest.approx((plays > 0).mean())
    assert shape.median_artists == np.median((plays > 0).sum(axis=1))
    assert shape.median_listens == np.median(plays.sum(axis=1))
    large = msgspec.structs.replace(shape, median_artists=50.0, median_listens=1_234_567.5)
    assert large.typical_user == "50 artists, 1,234,567.5 listens"
    assert shape.one_listener == pytest.approx(((plays > 0).sum(axis=0) == 1).mean())
    assert shape.one_listen == pytest.approx((plays.sum(axis=0) == 1).mean())
    for listens, gini, top in (
        (plays.sum(axis=0), found.artist_gini, found.top_artists),
        (plays.sum(axis=1), found.user_gini, found.top_users),
    ):
        assert gini == pytest.approx(np.abs(np.subtract.outer(listens, listens)).mean() / (2 * listens.mean()))
        first = -(-len(listens) // 100)
        assert top == pytest.approx(np.sort(listens)[-first:].sum() / listens.sum())
    for listens, ranks in ((plays.sum(axis=0), found.artist_ranks), (plays.sum(axis=1), found.user_ranks)):
        falling = np.sort(listens)[::-1]
        places = [place for place, _ in ranks]
        assert places == sorted(set(places))
        assert (places[0], places[-1]) == (1, len(listens))
        assert all(heard == falling[place - 1] for place, heard in ranks)
        assert {1, 2, 3, 4, 5, 10, 20} <= set(places)
    assert shape.gini == found.artist_gini
    assert shape.tail == found.artists_by_listeners


def test_buckets_hold_everybody_once(dataset: Dataset) -> None:
    plays, _, _ = dense(dataset, "code")
    found = stats.activity_stats(dataset)
    for buckets, counts, listens in (
        (found.artists_by_listeners, (plays > 0).sum(axis=0), plays.sum(axis=0)),
        (found.users_by_artists, (plays > 0).sum(axis=1), plays.sum(axis=1)),
    ):
        for bucket in buckets:
            inside = (counts >= bucket.fewest) & (counts <= bucket.most)
            assert (bucket.count, bucket.listens) == (inside.sum(), listens[inside].sum())
        assert sum(bucket.count for bucket in buckets) == len(counts)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York"])
def test_hours_are_those_of_the_time_zone(dataset: Dataset, zone: str) -> None:
    week = stats.listens_by_hour(dataset, zone)
    rows = dataset.query("SELECT listened_at, plays FROM listen")
    expected: Counter[tuple[int, int]] = Counter()
    for at, count in rows:
        local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
        expected[local.weekday(), local.hour] += count
    assert {(day, hour): week.listens[day][hour] for day in range(7) for hour in range(24)} == {
        (day, hour): expected[day, hour] for day in range(7) for hour in range(24)
    }
    assert week.time_zone == zone


def test_months_are_those_of_the_listens(dataset: Dataset) -> None:
    expected: Counter[str] = Counter()
    for at, count in dataset.query("SELECT listened_at, plays FROM listen"):
        expected[f"{at:%Y-%m}"] += count
    assert {month.month: month.listens for month in stats.listens_by_month(dataset) if month.listens} == expected


def test_a_time_zone_that_duckdb_lacks_is_a_sentence(dataset: Dataset) -> None:
    with pytest.raises(UserError, match="Unknown time zone 'right/UTC'"):
        dataset.query("SELECT timezone($zone, timezone('UTC', TIMESTAMP '2024-01-01'))", {"zone": "right/UTC"})


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "x\x1b[31m"])
def test_an_unknown_time_zone_is_a_sentence(dataset: Dataset, zone: str) -> None:
    with pytest.raises(UserError, match="There is no time zone") as raised:
        stats.listens_by_hour(dataset, zone)
    assert "\x1b" not in str(raised.value)


def test_logs_without_times_have_no_calendar(tmp_path: Path, home: Home) -> None:
    counts = opened(home, write_text(tmp_path / "c.csv", "user_id,artist_name,play_count", "1,Air,3", "2,Air,1"))
    assert stats.listens_by_month(counts) == ()
    assert stats.listens_by_hour(counts).listens == ()
    assert stats.activity_stats(counts).artists_by_listeners[-1].count == 1


def test_code_tables_and_jumps(dataset: Dataset) -> None:
    table = codes.code_page(dataset, "artist", 2, 1)
    assert table.columns == ("code", "artist", "listeners", "listens", "key")
    assert [row[0] for row in table.rows] == ["1", "2"]
    assert table.total == ARTISTS
    assert [row[0] for row in codes.code_page(dataset, "user", 100, 30).rows] == [
        str(code) for code in range(30, USERS)
    ]
    assert codes.code_page(dataset, "user", 5, USERS).rows == ()
    assert codes.find_code(dataset, "artist", "#1,2") == 12
    for what, total in (("user", USERS), ("artist", ARTISTS)):
        for code in (0, total - 1):
            [row] = codes.code_page(dataset, what, 1, code).rows  # type: ignore[arg-type]
            assert codes.find_code(dataset, what, f" {row[1]} ") == code  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"go from #0 to #36"):
        codes.find_code(dataset, "user", "#37")
    with pytest.raises(UserError, match="No artist is called 'nobody�'"):
        codes.find_code(dataset, "artist", "nobody\x1b")
    with pytest.raises(UserError, match="No artist"):
        codes.find_code(dataset, "artist", "  ")


def test_a_number_that_names_nobody_is_a_code(tmp_path: Path, home: Home) -> None:
    told = opened(home, write_text(tmp_path / "c.csv", "user_id,artist_name,play_count", "ann,Air,3", "bob,U2,1"))
    assert codes.find_code(told, "user", "1") == 1
    assert codes.find_code(told, "artist", "2") == codes.find_code(told, "artist", "U2")
    with pytest.raises(UserError, match="No user is called '2'"):
        codes.find_code(told, "user", "2")


def test_files_and_offenders_add_up(tmp_path: Path, home: Home) -> None:
    one = write_text(
        tmp_path / "a.csv", "user_id,artist_name,play_count", "1,Air,3", f"2,{HOSTILE},1.4", "3,,1", ",X,1"
    )
    two = write_text(tmp_path / "b.csv", "user_id,artist_name,play_count", "1,Moby,-3", "broken", "1,Blur,2")
    told = opened(home, one, two)
    files = account.source_files(told)
    assert [(Path(file.path).name, file.rows, file.kept) for file in files] == [("a.csv", 4, 2), ("b.csv", 3, 1)]
    assert [file.size for file in files] == [one.stat().st_size, two.stat().st_size]
    assert sum(file.rows for file in files) == told.info.rows
    offenders = account.offenders(told)
    assert {(one.outcome, one.reason) for one in offenders} == {
        *(("rejected", why) for why in told.info.rejected), *(("repaired", why) for why in told.info.repaired),
    }  # fmt: skip
    assert [one.shown for one in offenders if one.outcome == "repaired"] == [f"2,{HOSTILE},1.4"]


def test_whether_the_files_are_as_they_were(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "a.csv", "user_id,artist_name,play_count", "1,Air,3")
    told = opened(home, file)
    assert account.log_state(told) == "unchanged"
    write_text(file, "user_id,artist_name,play_count", "1,Air,3", "2,Air,3")
    assert account.log_state(told) == "changed"
    file.unlink()
    assert account.log_state(told) == "gone"


cells = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 9)), st.integers(1, 100_000), max_size=40
)  # fmt: skip


@given(cells)
def test_pictures_lose_no_cell_and_darken_with_plays(found: dict[tuple[int, int], int]) -> None:
    drawn = Block(Window("code", 0, 0, 8, 10), tuple(BlockCell(*at, 1, plays) for at, plays in found.items()), (), ())
    shades = picture.shades(drawn)
    level = {at: picture.SHADES.index(shades[at[0]][at[1]]) for at in itertools.product(range(8), range(10))}
    assert {at for at, shade in level.items() if shade} == set(found)
    for one, other in itertools.combinations(found, 2):
        assert (level[one] - level[other]) * (found[one] - found[other]) >= 0
    dots = picture.dots(drawn)
    lit = sum((ord(sign) - 0x2800).bit_count() for line in dots for sign in line)
    assert (len(dots), {len(line) for line in dots}) == (2, {5})
    assert lit == len(found)
    for at, plays in found.items():
        assert _within(picture.legend(drawn), picture.SHADES[level[at]], plays)


def _within(legend: str, shade: str, plays: int) -> bool:
    """Whether a legend says so of a shade."""
    told = dict(part.split(" ", 1) for part in legend.split("  "))
    low, _, high = told[shade].replace(",", "").partition("–")
    return int(low) <= plays <= int(high or low)


def test_a_dot_is_where_its_cell_is() -> None:
    def lit(row: int, column: int) -> str:
        return "".join(picture.dots(Block(Window("code", 0, 0, 4, 2), (BlockCell(row, column, 1, 1),), (), ())))

    assert [lit(row, column) for column in (0, 1) for row in range(4)] == list("⠁⠂⠄⡀⠈⠐⠠⢀")


RATED = TableLayout(
    name="ratings",
    sentence="ratings",
    example="",
    required={"user_id": "id", "artist_name": "text", "rating": "number"},
    optional={},
    expressions=lambda columns: {
        "user_id": "user_id", "artist_name": "artist_name", "rating": "TRY_CAST(rating AS DOUBLE)",
    },
    timed=False,
)  # fmt: skip


def test_a_rated_log_counts_what_is_liked(tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "LAYOUTS", (RATED,))
    lines = ["user_id,artist_name,rating", "1,Air,5", "1,Moby,1", "2,Air,3", "2,Blur,4", "3,Moby,2"]
    told = opened(home, write_text(tmp_path / "r.csv", *lines))
    assert told.info.plays_from_ratings
    drawn = block(told, Window("code", 0, 0, 3, 3))
    assert [(cell.row, cell.column, cell.plays) for cell in drawn.cells] == [(0, 0, 5), (1, 1, 3)]
    found = stats.activity_stats(told)
    assert [(bucket.count, bucket.listens) for bucket in found.artists_by_listeners] == [(2, 8)]
    assert stats.matrix_stats(told).density == pytest.approx(2 / 9)
    assert account.source_files(told)[0].kept == 5
