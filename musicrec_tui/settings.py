"""What the user chose once for all: a checked TOML file in the home folder."""

import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError
from musicrec_tui.links import Service, fault
from musicrec_tui.paths import Home
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.toml import Value


PrimaryMetric = Literal["ndcg@k", "recall@k", "precision@k", "map@k", "mrr@k", "hit_rate@k", "auc@k", "auc"]
"""Metrics of users of which more is better (a test holds them to `evaluation.metrics`, which is above this module)."""

_LARGEST = 2**20
"""Bytes of a settings file."""
_AMOUNT = re.compile(r"([0-9.]+) *(%|\w+)")
_MEGABYTES = {"K": 1e-3, "M": 1, "G": 1e3, "T": 1e6}


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A theme of the user's own, `[themes.NAME]`: colours as CSS has them; those that are left out follow from others.

    Attributes:
        primary: what has the focus; the one that every theme needs.
        secondary, accent: keys and headings.
        warning, error, success: states, which have a sign and a word too.
        foreground, background, surface, panel, boost: text, and what lies below it.
        dark: whether the background is dark.
    """

    primary: str = ""
    secondary: str = ""
    accent: str = ""
    warning: str = ""
    error: str = ""
    success: str = ""
    foreground: str = ""
    background: str = ""
    surface: str = ""
    panel: str = ""
    boost: str = ""
    dark: bool = True


def local_zone() -> str:
    """The IANA name of the machine's time zone: that of `TZ`, else of /etc/localtime; UTC where it has none."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name or name.startswith("/"):
        name = _zone_of(name or _LOCAL_TIME)
    if name in _UTC or not _IANA.fullmatch(name):
        return "UTC"
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _zone_of(file: str) -> str:
    """The zone that a file of the system's zones is of, or the link to one; empty where it does not say."""
    if "zoneinfo/" not in file:
        try:
            file = os.readlink(file)  # noqa: PTH115  (a text, not a path)
        except OSError:
            return ""
    return file.partition("zoneinfo/")[2]


_LOCAL_TIME = "/etc/localtime"
_UTC = ("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu")
_IANA = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")


