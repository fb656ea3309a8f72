"""What trains a run: what a user may ask for, what a folder may say."""

import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest

from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import comparison, info, picking, store, tuning_store
from musicrec_tui.runs.engine import LOCAL, Engine, engine_of
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.status import Status
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from musicrec_tui.spark import needs, supported

SPARK = Engine(name="spark", master="spark://host:7077", conf={"spark.executor.memory": "4g"})


def submitted(home: Home, tmp_path: Path, engine: Engine = SPARK) -> store.RunInfo:
    """A run that was asked for, and never started."""
    log = IndexedLog(Log([tmp_path / "log.csv"]), tmp_path / "index.duckdb", "content")
    run, lock = store.create_run(home, TrainRequest(params=AlsParams(), engine=engine), log)

    os.close(lock)
    return run


def change_spec(folder: Path, before: str, after: str) -> None:
    """Change the text of a spec, and its checksum with it."""
    told = json.loads((folder / info.SPEC).read_bytes())
    content = json.dumps(told["content"]).replace(before, after)
    told = {"schema": told["schema"], "sha256": hashlib.sha256(content.encode()).hexdigest()}
    whole = json.dumps(told)[:-1] + f', "content": {content}}}'
    (folder / info.SPEC).write_text(whole, encoding="utf-8")


def test_the_engine_is_in_the_spec(home: Home, tmp_path: Path) -> None:
    run = submitted(home, tmp_path)
    assert run.spec is not None
    assert run.spec.engine == SPARK
    assert run.to_json()["engine"] == {
        "name": "spark", "master": "spark://host:7077", "conf": {"spark.executor.memory": "4g"},
    }  # fmt: skip


def test_passwords_among_the_settings_are_not_shown() -> None:
    secrets = {"spark.hadoop.fs.s3a.secret.key": "canary", "spark.hadoop.fs.s3a.access.key": "canary"}
    shown = engine_of("spark", "", secrets | {"spark.executor.memory": "4g"}).to_json()
    assert shown["conf"] == dict.fromkeys(secrets, "(hidden)") | {"spark.executor.memory": "4g"}


def test_a_spec_of_before_is_of_this_machine(home: Home, tmp_path: Path) -> None:
    run = submitted(home, tmp_path, LOCAL)
    engine = json.dumps(msgspec.to_builtins(LOCAL))
    change_spec(run.folder, f', "engine": {engine}', "")
    assert "engine" not in (run.folder / info.SPEC).read_text(encoding="utf-8")
    found, _ = info.read(run.folder)
    assert found.spec is not None
    assert found.spec.engine == LOCAL
    assert "engine" not in found.to_json()


def test_a_run_of_spark_says_so_wherever_its_name_stands(home: Home, tmp_path: Path) -> None:
    run, here = submitted(home, tmp_path), submitted(home, tmp_path, LOCAL)
    assert (run.label, here.label) == ("ALS on Spark #1", "ALS #2")
    assert (run.engine, here.engine) == ("spark", "local")
    assert comparison.compare([run, here]).engines == ("spark", "local")


def tuning_of(home: Home, tmp_path: Path, engine: Engine) -> TuningInfo:
    """A tuning without a process."""
    request = TuneRequest(base=NcfParams(), plan=Grid({"factors": (8, 16)}), engine=engine)
    tuning, lock = tuning_store.create_tuning(home, request, IndexedLog(Log([tmp_path]), tmp_path / "index", "content"))
    os.close(lock)
    return tuning_store.read_tuning(home, tuning.id)


def test_a_tuning_has_an_engine_and_its_final_run_is_of_this_machine(home: Home, tmp_path: Path) -> None:
    tuning = tuning_of(home, tmp_path, SPARK)
    assert tuning.spec is not None
    assert tuning.to_json()["engine"]["master"] == "spark://host:7077"
    assert tuning.spec.final_run(tuning.spec.base).engine == tuning.spec.run_after(tuning.spec.base).engine == LOCAL


