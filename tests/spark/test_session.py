"""A session on the cluster of the tests, and what is said where Spark cannot be started."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest

import musicrec_tui
from musicrec_tui.spark import needs, progress, session
from tests.absent import without
from tests.spark.conftest import RunningCluster

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.slow
def test_the_two_executors_run_our_python(spark: "SparkSession") -> None:
    def where(numbers: "object") -> "list[tuple[str, int]]":
        import musicrec_tui

        return [(musicrec_tui.__file__, os.getpid())]

    found = spark.sparkContext.parallelize(range(8), 8).mapPartitions(where).collect()
    assert {file for file, _ in found} == {musicrec_tui.__file__}
    assert len({pid for _, pid in found}) == 2


@pytest.mark.slow
def test_all_listens_on_the_loopback(spark: "SparkSession") -> None:
    conf = spark.sparkContext.getConf()
    assert {conf.get(f"spark.driver.{name}") for name in ("host", "bindAddress")} == {"127.0.0.1"}
    assert conf.get("spark.ui.showConsoleProgress") == "false"


def _java(folder: Path, version: str) -> None:
    """A Java that says that it is of some version."""
    (folder / "bin").mkdir()
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{version}' >&2\n", encoding="ascii")
    java.chmod(0o755)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ('openjdk version "17.0.15" 2025-04-15', ""),
        ('openjdk version "25" 2025-09-16', ""),
        ('openjdk version "11.0.2" 2019-01-15', "Spark needs Java 17 or later, and {java} is Java 11: install it "),
        ('java version "1.8.0_202"', "Spark needs Java 17 or later, and {java} is Java 1: install it "),
        ("no", "Spark needs Java, and {java} does not say which version it is: install it "),
    ],
)
def test_java_is_asked_for_its_version(
    said: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _java(tmp_path, said)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    wanted = sentence.format(java=tmp_path / "bin" / "java")
    assert needs.missing_java() == "" if not wanted else needs.missing_java().startswith(wanted)


def test_a_java_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _java(tmp_path, "17")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", mock.Mock(side_effect=subprocess.TimeoutExpired("java", 60)))
    assert "does not answer: install it" in needs.missing_java()


def test_why_spark_gave_up_is_one_line() -> None:
    assert progress.reason_of(ConnectionRefusedError(111, "Connection refused")) == "its Java process has ended."
    assert progress.reason_of(RuntimeError("no such cluster\nat line 7")) == "no such cluster"


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = needs.missing_java()
    assert told.startswith("Spark needs Java 17 or later, which was not found: install it (Debian, Ubuntu: ")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "cannot be started (No such file or directory)" in needs.missing_java()


def test_no_pyspark(tmp_path: Path) -> None:
    code = """
import sys
from musicrec_tui.errors import UserError
import musicrec_tui
from musicrec_tui.spark import needs, session
try:
    with session.opened():
        pass
except UserError as error:
    print(error)
"""
    environment = without(tmp_path, "pyspark")
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    assert told.stdout.startswith("Spark needs pyspark (the extra `spark`), which is not installed. Install it with: ")
    assert "spark" in told.stdout.rpartition("Install it with: ")[2]


@pytest.mark.parametrize(
    ("master", "here"),
    [
        ("local[2]", True),
        ("local", True),
        ("spark://127.0.0.1:7077", True),
        ("spark://localhost:7077", True),
        ("spark://cluster.example:7077", False),
        ("yarn", False),
        ("k8s://https://127.0.0.1:6443", False),
        ("", False),
    ],
)
def test_which_masters_are_on_this_machine(master: str, here: bool) -> None:
    assert session.is_local(master) is here


@pytest.mark.slow
def test_a_worker_that_was_killed_is_replaced(cluster: RunningCluster, spark: "SparkSession") -> None:
    killed = cluster.place.workers[0]
    os.killpg(killed, signal.SIGKILL)
    assert killed not in cluster.replace(killed).workers
    assert len(cluster.place.workers) == 2
    assert spark.range(1000).selectExpr("sum(id)").first()[0] == 499500
