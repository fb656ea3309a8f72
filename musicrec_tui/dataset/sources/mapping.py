"""Which column of a table is what, found by the names of the columns and by the values in them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import number_forms, time_forms, time_rewrites
from musicrec_tui.dataset.sources.time_forms import TimeForm
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PERSON = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_ENTITY = re.compile(f"(?:{'|'.join(map(re.escape, roles.ENTITIES))})")
_COUNT = re.compile(r"\d+")
_UTC = re.compile(r"\s*(utc|gmt|z|etc/utc|[+-]?0*:?0*)\s*", re.IGNORECASE)
_ZONED = re.compile(r"(Z|UTC|GMT|[+-]\d\d:?\d\d|[a-z]/[A-Z]\w+\]?)\s*$|^\d{9,}(\.\d+)?$")
_YES, _NO = frozenset({"true", "yes", "y", "t", "1", "x", "♥", "❤"}), frozenset({"false", "no", "n", "f", "0"})
_SHOWN = 30


class Understood(NamedTuple):
    """Which column of a table is what.

    Attributes:
        columns: the column of each role; of a time in two columns those of `date` and `clock`.
        labels: the columns as the file spells them.
        time: how times are written; None for a table without.
        plays, rating: how play counts and ratings are written.
        user: whose listens they are, where no column says so and the file does.
        warnings: what was seen and not used, as sentences.
        end_of_play: whether the time is the end of a play.
        minutes: whether times say the minute and not the second.
        padded: whether blanks stand around the values, which are no part of them.
        escaped: whether names are written as in a web page (`Simon &amp; Garfunkel`).
    """

    columns: Mapping[str, str]
    labels: Mapping[str, str]
    time: TimeForm | None = None
    plays: str = number_forms.PLAIN
    rating: str = number_forms.PLAIN
    user: str = ""
    warnings: tuple[str, ...] = ()
    end_of_play: bool = False
    minutes: bool = False
    padded: bool = False
    escaped: bool = False

    @property
    def sentence(self) -> str:
        """`artist ← Artist, time ← Date + Time (day/month/year)`, raw."""
        told = []
        for role, column in self.columns.items():
            if role == roles.CLOCK:
                continue
            what = self.labels.get(column, column)
            if role == roles.DATE:
                role, what = roles.TIME, f"{what} + {self.labels[self.columns[roles.CLOCK]]}"
            if role == roles.TIME and self.time is not None:
                what = f"{what} ({self.time.label}{', end of the play' if self.end_of_play else ''})"
            if role == roles.PLAYS and self.plays != number_forms.PLAIN:
                what = f"{what} ({self.plays})"
            told.append(f"{role} ← {what}")
        if roles.USER not in self.columns:
            told.append(f"user ← {self.user or 'me (no column says whose)'}")
        if self.escaped:
            told.append("signs of web pages in names repaired (&amp; is &)")
        return ", ".join(told)


class Asked(NamedTuple):
    """What a user insists on: the columns of some roles (`time=Date+Time`), and the order of day and month."""

    columns: Mapping[str, str] = {}
    dates: str = ""


class Table(NamedTuple):
    """A table to be understood.

    Attributes:
        columns: a unique key for each, with its DuckDB type.
        labels: their names as the file spells them.
        rows: some of its rows as text.
    """

    columns: Mapping[str, str]
    labels: Sequence[str]
    rows: Sequence[Sequence[str | None]]

    def values(self, column: str) -> list[str]:
        """What some rows have in a column, blank values aside."""
        at = list(self.columns).index(column)
        return [row[at] or "" for row in self.rows if (row[at] or "").strip()]


def understand(table: Table, asked: Asked = Asked()) -> Understood | None:  # noqa: B008  (immutable)
    """Which column is what; None where no column is an artist's.

    Raises:
        UserError: a column that was asked for is not there, or holds what it must not.
    """
    found = _asked_for(table, asked)
    forms = {column: _time_form(table, column) for column in table.columns}
    for role in roles.SPELLINGS:
        if role not in found and role not in (roles.TIME, roles.ARTIST_KEY) and (column := _named(table, role, found)):
            found[role] = column
    _judge_ids(table, found)
    if roles.ARTIST not in found and roles.ALBUM_ARTIST in found:
        found[roles.ARTIST] = found.pop(roles.ALBUM_ARTIST)
    found.pop(roles.ALBUM_ARTIST, None)
    if roles.ARTIST not in found:
        return None
    if (key := _named(table, roles.ARTIST_KEY, found)) is not None:
        found[roles.ARTIST_KEY] = key
    form = _find_time(table, found, forms, asked)
    labels = dict(zip(table.columns, table.labels, strict=True))
    if roles.PLAYS not in asked.columns:
        _drop_plays_of_others(found, labels)
    time_column = found.get(roles.TIME, "")
    clock = found.get(roles.CLOCK, time_column)
    return Understood(
        ordered(found),
        labels,
        form,
        _number_form(table, found.get(roles.PLAYS), counts=True),
        _number_form(table, found.get(roles.RATING), counts=False),
        _user_in_names(table.labels),
        _warnings(table, found, forms),
        end_of_play=roles.LENGTH in found and roles.bare(labels.get(time_column, "")) in roles.END_OF_PLAY,
        minutes=bool(clock) and time_forms.only_minutes(table.values(clock)),
        escaped=_is_escaped(table, found),
    )


def _is_escaped(table: Table, found: Mapping[str, str]) -> bool:
    """Whether each `&` of the names begins a sign of a web page, and there is one."""
    columns = [found[role] for role in roles.NAMES if role in found and table.columns[found[role]] == "VARCHAR"]
    names = [value for column in columns for value in table.values(column) if "&" in value]
    return bool(names) and all(_ENTITY.sub("", name).count("&") == 0 for name in names)


def _asked_for(table: Table, asked: Asked) -> dict[str, str]:
    """The columns that a user named, by role."""
    found: dict[str, str] = {}
    for role, wanted in asked.columns.items():
        first, plus, second = wanted.partition("+")
        if role == roles.TIME and plus and wanted not in table.labels:
            found[roles.DATE], found[roles.CLOCK] = _column(table, first), _column(table, second)
        else:
            found[role] = _column(table, wanted)
    return found


def _column(table: Table, wanted: str) -> str:
    """The column of a name, of a spelling, or of a number (from 1)."""
    wanted = wanted.strip()
    for column, label in zip(table.columns, table.labels, strict=True):
        if wanted in (label, column) or (roles.bare(wanted) and roles.bare(wanted) == roles.bare(label)):
            return column
    number = wanted.removeprefix("#")
    if number.isdecimal() and 0 < int(number) <= len(table.columns):
        return list(table.columns)[int(number) - 1]
    raise UserError(f"There is no column {printable(wanted, 60)!r} to map. There are: {listed(table.labels)}.")


def listed(labels: Sequence[str]) -> str:
    """The names of columns, for people; of one without a name its number."""
    shown = [printable(label, 40) if label.strip() else f"#{at}" for at, label in enumerate(labels[:_SHOWN], 1)]
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return ", ".join(shown) + more


def _named(table: Table, role: str, found: Mapping[str, str]) -> str | None:
    """The column whose name is best for a role, of those that are free and hold what it needs."""
    taken = {*found.values()}
    ranked = [
        (rank, at, column)
        for at, (column, label) in enumerate(zip(table.columns, table.labels, strict=True))
        if column not in taken and (rank := roles.rank(role, label)) is not None
    ]
    return next((column for *_, column in sorted(ranked) if _holds(table, column, role)), None)


def _holds(table: Table, column: str, role: str) -> bool:
    """Whether the values of a column are what a role needs; one without values holds anything."""
    values = table.values(column)
    type_ = table.columns[column]
    if role in (roles.PLAYS, roles.RATING, roles.LENGTH):
        return not values or any(number_forms.classify([value], counts=True) for value in values)
    if role == roles.EVENT:
        return any(value.strip().lower() in roles.PLAYED for value in values)
    if role in roles.NAMES:
        return type_ in ("VARCHAR", '"NULL"') or type_.startswith(("ENUM", "VARCHAR["))
    return not type_.startswith(("STRUCT", "MAP"))


def _judge_ids(table: Table, found: dict[str, str]) -> None:
    """An `artist_id` that holds MusicBrainz ids is one; an MBID column that holds none is not used."""
    if (column := found.get(roles.ARTIST_ID)) and _mostly(table.values(column), _UUID):
        found.setdefault(roles.ARTIST_MBID, column)
        del found[roles.ARTIST_ID]
    for role in (roles.ARTIST_MBID, roles.TRACK_MBID):
        column = found.get(role, "")
        values = table.values(column) if column and not table.columns[column].endswith("]") else []
        if values and not _mostly(values, _UUID):
            del found[role]


def holds_uuids(table: Table, column: str) -> bool:
    """Whether a column holds MusicBrainz ids."""
    return _mostly(table.values(column), _UUID)


def _mostly(values: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """Whether most values are of a pattern."""
    return sum(bool(pattern.fullmatch(value.strip())) for value in values) * 2 > len(values)


def _time_form(table: Table, column: str) -> TimeForm | None:
    """How a column writes times; None where it does not."""
    type_ = table.columns[column]
    if type_.startswith("TIMESTAMP"):
        values = table.values(column)
        return TimeForm(
            time_forms.TYPED, "timestamp", precise=not values or not all(map(time_forms.is_midnight, values))
        )
    if type_ == "DATE":
        return TimeForm(time_forms.TYPED, "day", precise=False)
    if type_ == "TIME":
        return TimeForm(time_forms.CLOCK, "clock", precise=True)
    return time_forms.classify(table.values(column))


def _find_time(
    table: Table, found: dict[str, str], forms: Mapping[str, TimeForm | None], asked: Asked
) -> TimeForm | None:
    """Add the columns of the time to those that were found; gives how it is written."""
    if roles.TIME not in found and roles.DATE not in found:
        _choose_time(table, found, forms)
    column = found.get(roles.TIME) or found.get(roles.DATE)
    if column is None:
        return None
    form = forms[column]
    if form is None:
        if not asked.columns:
            return None
        raise UserError(f"The column {printable(column, 60)!r} has no readable times.")
    if form.form in (time_forms.DMY, time_forms.MDY, time_forms.SHORT_YMD, time_forms.UNDECIDED) and asked.dates:
        order = time_forms.DMY if asked.dates == "dmy" else time_forms.MDY
        form = form._replace(form=order, label=order)
    return _with_clock(table, form, column, found[roles.CLOCK]) if roles.CLOCK in found else form


def _with_clock(table: Table, form: TimeForm, day: str, clock: str) -> TimeForm:
    """How a day and a time of day in two columns are written together."""
    rules = (*form.rules, *time_rewrites.all_used(map(str.strip, table.values(clock))))
    if any(map(time_forms.is_midnight, table.values(day))):
        rules = (time_rewrites.MIDNIGHT, *rules)
    return form._replace(precise=True, rules=tuple(dict.fromkeys(rules)))


def _choose_time(table: Table, found: dict[str, str], forms: Mapping[str, TimeForm | None]) -> None:
    """The column of the time, or those of day and clock: known names first, precise before such as say only the day."""
    taken = {*found.values()}
    labels = dict(zip(table.columns, table.labels, strict=True))
    candidates: list[tuple[bool, int, int, str]] = []
    clocks: list[tuple[int, str]] = []
    for at, column in enumerate(table.columns):
        form, label = forms[column], labels[column]
        if column in taken or roles.bare(label) in roles.NO_LISTENS:
            continue
        rank = roles.rank(roles.TIME, label)
        if form is None:
            if rank is not None and time_forms.is_clock_number(table.values(column)):
                clocks.append((at, column))
            continue
        if form.form == time_forms.CLOCK:
            clocks.append((at, column))
        elif rank is not None or (form.form not in (time_forms.EXCEL,) and _certain(table, column, form)):
            candidates.append((not form.precise, 1000 if rank is None else rank, at, column))
    if not candidates:
        return
    vague, _, at, column = min(candidates)
    if vague and clocks:
        _, found[roles.CLOCK] = min(clocks, key=lambda clock: abs(clock[0] - at))
        found[roles.DATE] = column
    elif roles.PLAYS not in found or roles.rank(roles.TIME, labels[column]) is not None:
        found[roles.TIME] = column


def _certain(table: Table, column: str, form: TimeForm) -> bool:
    """Whether a column without a telling name holds times all the same: nearly all of its values are."""
    values = table.values(column)
    if table.columns[column] != "VARCHAR":
        return form.form == time_forms.TYPED
    if not any(value.strip("0., ") for value in values):  # zeros are a player's without a clock, or a row's number
        return False
    return sum(time_forms.classify([value]) is not None for value in values) * 10 >= 9 * len(values)


def ordered(found: Mapping[str, str]) -> dict[str, str]:
    """The roles in the order in which people name them."""
    order = [*dict.fromkeys((roles.USER, roles.ARTIST, roles.TRACK, roles.ALBUM, roles.TIME, roles.DATE, roles.CLOCK))]
    return {role: found[role] for role in (*order, *sorted({*found} - {*order})) if role in found}


def _drop_plays_of_others(found: dict[str, str], labels: Mapping[str, str]) -> None:
    """A number of plays that stands within the track of a listen (`track.listen_count`) is not that of the listen."""
    time, plays = labels.get(found.get(roles.TIME, "")), labels.get(found.get(roles.PLAYS, ""))
    if time is not None and plays is not None:
        within, _, _ = time.rpartition(".")
        beside, dot, _ = plays.rpartition(".")
        if dot and beside != within and beside.startswith(within):
            del found[roles.PLAYS]


def _number_form(table: Table, column: str | None, *, counts: bool) -> str:
    """How a column of numbers is written; `counts`: see `number_forms.classify`."""
    values = table.values(column) if column else []
    return number_forms.classify(values, counts=counts) or number_forms.PLAIN


def _user_in_names(labels: Iterable[str]) -> str:
    """Whose listens they are, where the name of a column of times says so (`Date#listener`)."""
    for label in labels:
        before, sign, user = label.partition("#")
        if sign and user.strip() and before[-1:] != "." and roles.rank(roles.TIME, before) is not None:
            return user.strip()
    return ""


def _warnings(table: Table, found: Mapping[str, str], forms: Mapping[str, TimeForm | None]) -> tuple[str, ...]:
    """The columns that look like a time, a user or a number of plays and are not used."""
    used = {*found.values()}
    timeless = roles.TIME not in found and roles.DATE not in found
    chosen = forms.get(found.get(roles.TIME, ""))
    days_only = chosen is not None and not chosen.precise
    numbers = [role for role in (roles.PLAYS, roles.RATING) if role not in found]
    counted = len(numbers) < 2 or not timeless
    told = []
    for column, label in zip(table.columns, table.labels, strict=True):
        if column in used or (roles.bare(label) in roles.NO_LISTENS and roles.bare(label) not in roles.ZONES):
            continue
        shown = printable(label or column, 60)
        form = forms[column]
        if form is not None and timeless:
            told.append(f"The column {shown!r} looks like a time ({form.label}) and is not used; --map time={shown}")
        elif sentence := _user_or_likes(table, column, label, has_user=roles.USER in found):
            told.append(sentence)
        elif not timeless and _tells_zone(table, column, label) and not _has_zone(table, found):
            told.append(f"The column {shown!r} says a time zone and is not used: times are taken for UTC.")
        elif form is None and timeless and roles.rank(roles.TIME, label) is not None and table.values(column):
            told.append(f"The column {shown!r} is named like a time and holds none that can be read.")
        elif days_only and roles.rank(roles.TIME, label) is not None and table.values(column):
            told.append(f"The column {shown!r} is named like a time and is not used: only the days are known.")
        elif any(roles.rank(role, label) is not None for role in numbers) and table.values(column):
            told.append(f"The column {shown!r} is named like a number of plays or a rating and is not used.")
        elif not counted and _mostly(table.values(column), _COUNT):
            told.append(f"The column {shown!r} holds numbers and is not used; --map plays={shown}")
    return (*told, *_unused_titles(table, found, chosen, told))


def _user_or_likes(table: Table, column: str, label: str, *, has_user: bool) -> str:
    """The warning on an unused column of users or of likes; empty where it is neither."""
    shown = printable(label or column, 60)
    if not has_user and _looks_like_user(table, column, label):
        return f"The column {shown!r} looks like a user and is not used; --map user={shown}"
    if not has_user and _may_name_users(table, column, label):
        return f"The column {shown!r} may say whose listens these are and is not used; --map user={shown}"
    return f"The column {shown!r} says what is liked and is not used." if _tells_likes(table, column, label) else ""


def _may_name_users(table: Table, column: str, label: str) -> bool:
    """Whether a column of such a name repeats a few words, as names of users are repeated."""
    if roles.bare(label) not in roles.MAYBE_USERS:
        return False
    words = [value for value in table.values(column) if any(map(str.isalpha, value))]
    return 1 < len({*words}) < len(words)


def _tells_likes(table: Table, column: str, label: str) -> bool:
    """Whether a column marks tracks, some of them at least."""
    if roles.bare(label) not in roles.LIKED:
        return False
    values = {value.strip().casefold() for value in table.values(column)}
    return values <= _YES | _NO and bool(values & _YES)


def _unused_titles(table: Table, found: Mapping[str, str], time: TimeForm | None, told: Sequence[str]) -> list[str]:
    """The columns that may hold the titles of what was heard, of those that nothing was said of yet."""
    if roles.TRACK in found or time is None or not time.precise:
        return []
    named = {
        column: printable(label or column, 60)
        for column, label in zip(table.columns, table.labels, strict=True)
        if column not in found.values() and _is_names(table, column)
    }
    return [
        f"The column {shown!r} holds names and is not used; --map track={shown}"
        for shown in named.values()
        if not any(repr(shown) in sentence for sentence in told)
    ]


def _is_names(table: Table, column: str) -> bool:
    """Whether a column may hold the titles of tracks: words, of which more than half are different ones."""
    values = [value for value in table.values(column) if any(map(str.isalpha, value)) and "://" not in value]
    mostly = len(values) * 2 > len(table.rows) and not _mostly(values, _UUID)
    return mostly and len(set(values)) * 2 > len(values) and table.columns[column] == "VARCHAR"


def _tells_zone(table: Table, column: str, label: str) -> bool:
    """Whether a column says how far local times are from UTC, of some more than nothing."""
    return roles.bare(label) in roles.ZONES and not all(map(_UTC.fullmatch, table.values(column)))


def _has_zone(table: Table, found: Mapping[str, str]) -> bool:
    """Whether the column of the time is in UTC, or says so of each: by its name, or as a number or with an offset."""
    column = found.get(roles.CLOCK) or found.get(roles.TIME, "")
    label = table.labels[[*table.columns].index(column)]
    told = all(_ZONED.search(value) for value in table.values(column))
    return told or table.columns[column] != "VARCHAR" or any(one in label.casefold() for one in ("utc", "uts", "gmt"))


def _looks_like_user(table: Table, column: str, label: str) -> bool:
    """Whether a column may say whose rows they are: by a word in its name, or by hashes and addresses in it."""
    values = table.values(column)
    if not values:
        return False
    return roles.sounds_like_user(label) or _mostly(values, _PERSON)
