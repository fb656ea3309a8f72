"""Values that took long: each is written down when it is found, so that a computation that was stopped goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec


class Record:
    """Values by what they are of, in a file of JSON lines; without a file they are not kept.

    Args:
        path: the file; made where it is not there.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._known: dict[str, float] = dict(json.loads(line) for line in lines)

    def value(self, of: Any, compute: Callable[[], float]) -> float:
        """The value of something that JSON can hold: from the file, or computed and written there."""
        key = msgspec.json.encode(of, order="sorted").decode()
        if key not in self._known:
            self._known[key] = compute()
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([key, self._known[key]]) + "\n")
        return self._known[key]
