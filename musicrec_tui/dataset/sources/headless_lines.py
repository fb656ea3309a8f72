"""Which column is what in lines of listens without a header: by their values, and by the order that exporters write.

The order of names differs between exporters:

- artist, album, track, time: lastfm-to-csv (https://github.com/benfoxall/lastfm-to-csv); with album artist and
  duration after the time, Scrubbler's CSV downloader (https://github.com/SHOEGAZEssb/Last.fm-Scrubbler-WPF,
  ExtraFunctions/CSVDownloaderViewModel.cs)
- artist, track, album, time, album artist, duration: what Universal Scrobbler takes
  (https://github.com/benfoxall/lastfm-to-csv/issues/19)
- time, track, artist, album, and three MBIDs: lastexport.py of Last.fm and Libre.fm
  (https://github.com/kabniel/last2libre)
- date, time, artist, track: lastfm-backup-cli (https://github.com/emkor/lastfm-backup-cli)
- time, track, artist: the order that Scrubbler reads (https://github.com/Scrubbler-Dev,
  Parser/CSV/CsvFileParserConfiguration.cs)

A person plays several tracks of an artist: where one column of names has far fewer different values than another one,
it is the artist's, whatever the order is.
"""

from collections.abc import Mapping, Sequence

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import mapping, time_forms
from musicrec_tui.dataset.sources.mapping import Asked, Table, Understood
from musicrec_tui.dataset.sources.time_forms import TimeForm

_FEWEST_ROWS = 10
"""Rows that distinguish names of artists from those of tracks."""
_FEWER = 0.8
"""Of the different values of a column, the most that another one has which is the artist's for certain."""


_NO_HEADER, _UNKNOWN_HEADER = "There is no header", "The header has no known names"


def understand(table: Table, asked: Asked) -> tuple[Understood | None, bool]:
    """What lines are whose first one names no column in a known way, and whether it is a header all the same.

    A header is what has no time where all other lines have one. None where they are no listens.
    """
    if asked.columns:
        numbers = [f"#{at}" for at in range(1, len(table.columns) + 1)]
        return mapping.understand(table._replace(labels=numbers), asked), False
    first, rest = [*table.rows[:1]], table.rows[1:]
    below = _understand(table._replace(rows=rest)) if rest else None
    if below is None or not first or not _is_header(table, first[0], below):
        return _understand(table), False
    if any(roles.rank(roles.TRACK, name or "") is not None for name in first[0]):
        return None, True  # it names its columns, and none is the artist's
    return below._replace(
        labels={column: name or below.labels[column] for column, name in zip(table.columns, first[0], strict=True)},
        warnings=tuple(told.replace(_NO_HEADER, _UNKNOWN_HEADER) for told in below.warnings),
    ), True


def _is_header(table: Table, first: Sequence[str | None], below: Understood) -> bool:
    """Whether the first line has a name where all others have a time."""
    columns = list(table.columns)
    at = columns.index(below.columns.get(roles.TIME) or below.columns[roles.DATE])
    times = [value for row in table.rows[1:] if (value := row[at])]
    named = (first[at] or "").strip()
    return bool(named) and time_forms.classify([named]) is None and all(time_forms.classify([one]) for one in times)


def _understand(table: Table) -> Understood | None:
    """What lines without a header are; None where they are no listens."""
    forms = {column: time_forms.classify(table.values(column)) for column in table.columns}
    times = [column for column, form in forms.items() if form is not None and form.form != time_forms.CLOCK]
    if len(times) != 1 or not table.rows:
        return None
    found = _times(table, times[0], forms)
    if found is None:
        return None
    columns, form = found
    ids = [column for column in table.columns if mapping.holds_uuids(table, column)]
    names = [column for column, kind in forms.items() if kind is None and column not in ids and _is_text(table, column)]
    columns |= _ids(list(table.columns), times[0], names, ids)
    after_time = bool(names) and list(table.columns).index(times[0]) < list(table.columns).index(names[0])
    told = _names(table, names, after_time=after_time)
    if told is None:
        return None
    labels = {column: f"column {at}" for at, column in enumerate(table.columns, 1)}
    clock = columns.get(roles.CLOCK, times[0])
    return Understood(
        mapping.ordered(told | columns),
        labels,
        form,
        warnings=_warnings(table, told, labels),
        minutes=time_forms.only_minutes(table.values(clock)),
    )


