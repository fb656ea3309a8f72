"""What profiles are called, and the folders and keys that follow from it."""

import hashlib
import re

from musicrec_tui.errors import UserError
from musicrec_tui.text import LONGEST_NAME, printable, search_name

KEY = "profile:"
"""What the key of a profile's user starts with."""

_LONGEST_SLUG = 32


def checked_name(name: str) -> str:
    """A name without white space around it.

    Raises:
        UserError: it is empty, too long, or no text at all.
    """
    stripped = name.strip()
    if not stripped:
        raise UserError("A profile needs a name, such as `me`.")
    if len(stripped) > LONGEST_NAME:
        shown = printable(stripped, 40)
        raise UserError(f"A profile's name may have {LONGEST_NAME} characters, and {shown!r} has more.")
    try:
        stripped.encode()
    except UnicodeEncodeError as error:  # bytes on the command line that are no UTF-8
        raise UserError(f"{printable(stripped)!r} cannot be a profile's name: it is not valid text.") from error
    return stripped


def profile_of_key(key: str) -> str | None:
    """The name of the profile whose user has this key; None: it is a user of the log."""
    return key.removeprefix(KEY) if key.startswith(KEY) else None


def slug(name: str) -> str:
    """The folder of a profile: its letters and digits, for people, and a hash that no two names share."""
    letters = re.sub(r"[^a-z0-9]+", "-", search_name(name)).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"{letters or 'profile'}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
