"""How the times of a table are written, found from its values, and the SQL that reads them as UTC."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from musicrec_tui.dataset.sources.time_rewrites import Rules, all_used, rewritten, rewritten_sql, zones

ISO, WORDS, CLOCK, EPOCH, EXCEL = "ISO", "day month year", "clock", "since 1970", "spreadsheet day number"
COMPACT = "yearmonthday"
DMY, MDY, YMD, UNDECIDED = "day/month/year", "month/day/year", "year/month/day", "day/month or month/day"
SHORT_YMD = "year/month/day, two digits each"
NUMERIC = (DMY, MDY, YMD, SHORT_YMD)
TYPED = "timestamp"

_OFFSET = r"(\s*(UTC|GMT|Z)?\s*([+-]\d{2}:?\d{2})?(\s*\([^)]*\))?)"
_REGION = r"[A-Z][a-z]+(/[A-Z][\w-]+)+"
_ZONE = rf"(Z|UTC|GMT|[+-]\d{{2}}(:?\d{{2}})?|{_REGION})"
"""What may stand after a time of ISO: a region is one such as Europe/Berlin."""
_GAP = r"([,T ]+| - )"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_WORD, _TH = r"[^\W\d_]{3,12}", r"(st|nd|rd|th)"
_AT = rf"([, ]+(at )?{_CLOCK}\s*([ap]m)?)?"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern, re.IGNORECASE))
    for form, pattern in (
        (ISO, rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}([T ]+{_CLOCK}\s*{_ZONE}?(\[\S+\])?)?"),
        (CLOCK, rf"{_CLOCK}\s*([ap]\.?m\.?)?"),
        (COMPACT, r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([T ]?\d{4}(\d{2})?Z?)?"),
        (EPOCH, r"\d+([.,]\d+)?"),
        (YMD, rf"\d{{4}}年 ?\d{{1,2}}月 ?\d{{1,2}}日( ?{_CLOCK})?"),
        (YMD, rf"\d{{4}}([./-]) ?\d{{1,2}}\1 ?\d{{1,2}}\.?({_GAP}{_CLOCK}\s*([ap]\.?m\.?)?{_OFFSET})?"),
        (UNDECIDED, rf"\d{{1,2}}([./-])\d{{1,2}}\1(\d{{4}}|\d{{2}})({_GAP}{_CLOCK}\s*([ap]\.?m\.?)?{_OFFSET})?"),
        (WORDS, rf"({_WORD}\.?,? )?\d{{1,2}}{_TH}?\.? (de )?{_WORD}\.? ?,? (de )?\d{{4}}{_AT}{_OFFSET}"),
        (WORDS, rf"({_WORD}\.?,? )?{_WORD}\.? +\d{{1,2}}{_TH}?,? \d{{4}}{_AT}{_OFFSET}"),
        (WORDS, rf"{_WORD},? {_WORD} +\d{{1,2}} {_CLOCK}( (UTC|GMT|[+-]\d{{4}}))? \d{{4}}"),
        (WORDS, rf"\d{{1,2}}-[a-z]{{3}}-(\d{{4}}|\d{{2}})([, ]+{_CLOCK}\s*([ap]m)?)?"),
    )
)  # fmt: skip
_MONTHS = {
    "Nov": "nov|marras|lis|kas|ноя|лис|noi", "Jun": "jun|juin|giu|cze|červn|červen\\b|čvn|kesä|haz|июн|чер|iun",
    "Jul": "jul|juil|lug|lip|červenec|červenc|čvc|heinä|tem|июл|лип|iul",
    "Jan": "jan|ene|gen|sty|led|tammi|oca|янв|січ|ian", "Feb": "feb|fév|fev|lut|úno|helmi|şub|фев|лют",
    "Mar": "mar|mär|mrz|maa|mrt|bře|márc|мар|бер", "Apr": "apr|avr|abr|kwi|dub|huhti|nis|ápr|апр|кві",
    "May": "may|mai|mag|mei|maj|kvě|touko|máj|мая|май|тра", "Aug": "aug|août|aout|ago|sie|srp|elo|ağu|авг|сер",
    "Sep": "sep|set|wrz|září|syys|eyl|szept|сен|вер", "Oct": "oct|okt|ott|out|paź|říj|loka|eki|окт|жов",
    "Dec": "dec|dez|déc|dic|gru|pro|joulu|ara|дек|гру|des",
}  # fmt: skip
"""How months begin in English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Polish,
Czech, Finnish, Turkish, Hungarian, Romanian, Russian and Ukrainian; those that begin as another one does come first."""
_MONTH = re.compile(rf"(?<![^\W\d_])({'|'.join(_MONTHS.values())})", re.IGNORECASE)
_CLOCK_FIRST = re.compile(rf"({_CLOCK}(?:\s*[ap]m)?),? +(\d.*)", re.IGNORECASE)
_PARTS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})")
_ENOUGH = 5
"""Different dates of two-digit years that come first, where slashes could stand between days and years, too."""
_BLANKS = "\u00a0\u2009\u202f"
"""What stands for a blank before AM and PM."""

_MIDNIGHT = re.compile(r".*[ T]0?0:00(:00(\.0+)?)?\s*(Z|UTC)?")
_MINUTE, _SECOND = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)"), re.compile(r"\d:\d{2}:\d{2}")

_FIRST_SECOND, _LAST_SECOND = 631_152_000, 4_102_444_800
"""1990 and 2100; the same instants in milli-, micro- and nanoseconds are other numbers."""
_UNITS = ("seconds", "milliseconds", "microseconds", "nanoseconds")
_FIRST_SERIAL, _LAST_SERIAL = 32_874, 73_051
"""1990 and 2100 in days since the end of 1899."""


_NO_ZONE = "strlen({text}) = 19 AND {text} LIKE '_____________:__:__'"
"""Of 2024-05-01 12:00:00, in ASCII; what this is not, is not ISO: 2024-05-01T12:00+02."""


class TimeForm(NamedTuple):
    """How times are written.

    Attributes:
        form: one of this module's forms.
        label: what people call it.
        precise: whether they say more than a day.
        rules: what has to be rewritten before they are read.
    """

    form: str
    label: str
    precise: bool
    rules: Rules = ()


def classify(values: Iterable[str]) -> TimeForm | None:
    """The form of most of some values (blank ones do not count); None where they are not times."""
    given = [_unpadded(value) for value in values if value and value.strip()]
    formed = [(text, _form(text)) for text in (rewritten(one)[0] for one in given)]
    forms = Counter(form for _, form in formed)
    none = forms.pop("", 0)
    if not forms or none * 2 >= len(formed):
        return None
    form = forms.most_common(1)[0][0]
    own = [text for text, its in formed if its == form]
    if form == EPOCH:
        return _of_numbers([float(text.replace(",", ".")) for text in own])
    precise = form == CLOCK or any(":" in text and not _MIDNIGHT.fullmatch(text) for text in own)
    rules = all_used(given)
    label = form
    if form == UNDECIDED:
        form = decided(own)
        label = form.replace("/", ".") if form != UNDECIDED and all("." in text for text in own) else form
    return TimeForm(form, ", ".join((label, *zones(rules))), precise, rules)


def is_midnight(text: str) -> bool:
    """Whether a time says a day, and midnight."""
    return bool(_MIDNIGHT.fullmatch(text))


def decided(values: Iterable[str]) -> str:
    """Whether day or month comes first, by a number above 12; dots stand in dates that begin with the day."""
    first = second = dots = dashes = several = 0
    short: list[tuple[int, int]] = []
    for value in values:
        if found := _PARTS.match(_day_first(_plain(value))):
            first += int(found[1]) > 12
            second += int(found[2]) > 12
            dots += found[0].count(".") == 2
            dashes += found[0].count("-") == 2
            several += 1
            if len(found[1]) == 2 and len(found[3]) == 2:
                short.append((int(found[1]), int(found[3])))
    if several and len(short) == several and not second and not dots and _years_first(short):
        return SHORT_YMD if dashes == several or len(set(short)) >= _ENOUGH else UNDECIDED
    if first > second:
        return DMY
    if second > first:
        return MDY
    return DMY if several and dots == several else UNDECIDED


def _years_first(dates: Sequence[tuple[int, int]]) -> bool:
    """Whether the first two digits of some dates are years, and the last two days, which change more often.

    Args:
        dates: the first and last number of each.
    """
    first, last = ({date[place] for date in dates} for place in (0, 1))
    this_year = datetime.now(UTC).year % 100
    years = all(12 < one <= this_year or one > 31 for one in first)
    return years and len(first) < len(last) and max(last) <= 31


def only_minutes(values: Iterable[str]) -> bool:
    """Whether all of some times say the minute and not the second."""
    texts = [value for value in values if value.strip()]
    return bool(texts) and all(_MINUTE.search(text) and not _SECOND.search(text) for text in texts)


def is_undecided(form: str) -> bool:
    """Whether the order of day and month is ambiguous."""
    return form == UNDECIDED


def _unpadded(value: str) -> str:
    """A value without blanks around it, and with plain ones in it."""
    return value.translate(dict.fromkeys(map(ord, _BLANKS), " ")).strip()


def _plain(value: str) -> str:
    """The same in a common way of writing (see `time_rewrites`)."""
    return rewritten(_unpadded(value))[0]


def _day_first(text: str) -> str:
    """A time whose clock stands before its day (`12:00 01/05/2024`), the other way round."""
    return _CLOCK_FIRST.sub(r"\4 \1", text) if text[2:3] == ":" or text[1:2] == ":" else text


def _form(text: str) -> str:
    """The form of one value; empty for none."""
    text = _day_first(text)
    for form, pattern in _PATTERNS:
        if pattern.fullmatch(text) and (form != WORDS or _MONTH.search(text)):
            return form
    return ""


def _of_numbers(numbers: Sequence[float]) -> TimeForm | None:
    """Numbers as times; zeros are players without a clock."""
    told = [number for number in numbers if number > 86_400 * 2] or [number for number in numbers if number]
    if not told:
        return TimeForm(EPOCH, "seconds since 1970", precise=True) if numbers else None
    unit, often = Counter(map(_unit, told)).most_common(1)[0]
    if not unit or often * 2 < len(told):
        return None
    if unit == EXCEL:
        return TimeForm(EXCEL, EXCEL, precise=any(number % 1 for number in told))
    return TimeForm(EPOCH, f"{unit} since 1970", precise=True)


def _unit(number: float) -> str:
    """What a number counts, if it is a time; empty where it is none."""
    for place, unit in enumerate(_UNITS):
        if _FIRST_SECOND <= number / 1000**place < _LAST_SECOND:
            return unit
    return EXCEL if _FIRST_SERIAL <= number < _LAST_SERIAL else ""


_ORDERS = {DMY: ("%d/%m/%y", "%d/%m/%Y"), MDY: ("%m/%d/%y", "%m/%d/%Y"), SHORT_YMD: ("%y/%m/%d",)}


def instant_sql(text: str, form: str, rules: Rules = ()) -> str:
    """The SQL of a UTC timestamp from a column of text (session in UTC); NULL where it is none.

    What is not in the form of the column is still read where it can mean one thing only.

    Args:
        text: the SQL of the text.
        form: how most values are written.
        rules: what has to be rewritten before they are read.
    """
    given, text = text, f"translate({text}, '{_BLANKS}', '   ')"
    if rules:
        given = text = rewritten_sql(f"trim({text})", rules)
    ways = {
        ISO: f"make_timestamp(epoch_us(TRY_CAST({text} AS TIMESTAMPTZ)))",
        EPOCH: _epoch_sql(text),
        WORDS: _words_sql(text),
        YMD: _numeric_sql(text, "%Y/%m/%d"),
    }
    if form == COMPACT:
        patterns = ("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")
        ways = {COMPACT: _parsed(rf"regexp_replace({text}, '[TZ ]', '', 'g')", patterns), **ways}
        ways.pop(EPOCH)
    if form == EXCEL:
        number = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)"
        days = f"CASE WHEN {number} BETWEEN 1 AND {_LAST_SERIAL} THEN {number} END"
        own = f"(TIMESTAMP '1899-12-30' + to_milliseconds(CAST(round({days} * 86400000) AS BIGINT)))"
        ways.pop(EPOCH)
    elif form in _ORDERS:
        own = _numeric_sql(text, *_ORDERS[form])
    else:
        own = ways.pop(form if form in ways else ISO)
    spaced = rf"regexp_replace(regexp_replace({text}, '\[\S+\]$', ''), '\s+([+-]\d\d(:?\d\d)?)$', '\1')"
    last = f"make_timestamp(epoch_us(TRY_CAST(replace(replace({spaced}, ' UTC', 'Z'), ' GMT', 'Z') AS TIMESTAMPTZ)))"
    read = f"coalesce({', '.join((own, *ways.values(), last))})"
    if form == ISO:  # the commonest way of writing it has no place for a zone, and is read in a third of the time
        return f"CASE WHEN {_NO_ZONE.format(text=given)} THEN TRY_CAST({given} AS TIMESTAMP) ELSE {read} END"
    return read


_CLOCK_NUMBER = re.compile(r"([01]?\d|2[0-3])[0-5]\d([0-5]\d)?|0?[.,]\d+|0|1")


def is_clock_number(values: Sequence[str]) -> bool:
    """Whether values are times of day as numbers: 133000, or 0.5625 of a day."""
    texts = [value.strip() for value in values]
    return (
        bool(texts)
        and all(map(_CLOCK_NUMBER.fullmatch, texts))
        and (any("." in text or "," in text for text in texts) or any(len(text) > 4 for text in texts))
    )


def clock_sql(text: str) -> str:
    """The SQL of a time of day as `13:30:00`, from text that may be a number (see `is_clock_number`)."""
    part = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)"
    of_day = f"strftime(TIMESTAMP '1970-01-01' + to_seconds(round({part} * 86400)), '%H:%M:%S')"
    digits = rf"regexp_replace(lpad({text}, 6, '0'), '^(\d\d)(\d\d)(\d\d)$', '\1:\2:\3')"
    return (
        f"CASE WHEN contains({text}, ':') THEN {text} WHEN regexp_full_match({text}, '[0-9]{{5,6}}') THEN {digits} "
        f"WHEN {part} BETWEEN 0 AND 1 THEN {of_day} ELSE {text} END"
    )


def _epoch_sql(text: str) -> str:
    """Seconds, milli-, micro- or nanoseconds since 1970, by how large the number is; zero is no time."""
    number = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)"
    whole = f"TRY_CAST({text} AS BIGINT)"
    return (
        f"CASE WHEN {whole} BETWEEN 1 AND 99999999999 THEN make_timestamp({whole} * 1000000) "
        f"WHEN abs({number}) < 1e11 AND {number} <> 0 THEN TRY(make_timestamp(CAST({number} * 1000000 AS BIGINT))) "
        f"WHEN abs({number}) BETWEEN 1e11 AND 1e14 THEN make_timestamp(CAST({number} * 1000 AS BIGINT)) "
        f"WHEN abs({number}) BETWEEN 1e14 AND 1e17 THEN make_timestamp({whole}) "
        f"WHEN abs({number}) BETWEEN 1e17 AND 9e18 THEN make_timestamp({whole} // 1000) END"
    )


def _words_sql(text: str) -> str:
    """A day with its month as a word, and perhaps a time."""
    text = _sql_day_first(rf"regexp_replace({text}, '{_YEAR_LAST}', '\1 \5 \2 \4')")
    moment = _words_parsed(_without_offset(text))
    other = rf"regexp_replace(lower({_without_offset(text)}), '\b(de|del|um|à)\b', ' ', 'g')"
    for month, starts in _MONTHS.items():
        other = rf"regexp_replace({other}, '(^|[\s\d.])({starts})[^\s\d,.]*', '\1{month.upper()}')"
    return _less_offset(text, f"coalesce({moment}, {_words_parsed(other)})")


_YEAR_LAST = r"^(\pL+,? \pL+ +\d{1,2}) (\d+:\d+(:\d+)?) (.*?) ?(\d{4})$"
"""Of `Wed May 01 12:00:00 +0000 2024`."""


def _sql_day_first(text: str) -> str:
    """See `_day_first`."""
    return rf"regexp_replace({text}, '(?i)^\s*(\d+:\d+(?::[\d.]+)?(?:\s*[ap]m)?),? +(\d.*)$', '\2 \1')"


def _words_parsed(text: str) -> str:
    """The same without an offset, its month in English."""
    weekday, zone = r"^\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", r"(UTC|GMT|Z)\s*$"
    dated = rf"regexp_replace({text}, '^\s*\pL+[.,]*\s+(\d+\.?\s+\pL)', '\1')"  # a weekday in any language
    plain = rf"regexp_replace({dated}, '(?i)(\d)(st|nd|rd|th)\b', '\1')"
    bare = rf"regexp_replace({plain}, '(?i)[,.]|\bat\b|{weekday}|{zone}', ' ', 'g')"
    spaced = rf"regexp_replace(replace({bare}, '-', ' '), '(?i)(\d)\s*([ap])m\b', '\1 \2M')"
    squeezed = rf"trim(regexp_replace({spaced}, '\s+', ' ', 'g'))"
    days = ("%d %b %y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
    return _parsed(squeezed, [f"{day}{clock}" for day in days for clock in _CLOCKS])


_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def _numeric_sql(text: str, *days: str) -> str:
    """A day as three numbers, and perhaps a time."""
    text = rf"regexp_replace({_sql_day_first(text)}, '^(\d+)年 ?(\d+)月 ?(\d+)日 ?', '\1/\2/\3 ')"
    slashed = rf"regexp_replace(trim({_without_offset(text)}), '^(\d+)[./-] ?(\d+)[./-] ?(\d+)\.?', '\1/\2/\3')"
    spaced = rf"regexp_replace({slashed}, '(\d)(?:[,T ]+| - )(\d)', '\1 \2')"
    squeezed = rf"regexp_replace({spaced}, '(?i)\s*([ap])\.?m\.?$', ' \1M')"
    return _less_offset(text, _parsed(squeezed, [f"{day}{clock}" for day in days for clock in _CLOCKS]))


_AFTER_CLOCK = r"(:\d\d\s*(?:[AaPp]\.?[Mm]\.?)?)\s*"
"""The end of a time of day: what comes after it and has the look of an offset is one (of 31-12-2023 nothing is)."""
_REMARK = r"\s*(?:\([^)]*\))?\s*"
"""The name of a zone, as JavaScript writes it after the offset."""


def _without_offset(text: str) -> str:
    """A text without the zone or offset at its end."""
    return rf"regexp_replace({text}, '{_AFTER_CLOCK}(?:Z|UTC|GMT)?\s*(?:[+-]\d\d:?\d\d)?{_REMARK}$', '\1')"


def _less_offset(text: str, moment: str) -> str:
    """A local time as UTC, by the offset that stands after it; `moment` is in it once, for it is long."""
    found = rf"regexp_extract({text}, '{_AFTER_CLOCK}(?:Z|UTC|GMT)?\s*([+-]\d\d:?\d\d){_REMARK}$', 2)"
    number = f"TRY_CAST(replace({found}, ':', '') AS INTEGER)"  # -0230 is two hours and thirty minutes behind
    return f"({moment} - to_minutes(coalesce({number} - 40 * trunc({number} / 100), 0)::INTEGER))"


def _parsed(text: str, patterns: Sequence[str]) -> str:
    """A text as the first of some patterns that it has."""
    listed = ", ".join(f"'{pattern}'" for pattern in patterns)
    return f"try_strptime({text}, [{listed}])"
