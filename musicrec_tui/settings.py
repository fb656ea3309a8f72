"""What the user chose once for all: a checked TOML file in the home folder."""

import zoneinfo
from typing import Annotated

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import printable


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting with its default.

    Attributes:
        theme: a Textual theme's name.
        k: length of ranked lists and the K of metrics.
        slots: jobs that may train at the same time; the others queue.
        memory_limit: what DuckDB may use while it builds an index ("60%" of RAM, or "4GB").
        time_zone: in which hours of the day are told: an IANA name, such as "Europe/Vienna".
        cache_days: indexes that nobody opened for so many days are removed.
        cache_gb: so many gigabytes of indexes are kept at most, those that were opened last.
        trash_days: deleted runs and tunings can be restored for so many days.
        sql_seconds: how long a query of the SQL line may take.
        sql_memory_mb: what DuckDB may use for it, in MiB.
    """

    theme: str = "textual-dark"
    k: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    slots: Annotated[int, msgspec.Meta(ge=1, le=16)] = 2
    memory_limit: Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)?\s*(%|[KMGT]i?B)$")] = "60%"
    time_zone: str = "UTC"
    cache_days: Annotated[int, msgspec.Meta(ge=1, le=36500)] = 30
    cache_gb: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 20
    trash_days: Annotated[int, msgspec.Meta(ge=1, le=36500)] = 30
    sql_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 10
    sql_memory_mb: Annotated[int, msgspec.Meta(ge=64, le=10_000_000)] = 1024


def load(home: Home) -> Settings:
    """Read the settings; a missing file means the defaults.

    Raises:
        UserError: the file is not TOML, or a value is not allowed; the message names the key.
    """
    try:
        raw = home.settings.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise UserError(f"Cannot read the settings in {home.settings}: {error.strerror}.") from error
    try:
        settings = msgspec.toml.decode(raw, type=Settings)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UserError(f"The settings in {home.settings} cannot be used: {error}. Mend or delete the file.") from error
    _check_zone(home, settings.time_zone)
    return settings


def _check_zone(home: Home, name: str) -> None:
    """Refuse a time zone that there is not (UTC is everywhere, even where no time zones are installed)."""
    if name == "UTC":
        return
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(
            f"The settings in {home.settings} cannot be used: time_zone {printable(name)!r} is no time zone. "
            'Write an IANA name, such as "Europe/Vienna", or "UTC".'
        ) from error


def save(home: Home, settings: Settings) -> None:
    """Write the settings (needs no TOML writer: every value is a string or a whole number, which JSON spells alike)."""
    lines = [
        f"{name} = {msgspec.json.encode(value).decode()}\n" for name, value in msgspec.structs.asdict(settings).items()
    ]
    files.write_bytes(home.settings, "".join(lines).encode())
