"""A real index in a folder with a secret beside it, and all that may not change."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sql import guard
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, MARKUP, listen, write_listens

SECRET = "what nobody may read"  # noqa: S105  (no password)


class Field:
    """Where attacks are tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listens = [listen(user, name, None, user) for user in (1, 2, 3) for name in (HOSTILE, MARKUP, "Air")]
        log = write_listens(folder / "log.parquet", listens)
        self.index = build.ensure(Log([log]), Home(folder / "home", folder / "home" / "cache"))
        self.secret = folder / "secret.csv"
        self.secret.write_text(f"line,number\n{SECRET},1\n{SECRET},2\n", encoding="utf-8")

    def state(self) -> dict[str, str]:
        """Every file below the folder with a hash of its content."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            for path in self.folder.rglob("*")
        }

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Every file with its size and when it was written: a quick look."""
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in self.folder.rglob("*")}

    def of(self, query: str) -> str:
        """A query with the places filled in."""
        for name, value in (("INDEX", self.index), ("SECRET", self.secret), ("FOLDER", self.folder)):
            query = query.replace(f"«{name}»", str(value))
        return query


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory) -> Field:
    """The field; no test changes it, which is what they are about."""
    return Field(tmp_path_factory.mktemp("field"))


@pytest.fixture(scope="module")
def connection(field: Field) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection to its index."""
    made = guard.open_locked(field.index, 256)
    yield made
    made.close()
