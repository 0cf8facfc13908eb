"""Extraction: the sentences that files hold: of Python, found by its syntax; of declared rows, by column.

Babel calls :func:`messages` for every module and :func:`rows` for every table of ``data`` (``make texts``,
``text/babel.cfg``); both yield what its own functions of gettext would say. Only a module that imports
them from :mod:`urbium.text` writes messages, whatever other functions of these names it has.
"""

import ast
import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import StringIO
from typing import IO, Any, Final

from urbium.text import declared
from urbium.text.docstrings import documented

_Found = tuple[int, str, tuple[str, ...], list[str]]
_FUNCTIONS: Final = {"text": (0, 1), "texts": (0, 2), "coded": (1, 1), "meant": (1, 1)}
"""Of each function, how many arguments come before its sentences, and how many sentences it has at least."""
_LANGUAGE = re.compile(r"_[a-z]{2}$")


def messages(
    file: IO[bytes], keywords: Mapping[str, Any], comments: Collection[str], options: Mapping[str, Any]
) -> Iterator[_Found]:
    """Yield each message of a module as Babel wants it: line, function of gettext, sentences, comments."""
    _ = keywords, comments, options  # Babel's, which knows how to read what is yielded
    tree = ast.parse(file.read())
    for call, name in _calls(tree):
        literals = _literals(call, name)
        if literals is not None:
            yield call.lineno, *_as_gettext(name, literals), []
    for line, sentence in documented(tree):
        yield line, "gettext", (sentence,), []


def rows(
    file: IO[bytes], keywords: Mapping[str, Any], comments: Collection[str], options: Mapping[str, Any]
) -> Iterator[_Found]:
    """Yield the sentences of declared rows: what they say in English alone, and what ``columns`` names."""
    _ = keywords, comments
    table = csv.DictReader(StringIO(file.read().decode()))
    named = str(options.get("columns", "")).split()
    names = table.fieldnames or ()
    columns = [name for name in names if name in named or _is_english(name, names)]
    for row in table:
        context = [row["context"]] if row.get("context") else []
        for sentence in (part for name in columns for part in _sentences(name, row[name]) if part):
            said = (*context, declared(sentence).message)
            yield table.line_num, "pgettext" if context else "gettext", said, []


def unreadable(tree: ast.AST) -> list[int]:
    """Return the lines of messages that cannot be translated: a code, context or sentence is no literal."""
    return [call.lineno for call, name in _calls(tree) if _literals(call, name) is None]


def _is_english(column: str, columns: Collection[str]) -> bool:
    """Whether a column is of English words that stand in no other language beside it (as ``name_zh``)."""
    same = [other for other in columns if _LANGUAGE.sub("", other) == column[:-3] and _LANGUAGE.search(other)]
    return column.endswith("_en") and same == [column]


def _sentences(column: str, cell: str) -> list[str]:
    """Return what a cell says: a sentence, or the titles of words (``open=still open|over=closed``)."""
    return [pair.partition("=")[2] for pair in cell.split("|")] if column == "words_en" else [cell]


def _as_gettext(name: str, literals: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return which function of gettext says so, and its arguments."""
    if name == "meant":
        return "pgettext", (*literals,)
    sentences = literals[_FUNCTIONS[name][0] :]
    return "ngettext" if len(sentences) > 1 else "gettext", (*sentences,)


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    nodes = list(ast.walk(tree))
    functions = dict(_imported(nodes))
    for node in nodes if functions else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            yield node, functions[node.func.id]


def _imported(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield what a module calls our functions, and which of them it means."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "urbium.text":
            for name in node.names:
                if name.name in _FUNCTIONS:
                    yield name.asname or name.name, name.name


def _literals(call: ast.Call, name: str) -> list[str] | None:
    """Return the arguments of a call; None where one is no literal, or a sentence is missing."""
    words = [
        part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    is_whole = len(words) == len(call.args) and len(words) >= sum(_FUNCTIONS[name])
    return words if is_whole else None
