"""What `pip install .` brings: the sample is inside, small, and found from anywhere."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_an_installed_wheel_finds_its_own_sample(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(wheel, check=True, timeout=4 * PATIENCE)
    [built] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(built).namelist()
    assert built.stat().st_size < 5_000_000
    assert any(name.startswith("musicrec_tui/sample_data/listens/") and name.endswith(".parquet") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]
    target = tmp_path / "elsewhere"
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(target), str(built)], check=True, timeout=4 * PATIENCE
    )
    # -I would hide the target; -P keeps the current folder out, and `target` comes before the editable install.
    program = (
        f"import sys; sys.path.insert(0, {str(target)!r}); from musicrec_tui.__main__ import main; sys.exit(main())"
    )
    command = [sys.executable, "-P", "-c", program, "info", "--home", str(tmp_path / "home"), "--json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE)
    assert str(target / "musicrec_tui" / "sample_data" / "listens") in answer.stdout
    assert '"listens": 66936' in answer.stdout
