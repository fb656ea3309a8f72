"""A damaged log decides nothing: what is whole and sealed wins, and the damage is said."""

import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from musicrec_tui import files, sealed
from musicrec_tui.cli.app import run as command
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs.doctor import damage
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import eventlog, events, metrics, result_files, store, test_usage, trials, tuning_store
from musicrec_tui.runs.store import RunInfo, Status
from musicrec_tui.runs.tuning_spec import Search
from tests.runs.conftest import MakeRun
from tests.tui.tune.tune_support import FakeTuning

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def whole(home: Home, make: MakeRun) -> RunInfo:
    """A finished run with a model."""
    run = make(0.2)
    (run.folder / "model").mkdir()
    (run.folder / "model" / "manifest.json").write_bytes(b"{}")
    assert run.result is not None
    sha256 = files.sha256_of(run.folder / "model" / "manifest.json")
    metrics.write(run.folder, msgspec.structs.replace(run.result, model_sha256=sha256))
    return store.read_run(home, run.id)


def read_anew(home: Home, run: RunInfo) -> RunInfo:
    store._known.clear()
    return store.read_run(home, run.id)


def flips(content: bytes, count: int) -> list[bytes]:
    """The content with one bit changed, at places drawn by a seed."""
    draw = random.Random(14)
    changed = []
    for _ in range(count):
        damaged = bytearray(content)
        damaged[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        changed.append(bytes(damaged))
    return changed


def test_no_flipped_bit_of_the_log_takes_a_finished_run(home: Home, whole: RunInfo) -> None:
    log = whole.folder / eventlog.FILE
    content = log.read_bytes()
    before = eventlog.read(whole.folder)[0]
    assert whole.log_damage == ""
    for damaged in flips(content, 400):
        log.write_bytes(damaged)
        run = read_anew(home, whole)
        assert (run.status, run.result) == (Status.FINISHED, whole.result)
        # A first line whose checksum has lost its name is one of an older version: nothing of it is lost.
        assert run.log_damage or eventlog.read(whole.folder)[0] == before


@pytest.mark.parametrize("left", [0, 1, 50])
def test_a_log_that_is_cut_or_gone_takes_no_finished_run(home: Home, whole: RunInfo, left: int) -> None:
    log = whole.folder / eventlog.FILE
    log.write_bytes(log.read_bytes()[:left])
    run = read_anew(home, whole)
    assert (run.status, run.result) == (Status.FINISHED, whole.result)
    assert "The last event in events.jsonl is missing or damaged; the results are whole." in run.log_damage


def test_without_its_model_or_its_results_a_run_without_a_last_word_has_died(home: Home, whole: RunInfo) -> None:
    (whole.folder / eventlog.FILE).unlink()
    manifest = whole.folder / "model" / "manifest.json"
    manifest.write_bytes(b"{ }")
    assert read_anew(home, whole).status is Status.DIED
    manifest.write_bytes(b"{}")
    (whole.folder / metrics.FILE).unlink()
    assert read_anew(home, whole).status is Status.DIED


def test_a_run_that_is_shown_has_its_model_and_metrics_hashed(
    home: Home, whole: RunInfo, capsys: pytest.CaptureFixture[str]
) -> None:
    array = whole.folder / "model" / "train_data.npy"
    array.write_bytes(b"whole")
    told = {"sha256": "", "content": {"files": {array.name: {"sha256": files.sha256_of(array)}}}}
    manifest = whole.folder / "model" / "manifest.json"
    manifest.write_bytes(msgspec.json.encode(told))
    assert whole.result is not None
    result = msgspec.structs.replace(whole.result, model_sha256=files.sha256_of(manifest))
    metrics.write(whole.folder, result)

    def shown() -> str:
        assert command(["runs", "show", whole.id, "--home", str(home.root)]) == 0
        return " ".join(capsys.readouterr().out.split())

    assert "damage" not in shown()
    array.write_bytes(b"wrong")
    assert "damage" in shown()
    assert result_files.damage_of(read_anew(home, whole)) == [
        f"{array} is damaged: its checksum does not match its content."
    ]
    array.unlink()
    assert result_files.damage_of(read_anew(home, whole)) == [f"{array} is missing."]
    manifest.write_bytes(b"{")
    assert result_files.damage_of(read_anew(home, whole)) == [
        f"{manifest} is damaged: its checksum does not match its content."
    ]


def test_an_intact_last_word_wins(home: Home, whole: RunInfo) -> None:
    log = whole.folder / eventlog.FILE
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    eventlog.append(whole.folder, events.Failed(at=NOW, reason="no room"))
    run = read_anew(home, whole)
    assert (run.status, run.reason, run.log_damage) == (Status.FAILED, "no room", "")


def test_a_log_of_before_is_read_and_its_first_checked_line_binds_all_that_follow(tmp_path: Path) -> None:
    old = msgspec.json.encode(events.Log(at=NOW, text="old"))
    new = msgspec.json.encode(events.Log(at=NOW, text="new"))
    assert eventlog.decode(sealed.check_line(new)) == eventlog.decode(new)  # as an older version reads it
    log = tmp_path / eventlog.FILE
    log.write_bytes(
        b"\n".join([old, old, sealed.check_line(new), old, sealed.check_line(new).replace(b"new", b"old"), b""])
    )
    chunk = eventlog.read_chunk(tmp_path)
    assert [event.text for event in chunk.events if isinstance(event, events.Log)] == ["old", "old", "new"]
    assert (chunk.damaged, chunk.checked) == (2, True)
    with log.open("ab") as file:
        file.write(old + b"\n")
    assert eventlog.read_chunk(tmp_path, chunk.offset, checked=chunk.checked).damaged == 1


def test_a_tuning_whose_trials_all_ended_is_finished_without_a_last_word(home: Home) -> None:
    tuning = FakeTuning(home)
    tuning.start()
    tuning.some(12)
    tuning.die()
    assert tuning_store.read_tuning(home, tuning.info.id).status is Status.FINISHED
    (tuning.folder / trials.FOLDER / "000003" / trials.FILE).write_bytes(b"{")
    tuning_store._known.clear()
    found = tuning_store.read_tuning(home, tuning.info.id)
    assert (found.status, len(found.trials)) == (Status.DIED, 11)


def test_no_flipped_bit_forgets_that_a_run_was_evaluated_on_test(home: Home, make: MakeRun) -> None:
    runs = [make(0.2, final=True), make(0.3, final=True)]
    log = home.root / test_usage.FILE
    for damaged in flips(log.read_bytes(), 200):
        log.write_bytes(damaged)
        store._usage = test_usage.UsageReader()
        assert [run.test_looks for run in store.list_runs(home)] == [2, 2]
        uses = store._usage.usage(home).runs.values()
        assert store.lost_evaluations(home) or list(map(len, uses)) == [2]
        assert [run.test_looks for run in store.newest_runs(home, 1)[0]] == [2]
    log.unlink()
    assert [run.test_looks for run in store.newest_runs(home, 1)[0]] == [2]
    store.delete_run(home, runs[0])
    test_usage.record_use(home, "a deleted one", "c1", SplitSpec())
    store._usage = test_usage.UsageReader()
    assert store.list_runs(home)[0].test_looks >= 2


def test_a_use_of_test_that_cannot_be_recorded_is_a_sentence(home: Home) -> None:
    test_usage.log_of(home).mkdir(parents=True)
    with pytest.raises(UserError, match=r"Cannot write .*test_looks\.jsonl: Is a directory\."):
        test_usage.record_use(home, "r", "c1", SplitSpec())


def test_a_damaged_trial_of_a_search_whose_time_is_over_is_not_made_again(home: Home) -> None:
    tuning = FakeTuning(home, Search(5, ("factors",), seconds=60))
    tuning.start()
    tuning.trial(0.2, AlsParams(factors=4))
    tuning.trial(0.3, AlsParams(factors=8))
    tuning.finish()
    (tuning.folder / trials.FOLDER / "000001" / trials.FILE).write_bytes(b"\0")
    tuning_store._known.clear()
    found = tuning_store.read_tuning(home, tuning.info.id)
    assert [one.number for one in found.trials] == [0]
    assert found.reason.startswith("1 of its trials cannot be read and will not be used: ")
    with pytest.raises(UserError, match="nothing to resume"):
        tuning_store.lock_for_resume(found)
    (told,) = damage.find_damaged(home)
    assert told.remedy.startswith("Nothing need be done: ")
