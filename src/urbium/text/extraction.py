"""Extraction: the messages that a file of Python writes, found by its syntax rather than by its words.

Babel calls :func:`messages` for every module (``text/babel.cfg``, ``make texts``). Only a module that imports
``text`` or ``texts`` from :mod:`urbium.text` writes messages, whatever other functions of that name it has.
"""

import ast
import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from urbium.text.docstrings import documented

__all__ = ["columns", "messages", "unreadable"]

_LITERALS = {"text": 2, "texts": 3}
"""How many arguments of each function the catalogue holds: code and message, or code and two messages."""


def messages(
    file: IO[bytes], keywords: Mapping[str, Any], comments: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """Yield each message of a module as Babel wants it: line, function, code and sentences, comments."""
    _ = keywords, comments, options  # Babel's, which knows how to read what is yielded
    source = file.read()
    for call, name in _calls(source):
        literals = _literals(call, _LITERALS[name])
        if literals is not None:
            yield call.lineno, name, literals, []
    for line, code, sentence in documented(ast.parse(source)):
        yield line, "text", (code, sentence), []


def columns(
    file: IO[bytes], keywords: Mapping[str, Any], comments: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield title, short title and help of each row of the vocabulary of columns; each is its own key."""
    _ = keywords, comments, options
    rows = csv.DictReader(io.StringIO(file.read().decode()))
    for line, row in enumerate(rows, start=2):
        yield from ((line, None, row[name], []) for name in ("title", "short", "help") if row[name])


def unreadable(source: bytes) -> list[int]:
    """Return the lines of messages whose code or sentence is no literal, which cannot be translated."""
    return [call.lineno for call, name in _calls(source) if _literals(call, _LITERALS[name]) is None]


def _calls(source: bytes) -> Iterator[tuple[ast.Call, str]]:
    tree = ast.parse(source)
    functions = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            yield node, functions[node.func.id]


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what a module calls our functions, and which of them it means."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "urbium.text":
            for name in node.names:
                if name.name in _LITERALS:
                    yield name.asname or name.name, name.name


def _literals(call: ast.Call, count: int) -> tuple[str, ...] | None:
    literals = tuple(
        argument.value
        for argument in call.args[:count]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )
    return literals if len(literals) == count else None
