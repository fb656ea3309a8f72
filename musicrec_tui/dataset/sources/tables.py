"""The generic reader: any table with a column of artists, whatever its columns are called.

What it makes of the columns is a `mapping.Understood`; from that come the SQL expressions of the canonical listen.
"""

from functools import partial

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources import number_forms, time_forms
from musicrec_tui.dataset.sources.base import ME, Kind, TableLayout, blank_is_null, identifier, instant_of
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.mapping import Understood

NO_CLOCK = "time in 1970 (written by a player without a clock)"
TOO_SHORT = "played for less than 30 seconds"
INCOGNITO = "played in a private session"
NO_PLAY = "event that is no play"
TOTAL = "total of the other rows"
HEADER_AGAIN = "header that stands in the file again"
"""Reasons of tables, and of Spotify's exports, to leave a row out."""

TOTALS = (
    "total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "gesamtergebnis", "total general",
    "total général", "totale", "totaal", "somma", "suma", "totalt", "итого", "всего", "合計", "总计", "합계",
)  # fmt: skip
"""What spreadsheets write before the total of a column."""

SHORTEST = 30_000
"""Milliseconds."""


def _generic(name: str, sentence: str, example: str, timed: bool | None, **required: Kind) -> TableLayout:
    """A kind of table; what it needs is told in the spelling of its example."""
    return TableLayout(name, sentence, example, required, {"artist_id": "id"}, _unread, timed, generic=True)


def _unread(columns: Columns) -> dict[str, str]:
    """The kinds below are what tables are recognised as; `layout` gives those that can be read."""
    raise NotImplementedError


COUNTS = _generic(
    "play counts",
    "one row for each user and artist, with a play count",
    "user_id,artist_id,artist_name,play_count\n7,1234,Portishead,42",
    timed=False, user_id="id", artist_name="text", play_count="number",
)  # fmt: skip
RATINGS = _generic(
    "ratings",
    "one row for each user and artist, with a rating (1 to 5 stars; 0 to 100; or -1, 0, 1)",
    "user_id,artist_id,artist_name,rating\n7,1234,Portishead,5",
    timed=None, user_id="id", artist_name="text", rating="number",
)  # fmt: skip
DATE_AND_TIME = _generic(
    "date and time",
    "one row for each listen, with date and time in columns of their own",
    "user_id,artist_name,release_name,recording_name,date,time\n7,Portishead,Dummy,Roads,2024-05-01,12:00:00",
    timed=True, user_id="id", artist_name="text", date="time", time="time",
)  # fmt: skip
LISTENS = _generic(
    "listens",
    "one row for each listen: columns in any order and many spellings (users may be missing), or lines of artist, "
    "album, track and time without a header",
    'Artist,Album,Track,Date,Username\nPortishead,Dummy,Roads,"01 May 2024, 12:00",ann',
    timed=True, artist="text", date="time",
)  # fmt: skip
KINDS = (COUNTS, RATINGS, DATE_AND_TIME, LISTENS)
ALIASES = {"lastfmexport": LISTENS.name, "lastfmlines": LISTENS.name, "tableoflistens": LISTENS.name}
"""What tables were called before one reader served them all, letters and digits alone."""


def layout(understood: Understood) -> TableLayout:
    """A table as a layout that can be read."""
    return kind(understood)._replace(expressions=partial(expressions, understood), required={}, optional={})


def kind(understood: Understood) -> TableLayout:
    """What kind of table it is."""
    has = understood.columns
    if roles.DATE in has:
        return DATE_AND_TIME
    if roles.TIME in has and understood.time is not None:
        return LISTENS
    if roles.PLAYS in has:
        return COUNTS
    return RATINGS if roles.RATING in has else LISTENS._replace(timed=False)


def totals_sql(table: str) -> str:
    """The SQL that counts the rows of play counts that are the total of the others."""
    return f"SELECT count(*) FROM {table} WHERE {_is_total(table)}"  # noqa: S608


