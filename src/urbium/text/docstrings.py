"""Docstrings of commands: their help is made of them, and each of their sentences can be translated.

A command is a function with a keyword ``common`` of the kinds of ``cli/show.py``, or the decorator
``app.command``; what all commands share are dataclasses marked ``@Parameter``. Both are found by syntax, as
messages are.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator

_COMMON = {"Acting", "Common", "Language", "Looking", "Saving"}
_PARAMETERS = re.compile(r"\n\s*\n *Parameters\n *-+\n")
_NAMED = re.compile(r"^(\w+)\n((?:(?: +\S.*)?\n?)*)", re.MULTILINE)


def documented(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and sentence of the help of every command of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and _is_command(node):
            for _, sentence in _parts(ast.get_docstring(node) or ""):
                yield node.lineno, sentence


def retold(docstring: str, say: Callable[[str], str]) -> str:
    r"""Return a docstring with each of its sentences as ``say`` says it.

    >>> told = "Score.\n\nParameters\n----------\nperiod\n    A year.\n"
    >>> retold(told, str.upper).splitlines()
    ['SCORE.', '', 'Parameters', '----------', 'period', '    A YEAR.']
    """
    lines: list[str] = []
    for part, sentence in _parts(inspect.cleandoc(docstring)):
        if part and "Parameters" not in lines:
            lines += ["", "Parameters", "----------"]
        lines += [part, f"    {say(sentence)}"] if part else [say(sentence)]
    return "\n".join(lines)


def _parts(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each parameter (nothing for the head) with what is said of it, on one line."""
    head, *rest = _PARAMETERS.split(docstring, maxsplit=1)
    if head.strip():
        yield "", " ".join(head.split())
    for name, words in _NAMED.findall(rest[0] if rest else ""):
        yield name, " ".join(words.split())


def _is_command(node: ast.FunctionDef | ast.ClassDef) -> bool:
    marks = [ast.unparse(mark) for mark in node.decorator_list]
    if isinstance(node, ast.ClassDef):
        return any(mark.startswith("Parameter(") for mark in marks)
    if node.name.startswith(("_", "say_")):
        return False
    return "app.command" in marks or any(map(_is_common, node.args.kwonlyargs))


def _is_common(argument: ast.arg) -> bool:
    return argument.annotation is not None and ast.unparse(argument.annotation) in _COMMON
