"""Training from the command line: one object for programs, a sentence for mistakes, and a clean end by signals."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from musicrec_tui import files
from musicrec_tui.cli.app import run
from musicrec_tui.cli.training import parse_assignments
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import find_home
from musicrec_tui.runs import store, tuning_store
from tests.cli.conftest import Tell, Workshop, write_log
from tests.waiting import PATIENCE, until


def test_train_prints_one_object(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["train", "als", "--set", "factors=4", "--set", "iterations=2", "--split", "time", "--final", "--seed", "3"]
    assert run([*argv, "-k", "5", "--json", "--data", str(workshop.data), "--home", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"] == "als"
    assert told["status"] == "finished"
    assert told["evaluated_on"] == "test"
    assert told["k"] == 5
    assert (told["split"]["kind"], told["split"]["seed"], told["seed"]) == ("time", 3, 3)
    assert told["parameters"]["factors"] == 4
    metrics = {"ndcg@5", "recall@5", "precision@5", "map@5", "auc@5", "auc"}
    assert metrics <= told["metrics"].keys()
    assert all(0 <= told["metrics"][name] <= 1 for name in metrics)
    assert {"load", "fit", "evaluate"} <= told["seconds"].keys()
    assert told["peak_memory_mb"] > 0
    assert store.read_run(find_home(tmp_path), told["run"]).status is store.Status.FINISHED


def test_nothing_is_learnt_from_one_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "mine.csv"
    log.write_text("artist,track,date\n" + "".join(f"Band {at},Song,2024-05-{at + 1:02}\n" for at in range(20)))
    place = ["--data", str(log), "--home", str(tmp_path / "home")]
    for argv in (["train", "als"], ["tune", "als", "--trials", "2"]):
        assert run([*argv, *place]) == 2
        assert "This is one person's history." in capsys.readouterr().err
    log.write_text("user,artist,plays\n" + "".join(f"{at % 2},Band {at},3\n" for at in range(20)))
    assert run(["train", "als", *place]) == 2
    assert "This log has 2 users only." in capsys.readouterr().err
    assert store.list_runs(find_home(tmp_path / "home")) == []


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["nothing"], "no model named 'nothing'"),
        (["als", "--set", "factors"], "name=value"),
        (["als", "--set", "factors=1", "--set", "factors=2"], "twice"),
        (["als", "--set", "factors=many"], "factors"),
        (["als", "--set", "colour=red"], "colour"),
        (["als", "--protocol", "repeat"], "--split time"),
        (["als", "--split", "sideways"], "sideways"),
        (["als", "--test-size", "2"], "test-size"),
        (["als", "--seed", "-1"], "seed"),
        (["als", "-k", "0"], "-k"),
    ],
)
def test_what_cannot_be_trained_gets_a_sentence(tell: Tell, argv: list[str], sentence: str) -> None:
    assert sentence in tell("train", *argv, code=2)


def test_assignments_take_dashes_for_underscores_and_keep_later_equals_signs() -> None:
    assert parse_assignments(["learning-rate=0.1", "a=b=c"]) == {"learning_rate": "0.1", "a": "b=c"}
    with pytest.raises(UserError):
        parse_assignments(["=1"])


def test_a_failed_job_fails_the_command(workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--data", str(workshop.data), "--home", str(tmp_path)]
    assert run(["train", "popularity", "--validation-size", "0", *place]) in (1, 2)
    said = capsys.readouterr().err
    assert "validation" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["train", "tune"])
@pytest.mark.parametrize("detach", [False, True])
def test_a_job_that_a_user_waits_for_runs_at_ordinary_priority(
    command: str, detach: bool, workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []

    def start(*_: object, foreground: bool = False) -> None:
        begun.append(foreground)
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(supervisor, "start", start)
    place = ["--data", str(workshop.data), "--home", str(tmp_path)]
    assert run([command, "als", *(["--detach"] if detach else []), *place]) == 1
    assert begun == [not detach]


def test_auto_searches_then_trains_one_run(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(workshop.data), "--home", str(tmp_path)]
    search = ["--auto", "--auto-seconds", "3", "--set", "beta=0.2", "--json"]
    assert run(["train", "rp3beta", *search, *place]) == 0
    told = capsys.readouterr()
    trained = json.loads(told.out)
    assert (trained["status"], trained["parameters"]["beta"]) == ("finished", 0.2)
    assert "Searching for settings for 3 s: alpha, neighbours, weighting, half_life." in told.err
    assert len(store.list_runs(find_home(tmp_path))) == 1
    tuning = tuning_store.read_tuning(find_home(tmp_path), trained["tuning"])
    assert tuning.status is store.Status.FINISHED
    assert tuning.best is None or trained["metrics"]["ndcg@10"] == tuning.best.value
    assert run(["train", "popularity", "--auto", *place]) == 2
    assert "no parameter that a search can vary" in capsys.readouterr().err


def test_a_half_life_is_tried_as_a_run_has_it(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--json", "--split", "leave-last", "--data", str(workshop.data), "--home", str(tmp_path)]
    assert run(["tune", "rp3beta", "--vary", "half_life=0,5", "--processes", "1", *place]) == 0
    tried = [trial["value"] for trial in json.loads(capsys.readouterr().out)["trials"]]
    assert run(["train", "rp3beta", "--set", "half_life=5", *place]) == 0
    trained = json.loads(capsys.readouterr().out)
    assert trained["metrics"]["ndcg@10"] == tried[1] != tried[0]
    assert run(["train", "rp3beta", "--set", "half_life=5", "--final", *place]) == 0


def test_a_detached_job_goes_on_by_itself(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(workshop.data), "--home", str(tmp_path)]
    assert run(["train", "popularity", "--detach", "--json", *place]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] in ("queued", "running", "finished")
    until(lambda: store.read_run(find_home(tmp_path), told["run"]).status is store.Status.FINISHED)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_run_and_leaves_no_orphan(tmp_path: Path, number: signal.Signals) -> None:
    home = find_home(tmp_path / "home")
    # The shell that started the tests may have told them to ignore Ctrl-C, and children would inherit that.
    program = (
        "import signal, sys; signal.signal(2, signal.default_int_handler); from musicrec_tui.__main__ import main; "
    )
    argv = ["train", "als", "--set", "iterations=500", "--set", "factors=1024", "--home", str(home.root)]
    command = [
        sys.executable,
        "-c",
        program + "sys.exit(main())",
        *argv,
        "--data",
        str(write_log(tmp_path / "log.csv")),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until(lambda: any(run.progress is not None for run in store.list_runs(home)))
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "musicrec-tui: Cancelled."
    [left] = store.list_runs(home)
    assert left.status is store.Status.CANCELLED
    assert not files.is_locked(left.folder / "lock")
    assert left.pid is not None
    pid = left.pid
    until(lambda: not works(pid))


def works(pid: int) -> bool:
    """Whether a process runs; one that is dead and waits for its parent (a zombie has no command line) does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["ease", "--engine", "spark"], "Spark trains als; ease is trained by the engine local."),
        (["als", "--master", "spark://host:7077"], "--master is for Spark: add --engine spark."),
        (["als", "--engine", "spark", "--conf", "spark.executor.memory"], "--conf needs name=value"),
        (["als", "--engine", "spark", "--auto"], "--auto searches on this machine"),
        (["als", "--engine", "spark", "--set", "half_life=30"], "set half_life to 0"),
    ],
)
def test_what_spark_cannot_train_is_not_queued(
    options: list[str], sentence: str, workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", *options, "--data", str(workshop.data), "--home", str(tmp_path)]) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert not store.list_runs(find_home(tmp_path))
