"""`train als --engine spark` as an application of Spark: `spark-submit … spark_submit.py als --data ADDRESS …`.

It takes the arguments of `musicrec-tui train`. Master and settings are those of `spark-submit`: the job is a process of
its own as always, and its session is the one in the Java process that `spark-submit` has started.
"""

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Train; returns the exit code of `train`."""
    own = Path(__file__).resolve().parent
    sys.path[:] = [path for path in sys.path if Path(path).resolve() != own]  # a script's folder has names of libraries
    from musicrec_tui.cli.app import run

    return run(["train", *arguments, "--engine", "spark"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
