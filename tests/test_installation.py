"""The command that adds an extra, for each way in which the program can be installed."""

import importlib.util
import json
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

import musicrec_tui
from musicrec_tui import installation


def installed_into(prefix: Path, monkeypatch: pytest.MonkeyPatch, url: str = "") -> None:
    """As if the program were installed into this environment, from this address."""
    package = prefix / "lib" / "musicrec_tui" / "__init__.py"
    told = SimpleNamespace(read_text=lambda _: json.dumps({"url": url}) if url else None)
    monkeypatch.setattr(musicrec_tui, "__file__", str(package))
    monkeypatch.setattr(metadata, "distribution", lambda _: told)
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(sys, "executable", str(prefix / "bin" / "python"))


def test_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_into(tmp_path / ".venv", monkeypatch)
    monkeypatch.setattr(musicrec_tui, "__file__", str(tmp_path / "musicrec_tui" / "__init__.py"))
    (tmp_path / "Makefile").touch()
    assert installation.command_for("neural") == "make neural"
    assert installation.command_for("spark") == "make spark"
    assert installation.command_for("web") == f"{tmp_path}/.venv/bin/python -m pip install 'musicrec-tui[web]'"


def test_pip_and_uv_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_into(tmp_path / "my env", monkeypatch)
    assert installation.command_for("neural") == f"'{tmp_path}/my env/bin/python' -m pip install 'musicrec-tui[neural]'"
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    wanted = f"uv pip install --python '{tmp_path}/my env/bin/python' 'musicrec-tui[neural]'"
    assert installation.command_for("neural") == wanted


def test_pipx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_into(tmp_path, monkeypatch)
    (tmp_path / "pipx_metadata.json").write_text("{}")
    assert installation.command_for("neural") == "pipx inject musicrec-tui 'musicrec-tui[neural]'"


@pytest.mark.parametrize(
    ("url", "receipt", "command"),
    [
        ("", "", "uv tool install 'musicrec-tui[neural]'"),
        ("file:///src/music%20rec", "", "uv tool install '/src/music rec[neural]'"),
        (
            "file:///src",
            '[tool]\nrequirements = [{name = "musicrec-tui", extras = ["web"], directory = "/src"}, {name = "x"}]',
            "uv tool install '/src[neural,web]'",
        ),
        ("archive:a.whl", "[tool", "uv tool install 'musicrec-tui[neural]'"),
    ],
)
def test_uv_tool(url: str, receipt: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed_into(tmp_path, monkeypatch, url)
    (tmp_path / "uv-receipt.toml").write_text(receipt)
    assert installation.command_for("neural") == command
