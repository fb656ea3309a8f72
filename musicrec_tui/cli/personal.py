"""`personal`: back up, restore and erase everything about people."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.errors import UserError

Action = Literal["list", "backup", "restore", "erase"]


def personal(
    action: Annotated[Action, typer.Argument(help="What to do.")] = "list",
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The backup, a .zip; for backup and restore.")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Restore or erase without confirmation.")] = False,
    place: options.HomePlace,
    as_json: options.Json = False,
) -> None:
    """Back up, restore or erase everything about people.

    That is profiles, loved and blocked artists, bookmarks, names and notes of runs, tokens, the trash, and what the
    screen and the SQL line remember; `personal` alone lists it. Only you can read a backup. Restoring replaces what is
    there; erasing cannot be undone. Settings, indexes and models are not touched, but deleted runs in the trash are.
    """
    from musicrec_tui.jobs import personal_files

    if action in ("backup", "restore") and file is None:
        raise UserError(f"`personal {action}` needs a FILE, such as `personal {action} me.zip`.")
    if action in ("list", "erase") and file is not None:
        raise UserError(f"`personal {action}` takes no FILE.")
    if action == "backup" and file is not None:
        held = personal_files.back_up(place.home, file)
    elif action == "restore" and file is not None:
        if not yes and personal_files.found(place.home):
            output.confirm("Replace everything personal by the backup")
        held = personal_files.restore(place.home, file)
    elif action == "erase":
        held = personal_files.found(place.home)
        if held and not yes:
            output.confirm("Erase all profiles, loved and blocked artists, bookmarks, notes, tokens and the trash")
        held = personal_files.erase(place.home)
    else:
        held = personal_files.found(place.home)
    _tell(action, file, held, as_json=as_json)


def _tell(action: Action, file: Path | None, held: dict[str, int], *, as_json: bool) -> None:
    """Say what there is, or what was done."""
    if as_json:
        output.print_json({"action": action, "file": str(file.absolute()) if file else None, "files": held})
        return
    if not held:
        output.print_line("There is nothing about a person in this home.")
        return
    done = {"list": "There is", "backup": f"Wrote to {file}", "restore": f"Restored from {file}", "erase": "Erased"}
    output.print_line(f"{done[action]}:")
    output.print_facts((what, f"{count:,} file{'s' * (count != 1)}") for what, count in held.items())
