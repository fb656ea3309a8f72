"""A Spark session, and what it needs: pyspark (the extra `spark`) and Java."""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import musicrec_tui
from musicrec_tui import installation
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXTRA = "spark"
LEAST_JAVA = 17
_GET_JAVA = (
    "install it (Debian, Ubuntu: `apt-get install openjdk-17-jre-headless`; macOS: `brew install openjdk@17`), "
    "or set JAVA_HOME to one that is installed"
)
_VERSION = re.compile(r'version "(\d+)')

_CONF = {
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.port": "0",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
}
"""Settings of every session; those of the user go before them."""

_LOOPBACK = "127.0.0.1"


def installed() -> bool:
    """Whether the extra is installed (not whether Java is)."""
    return all(importlib.util.find_spec(library) is not None for library in ("pyspark", "pandas"))


def missing() -> str:
    """A sentence on what Spark needs and this machine lacks; empty: nothing."""
    if not installed():
        command = installation.command_for(EXTRA)
        return f"Spark needs pyspark (the extra `{EXTRA}`), which is not installed. Install it with: {command}"
    return missing_java()


def missing_java() -> str:
    """A sentence where there is no Java that Spark can use; empty: there is one."""
    java = _java()
    if java is None:
        return f"Spark needs Java {LEAST_JAVA} or later, which was not found: {_GET_JAVA}."
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, errors="replace")
    except OSError as error:
        return f"Spark needs Java, and {printable(java, None)} cannot be started ({error.strerror}): {_GET_JAVA}."
    version = _VERSION.search(told.stderr + told.stdout)
    if version is None:
        return f"Spark needs Java, and {printable(java, None)} does not say which version it is: {_GET_JAVA}."
    if int(version[1]) < LEAST_JAVA:
        return f"Spark needs Java {LEAST_JAVA} or later, and {printable(java, None)} is Java {version[1]}: {_GET_JAVA}."
    return ""


def _java() -> str | None:
    """The Java that Spark's own scripts would start."""
    if home := os.environ.get("JAVA_HOME"):
        return str(Path(home, "bin", "java"))
    return shutil.which("java")


def is_local(master: str) -> bool:
    """Whether a master is on this machine: `local[2]`, or a cluster's address on the loopback interface."""
    return master.startswith("local") or urlsplit(master).hostname in (_LOOPBACK, "localhost", "::1")


@contextlib.contextmanager
def opened(
    master: str = "local[*]", conf: Mapping[str, str] | None = None, *, name: str = "musicrec-tui"
) -> "Iterator[SparkSession]":
    """A Spark session whose driver is this process; it is stopped at the end.

    On a master of this machine all connections stay on the loopback interface; all ports are free ones.

    Args:
        master: `local[N]`, `spark://HOST:PORT`, `yarn`, `k8s://…`; empty: what `spark-submit` or the environment says.
        conf: Spark's settings, which go before ours.
        name: what the cluster's pages call the application.

    Raises:
        UserError: pyspark or Java is missing, or the session cannot be started.
    """
    if sentence := missing():
        raise UserError(sentence, exit_code=1)
    from pyspark.errors import PySparkException, PySparkRuntimeError
    from pyspark.sql import SparkSession

    _prepare_environment(master)
    builder = SparkSession.builder.appName(name)
    if master:
        builder = builder.master(master)
    for key, value in _settings(master, conf or {}).items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, PySparkRuntimeError, OSError) as error:
        raise UserError(f"Spark cannot be started: {printable(str(error), 300)}", exit_code=1) from error
    session.sparkContext.setLogLevel("WARN")
    try:
        yield session
    finally:
        session.stop()


def _prepare_environment(master: str) -> None:
    """Set what Spark reads from the environment, before its Java process starts.

    The setting `spark.pyspark.python` is not read once Python runs, the variable is.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    if is_local(master):
        os.environ.setdefault("SPARK_LOCAL_IP", _LOOPBACK)


def _settings(master: str, conf: Mapping[str, str]) -> dict[str, str]:
    """All settings of a session."""
    found = dict(_CONF)
    if is_local(master):
        found |= {"spark.driver.host": _LOOPBACK, "spark.driver.bindAddress": _LOOPBACK}
    source = Path(musicrec_tui.__file__).resolve().parent.parent
    if source.name not in ("site-packages", "dist-packages"):  # executors of this machine find this very package
        found["spark.executorEnv.PYTHONPATH"] = str(source)
    return found | dict(conf)
