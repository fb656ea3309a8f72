"""What `pip install .` brings: wheel and sdist, tried in an environment with the packages of the lean lock alone."""

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def done(command: list[str], folder: Path) -> str:
    """What a command prints; it must succeed."""
    finished = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=4 * PATIENCE, check=False, stdin=subprocess.DEVNULL
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def locked(lock: Path) -> list[str]:
    """The packages of a lock that this Python and machine get."""
    found = re.findall(r"^([\w.-]+)==[^ ]+(?: ; (.*?))? \\$", lock.read_text(encoding="ascii"), re.MULTILINE)
    return [name for name, marker in found if not marker or Marker(marker).evaluate()]


def lean_environment(folder: Path) -> Path:
    """The Python of a new environment that has the packages of the lean lock, linked from this one, and no others."""
    done([sys.executable, "-m", "venv", "--without-pip", str(folder)], folder.parent)
    [site] = folder.glob("lib/python*/site-packages")
    for name in locked(ROOT / "requirements.lock"):
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(distribution.locate_file(top))).resolve())
    return folder / "bin" / "python"


def test_the_locks_have_the_same_versions_and_no_addresses() -> None:
    lean, neural, all_of_it = (
        set(re.findall(r"^[\w.-]+==[^ ]+", (ROOT / f"requirements{kind}.lock").read_text(), re.MULTILINE))
        for kind in ("", "-neural", "-dev")
    )
    assert lean < neural < all_of_it
    assert {one.partition("==")[0] for one in neural - lean} >= {"tensorflow", "keras"}
    assert not [path for path in ROOT.glob("requirements*.lock") if "//" in path.read_text()]


@pytest.mark.slow
def test_wheel_and_sdist_work_in_an_environment_with_the_lean_packages_alone(tmp_path: Path) -> None:
    built = [sys.executable, "-m", "hatchling", "build", "--directory", str(tmp_path)]
    done(built, ROOT)
    [wheel], [sdist] = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.stat().st_size < 5_000_000
    assert any(name.startswith("musicrec_tui/sample_data/listens/") and name.endswith(".parquet") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]
    python = lean_environment(tmp_path / "env")
    program = [str(python.parent / "musicrec-tui")]
    for package in (wheel, sdist):
        install = [*PIP, "--python", str(python), "install", "--no-deps", "--no-index", "--no-build-isolation"]
        done([*install, "--force-reinstall", str(package)], tmp_path)
        home = ["--home", str(tmp_path / package.name.rpartition(".")[2])]
        told = json.loads(done([*program, "info", *home, "--json"], tmp_path))
        assert told["listens"] == 66_936
        assert str(tmp_path / "env") in json.dumps(told)  # the sample that came with it
        trained = ["train", "ncf", "--set", "epochs=1", "--set", "factors=8", "--set", "layers=16,8", "--json"]
        assert json.loads(done([*program, *trained, *home], tmp_path))["status"] == "finished"
        extras = json.loads(done([*program, "doctor", *home, "--json"], tmp_path))["program"]["extras"]
        assert not any(extras.values())


@pytest.mark.slow
def test_the_sdist_is_complete_and_its_tests_pass(tmp_path: Path) -> None:
    done([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "--directory", str(tmp_path)], ROOT)
    [sdist] = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = (path for path in tmp_path.iterdir() if path.is_dir())
    found = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    if (ROOT / ".git").exists():
        tracked = done(["git", "ls-files", "-z"], ROOT).split("\0")
        wanted = {
            name for name in tracked if name and not name.startswith((".ci/", ".git")) and (ROOT / name).is_file()
        }
        assert wanted - found == set()
    tests = ["tests/test_text.py", "tests/test_paths.py", "tests/test_imports.py", "tests/tui/test_sql_snapshots.py",
             "tests/stored"]  # fmt: skip
    told = done([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], source)
    assert "passed" in told
