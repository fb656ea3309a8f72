"""Tables that pandas writes as JSON: by columns, by rows with their numbers, or split into names and values.

The shapes are those of `DataFrame.to_json(orient=…)`: `columns` (which is the default), `index` and `split`.
"""

import msgspec

from musicrec_tui.dataset.sources import column_roles

_ANY = msgspec.json.Decoder()


def rows(root: msgspec.Raw) -> list[msgspec.Raw]:
    """The rows of such a table as objects; none where it is none, or names no artist."""
    try:
        table = _ANY.decode(root)
    except (msgspec.MsgspecError, RecursionError):
        return []
    if not isinstance(table, dict) or not table:
        return []
    found = _split(table) or _by_rows(table) or _by_columns(table)
    if not found or not any(column_roles.rank(column_roles.ARTIST, str(name)) is not None for name in found[0]):
        return []
    return [msgspec.Raw(msgspec.json.encode(row)) for row in found]


def _split(table: dict[str, object]) -> list[dict[str, object]]:
    """`{"columns": [names], "data": [[values], …]}`."""
    names, data = table.get("columns"), table.get("data")
    if not isinstance(names, list) or not isinstance(data, list):
        return []
    return [dict(zip(map(str, names), row, strict=False)) for row in data if isinstance(row, list)]


def _by_rows(table: dict[str, object]) -> list[dict[str, object]]:
    """`{"0": {name: value}, "1": …}`."""
    if not all(name.isdecimal() for name in table):
        return []
    return [row for row in table.values() if isinstance(row, dict)]


def _by_columns(table: dict[str, object]) -> list[dict[str, object]]:
    """`{name: {"0": value, "1": value}, …}`."""
    columns = {name: column for name, column in table.items() if isinstance(column, dict)}
    numbers = dict.fromkeys(number for column in columns.values() for number in column)
    if len(columns) != len(table) or not all(number.isdecimal() for number in numbers):
        return []
    return [{name: column.get(number) for name, column in columns.items()} for number in numbers]
