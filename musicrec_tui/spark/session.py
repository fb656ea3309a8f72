"""A Spark session whose driver is this process."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import musicrec_tui
from musicrec_tui.errors import UserError
from musicrec_tui.spark import cluster, needs, progress
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_CONF = {
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.port": "0",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
}
"""Settings of every session; those of the user go before them."""

_LOOPBACK = "127.0.0.1"


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
        UserError: pyspark or Java is missing, the master does not answer, or the session cannot be started.
    """
    if sentence := needs.missing():
        raise UserError(sentence, exit_code=1)
    cluster.require_master(master)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    _prepare_environment(master)
    builder = SparkSession.builder.appName(name)
    if master:
        builder = builder.master(master)
    for key, value in _settings(master, conf or {}).items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        told = progress.reason_of(error)
        raise UserError(f"Spark cannot be started at {printable(master, 100)}: {told}", exit_code=1) from error
    session.sparkContext.setLogLevel("WARN")
    try:
        yield session
    finally:
        with contextlib.suppress(Py4JError, OSError):  # Java may be gone
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
