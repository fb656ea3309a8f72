"""Why an index is built although there was one: what is different from the state that it was made from."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.schema import VERSION
from musicrec_tui.dataset.log import FileState
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_LONGEST = 60


def rebuild_reason(target: Path, now: Sequence[FileState]) -> str:
    """Why an index has to be built again, as a sentence; empty where there was none.

    Args:
        target: where it is to be.
        now: the files that it is to be made from.
    """
    if target.exists():
        return "Built again because the index was damaged."
    earlier = [path for path in target.parent.glob(f"{target.name.partition('-')[0]}-*.duckdb") if path.is_file()]
    if not earlier:
        return ""
    try:
        latest = max(earlier, key=lambda path: path.stat().st_mtime)
        meta = _meta(latest)
        if meta.get("schema") != str(VERSION):
            return "Built again because this version of the program makes another kind of index."
        before = msgspec.json.decode(meta["inputs"], type=tuple[FileState, ...])
        return f"Built again because {describe_changes(before, now)}."
    except (OSError, KeyError, UserError, msgspec.MsgspecError):
        return "Built again because the log changed."


def describe_changes(before: Sequence[FileState], now: Sequence[FileState]) -> str:
    """The difference between two states of a log, with the first file as an example.

    >>> describe_changes([FileState("/a/1.parquet", 5, 1)], [FileState("/a/1.parquet", 7, 2)])
    '1.parquet is larger than it was'
    """
    was, present = {one.path: one for one in before}, {one.path for one in now}
    changed = [one for one in now if one.path in was and one != was[one.path]]
    new = [one for one in now if one.path not in was]
    gone = [one for one in before if one.path not in present]
    parts = []
    if changed:
        first = changed[0]
        how = f"{_name(first)} {_changed(was[first.path], first)}"
        parts.append(f"{len(changed):,} of {len(now):,} files changed: {how}" if len(now) > 1 else how)
    parts.extend(
        f"{_files(len(files))} {what} ({_name(files[0])}{', …' if len(files) > 1 else ''})"
        for files, what in ((new, "new"), (gone, "gone"))
        if files
    )
    return "; ".join(parts) or "the log changed"


def _meta(index: Path) -> dict[str, str]:
    """The table `meta` of an index."""
    dataset = Dataset(index)
    try:
        return dict(dataset.query("SELECT name, value FROM meta"))
    finally:
        dataset.close()


def _changed(before: FileState, now: FileState) -> str:
    """What became of a file."""
    if now.size == before.size:
        return "was written anew"
    return f"is {'larger' if now.size > before.size else 'smaller'} than it was"


def _files(count: int) -> str:
    """So many files."""
    return f"{count:,} {'file is' if count == 1 else 'files are'}"


def _name(file: FileState) -> str:
    """A file's name, for people."""
    return printable(Path(file.path).name, _LONGEST)
