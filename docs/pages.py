"""Draws what the pages of docs/ take from the code: cli.md, keys.md, the man page, the metrics in glossary.md.

make pages
"""

import re
from pathlib import Path

from musicrec_tui.cli import manual, reference
from musicrec_tui.evaluation.metrics import METRICS
from musicrec_tui.tui.keys import keys_page

DOCS = Path(__file__).parent
_METRICS = re.compile(r"(\| metric \| meaning \|\n\|---\|---\|\n)(?:\|.*\n)+")


def glossary() -> str:
    """The glossary, with the metrics as they are now."""
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = "".join(f"| `{metric.name}` | {metric.sentences} |\n" for metric in METRICS)
    return _METRICS.sub(lambda head: head[1] + rows, page)


def main() -> None:
    """Write the pages."""
    pages = {
        "cli.md": reference.markdown(), "keys.md": keys_page.markdown(), "glossary.md": glossary(),
        "musicrec-tui.1": manual.page(),
    }  # fmt: skip
    for name, page in pages.items():
        (DOCS / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
