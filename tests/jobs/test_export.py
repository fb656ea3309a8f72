"""Tables of what a model says of everybody."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs import model_export
from musicrec_tui.jobs.host_protocol import Recommend
from musicrec_tui.jobs.service import Service
from musicrec_tui.recommenders import store as models
from musicrec_tui.runs import store
from tests.jobs.answers import heard, listed, place
from tests.jobs.conftest import HOSTILE, World


@pytest.fixture
def dataset(trained: World) -> Iterator[Dataset]:
    opened = Dataset(trained.index)
    yield opened
    opened.close()


def test_recommendations_are_those_that_the_host_gives(trained: World, dataset: Dataset, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    told: list[tuple[int, int]] = []
    run = store.find_run(trained.home, "als")
    rows, _ = model_export.recommendations(run, dataset, target, 4, lambda done, of: told.append((done, of)))
    with target.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert rows == len(table) == 60 * 4
    assert told[-1] == (60, 60)
    for user in ("u0", "u17"):
        own = [row for row in table if row["user_id"] == user]
        answer = listed(Service().answer(Recommend(user=user, k=4, **place(trained))))
        assert [row["artist_key"] for row in own] == [row.artist.key for row in answer.rows]
        assert [int(row["rank"]) for row in own] == [1, 2, 3, 4]
        assert not heard(trained.index, user) & {row["artist_key"] for row in own}


def test_scores_are_the_whole_table(trained: World, dataset: Dataset, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    run = store.find_run(trained.home, "als")
    assert model_export.scores(run, dataset, target).rows == 60 * 40
    table = pq.read_table(target)
    assert table.column_names == ["user_id", "artist_name", "score"]
    model = models.load(run.folder / "model")
    expected = model.recommender.scores(np.arange(60, dtype=np.int32)).ravel()
    assert table.column("score").to_pylist() == pytest.approx(expected.tolist())
    assert table.column("user_id").to_pylist()[::40] == list(model.user_keys)


def test_names_are_exported_as_the_log_has_them(trained: World, dataset: Dataset, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    model_export.scores(store.find_run(trained.home, "popular"), dataset, target)
    rows = json.loads(target.read_text(encoding="utf-8"))
    assert HOSTILE in {row["artist_name"] for row in rows}


def test_a_format_that_we_do_not_write_is_refused_before_any_work(
    trained: World, dataset: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="format"):
        model_export.scores(store.find_run(trained.home, "als"), dataset, tmp_path / "out.xlsx")


def test_cancelling_leaves_no_file(trained: World, dataset: Dataset, tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        model_export.recommendations(store.find_run(trained.home, "als"), dataset, tmp_path / "out.csv", 3, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_not_finished_has_nothing_to_export(world: World, tmp_path: Path) -> None:
    from musicrec_tui.dataset.split_spec import SplitSpec

    run = world.finished(split=SplitSpec(validation=0.0))
    with pytest.raises(UserError, match="failed"):
        model_export.recommendations(run, Dataset(world.index), tmp_path / "out.csv")
