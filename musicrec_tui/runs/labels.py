"""What a person says of a run or a tuning: a name, a note, a star. Beside its spec, which stays as it was written."""

import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from musicrec_tui import sealed
from musicrec_tui.errors import UserError
from musicrec_tui.runs.job_folders import changing
from musicrec_tui.shortage import ShortageError, shortage
from musicrec_tui.text import printable

FILE, SCHEMA = "label.json", 1
LONGEST_NAME, LONGEST_NOTE = 60, 500
_TAKEN = ("best", "latest")


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it is optional.

    Attributes:
        name: what to call it; empty: as its spec does.
        note: a sentence or two.
        starred: whether it is to stand out.
    """

    name: Annotated[str, Meta(max_length=LONGEST_NAME)] = ""
    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""
    starred: bool = False


class Found(msgspec.Struct, frozen=True):
    """A label as a folder has it.

    Attributes:
        label: the empty one where it cannot be read.
        damage: why it cannot be read, else empty.
        lost: whether that is damage, and no want of memory, descriptors or permission.
    """

    label: Label = Label()
    damage: str = ""
    lost: bool = True


def is_labelled(folder: Path | str) -> bool:
    """Whether a job has a label, even a damaged one. Asked for each of thousands: a text costs less than a path."""
    return os.path.lexists(f"{folder}{os.sep}{FILE}")


def read(folder: Path) -> Found:
    """The label of a job. A damaged one is no reason not to use the job: it counts as none, and is reported."""
    if not is_labelled(folder):
        return Found()
    try:
        return Found(sealed.read(folder / FILE, Label, SCHEMA))
    except UserError as error:
        if why := shortage(error):
            return Found(damage=f"{error} {why}", lost=False)
        return Found(damage=f"{error} Its name, note and star are lost; rename it to write new ones.")


def change(folder: Path, *, name: str | None = None, note: str | None = None, starred: bool | None = None) -> Label:
    """Change some of a job's label and leave the rest, whole or not at all.

    Args:
        folder: the job's.
        name: what to call it from now on; empty: as at first. None, here and below: as it is.
        note: what to note; empty: nothing.
        starred: whether it stands out.

    Returns:
        The label as it is now.

    Raises:
        UserError: a text is too long or means something else, the job is gone, or nothing can be written.
    """
    changes: dict[str, str | bool] = {}
    if name is not None:
        changes["name"] = checked_name(name)
    if note is not None:
        changes["note"] = _checked(note, "A note", LONGEST_NOTE)
    if starred is not None:
        changes["starred"] = starred
    try:
        with changing(folder.parent):
            if not folder.is_dir():
                raise UserError(f"{folder} no longer exists.", exit_code=1)
            found = read(folder)
            if not found.lost:
                raise ShortageError(found.damage)
            label = msgspec.structs.replace(found.label, **changes)
            sealed.write(folder / FILE, label, SCHEMA)
    except OSError as error:
        raise UserError(f"Cannot write {folder / FILE}: {error.strerror}.", exit_code=1) from error
    return label


def checked_name(name: str) -> str:
    """A name on one line, without what a terminal would act on.

    Raises:
        UserError: it is too long, or is a word that stands for some run already.
    """
    clean = _checked(name, "A name", LONGEST_NAME)
    if clean.casefold() in _TAKEN:
        raise UserError(f"{clean!r} cannot be a name: in commands it means the {clean.casefold()} run.")
    return clean


def _checked(text: str, what: str, most: int) -> str:
    """A text on one line, cleaned, if it is not too long."""
    clean = " ".join(printable(text, None).split())
    if len(clean) > most:
        raise UserError(f"{what} has at most {most} characters; this one has {len(clean):,}.")
    return clean
