"""Runs that were trained on an earlier state of a log."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.hybrid import HybridParams
from musicrec_tui.runs import events, outdated, store
from musicrec_tui.runs.outdated import LogChange
from musicrec_tui.runs.spec import TrainSpec
from tests.tui.train.train_support import FakeRun

MAY = datetime(2024, 5, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (LogChange(5000, MAY, 1204), "Trained on listens up to 2024-05-01; 1,204 new ones since."),
        (LogChange(5000, MAY, 1), "Trained on listens up to 2024-05-01; 1 new one since."),
        (LogChange(5000, None, 2), "Trained on 5,000 listens; 2 new ones since."),
        (LogChange(5000, MAY, -1300), "Trained on listens up to 2024-05-01; the log has 1,300 fewer now."),
        (LogChange(5000, None, 0), "Trained on 5,000 listens; since then the log has changed, with as many listens."),
        (LogChange(5000, MAY, None), "Trained on listens up to 2024-05-01; the log's files have changed since."),
        (LogChange(0, None, None), "Trained on an earlier state of this log."),
    ],
)
def test_a_change_is_a_sentence(change: LogChange, sentence: str) -> None:
    assert change.sentence("UTC") == sentence


def test_the_day_is_that_of_the_time_zone() -> None:
    assert "up to 2024-05-02;" in LogChange(5000, MAY, 3).sentence("Asia/Tokyo")


def _info(content: str, listens: int) -> DatasetInfo:
    return DatasetInfo(
        paths=("/nowhere/listens",), layout="", content=content, rows=9, listens=listens, users=1, artists=1, plays=1,
        has_times=True,
    )  # fmt: skip


def test_a_change_is_counted_from_what_the_run_recorded(home: Home) -> None:
    run = FakeRun(home, content="a" * 64)
    run.start()
    read = store.read_run(home, run.info.id)
    assert outdated.change_since(read, _info("a" * 64, 99)) is None
    assert outdated.change_since(read, _info("b" * 64, 65_733)) == LogChange(65_732, MAY, 1)
    run.tell(events.Data, users=1, artists=1, train=1, validation=1, test=1, seconds=0.1)  # as version 0.1 did
    run.die()
    assert outdated.change_since(store.read_run(home, run.info.id), _info("b" * 64, 9)) == LogChange(0, None, None)


def test_an_earlier_state_has_the_same_paths_and_another_content(home: Home) -> None:
    run = FakeRun(home, content="a" * 64)
    run.die()
    read = store.read_run(home, run.info.id)
    assert outdated.is_earlier_state(read, Log(["/nowhere/listens"]), "b" * 64)
    assert not outdated.is_earlier_state(read, Log(["/nowhere/listens"]), "a" * 64)
    assert not outdated.is_earlier_state(read, Log(["/nowhere/others"]), "b" * 64)
    assert not outdated.is_earlier_state(read, Log(["/nowhere/listens"], "csv"), "b" * 64)


def _spec(params: AlsParams | HybridParams) -> TrainSpec:
    return TrainSpec(
        params=params, run="r", number=1, created_at=MAY, data=("/a",), index=str(Path("/i")), content="a", k=20,
        seed=7, final=True, name="mine", split=SplitSpec(kind="leave-last"), tuning="t",
    )  # fmt: skip


def test_the_request_is_the_same_but_for_the_name_and_the_members_that_are_gone() -> None:
    again = outdated.request_again(_spec(AlsParams(factors=7)), "b")
    assert (again.params, again.k, again.seed, again.final) == (AlsParams(factors=7), 20, 7, True)
    assert (again.split.kind, again.name, again.tuning) == ("leave-last", "", "")
    joined = HybridParams(members=("20240501-000000-abcdef", "ease"), weights=(1.0, 2.0))
    assert outdated.request_again(_spec(joined), "a").params == joined
    assert outdated.request_again(_spec(joined), "b").params == HybridParams()
    models = msgspec.structs.replace(joined, members=("als factors=8", "ease"))
    assert outdated.request_again(_spec(models), "b").params == models
