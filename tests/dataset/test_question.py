"""A question that nobody wants answered any more stops; others go on."""

import threading
from pathlib import Path

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.question import Question
from musicrec_tui.errors import Cancelled
from musicrec_tui.paths import find_home
from tests.dataset.logs import listen, opened, write_listens

FOR_EVER = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return opened(find_home(tmp_path / "home"), write_listens(tmp_path / "x.parquet", [listen(1, "Air", 1)]))


def test_a_stopped_question_ends_and_another_does_not(dataset: Dataset) -> None:
    question, ended = Question(), threading.Event()

    def ask() -> None:
        with question:
            try:
                dataset.query(FOR_EVER)
            except Cancelled:
                ended.set()

    thread = threading.Thread(target=ask)
    thread.start()
    with Question():
        while not ended.wait(0.02):  # it may not have begun yet
            question.interrupt()
            assert dataset.query("SELECT 1") == [(1,)]
    thread.join()


def test_a_stopped_question_asks_no_more(dataset: Dataset) -> None:
    with Question() as question:
        assert dataset.query("SELECT 1") == [(1,)]
        question.interrupt()
        with pytest.raises(Cancelled):
            dataset.query("SELECT 1")
    assert dataset.query("SELECT 1") == [(1,)]