def without_totals(table: str) -> str:
    """Play counts as SQL, with those rows refused."""
    refused = f"CASE WHEN refused IS NULL AND {_is_total(table)} THEN '{TOTAL}' ELSE refused END"
    return f"(SELECT * REPLACE ({refused} AS refused) FROM {table})"  # noqa: S608


def _is_total(table: str) -> str:
    """Whether a row is named so, and has as many plays as all others together (an artist is called Total, too)."""
    names = ", ".join(f"'{name}'" for name in TOTALS)
    return (
        f"lower(trim(artist_name, ' :')) IN ({names}) AND "  # noqa: S608
        f"play_count * 2 = (SELECT sum(play_count) FROM {table} WHERE refused IS NULL AND NOT isnan(play_count))"
    )


def expressions(understood: Understood, columns: Columns) -> dict[str, str]:
    """The SQL expression of each canonical field that a table has."""
    has = {role: _value(understood, column) for role, column in understood.columns.items()}
    user = understood.user or ME
    have = {
        "user_id": _key(understood, columns, roles.USER) if roles.USER in has else "'" + user.replace("'", "''") + "'",
        "artist_name": _first_text(has[roles.ARTIST], columns[understood.columns[roles.ARTIST]]),
        "play_count": "1",
    }
    for role, field in ((roles.ALBUM, "release_name"), (roles.TRACK, "recording_name")):
        if role in has:
            have[field] = has[role]
    for role, field in ((roles.ARTIST_MBID, "artist_mbid"), (roles.TRACK_MBID, "recording_mbid")):
        if role in has:
            have[field] = _lone(has[role], columns[understood.columns[role]])
    if roles.ARTIST_ID in has:
        have["artist_id"] = _key(understood, columns, roles.ARTIST_ID)
    elif roles.ARTIST_KEY in has:
        have["artist_id"] = (
            f"CASE WHEN starts_with({has[roles.ARTIST_KEY]}, 'id:') THEN substr({has[roles.ARTIST_KEY]}, 4) END"
        )
    is_rating = roles.RATING in has and roles.PLAYS not in has and kind(understood).name == RATINGS.name
    if is_rating:
        have["rating"] = f"coalesce({_number(understood, columns, roles.RATING)}, 'nan'::DOUBLE)"
        have["play_count"] = "NULL"
    elif roles.PLAYS in has:
        have["play_count"] = _number(understood, columns, roles.PLAYS)
    if understood.time is not None:
        have["listened_at"] = _moment(understood, columns)
    have["refused"] = _refused(understood, columns, have.get("listened_at"))
    return have


def _key(understood: Understood, columns: Columns, role: str) -> str:
    """An id as text; pandas makes whole numbers with gaps floating, so 12.0 is 12 and NaN is no id."""
    column = understood.columns[role]
    if columns[column] in ("FLOAT", "DOUBLE"):
        return f"TRY_CAST({identifier(column)} AS BIGINT)"
    return _value(understood, column)


def _value(understood: Understood, column: str) -> str:
    """What a column holds: without blanks that stand around the values of some files, signs of web pages repaired."""
    value = f"trim({identifier(column)})" if understood.padded else identifier(column)
    if understood.escaped and column in {understood.columns.get(role) for role in roles.NAMES}:
        for sign, meant in roles.ENTITIES.items():
            value = f"replace({value}, '{sign}', '{meant.replace(chr(39), chr(39) * 2)}')"
    return value


def _first_text(name: str, type_: str) -> str:
    """A name; of several in a list the first, for a row is one listen of one artist."""
    return f"{name}[1]" if type_.endswith("[]") else name


def _lone(name: str, type_: str) -> str:
    """An id; of several in a list none, for nobody knows whose each is."""
    return f"CASE WHEN len({name}) = 1 THEN {name}[1] END" if type_.endswith("[]") else blank_is_null(name)


