"""Size and shape of the code: `python -m benchmarks.structure [CHECKOUT ...]`, one column for each checkout.

A *room* is a child of a package (a module or a folder), an *arrow* an import from one room to another, and *floors* are
counted on the longest way down, from a room that nobody imports to one that imports none. A *cycle* is a group of rooms
that import each other; it stands on one floor. *Code lines* hold more than blanks, comments and docstrings. Imports
inside functions and imports for type checking count.
"""

import ast
import io
import sys
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

PACKAGE = "musicrec_tui"
Graph = Mapping[str, set[str]]


def main(checkouts: Sequence[str]) -> None:
    """Print a table of figures, and the cycles below it."""
    folders = [Path(name).resolve() for name in checkouts or ["."]]
    columns, cycles = zip(*(measured(folder) for folder in folders), strict=True)
    print("| | " + " | ".join(folder.name for folder in folders) + " |")
    print("|---|" + "---:|" * len(folders))
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(str(column[name]) for column in columns) + " |")
    for folder, found in zip(folders, cycles, strict=True):
        for cycle in found:
            print(f"\n{folder.name}, cycle: {', '.join(cycle)}")


def measured(checkout: Path) -> tuple[dict[str, str], list[list[str]]]:
    """The figures of a checkout, and its cycles of rooms and of files as lists of names."""
    graph = _import_graph(checkout)
    rooms = _rooms(graph, f"{PACKAGE}.tui")
    imports = sum(map(len, graph.values()))
    single = sum(1 for module in graph if sum(module in others for others in graph.values()) == 1)
    packages = {f"{PACKAGE}.tui"} | {name for module in graph for name in _packages(module)}
    cycles = [cycle for package in sorted(packages) for cycle in _cycles(_rooms(graph, package))]
    files = _cycles(graph)
    figures = {
        "rooms of `tui`": len(rooms),
        "floors of `tui`": _floors(rooms),
        "arrows between rooms of `tui`": sum(map(len, rooms.values())),
        "rooms of `tui` that are in a cycle": sum(map(len, _cycles(rooms))),
        "cycles of rooms, whole package": len(cycles),
        "cycles of files, whole package": len(files),
        "files": len(graph),
        "files of `tui`": sum(1 for module in graph if module.startswith(f"{PACKAGE}.tui.")),
        "files with a single importer": single,
    }
    table = {name: f"{value:,}" for name, value in figures.items()}
    table["imports per file"] = f"{imports / len(graph):.2f}"
    for folder in (PACKAGE, f"{PACKAGE}/tui", f"{PACKAGE}/cli", "tests", "benchmarks", "docs"):
        table[f"code lines, {folder}"] = f"{sum(map(code_lines, (checkout / folder).rglob('*.py'))):,}"
    return table, [*cycles, *files]


def code_lines(file: Path) -> int:
    """How many lines of a Python file hold code."""
    text = file.read_text(encoding="utf-8")
    empty = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in empty:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and first.value.value.__class__ is str
            ):
                lines.difference_update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return len(lines)


def _import_graph(checkout: Path) -> Graph:
    """Which files import which, `__init__` and all; the checkout is looked at, never run."""
    sys.path.insert(0, str(checkout))
    try:
        found = grimp.build_graph(PACKAGE, cache_dir=None)
    finally:
        sys.path.remove(str(checkout))
    return {module: set(found.find_modules_directly_imported_by(module)) for module in found.modules}


def _packages(module: str) -> Iterable[str]:
    """The packages that a module is in."""
    parts = module.split(".")
    return (".".join(parts[:number]) for number in range(1, len(parts)))


def _rooms(graph: Graph, package: str) -> Graph:
    """The children of a package, each with those that it imports."""
    depth = package.count(".") + 2

    def room(module: str) -> str:
        return ".".join(module.split(".")[:depth]) if module.startswith(f"{package}.") else ""

    rooms: dict[str, set[str]] = {room(module): set() for module in graph if room(module)}
    for module, others in graph.items():
        if room(module):
            rooms[room(module)] |= {room(other) for other in others} - {"", room(module)}
    return rooms


def _reachable(graph: Graph, start: str) -> set[str]:
    """All that a node leads to, in one step or more."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def _cycles(graph: Graph) -> list[list[str]]:
    """The groups of nodes that lead to each other, sorted."""
    reached = {node: _reachable(graph, node) for node in graph}
    groups = {
        frozenset(other for other in reached[node] if node in reached[other]) for node in graph if node in reached[node]
    }
    return sorted(sorted(group) for group in groups)


def _floors(graph: Graph) -> int:
    """How many floors the nodes stand on; a cycle stands on one."""
    group = {node: node for node in graph} | {node: cycle[0] for cycle in _cycles(graph) for node in cycle}
    below: dict[str, set[str]] = {group[node]: set() for node in graph}
    for node, others in graph.items():
        below[group[node]] |= {group[other] for other in others} - {group[node]}
    height: dict[str, int] = {}
    for node in TopologicalSorter(below).static_order():
        height[node] = 1 + max((height[other] for other in below[node]), default=0)
    return max(height.values(), default=0)


if __name__ == "__main__":
    main(sys.argv[1:])