def test_a_tuning_of_before_is_of_this_machine(home: Home, tmp_path: Path) -> None:
    tuning = tuning_of(home, tmp_path, LOCAL)
    change_spec(tuning.folder, f', "engine": {json.dumps(msgspec.to_builtins(LOCAL))}', "")
    found = tuning_store.read_tuning(home, tuning.id)
    assert found.spec == tuning.spec
    assert "engine" not in found.to_json()


def test_an_unknown_engine_of_a_tuning_is_a_sentence(home: Home, tmp_path: Path) -> None:
    tuning = tuning_of(home, tmp_path, LOCAL)
    change_spec(tuning.folder, '"name": "local"', '"name": "flink"')
    assert "flink, is not known to this version" in tuning_store.read_tuning(home, tuning.id).reason


def test_a_tuning_on_spark_needs_spark(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "missing", lambda: "Spark needs Java.")
    log = IndexedLog(Log([tmp_path]), tmp_path / "index", "content")
    with pytest.raises(UserError, match=r"Spark needs Java\."):
        supervisor.submit_tuning(home, TuneRequest(base=NcfParams(), plan=Search(3), engine=SPARK), log)
    with pytest.raises(UserError, match=r"Spark needs Java\."):
        supervisor.resume_tuning(home, tuning_of(home, tmp_path, SPARK))
    assert len(tuning_store.list_tunings(home)) == 1


def test_an_unknown_engine_is_a_sentence(home: Home, tmp_path: Path) -> None:
    run = submitted(home, tmp_path)
    change_spec(run.folder, '"spark"', '"flink"')
    found, _ = info.read(run.folder)
    assert found.status is Status.DAMAGED
    assert found.reason == "Its engine, flink, is not known to this version of musicrec-tui."
    assert found.advice == "Open it with the version that made it."


@pytest.mark.parametrize(
    ("name", "master", "conf", "sentence"),
    [
        ("local", "spark://host:7077", {}, "--master is for Spark"),
        ("local", "", {"spark.x": "1"}, "--conf is for Spark"),
        ("spark", "", {"executor.memory": "4g"}, "--conf needs a setting of Spark"),
    ],
)
def test_what_does_not_go_together_is_refused(name: str, master: str, conf: dict[str, str], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        engine_of(name, master, conf)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("params", "parameter", "sentence"),
    [
        (PopularityParams(), "", "Spark trains als; popularity is trained by the engine local."),
        (AlsParams(half_life=30), "half_life", "recency"),
        (AlsParams(alpha=1), "alpha", "above 1"),
        (AlsParams(regularization=0), "regularization", "above 0"),
        (AlsParams(alpha=1, weighting="log"), "", ""),
        (AlsParams(), "", ""),
    ],
)
def test_what_spark_cannot_train_is_told(params: Params, parameter: str, sentence: str) -> None:
    found, told = supported.obstacle(params)
    assert found == parameter
    assert sentence in told
    assert bool(sentence) == bool(told)


@pytest.mark.parametrize("lacking", ["installed", "missing_java"])
def test_what_is_missing_is_told_before_a_run_is_queued(
    lacking: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "installed", lambda: lacking != "installed")
    monkeypatch.setattr(needs, "missing_java", lambda: "Spark needs Java 17 or later.")
    log = IndexedLog(Log([tmp_path / "log.csv"]), tmp_path / "index.duckdb", "content")
    with pytest.raises(UserError, match=r"Spark needs (pyspark|Java)"):
        supervisor.submit(home, TrainRequest(params=AlsParams(), engine=SPARK), log)
    assert not home.runs.exists() or not store.list_runs(home)


def test_the_same_run_by_another_engine_is_another_run(home: Home, tmp_path: Path) -> None:
    run = msgspec.structs.replace(submitted(home, tmp_path), status=Status.FINISHED)
    assert picking.equal_run([run], TrainRequest(params=AlsParams(), engine=SPARK), "content") is run
    assert picking.equal_run([run], TrainRequest(params=AlsParams()), "content") is None


def test_a_cluster_that_is_not_named_is_that_of_the_settings() -> None:
    assert engine_of("spark").at("spark://there:1").master == "spark://there:1"
    assert SPARK.at("spark://there:1") == SPARK
    assert LOCAL.at("spark://there:1") == LOCAL
