"""Draws what the pages of docs/ take from the code: commands, keys, settings, models, metrics, the names of api.md.

make pages
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs import models_page, settings_page
from musicrec_tui import api
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


_MODELS = re.compile(r"(<!-- models: .*-->\n).*(<!-- end of models -->)", re.DOTALL)


def models() -> str:
    """The page of the models, with their parameters as they are now."""
    page = (DOCS / "models.md").read_text(encoding="utf-8")
    return _MODELS.sub(lambda ends: f"{ends[1]}{models_page.tables()}{ends[2]}", page)


_NAMES = re.compile(r"(<!-- names: .*-->\n).*(<!-- end of names -->)", re.DOTALL)


def api_page() -> str:
    """The page of the Python API, with its names as they are now."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    return _NAMES.sub(lambda ends: f"{ends[1]}{api_names()}{ends[2]}", page)


def api_names() -> str:
    """What `musicrec_tui.api` promises: each name with its signature and sentence, and its own public names."""
    return "".join(_entry(name, getattr(api, name)) for name in sorted(api.__all__, key=str.lower)) + "\n"


def _entry(name: str, found: Any) -> str:
    """One name."""
    node = ast.parse(textwrap.dedent(inspect.getsource(found))).body[0]
    call = f"`{name}{_call(node)}`\n\n" if isinstance(node, ast.FunctionDef) else ""
    members = "".join(f"- {one}\n" for one in _members(node)) if isinstance(node, ast.ClassDef) else ""
    return f"\n### {name}\n\n{call}{_sentence(node)}\n" + (f"\n{members}" if members else "")


def _call(node: ast.FunctionDef) -> str:
    """The parameters and the result of a function, as they are written."""
    node.args.args = [one for one in node.args.args if one.arg != "self"]
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){result}".replace("'", '"')


def _docstring(node: ast.ClassDef | ast.FunctionDef) -> str:
    return ast.get_docstring(node) or ""


def _sentence(node: ast.AST) -> str:
    """The first paragraph of a docstring."""
    assert isinstance(node, ast.ClassDef | ast.FunctionDef)  # noqa: S101  (a module's names are these)
    return " ".join(_docstring(node).partition("\n\n")[0].split())


def _members(node: ast.ClassDef) -> Iterator[str]:
    """The attributes, properties and methods of a class, with what their docstrings say."""
    attributes = _docstring(node).partition("Attributes:\n")[2]
    for one in re.split(r"\n(?=    \S)", attributes.rstrip()) if attributes else []:
        names, _, text = " ".join(one.split()).partition(": ")
        yield ", ".join(f"`{name}`" for name in names.split(", ")) + f": {text}"
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
            is_property = any(isinstance(one, ast.Name) and one.id == "property" for one in part.decorator_list)
            yield f"`{part.name}{'' if is_property else _call(part)}`: {_sentence(part)}"


def main() -> None:
    """Write the pages."""
    pages = {
        "cli.md": reference.markdown(), "keys.md": keys_page.markdown(), "glossary.md": glossary(),
        "musicrec-tui.1": manual.page(), "api.md": api_page(), "models.md": models(),
        "settings.md": settings_page.markdown(),
    }  # fmt: skip
    for name, page in pages.items():
        (DOCS / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