def _about(example: Any, unit: str = "", **bounds: Any) -> msgspec.Meta:
    """What docs/settings.md shows of a setting: a value that differs from the default, and the number's unit."""
    return msgspec.Meta(examples=[example], extra={"unit": unit} if unit else None, **bounds)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting with its default.

    Attributes:
        theme: The name of a colour theme; `musicrec-tui themes` lists them.
        k: The length of ranked lists, and the K of metrics.
        primary_metric: What Compare's verdict is about, fixed before anything is looked at: a metric of users of which
            more is better.
        slots: How many jobs may train at the same time; the others wait in a queue.
        memory_limit: The most memory that DuckDB uses while it builds an index, as a share of RAM or an amount.
        time_zone: The IANA name of the zone in which hours of the day are shown.
        cache_days: An index that was not opened for this long is deleted when another is built.
        cache_gb: The most disk that indexes use; those that were opened last are kept.
        trash_days: Deleted runs and tunings can be restored for this long.
        spark_master: The address of the Spark cluster for runs with the engine spark; `local[*]` is this machine.
        sql_seconds: The most time that a query of the SQL editor takes.
        sql_memory_mb: The most memory that DuckDB uses for such a query.
        keys: Other keys for commands, by the commands' ids; `musicrec-tui keys` lists them.
        themes: Your own colour themes by name. `primary` is needed; other colours follow from it.
        links: Web sites that `o` opens, by name, beside the built-in ones; an empty table removes one of these.
    """

    theme: Annotated[str, _about("nord")] = "textual-dark"
    k: Annotated[int, _about(20, "artists", ge=1, le=1000)] = 10
    primary_metric: Annotated[PrimaryMetric, _about("recall@k")] = "ndcg@k"
    slots: Annotated[int, _about(1, "jobs", ge=1, le=16)] = 2
    memory_limit: Annotated[str, _about("4GB", "% or MB to TB", pattern=r"^[0-9]+(\.[0-9]+)? *(%|[KMGT]i?B)\Z")] = "60%"
    time_zone: Annotated[str, _about("Europe/Vienna")] = msgspec.field(default_factory=local_zone)
    cache_days: Annotated[int, _about(7, "days", ge=1, le=36500)] = 30
    cache_gb: Annotated[int, _about(5, "GB", ge=1, le=100_000)] = 20
    trash_days: Annotated[int, _about(90, "days", ge=1, le=36500)] = 30
    spark_master: Annotated[str, _about("spark://127.0.0.1:7077", min_length=1, max_length=1000)] = "local[*]"
    sql_seconds: Annotated[int, _about(60, "seconds", ge=1, le=86_400)] = 10
    sql_memory_mb: Annotated[int, _about(4096, "MiB", ge=64, le=10_000_000)] = 1024
    keys: Annotated[dict[str, str], _about({"explore.search": "ctrl+f,/"})] = {}
    themes: Annotated[dict[str, Colours], _about({"mine": {"primary": "#ffa500", "dark": False}})] = {}
    links: Annotated[
        dict[str, Service], _about({"Discogs": {"artist": "https://www.discogs.com/search/?q={artist}"}})
    ] = {}


def load(home: Home) -> Settings:
    """Read the settings; a missing file means the defaults.

    Keys and themes are the screen's, which checks them where it knows them (`tui.keymap`, `tui.themes`).

    Raises:
        UserError: the file is not TOML, or a value is not allowed; the message names the line and the key.
    """
    try:
        raw = files.read_bytes(home.settings, _LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise UserError(f"Cannot read the settings in {home.settings}: {error.strerror}.") from error
    document = _document(home, raw)
    try:
        settings = _converted(home, document)
    except RecursionError as error:
        raise _refusal(home, 0, "its tables or lists are nested too deeply") from error
    if "time_zone" in document:
        _check_zone(home, settings.time_zone)
    _check_memory(home, settings.memory_limit)
    for name, service in settings.links.items():
        if (wrong := fault(service)) is not None:
            raise refusal(home, ("links", name, wrong[0]), wrong[1])
    return settings


def _converted(home: Home, document: "dict[str, Value]") -> Settings:
    """The settings in a document."""
    try:
        return msgspec.convert(document, Settings)
    except msgspec.ValidationError as error:
        path, reason = _culprit(document) or ((), str(error))
        raise refusal(home, path, reason) from error


def refusal(home: Home, path: Sequence[str], reason: str) -> UserError:
    """The error for a setting that cannot be used: its file, its line, what is wrong.

    Args:
        home: whose settings they are.
        path: the setting's key, and the tables that it is in.
        reason: what is wrong, without a full stop at its end.
    """
    from musicrec_tui import toml

    try:
        line = toml.line_of(files.read_bytes(home.settings, _LARGEST).decode(), path)
    except (OSError, UnicodeDecodeError, RecursionError):
        line = 0
    return _refusal(home, line, f"{printable(toml.key_text(path))}: {printable(reason, None)}" if path else reason)


def _refusal(home: Home, line: int, sentence: str) -> UserError:
    """The sentence, with the line where one is known."""
    place = f"{home.settings}, line {line}," if line else f"{home.settings}"
    return UserError(f"The settings in {place} cannot be used: {sentence}. Correct or delete the file.")


def _document(home: Home, raw: bytes) -> "dict[str, Value]":
    """The file as TOML has it."""
    import tomllib

    from musicrec_tui import toml

    try:
        text = raw.decode()
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _refusal(home, raw[: error.start].count(b"\n") + 1, "it is not UTF-8 text") from error
    except RecursionError as error:
        raise _refusal(home, 0, "its tables or lists are nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise _refusal(home, toml.line_of_error(text, error), f"it is not TOML: {printable(reason, None)}") from error


def _culprit(table: "Mapping[str, Value]", above: tuple[str, ...] = ()) -> tuple[tuple[str, ...], str] | None:
    """The first setting that is not allowed, alone, and why (msgspec does not say which key of a table it is)."""
    for key, value in table.items():
        path = (*above, key)
        inner = _culprit(value, path) if isinstance(value, dict) else None
        if inner is not None:
            return inner
        alone: Value = value
        for part in reversed(path):
            alone = {part: alone}
        try:
            msgspec.convert(alone, Settings)
        except msgspec.ValidationError as error:
            return path, _reason(path, str(error))
    return None


def _reason(path: tuple[str, ...], told: str) -> str:
    """What is wrong with a setting, from what msgspec told; TOML takes an id without quotes for tables in tables."""
    if path[0] == "keys" and len(path) > 2:
        return f'write the whole id in quotes, as in "{".".join(path[1:])}" = ...'
    return "there is no such setting" if "unknown field" in told else told.partition(" - at ")[0]


def _check_zone(home: Home, name: str) -> None:
    """Refuse a time zone that there is not (UTC is everywhere, even where no time zones are installed)."""
    if name == "UTC":
        return
    import zoneinfo  # looks for the system's time zones, which the screen's start would wait for

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        reason = f'{name!r} is no time zone; write an IANA name, such as "Europe/Vienna", or "UTC"'
        raise refusal(home, ("time_zone",), reason) from error


def _check_memory(home: Home, limit: str) -> None:
    """Refuse a limit that DuckDB could not work within, or could not count."""
    amount, unit = _AMOUNT.match(limit).groups()  # type: ignore[union-attr]  # the pattern has matched already
    fits = 1 <= float(amount) <= 100 if unit == "%" else 64 <= float(amount) * _MEGABYTES[unit[0]] <= 1e12
    if not fits:
        reason = f"{printable(limit, 40)} is no amount to work with; write 1% to 100%, or 64MB to 1000000TB"
        raise refusal(home, ("memory_limit",), reason)


def save(home: Home, settings: Settings) -> None:
    """Write all settings."""
    from musicrec_tui import toml

    document = msgspec.to_builtins(settings)
    files.write_bytes(
        home.settings, toml.dumps({key: value for key, value in document.items() if value != {}}).encode()
    )


_THEME_LINE = re.compile(r"""^(\s*theme\s*=\s*)("[^"\\]*"|'[^']*')""")


def remember_theme(home: Home, name: str) -> None:
    """Set the theme in the settings file; all that the user wrote beside it, comments too, stays as it is.

    Raises:
        UserError: the file cannot be used, or not be written.
    """
    with files.alone(home.root / ".settings.lock", "Another program is changing the settings; try again."):
        _set_theme(home, name)


def _set_theme(home: Home, name: str) -> None:
    """See `remember_theme`; nobody else changes the file meanwhile."""
    from musicrec_tui import toml

    wanted = msgspec.structs.replace(load(home), theme=name)
    text = files.read_bytes(home.settings, _LARGEST).decode() if home.settings.exists() else ""
    setting = toml.dumps({"theme": name}).strip()
    lines = text.split("\n")
    line = toml.line_of(text, ("theme",))
    if line:
        lines[line - 1] = _THEME_LINE.sub(lambda _found: setting, lines[line - 1])
    else:
        lines.insert(0, setting)
    files.write_bytes(home.settings, "\n".join(lines).encode())
    if load(home) != wanted:  # written in a way that a line cannot be changed in
        save(home, wanted)
