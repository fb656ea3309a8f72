"""Reads every text that a person meets, and every public docstring, and finds the words that the project does not use.

`python -m tests.docs.plain_english [FOLDER ...]` lists them. Texts are the string literals of the package: whatever is
shown is one of them. docs/glossary.md has the words that are used instead.
"""

import ast
import collections
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "musicrec_tui"
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")]

_WORDS = {
    # people and things are named
    r"\b(somebody|someone|whoever|whomever|nobody|anybody)\b": "user, listener, process, artist, error",
    r"\bwhom\b": "the user, the artist",
    r"\bwho (has|have) none\b": "a user without …",
    r"\bwhat there is\b": "the thing itself: runs, results, profiles",
    # the usual verb
    r"\b(tells?|told|telling)\b": "show, say, print, report, distinguish",
    r"\bmend(s|ed|ing)?\b": "repair",
    r"\b(tak(e|es|en|ing)|took)( (it|them|one|its|the \w+))? (out|up)\b": "remove, resume, restore",
    r"\blets? (it |them )?go on\b": "keep running, continue",
    r"\b(go|goes|going|went|gone) on\b": "continue, resume, next",
    r"\bwork(s|ed|ing)?( (it|them))? out\b": "calculate",
    # "keep" where "save" is meant; "keep running", "keep the best epoch" and rows that are kept stay
    r"\bkept (as|in|by|nowhere|under)\b": "saved",
    r"\bkeeps? (it|them|nothing)\b(?! (open|opening|apart|alive|running|from|in)\b)": "save",
    r"^Keeps? (?!running\b|trial\b|the (best|ALS|cursor|epoch)\b)": "Save, Store",
    # the origin's jargon; its values (`--grid deck`, `architecture=deck`, `deck`, deck.md) stay
    r"(?<![`=/\w-])(?<!grid )deck\b(?![`=_])": "the original project, the grid of 90 fits",
}
_SENTENCES = (
    "any other key begins",
    "the one that is marked",
    "on the empty line is done",
    "no name has these letters",
    "nor one spelled nearly so",
    "its typed artists become these",
    "a changes them",
    r"\bno times\b",
    "come with the model that is being trained",
    "- again undoes",
    "because somebody asked",
    "ended before its first epoch",
    "goes into the form",
    "starts with what it says",
    "most passes over the data",
    "stop after so many epochs",
    "others as by default",
    "not right yet",
    "left out and mended",
    r"(?-i:What was read)",
    "mark no run",
    "what every model has to beat",
    "write down a sentence",
    "differs in",
    "hold it against other",
    "how late more plays",
    "at most plays",
    "than chance gives",
    "no chance finding",
    "the more the nearer",
)  # fmt: skip
_SQL = re.compile(
    r"\b(FROM|JOIN) [a-z(%{…$]|\bSELECT [^.]*(,|\()|\bWITH \w+ AS \(|\b(WHERE|GROUP BY|ORDER BY|UNION ALL|CREATE TEMP) "
)
_RULES = [(re.compile(rule, re.IGNORECASE if rule[0] != "^" else 0), good) for rule, good in _WORDS.items()]
_RULES += [(re.compile(rule.replace(" ", r"\s+"), re.IGNORECASE), "see docs/glossary.md") for rule in _SENTENCES]
_CODE = re.compile(r"`[^`\n]+`")
_LABELS = {"alike": "similarity", "pop.": "popularity", "by them": "by this user", "likeness": "similarity"}
_MODULES = {
    "wish": "requests", "sieve": "candidate_filter", "held": "opinions_cache", "histories": "play_matrix",
    "lastword": "job_main", "speaking": "json_lines", "crew": "evaluator_pool", "looks": "test_usage",
    "whom": "recipient", "meanings": "glossary", "words": "argv", "surroundings": "preflight", "keeping": "labels",
    "meter": "progress", "twins": "cli_equivalents", "front": "cli_bridge", "collecting": "gc_policy",
    "warming": "preload", "patience": "loading", "trail": "visit_history", "shown": "screen_state",
}  # fmt: skip
_DEFINITIONS = {
    "Wish": "…Request", "Sieve": "CandidateFilter", "shake": "mask", "_Sitting": "_RunningTrial",
    "furnish": "mount_panes", "take_up": "restore_state", "tell": "notify", "told": "described",
    "drawn": "render_…", "find": "find_…", "ranked": "rank_…",
}  # fmt: skip


