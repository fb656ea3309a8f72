"""Modules that are loaded when a test first needs them.

Every worker of the test run reads all files of tests, and TensorFlow would cost each of them two seconds and 300 MB.
"""

import importlib
from typing import Any


class Later:
    """A module whose import waits for the first use of one of its names.

    Args:
        name: of the module, with its packages.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # pytest looks at every name of a file
            raise AttributeError(name)
        return getattr(importlib.import_module(self._name), name)
