"""The folder in a run's folder for what only lives as long as its worker: pairs, checkpoints, factors."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from musicrec_tui import files


@contextlib.contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """A new folder in a run's folder, removed at the end; `files.sweep` removes what a killed worker left."""
    files.sweep(folder, NAME)
    work = Path(tempfile.mkdtemp(prefix=f".{NAME}.", suffix=".tmp", dir=folder))
    work.chmod(0o755)  # executors may be another user's
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def kept_in(work: Path) -> dict[str, str]:
    """Settings, and a variable of this process, by which the driver's own files are in the folder that is deleted.

    So nothing is left even after all processes were killed. Executors elsewhere have folders of their cluster manager.
    """
    os.environ.setdefault("SPARK_LOCAL_DIRS", str(work))  # Spark warns of the setting `spark.local.dir`
    return {"spark.driver.extraJavaOptions": f'-Djava.io.tmpdir="{work}"'}


NAME = "spark"
