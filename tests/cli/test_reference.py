"""The page about the commands is what the commands say."""

from pathlib import Path

from musicrec_tui.cli.argv import COMMANDS
from musicrec_tui.cli.reference import markdown

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_up_to_date() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == markdown(), "run `make pages`"
    assert all(f"## {name}\n" in told for name in COMMANDS)