def _number(understood: Understood, columns: Columns, role: str) -> str:
    """A number, as its column writes it."""
    column = understood.columns[role]
    if columns[column] != "VARCHAR":
        return f"TRY_CAST({identifier(column)} AS DOUBLE)"
    form = understood.plays if role == roles.PLAYS else understood.rating
    return number_forms.number_sql(identifier(column), form)


def _moment(understood: Understood, columns: Columns) -> str:
    """When the play began."""
    assert understood.time is not None  # noqa: S101  (asked only where there is one)
    has = understood.columns
    if roles.CLOCK in has:
        date, clock = has[roles.DATE], has[roles.CLOCK]
        day = f"CAST({identifier(date)} AS DATE)" if columns[date].startswith("TIMESTAMP") else identifier(date)
        text = f"trim(CAST({day} AS VARCHAR))"
        form = understood.time.form
        if form in (time_forms.EXCEL, time_forms.COMPACT):
            text = f"strftime({time_forms.instant_sql(text, form, understood.time.rules)}, '%Y-%m-%d')"
        form = form if form in (time_forms.WORDS, *time_forms.NUMERIC) else time_forms.ISO
        clock = time_forms.clock_sql(f"trim(CAST({identifier(clock)} AS VARCHAR))")
        return time_forms.instant_sql(f"({text} || ' ' || {clock})", form, understood.time.rules)
    column = has[roles.TIME]
    if columns[column].startswith(("TIMESTAMP", "DATE")):
        return instant_of(identifier(column), columns[column])
    text = identifier(column) if columns[column] == "VARCHAR" else f"CAST({identifier(column)} AS VARCHAR)"
    moment = time_forms.instant_sql(text, understood.time.form, understood.time.rules)
    if understood.end_of_play:
        length = f"TRY_CAST({identifier(has[roles.LENGTH])} AS DOUBLE)"
        return f"({moment} - to_milliseconds(CAST(coalesce({length}, 0) AS BIGINT)))"
    return moment


def _is_header(understood: Understood, columns: Columns) -> list[str]:
    """The condition that a row has in all columns what they are called; none where that means nothing.

    The name of the artist, which is looked at first, may have a byte order mark before it: files are put together.
    """
    used = sorted({*understood.columns.values()}, key=lambda column: column != understood.columns[roles.ARTIST])
    if len(used) < 2 or any(columns[column] != "VARCHAR" for column in used):
        return []
    names = {column: "'" + understood.labels[column].replace("'", "''") + "'" for column in used}
    first, *others = used
    marked = f"{identifier(first)} IN ({names[first]}, '\ufeff' || {names[first]})"
    return [" AND ".join([marked, *(f"{identifier(column)} = {names[column]}" for column in others)])]


def _refused(understood: Understood, columns: Columns, moment: str | None) -> str:
    """Why a row is left out, whatever the index thinks of it."""
    has = understood.columns
    cases = [f"WHEN {again} THEN '{HEADER_AGAIN}'" for again in _is_header(understood, columns)]
    if roles.PRIVATE in has:
        cases.append(f"WHEN lower(CAST({identifier(has[roles.PRIVATE])} AS VARCHAR)) = 'true' THEN '{INCOGNITO}'")
    if roles.EVENT in has:
        event = f"lower(trim(CAST({identifier(has[roles.EVENT])} AS VARCHAR)))"
        known = ", ".join(f"'{name}'" for name in ("", *roles.PLAYED))
        cases.append(f"WHEN {event} NOT IN ({known}) THEN '{NO_PLAY}'")
    if roles.LENGTH in has:
        length = f"TRY_CAST({identifier(has[roles.LENGTH])} AS DOUBLE)"
        cases.append(f"WHEN {length} < {SHORTEST} THEN '{TOO_SHORT}'")
    if moment is not None and not columns[has.get(roles.TIME, has.get(roles.DATE, ""))].startswith("TIMESTAMP"):
        cases.append(f"WHEN {moment} < TIMESTAMP '1971-01-01' AND {moment} >= TIMESTAMP '1970-01-01' THEN '{NO_CLOCK}'")
    return f"CASE {' '.join(cases)} END" if cases else "NULL"
