"""What `make` installs, and when: a Python that only tells how it is called stands for the real one."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAKE = """#!/bin/sh
echo "$*" >> calls
if [ "$1 $2" = "-m venv" ]; then
  for folder; do :; done
  rm -rf $folder; mkdir -p $folder/bin; cp fake $folder/bin/python; echo "exit 0" > $folder/bin/musicrec-tui
  chmod +x $folder/bin/musicrec-tui
fi
if [ "$1 $2" = "-m pip" ] && [ -e fail ]; then exit 1; fi
"""


class Tree:
    """A source tree without code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.lock"))):
            shutil.copy(ROOT / name, folder)
        (folder / "fake").write_text(FAKE, encoding="ascii")
        (folder / "fake").chmod(0o755)

    def make(self, goal: str, *, code: int = 0) -> list[str]:
        """What is installed for a goal: "venv", names of locks, "program"."""
        (self.folder / "calls").write_text("", encoding="ascii")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        done = subprocess.run(
            ["make", goal, "PYTHON=./fake"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        calls = (self.folder / "calls").read_text(encoding="ascii").splitlines()
        kinds = {"-m venv": "venv", "--editable": "program", "--require-hashes": ""}
        return [kind or call.rpartition(" ")[2] for call in calls for word, kind in kinds.items() if word in call]

    def change(self, name: str) -> None:
        """As if a file were changed after all that is there."""
        latest = max(path.stat().st_mtime_ns for path in self.folder.rglob("*"))
        os.utime(self.folder / name, ns=(latest + 1_000_000_000, latest + 1_000_000_000))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A fresh clone."""
    return Tree(tmp_path)


def test_run_installs_the_lean_base_once_and_test_adds_to_it(tree: Tree) -> None:
    assert tree.make("run") == ["venv", "requirements.lock", "program"]
    assert tree.make("run") == []
    assert tree.make("neural") == ["requirements-neural.lock", "program"]
    assert tree.make("run") == tree.make("neural") == []
    assert tree.make("test") == ["requirements-dev.lock", "program"]
    assert tree.make("run") == tree.make("neural") == tree.make("test") == []


def test_spark_is_added_to_what_is_there_and_stays(tree: Tree) -> None:
    spark = [".venv/spark-build.lock", "requirements-spark.lock"]
    assert tree.make("spark") == ["venv", "requirements.lock", *spark, "program"]
    builds = (tree.folder / ".venv" / "spark-build.lock").read_text(encoding="ascii").splitlines()
    assert [line.partition("==")[0] for line in builds if not line.startswith(" ")] == ["setuptools", "wheel"]
    assert tree.make("spark") == tree.make("run") == []
    assert tree.make("test") == ["requirements-dev.lock", "program"]
    assert tree.make("spark") == []
    tree.change("requirements-spark.lock")
    (tree.folder / "fail").touch()
    assert tree.make("spark", code=2) == spark[:1]
    (tree.folder / "fail").unlink()
    assert tree.make("test") == []
    assert tree.make("spark") == spark


def test_a_changed_lock_or_project_is_installed_over_what_is_there(tree: Tree) -> None:
    tree.make("test")
    tree.change("requirements.lock")
    assert tree.make("run") == []
    tree.change("pyproject.toml")
    assert tree.make("run") == ["program"]


@pytest.mark.parametrize("before", ["run", "neural", "test"])
def test_an_installation_that_was_interrupted_is_done_again_in_a_new_environment(tree: Tree, before: str) -> None:
    tree.make(before)
    tree.change("requirements-dev.lock")
    (tree.folder / "fail").touch()
    assert tree.make("test", code=2) == ["requirements-dev.lock"]
    (tree.folder / "fail").unlink()
    assert tree.make("run") == ["venv", "requirements.lock", "program"]
    assert tree.make("test") == ["requirements-dev.lock", "program"]


def test_the_libraries_to_compare_with_have_an_environment_of_their_own(tree: Tree) -> None:
    tree.make("run")
    assert tree.make("peers") == ["venv", "requirements-peers.lock"]
    assert tree.make("peers") == tree.make("run") == []
    assert tree.make("test-slow") == ["requirements-dev.lock", "program"]
    tree.change("requirements-peers.lock")
    (tree.folder / "fail").touch()
    assert tree.make("test-slow", code=2) == ["venv", "requirements-peers.lock"]
    (tree.folder / "fail").unlink()
    assert tree.make("test-slow") == ["venv", "requirements-peers.lock"]
