"""Ways of writing a time that differ from a common one in signs or words alone, and how each is brought into that one.

Each rule is a regular expression that Python and DuckDB understand alike. A column is read with the rules that its
first values need; the others would cost time for each row.
"""

import re
from collections.abc import Iterable, Sequence

_ZONES = {
    "CEST": "+0200", "CET": "+0100", "MESZ": "+0200", "MEZ": "+0100", "EEST": "+0300", "EET": "+0200", "WEST": "+0100",
    "WET": "+0000", "MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200",
    "NZDT": "+1300", "EST": "-0500", "EDT": "-0400", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800",
    "PDT": "-0700",
}  # fmt: skip
"""Abbreviations that stand for one offset among people who keep logs; those of several (BST, CST, IST) have none."""

_BEFORE_CLOCK = r"(\d{4}|\d[./-]\d{1,2}[./-]\d{2})(,? )"
_MORNING, _EVENING = "午前|上午|오전", "午後|下午|오후"
_CLOCK = r"(\d{1,2}:\d{2}(?::\d{2})?)"
MIDNIGHT = (r"(\d)[ T]0?0:00(?::00(?:\.0+)?)? +(\d)", r"\1 \2")
"""Of a day and a time of day in two columns, where the day has a time of its own: midnight."""

_RULES: tuple[tuple[str, str], ...] = (
    (r"^\s*(?:'|=\"?)(\d.*?)\"?\s*$", r"\1"),  # how spreadsheets keep a text
    (r"(?i)(\d),? (?:à|a las|às|alle|um|klo|kl\.?|om|o) (\d{1,2}[:.h]\d\d)", r"\1 \2"),
    (r"(?i)(\d[:.]\d\d)\s*(?:uhr|h|hrs?)\.?\s*$", r"\1"),
    (r"(?i)(^|[ ,T])(\d{1,2})\s?h\s?(\d{2})\s*$", r"\1\2:\3"),
    (rf"{_BEFORE_CLOCK}(\d{{1,2}})\.(\d{{2}})\.(\d{{2}})\s*$", r"\1\2\3:\4:\5"),
    (rf"{_BEFORE_CLOCK}(\d{{1,2}})\.(\d{{2}})\s*$", r"\1\2\3:\4"),
    (r"(?i)(\d)\s*([ap])\.?\s?m\.?(\s|$)", r"\1 \2m\3"),
    (rf"(?:{_MORNING})\s*{_CLOCK}", r"\1 am"),
    (rf"(?:{_EVENING})\s*{_CLOCK}", r"\1 pm"),
    (r"(:\d{2}:\d{2}),(\d{1,9})(Z|[+-]|\s|$)", r"\1.\2\3"),
    (r"([+-]\d{2}:?\d{2}) (?:[A-Z]{2,5}|[+-]\d{2,4})$", r"\1"),
    (r"^(\d{4}):(\d{2}):(\d{2})\s", r"\1-\2-\3 "),
    (r"^(\d{4}-\d{2}-\d{2})[-_](\d{1,2}:)", r"\1 \2"),
    (r"^(\d{4}-\d{2}-\d{2})[ _T](\d{2})-(\d{2})-(\d{2})$", r"\1 \2:\3:\4"),
    (r"^(\d{1,2})[/.]([A-Za-zÀ-žА-яё]{3,10})[/.](\d{4}):?\s*", r"\1 \2 \3 "),
    (r"^([A-Za-z]{3,9})[-/](\d{1,2})[-/](\d{4})\s*", r"\1 \2 \3 "),
    *((rf"(:\d{{2}}(?:\.\d+)?(?: ?[AaPp][Mm])?) ?{zone}$", rf"\1 {offset}") for zone, offset in _ZONES.items()),
)  # fmt: skip

Rules = tuple[tuple[str, str], ...]
"""Patterns, each with what a text that it matches becomes."""

_COMPILED = tuple((re.compile(pattern), (pattern, replacement)) for pattern, replacement in _RULES)
_ORDINARY = re.compile(
    r"\D*|\d+([.,]\d+)?|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?|.{60,}", re.DOTALL
)
"""What no rule changes, or is no time."""


def rewritten(text: str) -> tuple[str, Rules]:
    """A text as the rules make it, and those that changed it."""
    if _ORDINARY.fullmatch(text):
        return text, ()
    used: list[tuple[str, str]] = []
    for pattern, rule in _COMPILED:
        changed = pattern.sub(rule[1], text)
        if changed != text:
            text = changed
            used.append(rule)
    return text, tuple(used)


def all_used(texts: Iterable[str]) -> Rules:
    """The rules that change any of some texts, in their order."""
    used = {rule for text in texts for rule in rewritten(text)[1]}
    return tuple(rule for rule in _RULES if rule in used)


def zones(rules: Rules) -> list[str]:
    """What abbreviations of zones some rules read, as "CEST = +0200"."""
    told = (f"{zone} = {offset}" for zone, offset in _ZONES.items() if any(f"?{zone}$" in rule[0] for rule in rules))
    return [*told]


def rewritten_sql(text: str, rules: Sequence[tuple[str, str]]) -> str:
    """The SQL of a column of text as some rules make it."""
    for pattern, replacement in rules:
        quoted = pattern.replace("'", "''")
        text = f"regexp_replace({text}, '{quoted}', '{replacement}')"
    return text
