"""What was evaluated, user by user and as files: it gives the numbers that the run has."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.records import Artist
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import evaluated_lists, evaluated_rows, per_user_metrics
from musicrec_tui.jobs.host_protocol import Evaluate, Evaluated, HeldOut, Refused
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs.info import RunInfo
from tests.jobs.conftest import World

SPECS = (
    SplitSpec(), SplitSpec(kind="leave-last"), SplitSpec(kind="time"), SplitSpec(kind="time", protocol="repeat"),
)  # fmt: skip


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A log with times, and ties among scores: 30 users, some of them with few artists."""
    rng, root = np.random.default_rng(3), tmp_path_factory.mktemp("timed")
    lines = ["user_id,artist_name,release_name,recording_name,date,time"]
    for user in range(30):
        for artist in rng.choice(25, rng.integers(2, 15), replace=False):
            days = rng.integers(1, (13, 29), (rng.integers(1, 4), 2))
            lines += [f"u{user},artist {artist},,s,2007-{month:02}-{day:02},10:00:00" for month, day in days]
    (log := root / "log.csv").write_text("\n".join(lines) + "\n")
    home = Home(root, root / "cache")
    index = build.ensure(Log([log]), home)
    dataset = Dataset(index)
    content = dataset.info.content
    dataset.close()
    return World(home, log, index, content)


def ndcg(held_out: set[str], ranked: list[str], k: int) -> float:
    """The textbook's formula."""
    gain = sum(1 / np.log2(place + 2) for place, artist in enumerate(ranked[:k]) if artist in held_out)
    return float(gain / sum(1 / np.log2(place + 2) for place in range(min(k, len(held_out)))))


def per_user(run: RunInfo) -> dict[str, float]:
    found = per_user_metrics.read_per_user(run)
    return dict(zip(found.users, found.metrics[f"ndcg@{run.k}"].tolist(), strict=True))


@pytest.mark.parametrize("spec", SPECS, ids=SplitSpec.label)
def test_the_parts_of_one_user_are_a_row_of_the_split(timed: World, spec: SplitSpec) -> None:
    dataset = Dataset(timed.index)
    cut = splits.split(dataset, interactions.load_interactions(dataset), spec)
    for user in range(dataset.info.users):
        for part, wanted in zip(splits.artists_of(dataset, spec, user), cut, strict=True):
            assert part.tolist() == wanted[user].indices.tolist()
    dataset.close()


@pytest.mark.parametrize("spec", SPECS, ids=SplitSpec.label)
@pytest.mark.parametrize("final", [False, True])
def test_every_user_has_the_ndcg_of_the_run(timed: World, spec: SplitSpec, *, final: bool) -> None:
    run = timed.finished(AlsParams(factors=4, iterations=2), split=spec, k=5, final=final)
    service = Service()
    for user, wanted in per_user(run).items():
        found = service.answer(Evaluate(run=str(run.folder), index=str(timed.index), user=user))
        assert isinstance(found, Evaluated), found
        assert found.ndcg == pytest.approx(wanted, abs=1e-12)
        assert found.part == ("test" if final else "validation")
        held_out = {one.artist.key for one in found.held_out}
        assert ndcg(held_out, [row.artist.key for row in found.rows], 5) == pytest.approx(wanted, abs=1e-12)
        assert [row.artist.key for row in found.rows if row.held_out] == [
            one.artist.key for one in found.held_out if one.rank <= 5
        ]
        assert max(one.rank for one in found.held_out) <= found.candidates
    service.close()