def _times(table: Table, column: str, forms: Mapping[str, TimeForm | None]) -> tuple[dict[str, str], TimeForm] | None:
    """The columns of the time, and how it is written; a clock after a time that is whole is a track's length."""
    form = forms[column]
    clocks = [column for column, kind in forms.items() if kind is not None and kind.form == time_forms.CLOCK]
    if form is None or len(clocks) > 1 or (not form.precise and not clocks and len(table.rows) < 2):
        return None
    if clocks and not form.precise:
        return {roles.DATE: column, roles.CLOCK: clocks[0]}, form._replace(precise=True)
    return {roles.TIME: column}, form


def _names(table: Table, names: Sequence[str], *, after_time: bool) -> dict[str, str] | None:
    """What the columns of names are."""
    if len(names) == 1:
        return {roles.ARTIST: names[0]}
    if len(names) == 2:
        artist, track = _artist_first(table, names[0], names[1])
        return {roles.ARTIST: artist, roles.TRACK: track}
    if len(names) == 4 and _repeats(table, names[0], names[3]):
        artist, track, album = names[:3]
        return {roles.ARTIST: artist, roles.ALBUM: album, roles.TRACK: track}
    if len(names) != 3:
        return None
    if _are_users(table, names):
        user, *others = names
        artist, track = _artist_first(table, others[0], others[1])
        return {roles.USER: user, roles.ARTIST: artist, roles.TRACK: track}
    if after_time:
        track, artist, album = names
        return {roles.ARTIST: artist, roles.ALBUM: album, roles.TRACK: track}
    artist, album, track = names
    return {roles.ARTIST: artist, roles.ALBUM: album, roles.TRACK: track}


def _repeats(table: Table, artist: str, other: str) -> bool:
    """Whether a column has the artist's name again, nearly always: it is the album's artist."""
    places = [list(table.columns).index(column) for column in (artist, other)]
    pairs = [[row[at] for at in places] for row in table.rows if row[places[1]]]
    return sum(one == two for one, two in pairs) * 2 > len(pairs)


def _artist_first(table: Table, one: str, other: str) -> tuple[str, str]:
    """Of two columns of names the artist's and the track's: as they stand, unless the second has far fewer values."""
    first, second = len(set(table.values(one))), len(set(table.values(other)))
    return (other, one) if len(table.rows) >= _FEWEST_ROWS and second <= _FEWER * first else (one, other)


def _are_users(table: Table, names: Sequence[str]) -> bool:
    """Whether the first of three columns of names is the user's: ids, each with several artists that others have too.

    An album has one artist nearly always.
    """
    users, others = table.values(names[0]), table.values(names[1])
    if len(users) != len(others) or any(" " in user.strip() for user in users):
        return False
    told = sum(user.isascii() and (any(map(str.isdigit, user)) or "@" in user) for user in users)
    with_users: dict[str, set[str]] = {}
    for user, other in zip(users, others, strict=True):
        with_users.setdefault(other, set()).add(user)
    shared = sum(len(found) > 1 for found in with_users.values())
    return told * 2 > len(users) and (shared > 0 or len(with_users) > len(set(users)))


def _ids(columns: Sequence[str], time: str, names: Sequence[str], ids: Sequence[str]) -> dict[str, str]:
    """The columns of MBIDs in what lastexport.py writes: of the track and of the artist, after the three names."""
    if len(names) != 3 or columns.index(time) or len(columns) != 7 or [*columns[1:4]] != [*names]:
        return {}
    places = {roles.TRACK_MBID: columns[4], roles.ARTIST_MBID: columns[5]}
    return {role: column for role, column in places.items() if column in ids}


def _is_text(table: Table, column: str) -> bool:
    """Whether a column holds names, and no numbers."""
    values = table.values(column)
    return bool(values) and sum(value.strip().isdecimal() for value in values) * 2 < len(values)


def _warnings(table: Table, told: Mapping[str, str], labels: Mapping[str, str]) -> tuple[str, ...]:
    """What to say where the order of the columns alone told which is which."""
    if roles.TRACK not in told or len(table.rows) >= _FEWEST_ROWS:
        return ()
    artist, track = labels[told[roles.ARTIST]], labels[told[roles.TRACK]]
    return (
        f"{_NO_HEADER}: {artist} is taken for the artist and {track} for the track, by their order; "
        "if they are not, say --map artist=NUMBER --map track=NUMBER",
    )
