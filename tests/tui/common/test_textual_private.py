"""Textual's private names are used in one file, which was read beside the Textual that is installed."""

import ast
import hashlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import textual
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

from musicrec_tui import tui
from musicrec_tui.tui.common import textual_private

READ: dict[Callable[..., Any], str] = {
    Screen._screen_resized: "9ac8cd9df5630782",
    Screen._compositor_refresh: "7a40efe563816a06",
    Screen._on_timer_update: "421401660de142c5",  # `_repaint_required` paints all, `_batch_count` waits
    App._begin_batch: "d3e5faaf577ddb81",
    App._end_batch: "588c75faa310d669",
    App._handle_exception: "baea2e7f88e7ac52",
    App._fatal_error: "2474616cec7fa94d",
    App.get_line_filters: "8f245224fb5734a0",  # reads `_filters`
    MessagePump._close_messages_no_wait: "f5db7e8fd40afc56",
    Widget._get_style: "c070a87f85df1396",
}
"""What `textual_private` overrides, calls or relies on, with a digest of its source as it was read."""
NAMED_TUPLE = {"_replace", "_asdict"}


@pytest.mark.parametrize("read", READ, ids=lambda read: str(read.__qualname__))
def test_textual_is_as_it_was_when_our_overrides_were_written(read: Callable[..., Any]) -> None:
    digest = hashlib.sha256(inspect.getsource(read).encode()).hexdigest()[:16]
    assert digest == READ[read], (
        f"Textual {textual.__version__} has another {read.__qualname__}: check textual_private against it, "
        f"then write {digest} here"
    )


def test_the_file_says_which_textual_it_was_checked_with() -> None:
    assert f"with Textual {textual.__version__}" in " ".join(str(textual_private.__doc__).split())


def test_what_is_used_of_textuals_private_names_is_read() -> None:
    source = ast.parse(Path(str(textual_private.__file__)).read_text(encoding="utf-8"))
    used = private_attributes(source) | {
        node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef) and node.name.startswith("_")
    }
    read = "".join(inspect.getsource(one) for one in READ)
    assert {name for name in used if not re.search(rf"\b{name}\b", read)} == set()


def test_no_other_file_of_the_screen_uses_them() -> None:
    ours = {name for module in modules() for name in defined_in(ast.parse(inspect.getsource(module)))}
    for module in modules():
        strange = private_attributes(ast.parse(inspect.getsource(module))) - ours - NAMED_TUPLE
        assert not strange, f"{module.__name__} uses private names of another package: {strange}"
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                clash = own_names(kind) & textual_names(kind)
                assert not clash, f"{module.__name__}: {kind.__name__} has private names of Textual's: {clash}"


def modules() -> Iterator[ModuleType]:
    """The modules of the screen but the one that may."""
    for found in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        if found.name != textual_private.__name__:
            yield import_module(found.name)


def private_attributes(tree: ast.AST) -> set[str]:
    """The private names that are looked up on an object."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_private(node.attr)}


def defined_in(tree: ast.AST) -> set[str]:
    """The private names that classes define, or set on themselves."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef():
                assigned = [target for one in node.body if isinstance(one, ast.Assign) for target in one.targets]
                assigned += [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
                found |= {target.id for target in assigned if isinstance(target, ast.Name)}
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                found.add(name)
    return set(filter(is_private, found))


def is_private(name: str) -> bool:
    """Whether it begins with one underscore."""
    return re.match(r"_[a-zA-Z]", name) is not None


@cache
def own_names(kind: type) -> frozenset[str]:
    """The private names that a class itself defines."""
    return frozenset(defined_in(ast.parse(inspect.cleandoc("\n" + inspect.getsource(kind)))))


@cache
def textual_names(kind: type) -> frozenset[str]:
    """Those of Textual's classes that a class of ours is made of."""
    bases = [base for base in kind.__mro__ if base.__module__.partition(".")[0] == "textual"]
    return frozenset().union(*map(own_names, bases))