@pytest.mark.parametrize("spec", [SPECS[0], SPECS[2]], ids=SplitSpec.label)
def test_the_files_alone_give_the_metrics_of_the_run(timed: World, tmp_path: Path, spec: SplitSpec) -> None:
    run = timed.finished(AlsParams(factors=4, iterations=2), split=spec, k=5)
    dataset, lists, parts = Dataset(timed.index), tmp_path / "evaluated.parquet", tmp_path / "split.parquet"
    seen: list[tuple[int, int]] = []
    rows = evaluated_lists.write_evaluated(run, dataset, lists, lambda *told: seen.append(told))
    assert evaluated_lists.write_split(run, dataset, parts, lambda *_: None) == dataset.info.plays
    dataset.close()
    listed, cut = pq.read_table(lists), pq.read_table(parts)
    assert listed.column_names == ["user_id", "rank", "artist_key", "artist_name", "score", "held_out"]
    assert cut.column_names == ["user_id", "artist_key", "artist_name", "part"]
    assert rows == len(listed)
    assert seen[-1][0] == seen[-1][1]
    wanted = per_user(run)
    assert set(listed.column("user_id").to_pylist()) == set(wanted)
    for user, value in wanted.items():
        ranked = _of(listed, user).sort_by("rank")
        held_out = set(_of(cut, user, "validation").column("artist_key").to_pylist())
        keys = ranked.column("artist_key").to_pylist()
        assert ndcg(held_out, keys, 5) == pytest.approx(value, abs=1e-12)
        assert ranked.column("held_out").to_pylist() == [key in held_out for key in keys]
        assert not set(keys) & set(_of(cut, user, "train").column("artist_key").to_pylist())


def _of(table: pa.Table, user: str, part: str = "") -> pa.Table:
    chosen = table.filter(pc.equal(table.column("user_id"), user))
    return chosen.filter(pc.equal(chosen.column("part"), part)) if part else chosen


def test_why_names_the_decisive_artist_and_what_all_missed(trained: World) -> None:
    from musicrec_tui.runs import store

    runs = [store.find_run(trained.home, name) for name in ("popular", "als")]
    service, values = Service(), [per_user(run) for run in runs]
    user = max(values[0], key=lambda one: abs(values[0][one] - values[1][one]))
    found = [service.answer(Evaluate(run=str(run.folder), index=str(trained.index), user=user)) for run in runs]
    service.close()
    lists = [one for one in found if isinstance(one, Evaluated)]
    assert len(lists) == 2
    told = evaluated_rows.why(["P", "A"], lists)
    winner = 0 if values[0][user] > values[1][user] else 1
    assert told.startswith(f"{'PA'[winner]} is better for this user than {'PA'[1 - winner]}: NDCG@10 ")
    rows = evaluated_rows.held_out(lists)
    assert {row.artist.key for row in rows} == {one.artist.key for one in lists[0].held_out}
    decisive = [row for row in rows if row.ranks[winner] <= 10 and row.ranks[winner] < row.ranks[1 - winner]]
    assert any(row.artist.name in told for row in decisive)
    assert evaluated_rows.missed_by_all(rows, lists) == [row for row in rows if min(row.ranks) > 10]
    level = evaluated_rows.why(["P", "Q"], [lists[0], lists[0]])
    assert "level for this user" in level


def test_the_artist_that_counts_most_is_named_first() -> None:
    def answer(ndcg: float, ranks: tuple[int, int]) -> Evaluated:
        artists = [Artist(code, name, name, 1, 1) for code, name in enumerate(["Second", "First"])]
        held = tuple(HeldOut(rank, artist, 1.0) for rank, artist in zip(ranks, artists, strict=True))
        return Evaluated(part="test", k=10, ndcg=ndcg, rows=(), held_out=held, candidates=50)

    told = evaluated_rows.why(["A", "B"], [answer(0.9, (1, 3)), answer(0.4, (2, 11))])  # 0.37 and 0.5 of the sum
    assert told.endswith("It ranks higher: First (3 against 11), Second (1 against 2).")


def test_a_log_that_changed_is_refused(world: World, tmp_path: Path) -> None:
    run = world.finished()
    other = tmp_path / "other.csv"
    other.write_text(world.log.read_text() + "someone,Else,3\n")
    index = build.ensure(Log([other]), world.home)
    found = Service().answer(Evaluate(run=str(run.folder), index=str(index), user="someone"))
    assert isinstance(found, Refused)
    assert "not as it was" in found.sentence
    dataset = Dataset(index)
    with pytest.raises(UserError, match="not as it was"):
        evaluated_lists.write_split(run, dataset, tmp_path / "x.csv", lambda *_: None)
    dataset.close()
