"""Want is not damage: what lacks memory, descriptors, room or permission says so, and nothing is set aside or lost."""

import errno
import os
from pathlib import Path
from unittest import mock

import duckdb
import pyarrow as pa
import pytest

from musicrec_tui import files, sealed
from musicrec_tui.dataset import bookmarks
from musicrec_tui.dataset.index import build, cache, opened
from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import job_main
from musicrec_tui.jobs.host_protocol import Refused
from musicrec_tui.jobs.service import Service
from musicrec_tui.jobs.tuning import evaluators
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import memory, registry
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import labels, store, test_usage
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.shortage import MEMORY, ShortageError, shortage
from tests.jobs.conftest import write_log

NO_DESCRIPTORS = OSError(errno.EMFILE, os.strerror(errno.EMFILE))


class ResourceExhaustedError(Exception):
    """As TensorFlow calls it."""


WANTS: list[tuple[BaseException, str]] = [
    (MemoryError(), "not enough memory"),
    (ResourceExhaustedError("OOM when allocating"), "not enough memory"),
    (RuntimeError("std::bad_alloc"), "not enough memory"),
    (duckdb.OutOfMemoryException("Allocation failure"), "not enough memory"),
    (duckdb.IOException('Cannot open file "x": Cannot allocate memory'), "not enough memory"),
    (pa.ArrowMemoryError("malloc of size 64 failed"), "not enough memory"),
    (NO_DESCRIPTORS, "Too many files are open"),
    (duckdb.IOException('Cannot open file "x": Too many open files'), "Too many files are open"),
    (PermissionError(errno.EACCES, "no"), "Permission denied"),
    (duckdb.IOException('Cannot open file "x": Permission denied'), "Permission denied"),
    (OSError(errno.ENOSPC, "no"), "disk is full"),
    (RuntimeError("can't start new thread"), "threads"),
    (pa.ArrowInvalid("Cannot locate or parse timezone 'UTC'"), "too many files are open"),
]
OTHERS = [
    ValueError("out of memory"), OSError(errno.EIO, "no"), FileNotFoundError(errno.ENOENT, "no"),
    duckdb.IOException("not valid"), RuntimeError("no"), None,
    UserError("/permission denied/bad_alloc.csv is damaged."),
]  # fmt: skip


def _caused_by(error: BaseException) -> UserError:
    """A sentence that was raised from an error."""
    sentence = UserError("It cannot be read.")
    sentence.__cause__ = error
    return sentence


@pytest.mark.parametrize(("error", "said"), WANTS)
def test_a_want_is_known_however_a_library_says_it(error: BaseException, said: str) -> None:
    assert said in shortage(error)
    assert said in shortage(_caused_by(error))


@pytest.mark.parametrize("error", OTHERS)
def test_everything_else_is_none(error: BaseException | None) -> None:
    assert shortage(error) == ""


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log([write_log(tmp_path / "log.csv")])


@pytest.mark.parametrize("limit", ["1KB", None])
def test_a_healthy_index_is_not_set_aside(
    home: Home, log: Log, limit: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = build.ensure(log, home)
    content = path.read_bytes()
    with monkeypatch.context() as poor:
        if limit:
            poor.setitem(opened._CONFIG, "memory_limit", limit)
        else:
            denied = duckdb.IOException(f'Cannot open file "{path}": Permission denied')
            poor.setattr("_duckdb.connect", mock.Mock(side_effect=denied))
        with pytest.raises(ShortageError, match=r"cannot be read. (There is not enough memory|Permission denied)"):
            cache.find_index(log, home)
    assert not opened.damage_mark(path).exists()
    assert cache.find_index(log, home) == path
    assert path.read_bytes() == content


@pytest.fixture
def run(home: Home) -> RunInfo:
    made, lock = store.create_run(
        home, TrainRequest(params=AlsParams()), IndexedLog(Log(["/log"]), Path("/index"), "c")
    )
    os.close(lock)
    return made


def test_a_run_that_cannot_be_read_for_now_is_not_to_be_deleted_and_keeps_its_label(
    home: Home, run: RunInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.change(run.folder, name="mine", note="a note")
    with monkeypatch.context() as poor:
        poor.setattr(files, "open_regular", mock.Mock(side_effect=NO_DESCRIPTORS))
        [found] = store.list_runs(home)
        assert "Too many open files" in found.reason
        assert found.advice.startswith("Too many files are open")
        with pytest.raises(ShortageError):
            labels.change(run.folder, starred=True)
        test_usage.log_of(home).write_bytes(b"{}\n")
        assert test_usage.UsageReader().usage(home).damaged == 1
    assert labels.read(run.folder).label == labels.Label(name="mine", note="a note")


def test_bookmarks_that_cannot_be_read_for_now_are_not_to_be_deleted(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed.write(home.bookmarks, bookmarks._Kept(()), bookmarks.SCHEMA)
    monkeypatch.setattr(
        files, "open_regular", mock.Mock(side_effect=PermissionError(errno.EACCES, "Permission denied"))
    )
    with pytest.raises(UserError, match="make it readable") as caught:
        bookmarks.list_bookmarks(home)
    assert "Delete" not in str(caught.value)


@pytest.mark.parametrize("model", registry.OWN)
def test_a_worker_without_memory_names_what_to_lower_wherever_it_is_missing(model: str, tmp_path: Path) -> None:
    lower = memory.advice(model)
    for error in (MemoryError(), RuntimeError("std::bad_alloc"), ResourceExhaustedError()):
        word = job_main._explained(error, model, tmp_path)
        assert (word.reason, word.advice) == (MEMORY, lower)
    caused = _caused_by(duckdb.OutOfMemoryException("no"))
    assert job_main._advice(caused, lambda folder: model, tmp_path) == lower
    assert evaluators.DiedError("It was killed.").reason(model).endswith(lower)


def test_a_question_that_lacks_memory_is_no_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    monkeypatch.setattr(service, "_answer", mock.Mock(side_effect=RuntimeError("std::bad_alloc")))
    refused = service.answer(mock.Mock())
    assert isinstance(refused, Refused)
    assert (refused.sentence, refused.defect) == (f"That cannot be answered now. {MEMORY}", False)
