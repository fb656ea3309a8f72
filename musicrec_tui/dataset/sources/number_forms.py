"""How the numbers of a column are written (1234, 1,234 or 1.234,5), found from its values, and the SQL to read them."""

import re
from collections.abc import Iterable

PLAIN, COMMAS, DOTS, SPACES = "plain", "1,234.5", "1.234,5", "1 234,5"

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = {
    COMMAS: re.compile(r"[+-]?\d{1,3}(,\d{3})*(\.\d+)?"),
    DOTS: re.compile(r"[+-]?\d{1,3}(\.\d{3})*(,\d+)?"),
    SPACES: re.compile(r"[+-]?\d{1,3}([\u00a0\u202f '’]\d{3})*([.,]\d+)?"),
}
_CERTAIN = {
    COMMAS: re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?"),
    DOTS: re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?|[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+"),
    SPACES: re.compile(r"[+-]?[1-9]\d{0,2}([\u00a0\u202f '’]\d{3})+([.,]\d+)?"),
}
_THREE = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_COMMA = re.compile(r"[+-]?\d+,\d+")


def classify(values: Iterable[str], *, counts: bool = False) -> str:
    """How most of some values are written as numbers (blank ones do not count); empty where they are none.

    Args:
        values: of a column.
        counts: whether they count something: "1.234" is a thousand then, where all with a dot are so.
    """
    texts = [value.strip() for value in values if value and value.strip()]
    plain = sum(bool(_NUMBER.fullmatch(text)) for text in texts)
    dotted = [text for text in texts if "." in text]
    thousands = counts and bool(dotted) and all(map(_THREE.fullmatch, dotted))
    for form, pattern in _GROUPED.items():
        certain = any(map(_CERTAIN[form].fullmatch, texts)) or (form == DOTS and thousands)
        fitting = sum(bool(pattern.fullmatch(text) or _is_whole(text)) for text in texts)
        if certain and fitting * 2 > len(texts) and fitting >= plain:
            return form
    if plain * 2 > len(texts):
        return PLAIN
    decimal = sum(bool(_COMMA.fullmatch(text) or _is_whole(text)) for text in texts)
    return DOTS if decimal * 2 > len(texts) and any(map(_COMMA.fullmatch, texts)) else ""


def _is_whole(text: str) -> bool:
    """Whether a number has neither groups nor a fraction."""
    return text.lstrip("+-").isdecimal()


def parse(text: str, form: str) -> float | None:
    """A number of this form; None where it is none."""
    pattern = _GROUPED.get(form)
    if pattern is not None and pattern.fullmatch(text):
        bare = re.sub("[\u00a0\u202f '’]", "", text)
        text = (
            bare.replace(",", "")
            if form == COMMAS
            else bare.replace(".", "" if form == DOTS else ".").replace(",", ".")
        )
    return float(text) if _NUMBER.fullmatch(text) else None


def number_sql(text: str, form: str) -> str:
    """The SQL of a DOUBLE from a column of text; NULL where it is no number of this form."""
    plain = f"TRY_CAST({text} AS DOUBLE)"
    if form == DOTS:
        pattern = r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?"
        bare = f"replace(replace(trim({text}), '.', ''), ',', '.')"
        return f"CASE WHEN regexp_full_match(trim({text}), '{pattern}') THEN TRY_CAST({bare} AS DOUBLE) END"
    if form == SPACES:
        bare = f"replace(regexp_replace(trim({text}), '[\u00a0\u202f ''’]', '', 'g'), ',', '.')"
        return f"TRY_CAST({bare} AS DOUBLE)"
    pattern = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"
    grouped = (
        f"CASE WHEN regexp_full_match(trim({text}), '{pattern}') "
        f"THEN TRY_CAST(replace(trim({text}), ',', '') AS DOUBLE) END"
    )
    return f"coalesce({plain}, {grouped})"
