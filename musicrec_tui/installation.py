"""How this program was installed, and the command that adds an extra in the same way."""

import importlib.util
import json
import shlex
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import musicrec_tui

_NAME = "musicrec-tui"
_MADE = ("neural", "spark")
"""The extras that `make` has a target for."""


def command_for(extra: str) -> str:
    """The command that installs an extra with what this program was installed with: make, uv tool, pipx, pip or uv.

    Each also works where the program came from a folder and is in no index: pip and pipx find it installed, and uv is
    given the folder.
    """
    prefix = Path(sys.prefix)
    wanted = shlex.quote(f"{_NAME}[{extra}]")
    if extra in _MADE and _made(prefix):
        return f"make {extra}"
    if (receipt := prefix / "uv-receipt.toml").is_file():
        extras = ",".join(sorted({*_extras_of(receipt), extra}))
        return f"uv tool install {shlex.quote(f'{_folder() or _NAME}[{extras}]')}"
    if (prefix / "pipx_metadata.json").is_file():
        return f"pipx inject {_NAME} {wanted}"
    python = shlex.quote(sys.executable)
    if importlib.util.find_spec("pip") is None:
        return f"uv pip install --python {python} {wanted}"
    return f"{python} -m pip install {wanted}"


def _made(prefix: Path) -> bool:
    """Whether this is the environment that `make` sets up beside the source."""
    source = Path(musicrec_tui.__file__).resolve().parent.parent
    return (source / "Makefile").is_file() and prefix.resolve() == (source / ".venv").resolve()


def _extras_of(receipt: Path) -> list[str]:
    """The extras that `uv tool install` was asked for: it would remove those that are not named again."""
    try:
        wanted = tomllib.loads(receipt.read_text(encoding="utf-8"))["tool"]["requirements"]
        return [str(name) for one in wanted if one["name"] == _NAME for name in one.get("extras", ())]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _folder() -> str:
    """The folder or file that this program was installed from (PEP 610); empty: an index, or unknown."""
    from importlib import metadata  # takes longer to import than the rest

    try:
        told = json.loads(metadata.distribution(_NAME).read_text("direct_url.json") or "{}")
        url = urlsplit(str(told.get("url", "")))
    except (metadata.PackageNotFoundError, ValueError, AttributeError):
        return ""
    return unquote(url.path) if url.scheme == "file" else ""
