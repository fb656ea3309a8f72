"""Where things are: the home folder with its rooms, and the embedded sample."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import platformdirs

APP = "musicrec-tui"
_LISTED = re.compile(r"[A-Za-z][\w+.-]+://[^:/]*(?::\d+(?=/))?[^:]*|[^:]+")
"""The parts of a list of paths, at its colons; those of an address (`hdfs://host:8020/…`) are none between two."""


class Home(NamedTuple):
    """The folders that belong to the user.

    Attributes:
        root: settings and the files below, by default the platform's data folder.
        cache: what can be made again: indexes.
    """

    root: Path
    cache: Path

    @property
    def runs(self) -> Path:
        """One folder for each run."""
        return self.root / "runs"

    @property
    def tunings(self) -> Path:
        """One folder for each tuning."""
        return self.root / "tunings"

    @property
    def trash(self) -> Path:
        """Deleted runs and tunings, until they are restored or their time is over."""
        return self.root / "trash"

    @property
    def profiles(self) -> Path:
        """One folder for each imported personal history; readable by the user only."""
        return self.root / "profiles"

    @property
    def opinions(self) -> Path:
        """Which artists are loved and blocked; readable by the user only."""
        return self.root / "opinions.json"

    @property
    def settings(self) -> Path:
        """The settings file, TOML."""
        return self.root / "settings.toml"

    @property
    def tokens(self) -> Path:
        """The tokens of services, TOML; readable by the user only, or it is not used."""
        return self.root / "tokens.toml"

    @property
    def fetched(self) -> Path:
        """Histories that come from a service, until they are whole and imported; readable by the user only."""
        return self.root / "fetched"

    @property
    def state(self) -> Path:
        """What the screen showed last, for its next start; readable by the user only."""
        return self.root / "state.json"

    @property
    def bookmarks(self) -> Path:
        """The users and artists that the user wants to find again; readable by the user only."""
        return self.root / "bookmarks.json"

    @property
    def tour(self) -> Path:
        """Is there once the tour was shown."""
        return self.root / "tour_shown"

    @property
    def keys_announced(self) -> Path:
        """Is there once the key table was announced, or the home was new with it."""
        return self.root / "keys_announced"

    @property
    def sql_history(self) -> Path:
        """What was asked on the SQL line; readable by the user only."""
        return self.root / "sql_history.json"

    @property
    def sql_saved(self) -> Path:
        """The SQL queries that the user saved; readable by the user only."""
        return self.root / "sql_saved.json"

    @property
    def indexes(self) -> Path:
        """The index files, one for each state of each log."""
        return self.cache / "indexes"

    @property
    def slots(self) -> Path:
        """The lock files that bound how many jobs run at once."""
        return self.root / "slots"

    @property
    def logs(self) -> Path:
        """What the TUI and the host have to say when they break."""
        return self.cache / "logs"


def expanded(path: Path) -> Path:
    """A path with "~" as the home that it stands for; if there is no such home, it is a name like any other."""
    try:
        return path.expanduser()
    except RuntimeError:  # no such user, or one without a home
        return path


def pasted_paths(text: str) -> list[str]:
    """The paths in a text as terminals paste it for dragged files: quoted, escaped, or as a `file://` address.

    A text that is the name of a file as it stands is that file, and so is one without quotes and escapes.
    """
    text = text.strip()
    if not text or _is_there(text):
        return [text] if text else []
    if text.startswith("file://"):
        return [_of_address(one) for one in text.split()]
    if not any(sign in text for sign in "'\"\\"):
        return [text]
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:  # a quote without its other one: a name that has a quote
        return [text]
    return [_of_address(word) for word in words]


def _is_there(text: str) -> bool:
    """Whether a text names a file."""
    try:
        return expanded(Path(text)).exists()
    except (OSError, ValueError):
        return False


def _of_address(text: str) -> str:
    """The path of a `file://` address of this machine; another text stays as it is."""
    from urllib.parse import unquote, urlsplit

    if not text.startswith("file://"):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    return unquote(text.removeprefix(f"file://{parts.netloc}"))


def abbreviated(path: str) -> str:
    """An absolute path as shells show it: with "~" for the user's home folder."""
    home = os.path.expanduser("~").rstrip(os.sep)  # noqa: PTH111  (a text, not a path: it is shown)
    return f"~{path[len(home) :]}" if home and path.startswith(f"{home}{os.sep}") else path


def find_home(override: Path | None = None) -> Home:
    """The home to use: `--home`, else `MUSICREC_HOME`, else the platform's folders."""
    chosen = override or (Path(env) if (env := os.environ.get("MUSICREC_HOME")) else None)
    if chosen is not None:
        root = expanded(chosen).absolute()
        return Home(root, root / "cache")
    return Home(Path(platformdirs.user_data_dir(APP)), Path(platformdirs.user_cache_dir(APP)))


def sample_data() -> Path:
    """The embedded sample: inside the package when installed from a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "sample_data" / "listens"
    return inside if inside.is_dir() else package.parent / "sample_data" / "listens"


def find_data(override: Sequence[str | Path] | None = None) -> Sequence[str | Path]:
    """The log to open: what was asked for, else `MUSICREC_DATA` (a colon between several), else the sample."""
    if override:
        return override
    if env := os.environ.get("MUSICREC_DATA"):
        return _LISTED.findall(env)
    return [sample_data()]