class Text(NamedTuple):
    """A text, and where it is."""

    file: Path
    line: int
    kind: str
    text: str


class Offender(NamedTuple):
    """A text that has a refused word."""

    file: str
    line: int
    kind: str
    found: str
    instead: str
    excerpt: str

    @property
    def room(self) -> str:
        """Its folder."""
        return self.file.rpartition("/")[0] or "."

    def __str__(self) -> str:
        """What a failing test shows."""
        return f"{self.file}:{self.line} {self.kind}: {self.found!r} (say: {self.instead}) … {self.excerpt}"


def offenders() -> list[Offender]:
    """All of them, sorted by folder."""
    found = [
        Offender(_named(file), 1, "file", file.stem, _MODULES[file.stem], file.name)
        for file in PACKAGE.rglob("*.py")
        if file.stem in _MODULES
    ]
    named = (name for name in definitions() if name.text in _DEFINITIONS)
    found += [_offender(name, name.text, _DEFINITIONS[name.text]) for name in named]
    for text in texts():
        found += [_offender(text, *refused) for refused in words_in(text.text)]
    return sorted(found, key=lambda one: (one.room, one.file, one.line))


def words_in(text: str) -> list[tuple[str, str, int]]:
    """The refused words of a text: each with the better one, and where it is. Code between backticks is no word."""
    prose = _CODE.sub(lambda code: "`" * len(code[0]), text)
    label = prose.strip().lower()
    found = [(label, _LABELS[label], 0)] if label in _LABELS else []
    return found + [(match[0], good, match.start()) for rule, good in _RULES for match in rule.finditer(prose)]


def _named(file: Path) -> str:
    """A file below the project's folder."""
    return str(file.relative_to(ROOT))


def _offender(text: Text, word: str, instead: str, at: int = 0) -> Offender:
    """An offender, with the words around."""
    line = text.line + text.text.count("\n", 0, at) if text.kind == "docstring" else text.line
    around = " ".join(text.text[max(0, at - 50) : at + len(word) + 50].split())
    return Offender(_named(text.file), line, text.kind, " ".join(word.split()), instead, around)


def texts() -> Iterator[Text]:
    """The package's literals and docstrings, and the pages of docs line by line."""
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        public, every = set(map(id, _docstrings(tree, public=True))), set(map(id, _docstrings(tree, public=False)))
        filled = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            text = _text(node)
            if id(node) in public:
                yield Text(file, getattr(node, "lineno", 1), "docstring", text)
            elif id(node) in every or id(node) in filled or _SQL.search(text) or text == "deck":
                continue
            elif text.strip():
                yield Text(file, getattr(node, "lineno", 1), "literal", text)
    for page in [*PAGES, *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("sample_data/*.md"))]:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            yield Text(page, number, "page", line)


def definitions() -> Iterator[Text]:
    """The names of classes and of functions at the top of a module."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield Text(file, node.lineno, "name", node.name)


def _text(node: ast.AST) -> str:
    """The text of a literal, `…` for what an f-string fills in; empty where a node is none."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _docstrings(tree: ast.Module, *, public: bool) -> Iterator[ast.expr]:
    """The nodes of docstrings, those of attributes too; of all that has one, or of what has no `_` before its name."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        name = getattr(node, "name", "")
        if public and name.startswith("_"):
            continue
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += node.body
            yield from (line.value for line in node.body if isinstance(line, ast.Expr) and _text(line.value))


def main() -> None:
    """List the offenders by folder, of all folders or of those that the command line names, and how many each has."""
    found = [one for one in offenders() if one.file.startswith(tuple(sys.argv[1:]) or "")]
    rooms = collections.Counter(one.room for one in found)
    lines = []
    for room in sorted(rooms):
        lines += [f"## {room}: {rooms[room]}", *(str(one) for one in found if one.room == room)]
    lines.append(f"{len(found)} in all: " + ", ".join(f"{room} {count}" for room, count in rooms.most_common()))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
