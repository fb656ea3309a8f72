"""Python processes, and those that they start, in which some packages are not installed."""

import os
from pathlib import Path

_SITE = """
import importlib.machinery

_find_spec = importlib.machinery.PathFinder.find_spec


def _without(finder, name, path=None, target=None):
    return None if name.partition(".")[0] in {names!r} else _find_spec(name, path, target)


importlib.machinery.PathFinder.find_spec = classmethod(_without)
"""


def without(folder: Path, *names: str) -> dict[str, str]:
    """The environment of such a process; `folder` gets the module that Python imports at its start."""
    (folder / "sitecustomize.py").write_text(_SITE.format(names=set(names)), encoding="ascii")
    known = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(known)}
